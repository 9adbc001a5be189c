// SPDX-License-Identifier: MIT
#include "wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace influxctl::sandbox {

bool OpenSockets::add(int fd) {
  const std::lock_guard lock(mutex_);
  sockets_.insert(fd);
  return !stopping_;
}

void OpenSockets::close(int fd) {
  const std::lock_guard lock(mutex_);
  sockets_.erase(fd);
  ::close(fd);
}

void OpenSockets::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
  stopped_.notify_all();
}

bool OpenSockets::sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stopping_; });
}

Connection::Connection(int fd, SSL_CTX* tls, OpenSockets& sockets)
    : fd_(fd), sockets_(sockets), ssl_(tls == nullptr ? nullptr : SSL_new(tls)) {
  if (!sockets_.add(fd_)) ::shutdown(fd_, SHUT_RDWR);
  const int on = 1;  // bytes that drip must leave one by one
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (ssl_) SSL_set_fd(ssl_.get(), fd_);
}

Connection::~Connection() {
  if (fd_ >= 0) sockets_.close(fd_);
}

std::string Connection::handshake() {
  if (!ssl_) return "";
  ERR_clear_error();
  established_ = SSL_accept(ssl_.get()) == 1;
  if (established_) return "";
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason == nullptr ? "the client went away" : reason;
}

ssize_t Connection::read(char* bytes, std::size_t size) {
  if (!ssl_) return ::recv(fd_, bytes, size, 0);
  ERR_clear_error();
  std::size_t got = 0;
  if (SSL_read_ex(ssl_.get(), bytes, size, &got) == 1) return static_cast<ssize_t>(got);
  const bool ended = SSL_get_error(ssl_.get(), 0) == SSL_ERROR_ZERO_RETURN;
  if (!ended) established_ = false;
  return ended ? 0 : -1;
}

bool Connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t done = 0;
    if (ssl_) {
      ERR_clear_error();
      if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &done) != 1) {
        established_ = false;
        return false;
      }
    } else {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), 0);
      if (sent <= 0) return false;
      done = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(done);
  }
  return true;
}

bool Connection::write(std::string_view bytes, std::chrono::milliseconds pause) {
  if (pause.count() == 0) return write_all(bytes);
  for (; !bytes.empty(); bytes.remove_prefix(1)) {
    if (!write_all(bytes.substr(0, 1)) || !sockets_.sleep(pause)) return false;
  }
  return true;
}

void Connection::drain(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  std::array<char, 4096> ignored{};
  for (auto left = time; left.count() > 0;) {
    pollfd readable{fd_, POLLIN, 0};
    if (::poll(&readable, 1, static_cast<int>(std::min<long long>(left.count(), 60'000))) > 0 &&
        ::recv(fd_, ignored.data(), ignored.size(), 0) <= 0) {
      return;
    }
    left = std::chrono::duration_cast<std::chrono::milliseconds>(end -
                                                                 std::chrono::steady_clock::now());
  }
}

void Connection::end(Ending ending) {
  if (ending == Ending::rst) {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  } else {
    if (established_ && ending == Ending::notify) SSL_shutdown(ssl_.get());
    ::shutdown(fd_, SHUT_WR);
    drain(std::chrono::seconds(2));  // closing over unread bytes would send RST instead
  }
  sockets_.close(fd_);
  fd_ = -1;
}

}  // namespace influxctl::sandbox
