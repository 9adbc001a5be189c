// SPDX-License-Identifier: MIT
#include "influxctl/output/delivery.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/output/tcp_reader.h"

#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace influxctl {

namespace {

constexpr const char* kPutAPipeBetween = "put a pipe between: influxctl … | cat";

// NFS and quotas report a failed write as late as at close. /dev/null keeps descriptor 1 out of
// others' hands.
[[nodiscard]] int finish_stdout() noexcept {
  const int error = close(STDOUT_FILENO) == 0 ? 0 : errno;
  (void)open("/dev/null", O_RDWR);
  return error;
}

/// What standard output is, for the question whether everything has been read.
enum class Sink { pipe, unix_stream, unix_packets, tcp, file, other };

Sink socket_kind() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(STDOUT_FILENO, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    throw Error(ErrorKind::usage, "nobody reads standard output: the socket is not connected");
  }
  int type = -1;
  socklen_t type_size = sizeof type;
  (void)getsockopt(STDOUT_FILENO, SOL_SOCKET, SO_TYPE, &type, &type_size);
  const bool internet = peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
  if (type == SOCK_STREAM && internet) return Sink::tcp;
  if (type == SOCK_STREAM && peer.ss_family == AF_UNIX) return Sink::unix_stream;
  if (type == SOCK_SEQPACKET && peer.ss_family == AF_UNIX) return Sink::unix_packets;
  throw Error(ErrorKind::usage,
              "standard output is a socket of a kind that does not say what has been read",
              {kPutAPipeBetween});
}

Sink kind_of_stdout() {
  struct stat status {};
  if (fstat(STDOUT_FILENO, &status) != 0) return Sink::other;
  if (S_ISFIFO(status.st_mode)) return Sink::pipe;
  if (S_ISREG(status.st_mode)) return Sink::file;
  return S_ISSOCK(status.st_mode) ? socket_kind() : Sink::other;
}

enum class Reader { has_all, has_gone, is_reading };

// The bytes in a pipe stay when its last reader goes; those in a socket go with it, and leave an
// error behind.
Reader reader_of(Sink sink) noexcept {
#ifdef __linux__
  int unread = 0;
  const bool pipe = sink == Sink::pipe;
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  if (pipe) (void)poll(&out, 1, 0);
  const bool counted = ioctl(STDOUT_FILENO, pipe ? FIONREAD : SIOCOUTQ, &unread) == 0;
  if (!pipe) (void)poll(&out, 1, 0);
  const bool failed = (out.revents & POLLERR) != 0;
  if (pipe && (!counted || unread == 0)) return Reader::has_all;
  if (failed || !counted) return Reader::has_gone;
  return unread == 0 ? Reader::has_all : Reader::is_reading;
#else
  (void)sink;
  return Reader::has_all;
#endif
}

class StdoutDelivery : public Delivery {
 public:
  StdoutDelivery(const ProcessContext& context, std::chrono::milliseconds timeout)
      : context_(context), timeout_(timeout) {
    check_standard_output(context.streams, ", or name a file with --output");
    sink_ = kind_of_stdout();
    if (const std::string problem = reader_problem(); !problem.empty()) {
      const bool unclear = problem == kHalfClosed;
      throw Error(
          ErrorKind::usage, problem,
          unclear ? std::vector<std::string>{kPutAPipeBetween} : std::vector<std::string>{});
    }
  }

  bool to_terminal() const override { return context_.streams.out_terminal; }

  void deliver(std::string_view bytes) override {
    TimeLimit limit(timeout_, context_.signals, kDeliveryAfterSignal);
    limit.show_on(context_.console, "the reader of standard output");
    if (sink_ == Sink::tcp) {
      if (const std::string problem = reader_problem(); !problem.empty()) fail(problem);
    }
    const int error = write_all(STDOUT_FILENO, bytes, limit);
    if (error == ETIMEDOUT) fail("standard output: nobody took the bytes in time");
    check(error);
    if (sink_ == Sink::file && fsync(STDOUT_FILENO) != 0 && errno != EINVAL) check(errno);
    if (sink_ != Sink::file && sink_ != Sink::other) wait_until_read(limit);
    check(finish_stdout());
  }

 private:
  static constexpr const char* kHalfClosed =
      "the reader of standard output has closed its side of the connection: nothing says whether "
      "it reads";

  // Why nobody may read what is written; empty when somebody may. Allocates nothing then.
  std::string reader_problem() const {
    pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    bool gone = poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    // Fails when the reader has shut its side for reading.
    gone = gone || (sink_ == Sink::unix_stream && send(STDOUT_FILENO, "", 0, MSG_DONTWAIT) != 0 &&
                    errno == EPIPE);
    if (gone || (sink_ == Sink::tcp && tcp_.has_gone())) {
      return "nobody reads standard output: its reader has gone";
    }
    return sink_ == Sink::tcp && !tcp_.can_tell() ? kHalfClosed : "";
  }

  Reader reader() noexcept {
    const Reader reader = reader_of(sink_);
    if (sink_ != Sink::tcp || reader != Reader::has_all) return reader;
    if (!tcp_.has_read_all()) return Reader::is_reading;
    return reader_of(sink_);  // a reset may come after the reader's socket has vanished
  }

  void wait_until_read(TimeLimit& limit) {
    for (int pause_ms = 0;; pause_ms = std::min(pause_ms + 1, 20)) {
      const Reader now = reader();
      if (now == Reader::has_all) return;
      if (now == Reader::has_gone) {
        fail("the reader of standard output went away before it had read everything");
      }
      if (limit.left_ms() == 0) fail("nobody read standard output in time");
      (void)poll(nullptr, 0, pause_ms);
    }
  }

  void check(int error) const {
    if (error != 0) fail(std::string("standard output: ") + std::strerror(error));
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw delivery_failure(context_.signals, why);
  }

  const ProcessContext& context_;
  std::chrono::milliseconds timeout_;
  Sink sink_ = Sink::other;
  TcpReader tcp_{STDOUT_FILENO};
};

}  // namespace

Error delivery_failure(const Signals& signals, const std::string& why) {
  if (signals.any()) return {signals.kind(), "cancelled: " + why};
  return {ErrorKind::undelivered, why};
}

void check_standard_output(const StandardStreams& streams, const std::string& other) {
  if (streams.out_open) return;
  throw Error(ErrorKind::usage, "standard output is closed", {"redirect it" + other});
}

std::unique_ptr<Delivery> deliver_to_stdout(const ProcessContext& context,
                                            std::chrono::milliseconds timeout) {
  return std::make_unique<StdoutDelivery>(context, timeout);
}

void print_result(const ProcessContext& context, std::string_view text) {
  print_result(context, [text]() mutable { return std::string(std::exchange(text, {})); });
}

void print_result(const ProcessContext& context, const std::function<std::string()>& next_piece) {
  check_standard_output(context.streams);
  TimeLimit limit({}, context.signals, std::chrono::milliseconds(0));
  int error = 0;
  for (std::string piece = next_piece(); error == 0 && !piece.empty(); piece = next_piece()) {
    error = write_all(STDOUT_FILENO, piece, limit);
  }
  if (error == ETIMEDOUT) context.signals.stop_if_any("the output is not complete");
  if (error == 0) error = finish_stdout();
  if (error == 0) return;
  const bool gone = error == EPIPE || error == ECONNRESET;
  throw Error(gone ? ErrorKind::reader_gone : ErrorKind::usage,
              std::string("standard output: ") + std::strerror(error));
}

}  // namespace influxctl
