// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <string>
#include <utility>

namespace influxctl::e2e {

/// An open file descriptor, closed when this object goes; -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

/// Both ends of a pipe, or of a terminal of 80 columns without echo (read: the controlling side);
/// all close on exec. Throw std::runtime_error.
struct Ends {
  Descriptor read;
  Descriptor write;
};
Ends make_pipe();
Ends make_terminal(unsigned short columns);
/// Two connected sockets, AF_UNIX or AF_INET (TCP).
Ends make_sockets(int family, int type = SOCK_STREAM);

/// What can be read until the other side ends or fails.
std::string read_rest(int descriptor);

}  // namespace influxctl::e2e
