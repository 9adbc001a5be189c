// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "influxctl/base/io.h"
#include "influxctl/base/program.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

// The file that a command is; throws Error{usage} when it cannot be started.
std::string checked_program(const std::string& command, const Environment& environment) {
  const std::string found = find_program(command, environment);
  const bool has_path = !found.empty() || command.find('/') != std::string::npos;
  std::string path = found.empty() ? command : found;
  const auto problem =
      has_path ? program_problem(path, environment)
               : ProgramProblem{"is not found", "install it, or write its path after --"};
  if (!problem) return path;
  throw Error(ErrorKind::usage, "the command " + influxctl::quoted(command) + " " + problem->what,
              {problem->hint});
}

class CommandDelivery : public Delivery {
 public:
  CommandDelivery(const std::vector<std::string>& command, const ProcessContext& context,
                  std::chrono::milliseconds timeout)
      : name_("the command " + influxctl::quoted(command.at(0), 40)),
        done_("handed to " + shown(command.at(0))),
        context_(context),
        timeout_(timeout),
        program_({.path = checked_program(command.at(0), context.environment),
                  .arguments = command,
                  .environment = context.environment.for_child()},
                 context.signals.at_start()) {}

  void deliver(std::string_view bytes) override {
    try {
      hand_over(bytes);
    } catch (...) {  // the token can be revoked when nothing of the command runs any more
      (void)writing_.close();
      program_.end_all();
      throw;
    }
    program_.release();
  }

  std::string done() const override { return done_; }

 private:
  void hand_over(std::string_view bytes) {
    TimeLimit limit(timeout_, context_.signals, kDeliveryAfterSignal);
    limit.show_on(context_.console, name_, true);
    if (const int error = make_pipe(reading_, writing_); error != 0) {
      throw delivery_failure(context_.signals, "no pipe to " + name_ + ": " + std::strerror(error));
    }
    if (fcntl(writing_.get(), F_SETFL, O_NONBLOCK) != 0) {
      throw delivery_failure(context_.signals,
                             "the pipe to " + name_ + ": " + std::strerror(errno));
    }
    if (const int error = program_.begin(reading_.get(), writing_.get()); error != 0) {
      fail(" did not start", error);
    }
    feed(bytes, limit);
    (void)writing_.close();
    while (!program_.end()) wait(limit, 0);
    check_end(!bytes.empty());
  }

  // With our own reading end open, which shows what is left unread, the pipe does not break: the
  // command's end is looked for when the pipe takes no more.
  void feed(std::string_view& bytes, TimeLimit& limit) {
    while (!bytes.empty()) {
      const ssize_t written = write(writing_.get(), bytes.data(), bytes.size());
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
      if (written >= 0) continue;
      if (errno != EAGAIN && errno != EINTR) fail("", errno);
      if (program_.end()) return;
      wait(limit, POLLOUT);
    }
  }

  void wait(TimeLimit& limit, short writable) {
    const int left = limit.left_ms();
    if (left == 0) fail(" did not end in time and was stopped");
    std::array<pollfd, 2> events{{{.fd = program_.news(), .events = POLLIN, .revents = 0},
                                  {.fd = writing_.get(), .events = writable, .revents = 0}}};
    (void)poll(events.data(), events.size(), left);
  }

  void check_end(bool has_rest) {
    using What = ProgramReport::What;
    const ProgramReport end = *program_.end();
    if (end.what == What::not_started) fail(" did not start", end.value);
    if (end.what == What::lost) fail(": its exit status is lost", end.value);
    if (WIFSIGNALED(end.value)) {
      fail(" was killed by signal " + std::to_string(WTERMSIG(end.value)));
    }
    if (WEXITSTATUS(end.value) != 0) {
      fail(" exited with status " + std::to_string(WEXITSTATUS(end.value)));
    }
    if (has_rest) fail(" ended before it had read everything");
    int unread = 0;
    (void)ioctl(reading_.get(), FIONREAD, &unread);
    if (unread == 0) return;
    fail(" exited with status 0, but left " + std::to_string(unread) + " bytes unread");
  }

  [[noreturn]] void fail(const std::string& why, int error = 0) const {
    throw delivery_failure(context_.signals, name_ + why + (error == 0 ? "" : ": ") +
                                                 (error == 0 ? "" : std::strerror(error)));
  }

  std::string name_;  ///< for messages
  std::string done_;
  const ProcessContext& context_;
  std::chrono::milliseconds timeout_;
  ProgramRun program_;
  Descriptor reading_;
  Descriptor writing_;
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const ProcessContext& context,
                                             std::chrono::milliseconds timeout) {
  return std::make_unique<CommandDelivery>(command, context, timeout);
}

}  // namespace influxctl
