// SPDX-License-Identifier: MIT
#include "influxctl/base/io.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "influxctl/base/error.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;

// PIPE_BUF on Linux: a pipe that polls writable takes this much without blocking.
constexpr std::size_t kPiece = PIPE_BUF;

// Short where signals count, as one may come just before the wait begins.
int patience(const WriteLimits& limits) {
  const int longest = limits.signals != nullptr ? 200 : 60'000;
  if (!limits.deadline) return longest;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*limits.deadline - Clock::now());
  return static_cast<int>(std::clamp<long long>(left.count(), 0, longest));
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() { close(); }

int Descriptor::close() noexcept {
  if (number_ < 0) return 0;
  const int result = ::close(std::exchange(number_, -1));
  return result == 0 ? 0 : errno;
}

void fail(const std::string& what) { throw Error(ErrorKind::undelivered, what); }

void fail(const std::string& what, int error) {
  throw Error(ErrorKind::undelivered, what + ": " + std::strerror(error));
}

void write_all(int descriptor, std::string_view bytes, const WriteLimits& limits,
               const std::string& what) {
  while (!bytes.empty()) {
    if (limits.signals != nullptr) limits.signals->stop_if_any("the output is not complete");
    if (limits.deadline && Clock::now() >= *limits.deadline) {
      fail(what + ": nobody took the bytes in time");
    }
    pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = poll(&writable, 1, patience(limits));
    if (ready < 0 && errno != EINTR && errno != EAGAIN) fail(what, errno);
    if (ready <= 0) continue;
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), kPiece));
    if (written < 0 && errno != EINTR && errno != EAGAIN) fail(what, errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace influxctl
