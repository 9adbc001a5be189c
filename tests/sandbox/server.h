// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "cluster.h"
#include "fault.h"
#include "ledger.h"
#include "provider.h"
#include "wire.h"

namespace influxctl::sandbox {

/// What the server's connections share. The objects outlive the server.
struct Backend {
  Ledger& ledger;
  Cluster& cluster;
  Faults& faults;
  Provider* provider;  ///< null: none
  SSL_CTX* tls;        ///< null: plain HTTP
  std::atomic<long> connections{0};
  std::atomic<long> requests{0};
  OpenSockets sockets;
};

/// Accepts connections on 127.0.0.1, each with one request, and responds as the cluster and
/// the faults say.
class Server {
 public:
  explicit Server(Backend& backend) : backend_(backend) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Binds a free port and returns it. Throws std::runtime_error.
  int bind();
  /// Serves on threads of its own until this object goes, which ends stalled connections too.
  void start();

 private:
  void accept_connections();
  void serve(int socket);

  Backend& backend_;
  int listener_ = -1;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;  // threads of connections
};

}  // namespace influxctl::sandbox
