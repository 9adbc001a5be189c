// SPDX-License-Identifier: MIT
#pragma once

#include "answer.h"
#include "request.h"
#include "server.h"
#include "wire.h"

namespace influxctl::sandbox {

/// One connection's request and its answer, with the fault that is due.
class Session {
 public:
  /// `number` is the connection's in the ledger.
  Session(Backend& backend, Connection& connection, long number)
      : backend_(backend), connection_(connection), connection_number_(number) {}

  /// Reads a request, lets it take effect and answers it, with the fault that is due.
  void run();

 private:
  void record(const HttpRequest& request);
  Answer true_answer(const HttpRequest& request);
  void answer();

  Backend& backend_;
  Connection& connection_;
  long connection_number_;
  long request_number_ = 0;
  Rule rule_;
  Answer answer_;
};

}  // namespace influxctl::sandbox
