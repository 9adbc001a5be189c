// SPDX-License-Identifier: MIT
#pragma once

#include <httplib.h>

#include <optional>

#include "answer.h"
#include "server.h"
#include "wire.h"

namespace influxctl::sandbox {

/// One connection's request and its answer. The library parses the request; what goes back is made
/// here, because a library would not send what the faults ask for.
class Session : private httplib::Server, private httplib::Stream {
 public:
  /// `number` is the connection's in the ledger.
  Session(Backend& backend, Connection& connection, long number);

  /// Reads a request, lets it take effect and answers it, with the fault that is due.
  void run();

 private:
  void handle(const httplib::Request& request, httplib::Response& response);
  void record(const httplib::Request& request);
  Answer true_answer(const httplib::Request& request);
  void answer();

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override { return connection_.read(bytes, size); }
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return INVALID_SOCKET; }

  Backend& backend_;
  Connection& connection_;
  long connection_number_;
  long request_number_ = 0;  // 0 until a request was read completely
  bool length_added_ = false;
  Rule rule_;
  Answer answer_;
};

}  // namespace influxctl::sandbox
