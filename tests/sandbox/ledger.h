// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace influxctl::sandbox {

using Json = nlohmann::ordered_json;

/// What happened, in the order in which it did: one JSON object a line, in the file at once. Each
/// line begins with "n" (1, 2, …) and "ms" (milliseconds since the start). Safe from many threads.
class Ledger {
 public:
  /// Creates the file with mode 0600. Throws std::runtime_error.
  explicit Ledger(const std::string& path);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger();

  /// Appends {"n", "ms", "event": name, …details}.
  void append(const std::string& name, const Json& details);

 private:
  int fd_;
  std::mutex mutex_;
  long long count_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace influxctl::sandbox
