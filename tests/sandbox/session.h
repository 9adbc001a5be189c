// SPDX-License-Identifier: MIT
#pragma once

#include "request.h"
#include "response.h"
#include "server.h"
#include "wire.h"

namespace influxctl::sandbox {

/// One connection's request and its response, with the fault that is due.
class Session {
 public:
  /// `number` is the connection's in the ledger.
  Session(Backend& backend, Connection& connection, long number)
      : backend_(backend), connection_(connection), connection_number_(number) {}

  /// Reads a request, lets it take effect and responds, with the fault that is due.
  void run();

 private:
  void record(const HttpRequest& request);
  Response true_response(const HttpRequest& request);
  void response();

  Backend& backend_;
  Connection& connection_;
  long connection_number_;
  long request_number_ = 0;
  Rule rule_;
  Response response_;
};

}  // namespace influxctl::sandbox
