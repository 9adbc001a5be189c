// SPDX-License-Identifier: MIT
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "session.h"

namespace influxctl::sandbox {

namespace {

constexpr int backlog = 128;

/// Carries out a fault of the connection itself; true when there is nothing left to do.
bool fault_on_connection(Connection& connection, const Rule& rule) {
  switch (rule.accept) {
    case Accept::reset:
      connection.end(Ending::rst);
      return true;
    case Accept::close:
      connection.end(Ending::fin);
      return true;
    case Accept::stall:
      connection.drain(std::chrono::hours(24));
      return true;
    case Accept::normal:
      return false;
  }
  return false;
}

void cut_request(Connection& connection, const Rule& rule) {
  std::array<char, 4096> ignored{};
  for (std::size_t left = rule.request_cut.value_or(0); left > 0;) {
    const ssize_t got = connection.read(ignored.data(), std::min(left, ignored.size()));
    if (got <= 0) break;
    left -= static_cast<std::size_t>(got);
  }
  connection.end(rule.close);
}

}  // namespace

int Server::bind() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, backlog) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("127.0.0.1 has no free port");
  }
  return ntohs(address.sin_port);
}

void Server::start() {
  thread_ = std::thread([this] { accept_connections(); });
}

void Server::accept_connections() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      const std::lock_guard lock(mutex_);
      ++running_;
      std::thread([this, socket] {
        serve(socket);
        const std::lock_guard end(mutex_);
        --running_;
        ended_.notify_all();
      }).detach();
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;  // shut down
    }
  }
}

Server::~Server() {
  backend_.sockets.stop();
  if (thread_.joinable()) {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
  }
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
  if (listener_ >= 0) ::close(listener_);
}

void Server::serve(int socket) {
  Connection connection(socket, backend_.tls, backend_.sockets);
  const long number = ++backend_.connections;
  const auto fault = backend_.faults.take(Stage::connection, "", "");
  backend_.ledger.append("connection",
                         {{"connection", number}, {"fault", fault ? fault->source : Json()}});
  if (fault && fault_on_connection(connection, *fault)) return;
  const std::string failure = connection.handshake();
  if (!failure.empty()) {
    backend_.ledger.append("handshake_failed", {{"connection", number}, {"reason", failure}});
    connection.end(Ending::fin);
  } else if (fault) {
    cut_request(connection, *fault);
  } else {
    Session(backend_, connection, number).run();
  }
}

}  // namespace influxctl::sandbox
