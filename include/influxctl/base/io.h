// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/process_context.h"

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

/// True when both are of one file.
bool is_same_file(const struct stat& one, const struct stat& two) noexcept;

/// The text of a regular file or a pipe (`<(…)`) of at most `limit` bytes, without a UTF-8 byte
/// order mark at its start; symbolic links are followed. Throws Error{config} naming `what` ("token
/// file"), the path and the reason when it is missing, unreadable, UTF-16, too large, a directory
/// or a device. A pipe may take `patience` in all, and where there is a `context` the wait for it
/// is shown and ends with a signal (Error{its kind}); a FIFO without a writer is empty.
std::string read_file(const std::string& path, const std::string& what, std::size_t limit,
                      const ProcessContext* context = nullptr,
                      std::chrono::milliseconds patience = std::chrono::seconds(30));

/// The same where only a regular file will do.
std::string read_regular_file(const std::string& path, const std::string& what, std::size_t limit);

/// The same of a file that is open for reading.
std::string read_regular_file(int file, const std::string& path, const std::string& what,
                              std::size_t limit);

/// A warning for people where others can read a file that holds a secret, or can change a file,
/// own it, or replace it through a directory on the way (as sshd's StrictModes asks), with the
/// command that fixes it. Empty where all is well, and for what is no regular file. Others are all
/// but root, this user, and who called sudo (`sudo_uid`: its variable SUDO_UID).
std::string access_warning(const std::string& path, bool holds_secret, const std::string& sudo_uid);

}  // namespace influxctl
