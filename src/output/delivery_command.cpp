// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/program.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class CommandDelivery : public Delivery {
 public:
  CommandDelivery(std::vector<std::string> command, const Environment& environment,
                  std::chrono::milliseconds timeout)
      : command_(std::move(command)),
        environment_(environment.for_child()),
        timeout_(timeout),
        program_(find_program(command_.at(0), environment)) {
    if (program_.empty()) {
      throw Error(ErrorKind::usage, "the command " + quoted(command_[0]) + " is not found",
                  {"install it, or write its path after --"});
    }
  }

  void deliver(std::string_view bytes) override {
    deadline_ = Clock::now() + timeout_;
    std::array<int, 2> ends{-1, -1};
    if (pipe(ends.data()) != 0) fail("no pipe to " + name(), errno);
    // Kept open here too, to see after its end what the program has left unread.
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    for (const int end : ends) (void)fcntl(end, F_SETFD, FD_CLOEXEC);
    (void)fcntl(writing.get(), F_SETFL, O_NONBLOCK);
    start(reading.get());
    feed(writing, bytes);
    const int status = wait();
    int unread = 0;
    (void)ioctl(reading.get(), FIONREAD, &unread);
    check(status, unread);
  }

  std::string done() const override { return "handed to " + shown(command_[0]); }

 private:
  std::string name() const { return "the command " + quoted(command_[0]); }

  void start(int standard_input) {
    const int error = start_program({.path = program_,
                                     .arguments = command_,
                                     .environment = environment_,
                                     .standard_input = standard_input},
                                    child_);
    if (error != 0) fail(name() + " did not start", error);
  }

  // Writes while the program runs. Its end is looked for where the pipe is full: with our own
  // reading end open, a pipe does not break when the program goes.
  void feed(Descriptor& writing, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(writing.get(), bytes.data(), bytes.size());
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
      if (written < 0 && errno != EAGAIN && errno != EINTR) {
        const int error = errno;
        end_it();
        fail(name(), error);
      }
      if (written < 0 && has_ended()) break;
      if (written < 0) pause();
    }
    (void)writing.close();
    if (bytes.empty()) return;
    check(status_, 0);
    fail(name() + " ended before it had read everything");
  }

  bool has_ended() {
    if (ended_) return true;
    const pid_t found = waitpid(child_, &status_, WNOHANG);
    if (found < 0 && errno != EINTR) fail(name() + ": its exit status is lost", errno);
    ended_ = found == child_;
    return ended_;
  }

  int wait() {
    while (!has_ended()) pause();
    return status_;
  }

  void pause() {
    if (Clock::now() >= deadline_) {
      end_it();
      fail(name() + " did not end in time and was stopped");
    }
    std::this_thread::sleep_for(pause_);
    pause_ = std::min<std::chrono::milliseconds>(pause_ * 2, 20ms);
  }

  void end_it() {
    (void)kill(child_, SIGTERM);
    const auto killing = Clock::now() + 2s;
    while (!has_ended()) {
      if (Clock::now() >= killing) (void)kill(child_, SIGKILL);
      std::this_thread::sleep_for(5ms);
    }
  }

  void check(int status, int unread) const {
    if (WIFSIGNALED(status)) {
      fail(name() + " was killed by signal " + std::to_string(WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
      fail(name() + " exited with status " + std::to_string(WEXITSTATUS(status)));
    }
    if (unread > 0) {
      fail(name() + " exited with status 0, but left " + std::to_string(unread) + " bytes unread");
    }
  }

  std::vector<std::string> command_;
  std::vector<std::string> environment_;
  std::chrono::milliseconds timeout_;
  std::string program_;
  Clock::time_point deadline_;
  std::chrono::milliseconds pause_ = 1ms;
  pid_t child_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const Environment& environment,
                                             std::chrono::milliseconds timeout) {
  return std::make_unique<CommandDelivery>(command, environment, timeout);
}

}  // namespace influxctl
