// SPDX-License-Identifier: MIT
#include "influxctl/output/delivery.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;

void check_open(const StandardStreams& streams) {
  if (!streams.out_open) {
    throw Error(ErrorKind::usage, "standard output is closed",
                {"redirect it, or name a file with --output"});
  }
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  if (poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLNVAL)) != 0) {
    throw Error(ErrorKind::usage, "nobody reads standard output: the reader of the pipe has gone");
  }
}

// NFS and quotas report a failed write as late as at close.
void finish_stdout() {
  if (close(STDOUT_FILENO) != 0) fail("standard output", errno);
  (void)open("/dev/null", O_RDWR);  // keeps descriptor 1 out of others' hands
}

class StdoutDelivery : public Delivery {
 public:
  StdoutDelivery(const StandardStreams& streams, std::chrono::milliseconds timeout)
      : terminal_(streams.out_terminal), timeout_(timeout) {
    check_open(streams);
  }

  bool to_terminal() const override { return terminal_; }

  void deliver(std::string_view bytes) override {
    const auto deadline = Clock::now() + timeout_;
    write_all(STDOUT_FILENO, bytes, {.deadline = deadline}, "standard output");
    struct stat status {};
    if (fstat(STDOUT_FILENO, &status) != 0) fail("standard output", errno);
    if (S_ISREG(status.st_mode) && fsync(STDOUT_FILENO) != 0) fail("standard output", errno);
    if (S_ISFIFO(status.st_mode)) wait_until_read(STDOUT_FILENO, deadline);
    finish_stdout();
  }

 private:
  // The bytes in a pipe are lost when its last reader goes; its buffer tells when they are taken.
  static void wait_until_read(int pipe, Clock::time_point deadline) {
#ifdef __linux__
    for (int pause_ms = 0;; pause_ms = std::min(pause_ms + 1, 20)) {
      pollfd reader{.fd = pipe, .events = 0, .revents = 0};
      const bool gone = poll(&reader, 1, pause_ms) == 1 && (reader.revents & POLLERR) != 0;
      int unread = 0;
      if (ioctl(pipe, FIONREAD, &unread) != 0 || unread == 0) return;
      if (gone) fail("the reader of standard output went away before it had read everything");
      if (Clock::now() >= deadline) fail("nobody read standard output in time");
    }
#else
    (void)pipe;
    (void)deadline;
#endif
  }

  bool terminal_;
  std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_stdout(const StandardStreams& streams,
                                            std::chrono::milliseconds timeout) {
  return std::make_unique<StdoutDelivery>(streams, timeout);
}

void print_result(const StandardStreams& streams, const Signals& signals, std::string_view text) {
  check_open(streams);
  try {
    write_all(STDOUT_FILENO, text, {.deadline = {}, .signals = &signals}, "standard output");
    finish_stdout();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::undelivered) throw;
    throw Error(ErrorKind::usage, error.message());
  }
}

}  // namespace influxctl
