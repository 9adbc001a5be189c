// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string_view>

namespace influxctl {

/// Units that a duration may use.
enum class DurationUnits {
  go,                 ///< Go's time.ParseDuration: ns us µs μs ms s m h
  go_days_and_weeks,  ///< the same plus d (24h) and w (7d)
};

/// Parses a positive duration such as `1h30m`, `1.5h` or `2w`. Throws Error{usage} naming `flag`
/// and what to write when it is zero, negative, unit-less, malformed or over 2^63-1 ns (292 years).
/// A part of a nanosecond is dropped.
std::chrono::nanoseconds parse_duration(std::string_view text, std::string_view flag,
                                        DurationUnits units);

}  // namespace influxctl
