// SPDX-License-Identifier: MIT
#include "influxctl/io.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "influxctl/error.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;

// A write to a pipe that has room for this much does not block.
constexpr std::size_t kPiece = 512;

int milliseconds_until(std::optional<Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000));
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

void fail(const std::string& what) { throw Error(Kind::undelivered, what); }

void fail(const std::string& what, int error) {
  throw Error(Kind::undelivered, what + ": " + std::strerror(error));
}

void write_all(int descriptor, std::string_view bytes, std::optional<Clock::time_point> deadline,
               const std::string& what) {
  while (!bytes.empty()) {
    pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = poll(&writable, 1, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR && errno != EAGAIN) fail(what, errno);
    if (ready == 0) fail(what + ": nobody took the bytes in time");
    if (ready < 0) continue;
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), kPiece));
    if (written < 0 && errno != EINTR && errno != EAGAIN) fail(what, errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace influxctl
