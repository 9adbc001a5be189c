// SPDX-License-Identifier: MIT
#include "server.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "session.h"

namespace influxctl::sandbox {

namespace {

constexpr std::size_t threads = 64;  // so many connections can stall at once
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

Server::Server(Backend& backend) : backend_(backend) {
  new_task_queue = [] { return new httplib::ThreadPool(threads); };
  set_read_timeout(std::chrono::hours(24));  // patience is for the client to lose
  set_write_timeout(std::chrono::hours(24));
  set_socket_options([](socket_t) {});  // the library's SO_REUSEPORT would share the port
}

int Server::bind() {
  const int port = bind_to_any_port("127.0.0.1");
  if (port <= 0 || ::listen(svr_sock_, backlog) != 0) {
    throw std::runtime_error("127.0.0.1 has no free port");
  }
  return port;
}

void Server::start() {
  thread_ = std::thread([this] { listen_after_bind(); });
  while (!is_running()) std::this_thread::yield();  // stop() before this would be lost
}

Server::~Server() {
  if (!thread_.joinable()) return;
  backend_.sockets.stop();
  stop();
  thread_.join();
}

bool Server::process_and_close_socket(socket_t sock) {
  Connection connection(sock, backend_.tls, backend_.sockets);
  const long number = ++backend_.connections;
  const auto fault = backend_.faults.take(Stage::connection, "", "");
  backend_.ledger.append("connection",
                         {{"connection", number}, {"fault", fault ? fault->source : Json()}});
  if (fault && fault_on_connection(connection, *fault)) return true;
  const std::string failure = connection.handshake();
  if (!failure.empty()) {
    backend_.ledger.append("handshake_failed", {{"connection", number}, {"reason", failure}});
    connection.end(Ending::fin);
    return true;
  }
  if (fault) {
    cut_request(connection, *fault);
  } else {
    Session(backend_, connection, number).run();
  }
  return true;
}

}  // namespace influxctl::sandbox
