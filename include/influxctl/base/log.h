// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "influxctl/base/console.h"

namespace spdlog {
class logger;
}

namespace influxctl {

enum class LogLevel {
  off,
  debug,  ///< --debug: one line for each step and each request
  trace,  ///< --trace: the same and what libcurl says about the connection
};

/// Diagnostics on stderr, for --debug and --trace; silent and free of cost without them. Every line
/// goes through shown(). Nobody hands it a secret: headers and bodies are filtered by the caller.
class Log {
 public:
  Log(LogLevel level, Console& console);

  bool enabled() const noexcept { return level_ != LogLevel::off; }
  bool traces() const noexcept { return level_ == LogLevel::trace; }
  void debug(std::string_view line) const;
  void trace(std::string_view line) const;

 private:
  LogLevel level_;
  std::shared_ptr<spdlog::logger> logger_;  // null when off
};

}  // namespace influxctl
