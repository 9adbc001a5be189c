// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace influxctl {

/// A point in time: seconds since 1970-01-01T00:00:00Z (may be negative) and 0..999,999,999
/// nanoseconds after it. Wide enough for every RFC 3339 year; std::chrono's clock wraps in 2262.
struct Timestamp {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  auto operator<=>(const Timestamp&) const = default;  // NOLINT(modernize-use-nullptr): false alarm
};

/// The system clock's time.
Timestamp current_time();

/// Parses RFC 3339 `date-time` (section 5.6), all of it and nothing else. Second 60 is accepted
/// only where a leap second can be and counts as the second after it; fraction digits past the
/// ninth are dropped. Nothing when the text is not a date-time.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// For a text that parse_rfc3339 refuses: what is wrong, and what to do. For a near miss the hint
/// says what to write ("write 2031-01-02T03:04:05+00:00").
struct Rfc3339Problem {
  std::string reason;
  std::string hint;
};
Rfc3339Problem explain_rfc3339(std::string_view text);

/// The value of --expires-at. Throws Error{usage} unless it is an RFC 3339 date-time, later than
/// `now`, and not past the year 9999 in UTC.
Timestamp parse_expiry(std::string_view text, Timestamp now);

/// The value of --expires-in: `now` plus the duration, rounded up to a whole second. Throws
/// Error{usage} past the year 9999.
Timestamp expiry_after(std::chrono::nanoseconds duration, Timestamp now);

/// `2026-11-24T15:30:00.25Z`: UTC, upper case, trailing zeros of the fraction dropped. The year
/// must be 0..9999.
std::string format_rfc3339(Timestamp time);

/// Parses an HTTP-date in each of its three forms (RFC 9110 section 5.6.7). A year of two digits is
/// the latest one that is at most 50 years after `now`. Nothing when the text is anything else.
std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now = current_time());

}  // namespace influxctl
