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

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/output/tcp_reader.h"

#ifdef __linux__
#include <linux/sockios.h>
#endif

namespace influxctl {

namespace {

constexpr const char* kHalfClosed =
    "the reader of standard output has closed its side of the connection: nothing says whether it "
    "reads";
constexpr const char* kPutAPipeBetween = "put a pipe between: influxctl … | cat";

void check_reader(const StandardStreams& streams) {
  check_standard_output(streams);
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  if (poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
    throw Error(ErrorKind::usage, "nobody reads standard output: its reader has gone");
  }
}

// NFS and quotas report a failed write as late as at close. /dev/null keeps descriptor 1 out of
// others' hands.
int finish_stdout() noexcept {
  const int error = close(STDOUT_FILENO) == 0 ? 0 : errno;
  (void)open("/dev/null", O_RDWR);
  return error;
}

int socket_option(int name) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(STDOUT_FILENO, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/// What standard output is, for the question whether everything has been read.
enum class Sink { pipe, unix_socket, tcp, file, other };

Sink socket_kind() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(STDOUT_FILENO, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    throw Error(ErrorKind::usage, "nobody reads standard output: the socket is not connected");
  }
  const int type = socket_option(SO_TYPE);
  const bool stream = type == SOCK_STREAM;
  if (peer.ss_family == AF_UNIX && (stream || type == SOCK_SEQPACKET)) return Sink::unix_socket;
  if ((peer.ss_family == AF_INET || peer.ss_family == AF_INET6) && stream) return Sink::tcp;
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
  StdoutDelivery(const StandardStreams& streams, const Signals& signals,
                 std::chrono::milliseconds timeout)
      : terminal_(streams.out_terminal), signals_(signals), timeout_(timeout) {
    check_reader(streams);
    sink_ = kind_of_stdout();
    if (sink_ == Sink::tcp && !tcp_.can_tell()) {
      throw Error(ErrorKind::usage, kHalfClosed, {kPutAPipeBetween});
    }
  }

  bool to_terminal() const override { return terminal_; }

  void deliver(std::string_view bytes) override {
    TimeLimit limit(timeout_, signals_, kDeliveryAfterSignal);
    if (sink_ == Sink::tcp && !tcp_.can_tell()) fail(kHalfClosed);
    const int error = write_all(STDOUT_FILENO, bytes, limit);
    if (error == ETIMEDOUT) fail("standard output: nobody took the bytes in time");
    check(error);
    if (sink_ == Sink::file && fsync(STDOUT_FILENO) != 0 && errno != EINVAL) check(errno);
    if (sink_ != Sink::file && sink_ != Sink::other) wait_until_read(limit);
    check(finish_stdout());
  }

 private:
  void wait_until_read(TimeLimit& limit) {
    for (int pause_ms = 0;; pause_ms = std::min(pause_ms + 1, 20)) {
      Reader reader = reader_of(sink_);
      if (sink_ == Sink::tcp && reader == Reader::has_all && !tcp_.has_read_all()) {
        reader = Reader::is_reading;
      }
      // The error of a connection that was reset may come after the reader has vanished.
      if (reader == Reader::has_all && sink_ == Sink::tcp) reader = reader_of(sink_);
      if (reader == Reader::has_all) return;
      if (reader == Reader::has_gone) {
        fail("the reader of standard output went away before it had read everything");
      }
      if (limit.left_ms() == 0) fail("nobody read standard output in time");
      (void)poll(nullptr, 0, pause_ms);
    }
  }

  void check(int error) const {
    if (error != 0) fail(std::string("standard output: ") + std::strerror(error));
  }

  [[noreturn]] void fail(const std::string& why) const { throw delivery_failure(signals_, why); }

  bool terminal_;
  const Signals& signals_;
  std::chrono::milliseconds timeout_;
  Sink sink_ = Sink::other;
  TcpReader tcp_{STDOUT_FILENO};
};

// After the last write of a result, whose errno `error` is.
void end_result(int error, const Signals& signals) {
  if (error == ETIMEDOUT) signals.stop_if_any("the output is not complete");
  if (error == 0) error = finish_stdout();
  if (error == 0) return;
  const bool gone = error == EPIPE || error == ECONNRESET;
  throw Error(gone ? ErrorKind::reader_gone : ErrorKind::usage,
              std::string("standard output: ") + std::strerror(error));
}

}  // namespace

Error delivery_failure(const Signals& signals, const std::string& why) {
  if (signals.any()) return {signals.kind(), "cancelled: " + why};
  return {ErrorKind::undelivered, why};
}

void check_standard_output(const StandardStreams& streams) {
  if (streams.out_open) return;
  throw Error(ErrorKind::usage, "standard output is closed",
              {"redirect it, or name a file with --output"});
}

std::unique_ptr<Delivery> deliver_to_stdout(const StandardStreams& streams, const Signals& signals,
                                            std::chrono::milliseconds timeout) {
  return std::make_unique<StdoutDelivery>(streams, signals, timeout);
}

void print_result(const StandardStreams& streams, const Signals& signals, std::string_view text) {
  check_standard_output(streams);
  TimeLimit limit({}, signals, std::chrono::milliseconds(0));
  end_result(write_all(STDOUT_FILENO, text, limit), signals);
}

void print_result(const StandardStreams& streams, const Signals& signals,
                  const std::function<std::string()>& next_piece) {
  check_standard_output(streams);
  TimeLimit limit({}, signals, std::chrono::milliseconds(0));
  int error = 0;
  for (std::string piece = next_piece(); error == 0 && !piece.empty(); piece = next_piece()) {
    error = write_all(STDOUT_FILENO, piece, limit);
  }
  end_result(error, signals);
}

}  // namespace influxctl
