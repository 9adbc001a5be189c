// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "influxctl/base/error.h"

namespace influxctl {

/// What the program was started with: the signals that are ignored, and those that are blocked.
struct SignalState {
  sigset_t ignored{};
  sigset_t blocked{};
};

/// Counts every signal that would end the process and can be waited for, from its construction on,
/// instead of dying of it: SIGINT, SIGQUIT, SIGTERM, SIGHUP, and SIGALRM, SIGUSR1, SIGXCPU, the
/// real-time ones and the like, which count as SIGTERM; SIGSEGV and other faults too, where a
/// process sent them. SIGKILL is left. A signal that was ignored when the program started (nohup)
/// stays ignored. SIGPIPE and SIGXFSZ (a file has reached its size limit) are ignored, so that the
/// write fails instead; SIGCHLD gets its default, so that a sink's exit status can be read. All
/// this lasts to the end of the process: a late signal does not turn a success into a death. One
/// instance, made by main.
class Signals {
 public:
  using Clock = std::chrono::steady_clock;

  Signals();
  ~Signals() = default;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// How many have arrived. One within 0.5 s of another is its repetition and does not count:
  /// timeout(1) signals the process and then its group.
  int count() const noexcept;
  bool any() const noexcept { return count() > 0; }
  ErrorKind kind() const noexcept;  ///< interrupted, terminated or hangup, for the first one
  std::optional<Clock::time_point> first_arrival() const noexcept;
  /// Throws Error{kind()} "cancelled; WHAT" when a signal has arrived.
  void stop_if_any(const std::string& what) const;
  /// As it was before the construction, for a program that is started.
  const SignalState& at_start() const noexcept { return at_start_; }

 private:
  SignalState at_start_;
};

}  // namespace influxctl
