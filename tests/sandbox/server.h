// SPDX-License-Identifier: MIT
#pragma once

#include <httplib.h>

#include <atomic>
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

/// Accepts connections on 127.0.0.1, each with one request, and answers them as the cluster and
/// the faults say.
class Server : private httplib::Server {
 public:
  explicit Server(Backend& backend);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override;

  /// Binds a free port and returns it. Throws std::runtime_error.
  int bind();
  /// Serves on threads of its own until this object goes, which ends stalled connections too.
  void start();

 private:
  bool process_and_close_socket(socket_t sock) override;

  Backend& backend_;
  std::thread thread_;
};

}  // namespace influxctl::sandbox
