// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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
  int close() noexcept;

 private:
  int number_ = -1;
};

/// Throws Error{undelivered} "WHAT", or "WHAT: strerror(ERROR)".
[[noreturn]] void fail(const std::string& what);
[[noreturn]] void fail(const std::string& what, int error);

/// What ends a write that makes no progress; neither: it waits for ever.
struct WriteLimits {
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const Signals* signals = nullptr;  ///< any of them ends it with Error{signals->kind()}
};

/// Writes every byte, through short writes, EINTR and EAGAIN. Throws Error{undelivered} naming
/// `what`.
void write_all(int descriptor, std::string_view bytes, const WriteLimits& limits,
               const std::string& what);

}  // namespace influxctl
