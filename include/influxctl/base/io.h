// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "influxctl/base/console.h"
#include "influxctl/base/signals.h"

namespace influxctl {

/// A file descriptor that is closed with its owner; negative means none.
class Descriptor {
 public:
  Descriptor() noexcept = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int get() const noexcept { return number_; }
  bool is_open() const noexcept { return number_ >= 0; }
  /// Closes it now and returns 0, or the errno of close(2).
  [[nodiscard]] int close() noexcept;

 private:
  int number_ = -1;
};

/// Throws Error{config} where the limit on open files (`ulimit -n`) leaves too few for a run. Later
/// it would look like a bad certificate or an unreachable cluster.
void check_open_files_limit();

/// A pipe whose ends close on exec. Returns 0 or an errno.
[[nodiscard]] int make_pipe(Descriptor& reading, Descriptor& writing) noexcept;

/// How long a wait may take: `timeout` from now on, and no more than `after_signal` once a signal
/// has arrived. Without either there is no limit.
class TimeLimit {
 public:
  using Milliseconds = std::chrono::milliseconds;

  TimeLimit() noexcept = default;
  explicit TimeLimit(Milliseconds timeout) noexcept;
  TimeLimit(std::optional<Milliseconds> timeout, const Signals& signals,
            Milliseconds after_signal) noexcept;
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();

  /// Has the wait shown as Console::show_wait() does, until this object goes. Both outlive it.
  void show_on(Console& console, std::string_view what, bool shared = false) noexcept;

  /// Milliseconds to wait now, for poll(2), before asking again; 0 when the time is over.
  [[nodiscard]] int left_ms() noexcept;
  /// Waits so long, or until the time is over.
  void wait(Milliseconds time) noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> end_;
  const Signals* signals_ = nullptr;  ///< until one has arrived
  Milliseconds after_signal_{};
  Console* console_ = nullptr;
  std::string_view what_;
  bool shared_ = false;
};

/// Writes every byte, through short writes, EINTR and EAGAIN. Returns 0 or an errno; ETIMEDOUT when
/// the limit is over first.
[[nodiscard]] int write_all(int descriptor, std::string_view bytes, TimeLimit& limit) noexcept;

}  // namespace influxctl
