// SPDX-License-Identifier: MIT
#include "influxctl/base/io.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string>
#include <utility>

#include "influxctl/base/error.h"

namespace influxctl {

namespace {

// PIPE_BUF on Linux: a pipe that polls writable takes this much without blocking. In a sequenced
// packet socket a write is a message, which stays whole.
std::size_t piece_size(int descriptor) noexcept {
  int type = 0;
  socklen_t size = sizeof type;
  const bool socket = getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
  return socket && type == SOCK_SEQPACKET ? SIZE_MAX : PIPE_BUF;
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    (void)close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() { (void)close(); }

int Descriptor::close() noexcept {
  if (number_ < 0) return 0;
  const int result = ::close(std::exchange(number_, -1));
  return result == 0 ? 0 : errno;
}

void check_open_files_limit() {
  constexpr rlim_t kNeeded = 16;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const Descriptor lowest(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  const auto open = lowest.is_open() ? static_cast<rlim_t>(lowest.get()) : limit.rlim_cur;
  if (limit.rlim_cur >= open + kNeeded) return;
  throw Error(ErrorKind::config,
              "this process may have only " + std::to_string(limit.rlim_cur) +
                  " files open, and needs " + std::to_string(open + kNeeded),
              {"raise the limit, which `ulimit -n` shows"});
}

int make_pipe(Descriptor& reading, Descriptor& writing) noexcept {
  std::array<int, 2> ends{-1, -1};
  if (pipe(ends.data()) != 0) return errno;
  reading = Descriptor(ends[0]);
  writing = Descriptor(ends[1]);
  for (const int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) != 0) return errno;
  }
  return 0;
}

TimeLimit::TimeLimit(Milliseconds timeout) noexcept : end_(start_ + timeout) {}

TimeLimit::TimeLimit(std::optional<Milliseconds> timeout, const Signals& signals,
                     Milliseconds after_signal) noexcept
    : signals_(&signals), after_signal_(after_signal) {
  if (timeout) end_ = start_ + *timeout;
}

TimeLimit::~TimeLimit() {
  if (console_ != nullptr) console_->clear_status();
}

void TimeLimit::show_on(Console& console, std::string_view what, bool shared) noexcept {
  console_ = &console;
  what_ = what;
  shared_ = shared;
}

int TimeLimit::left_ms() noexcept {
  const auto now = Clock::now();
  if (console_ != nullptr) {
    console_->show_wait(what_, std::chrono::duration_cast<Milliseconds>(now - start_), shared_);
  }
  if (signals_ != nullptr && signals_->any()) {
    signals_ = nullptr;
    end_ = std::min(end_.value_or(Clock::time_point::max()), now + after_signal_);
  }
  // Short where signals count, as one may come just before the wait begins.
  const int longest = signals_ != nullptr || console_ != nullptr ? 200 : 60'000;
  if (!end_) return longest;
  const auto left = std::chrono::ceil<Milliseconds>(*end_ - now);
  return static_cast<int>(std::clamp<long long>(left.count(), 0, longest));
}

void TimeLimit::wait(Milliseconds time) noexcept {
  const auto until = Clock::now() + time;
  for (int left = left_ms(); left > 0 && Clock::now() < until; left = left_ms()) {
    const auto rest = std::chrono::ceil<Milliseconds>(until - Clock::now());
    (void)poll(nullptr, 0, static_cast<int>(std::clamp<long long>(rest.count(), 0, left)));
  }
}

int write_all(int descriptor, std::string_view bytes, TimeLimit& limit) noexcept {
  const std::size_t piece = piece_size(descriptor);
  while (!bytes.empty()) {
    const int left = limit.left_ms();
    if (left == 0) return ETIMEDOUT;
    pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = poll(&writable, 1, left);
    if (ready < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (ready <= 0) continue;
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), piece));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace influxctl
