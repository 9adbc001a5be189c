// SPDX-License-Identifier: MIT
#include "influxctl/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <mutex>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

// spdlog's way to the one writer of stderr.
class ToConsole : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ToConsole(Console& console) : console_(console) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    console_.print({line.data(), line.size()});
  }
  void flush_() override {}

 private:
  Console& console_;
};

}  // namespace

Log::Log(LogLevel level, Console& console) : level_(level) {
  if (level == LogLevel::off) return;
  logger_ = std::make_shared<spdlog::logger>("influxctl", std::make_shared<ToConsole>(console));
  logger_->set_level(level == LogLevel::trace ? spdlog::level::trace : spdlog::level::debug);
  logger_->set_pattern("influxctl: %l: %H:%M:%S.%e %v");
}

void Log::debug(std::string_view line) const {
  if (logger_) logger_->debug("{}", shown(line));
}

void Log::trace(std::string_view line) const {
  if (logger_) logger_->trace("{}", shown(line));
}

}  // namespace influxctl
