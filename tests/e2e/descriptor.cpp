// SPDX-License-Identifier: MIT
#include "descriptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace influxctl::e2e {

void Descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Ends make_pipe() {
  std::array<int, 2> ends{};
#ifdef __linux__
  const int failed = ::pipe2(ends.data(), O_CLOEXEC);
#else
  const int failed = ::pipe(ends.data());
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
  if (failed != 0) throw std::runtime_error("no pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Ends make_terminal(unsigned short columns) {
  Descriptor control(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!control.open() || ::grantpt(control.get()) != 0 || ::unlockpt(control.get()) != 0) {
    throw std::runtime_error("no pseudo-terminal");
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests make terminals on one thread
  Descriptor program(::open(::ptsname(control.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios settings{};
  if (!program.open() || ::tcgetattr(program.get(), &settings) != 0) {
    throw std::runtime_error("no pseudo-terminal");
  }
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);  // when input is echoed is a matter of luck
  ::tcsetattr(program.get(), TCSANOW, &settings);
  winsize size{};
  size.ws_col = columns;
  size.ws_row = 24;
  ::ioctl(program.get(), TIOCSWINSZ, &size);
  return {std::move(control), std::move(program)};
}

Ends make_sockets(int family, int type) {
  std::array<int, 2> ends{-1, -1};
  if (family == AF_UNIX) {
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no sockets");
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
  }
  const Descriptor listener(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT(*-reinterpret-cast): POSIX's
  Descriptor one(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const bool connected =
      ::bind(listener.get(), any, size) == 0 && ::listen(listener.get(), 1) == 0 &&
      ::getsockname(listener.get(), any, &size) == 0 && ::connect(one.get(), any, size) == 0;
  if (!connected) throw std::runtime_error("no sockets");
  return {std::move(one), Descriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC))};
}

std::string read_rest(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 1; got > 0;) {
    got = ::read(descriptor, buffer.data(), buffer.size());
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace influxctl::e2e
