// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <thread>

namespace influxctl::sandbox {

/// Turns SIGTERM, SIGINT, SIGHUP and, where the system has that, the parent's death into bytes on
/// a pipe. Make it before any other thread, so that all of them leave the signals alone.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Readable once the process is to end.
  int fd() const { return pipe_[0]; }

 private:
  std::array<int, 2> pipe_{};
  std::thread thread_;
};

}  // namespace influxctl::sandbox
