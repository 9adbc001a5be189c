// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace influxctl::sandbox {

/// Seconds since 1970-01-01T00:00:00Z and 0..999,999,999 nanoseconds after them. Made apart from
/// the program under test on purpose: the stand-in must not share its mistakes.
struct Instant {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  auto operator<=>(const Instant&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// The system clock, cut to microseconds as a database would store it.
Instant current_instant();

/// Reads RFC 3339 as a Go server does: upper-case `T` and `Z`, no second 60. Nothing otherwise.
std::optional<Instant> parse_instant(const std::string& text);

/// Go's RFC3339Nano in UTC: trailing zeros of the fraction dropped.
std::string format_instant(Instant instant);

}  // namespace influxctl::sandbox
