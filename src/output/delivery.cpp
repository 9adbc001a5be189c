// SPDX-License-Identifier: MIT
#include "influxctl/output/delivery.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

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

#ifndef POLLRDHUP
constexpr short POLLRDHUP = POLLHUP;
#endif

/// An address as IPv6 has it: those of IPv4 are mapped.
struct Address {
  std::array<std::uint32_t, 4> words{0, 0, htonl(0xffff), 0};
  unsigned port = 0;

  bool is_mapped() const noexcept {
    return words[0] == 0 && words[1] == 0 && words[2] == htonl(0xffff);
  }
};

using Getter = int (*)(int, sockaddr*, socklen_t*);

std::optional<Address> address_of(Getter get) noexcept {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (get(STDOUT_FILENO, reinterpret_cast<sockaddr*>(&from), &size) != 0) return {};
  Address address;
  if (from.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(from);
    address.words[3] = four.sin_addr.s_addr;
    address.port = ntohs(four.sin_port);
  } else {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(from);
    std::memcpy(address.words.data(), &six.sin6_addr, sizeof address.words);
    address.port = ntohs(six.sin6_port);
  }
  return address;
}

// As /proc/net/tcp and tcp6 write it: each word in hexadecimal, as a number of this machine.
int print(char* out, std::size_t size, const Address& address, bool six) noexcept {
  const auto& words = address.words;
  return six ? std::snprintf(out, size, " %08X%08X%08X%08X:%04X", words[0], words[1], words[2],
                             words[3], address.port)
             : std::snprintf(out, size, " %08X:%04X", words[3], address.port);
}

/// A socket of this network namespace.
struct Socket {
  unsigned long unread = 0;  ///< bytes
  unsigned long inode = 0;   ///< 0: no program has it any more
};

// Finds the line of the socket whose two addresses are `key`:
//   0: 0100007F:1F90 0100007F:C350 01 00000000:0000005B 00:00000000 00000000 1000 0 12345 …
std::optional<Socket> socket_in(const char* table, std::string_view key) noexcept {
  const Descriptor file(open(table, O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> buffer{};
  std::size_t held = 0;
  while (true) {
    const ssize_t got = read(file.get(), buffer.data() + held, buffer.size() - held);
    if (got <= 0) return {};
    held += static_cast<std::size_t>(got);
    std::string_view text(buffer.data(), held);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      const auto at = text.substr(0, end).find(key);
      Socket found;
      if (at != std::string_view::npos &&
          std::sscanf(text.data() + at + key.size(), "%*x %*x:%lx %*x:%*x %*x %*u %*u %lu",
                      &found.unread, &found.inode) == 2) {
        return found;
      }
      text.remove_prefix(end + 1);
    }
    held = text.size();
    std::memmove(buffer.data(), text.data(), held);
  }
}

// The other end of a TCP connection. Nothing when it is not a socket of this network namespace.
std::optional<Socket> other_end() noexcept {
  const auto own = address_of(&getsockname);
  const auto peer = address_of(&getpeername);
  if (!own || !peer) return {};
  for (const bool six : {false, true}) {
    if (!six && !peer->is_mapped()) continue;
    std::array<char, 160> key{};
    const int size = print(key.data(), key.size(), *peer, six);
    (void)print(key.data() + size, key.size() - static_cast<std::size_t>(size), *own, six);
    if (auto found = socket_in(six ? "/proc/net/tcp6" : "/proc/net/tcp", key.data())) return found;
  }
  return {};
}

// True when the other end of a TCP connection has closed its side.
bool other_end_has_closed() noexcept {
  pollfd peer{.fd = STDOUT_FILENO, .events = POLLRDHUP, .revents = 0};
  return poll(&peer, 1, 0) == 1 && (peer.revents & (POLLRDHUP | POLLHUP)) != 0;
}

/// What standard output is, for the question whether everything has been read.
enum class Stream { pipe, unix_stream, unix_packets, tcp, file, other };

Stream socket_kind() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(STDOUT_FILENO, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    throw Error(ErrorKind::usage, "nobody reads standard output: the socket is not connected");
  }
  int type = -1;
  socklen_t type_size = sizeof type;
  (void)getsockopt(STDOUT_FILENO, SOL_SOCKET, SO_TYPE, &type, &type_size);
  const bool internet = peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
  if (type == SOCK_STREAM && internet) return Stream::tcp;
  if (type == SOCK_STREAM && peer.ss_family == AF_UNIX) return Stream::unix_stream;
  if (type == SOCK_SEQPACKET && peer.ss_family == AF_UNIX) return Stream::unix_packets;
  throw Error(ErrorKind::usage,
              "standard output is a socket of a kind that does not say what has been read",
              {kPutAPipeBetween});
}

Stream kind_of_stdout() {
  struct stat status {};
  if (fstat(STDOUT_FILENO, &status) != 0) return Stream::other;
  if (S_ISFIFO(status.st_mode)) return Stream::pipe;
  if (S_ISREG(status.st_mode)) return Stream::file;
  return S_ISSOCK(status.st_mode) ? socket_kind() : Stream::other;
}

enum class Reader { has_all, has_gone, is_reading };

// The bytes in a pipe stay when its last reader goes; those in a socket go with it, and leave an
// error behind.
Reader reader_of(Stream kind) noexcept {
#ifdef __linux__
  int unread = 0;
  const bool pipe = kind == Stream::pipe;
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  if (pipe) (void)poll(&out, 1, 0);
  const bool counted = ioctl(STDOUT_FILENO, pipe ? FIONREAD : SIOCOUTQ, &unread) == 0;
  if (!pipe) (void)poll(&out, 1, 0);
  const bool failed = (out.revents & POLLERR) != 0;
  if (pipe && (!counted || unread == 0)) return Reader::has_all;
  if (failed || !counted) return Reader::has_gone;
  return unread == 0 ? Reader::has_all : Reader::is_reading;
#else
  (void)kind;
  return Reader::has_all;
#endif
}

class StdoutDelivery : public Delivery {
 public:
  StdoutDelivery(const ProcessContext& context, std::chrono::milliseconds timeout)
      : context_(context), timeout_(timeout) {
    check_standard_output(context.streams, ", or name a file with --output");
    kind_ = kind_of_stdout();
    if (const std::string problem = reader_problem(); !problem.empty()) {
      throw Error(ErrorKind::usage, problem, {problem == kHalfClosed ? kPutAPipeBetween : ""});
    }
  }

  bool to_terminal() const override { return context_.streams.out_terminal; }

  void deliver(std::string_view bytes) override {
    TimeLimit limit(timeout_, context_.signals, kDeliveryAfterSignal);
    limit.show_on(context_.console, "the reader of standard output");
    if (kind_ == Stream::tcp) {
      if (const std::string problem = reader_problem(); !problem.empty()) fail(problem);
    }
    const int error = write_all(STDOUT_FILENO, bytes, limit);
    if (error == ETIMEDOUT) fail("standard output: nobody took the bytes in time");
    check(error);
    if (kind_ == Stream::file && fsync(STDOUT_FILENO) != 0 && errno != EINVAL) check(errno);
    if (kind_ != Stream::file && kind_ != Stream::other) wait_until_read(limit);
    check(finish_stdout());
  }

 private:
  static constexpr const char* kGone = "nobody reads standard output: its reader has gone";
  static constexpr const char* kHalfClosed =
      "the reader of standard output has closed its side of the connection: nothing says whether "
      "it reads";

  // Why nobody may read what is written; empty when somebody may. Allocates nothing then.
  std::string reader_problem() const {
    pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    bool gone = poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    // Fails when the reader has shut its side for reading.
    gone = gone || (kind_ == Stream::unix_stream && send(STDOUT_FILENO, "", 0, MSG_DONTWAIT) != 0 &&
                    errno == EPIPE);
    if (gone) return kGone;
    if (kind_ != Stream::tcp || !other_end_has_closed()) return {};
    const auto other = other_end();
    if (!other) return kHalfClosed;  // nothing that it does later will show
    return other->inode == 0 ? kGone : "";
  }

  Reader reader() noexcept {
    const Reader reader = reader_of(kind_);
    if (kind_ != Stream::tcp || reader != Reader::has_all) return reader;
    if (!tcp_reader_has_all()) return Reader::is_reading;
    return reader_of(kind_);  // a reset may come after the reader's socket has vanished
  }

  // Asked until it is true, when all bytes are acknowledged. Where the other end is no socket of
  // this network namespace, the stream is ended, and the other end closes when it has read all.
  bool tcp_reader_has_all() noexcept {
    if (const auto other = other_end()) return other->unread == 0;
    if (!std::exchange(stream_ended_, true)) (void)shutdown(STDOUT_FILENO, SHUT_WR);
    return other_end_has_closed();
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
  Stream kind_ = Stream::other;
  bool stream_ended_ = false;
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
