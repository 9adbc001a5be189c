// SPDX-License-Identifier: MIT
#include "descriptor.h"

#include <fcntl.h>
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

}  // namespace influxctl::e2e
