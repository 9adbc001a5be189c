// SPDX-License-Identifier: MIT
#include "influxctl/time/duration.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanos;
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400 * kSecond;
constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDayUnits = 2;  // the first entries of kUnits, which Go does not have
constexpr std::array<Unit, 10> kUnits{{{"w", 7 * kDay},
                                       {"d", kDay},
                                       {"h", 3'600 * kSecond},
                                       {"m", 60 * kSecond},
                                       {"s", kSecond},
                                       {"ms", 1'000'000},
                                       {"us", 1'000},
                                       {"\u00b5s", 1'000},
                                       {"\u03bcs", 1'000},
                                       {"ns", 1}}};

enum class Fault { none, malformed, no_unit, unknown_unit, overflow };

/// What reading a text came to; with a fault, `part` is the piece at fault.
struct Reading {
  Fault fault = Fault::none;
  std::string_view part;
  std::uint64_t nanos = 0;
  bool negative = false;
};

std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<std::uint64_t> find_unit(std::string_view name, DurationUnits units) {
  const auto* const first = kUnits.begin() + (units == DurationUnits::go ? kDayUnits : 0);
  const auto* const found =
      std::find_if(first, kUnits.end(), [name](const Unit& unit) { return unit.name == name; });
  if (found == kUnits.end()) return std::nullopt;
  return found->nanos;
}

/// `digits` times `unit`; nothing when that is over kLongest.
std::optional<std::uint64_t> whole_part(std::string_view digits, std::uint64_t unit) {
  const std::uint64_t limit = kLongest / unit;  // at least 15,250, so no digit exceeds it
  std::uint64_t count = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (count > (limit - digit) / 10) return std::nullopt;
    count = count * 10 + digit;
  }
  return count * unit;
}

/// 0.`digits` times `unit`, rounded down. From the last digit on, so that it is exact for any
/// number of digits: rounding down early does not change an integer quotient.
std::uint64_t fraction_part(std::string_view digits, std::uint64_t unit) {
  std::uint64_t result = 0;
  for (; !digits.empty(); digits.remove_suffix(1)) {
    result = (result + static_cast<std::uint64_t>(digits.back() - '0') * unit) / 10;
  }
  return result;
}

/// Adds one number and its unit, taken from the start of `text`, to `reading`.
void read_term(std::string_view& text, DurationUnits units, Reading& reading) {
  const std::string_view start = text;
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  reading.part = start.substr(0, start.size() - text.size());
  if (whole.empty() && fraction.empty()) {
    reading.fault = Fault::malformed;
    return;
  }
  const std::string_view name = text.substr(0, text.find_first_of(".0123456789"));
  text.remove_prefix(name.size());
  if (name.empty()) {
    reading.fault = Fault::no_unit;
    return;
  }
  const auto unit = find_unit(name, units);
  if (!unit) {
    reading.part = name;
    reading.fault = Fault::unknown_unit;
    return;
  }
  const auto nanos = whole_part(whole, *unit);
  const std::uint64_t more = fraction_part(fraction, *unit);
  if (!nanos || *nanos > kLongest - more || *nanos + more > kLongest - reading.nanos) {
    reading.fault = Fault::overflow;
    return;
  }
  reading.nanos += *nanos + more;
}

Reading read(std::string_view text, DurationUnits units) {
  Reading reading;
  if (text.starts_with('-') || text.starts_with('+')) {
    reading.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  // Go takes a bare zero, the one number without a unit.
  if (text == "0") return reading;
  if (text.empty()) reading.fault = Fault::malformed;
  while (!text.empty() && reading.fault == Fault::none) read_term(text, units, reading);
  return reading;
}

bool is_usable(const Reading& reading) {
  return reading.fault == Fault::none && !reading.negative && reading.nanos > 0;
}

/// The whole duration in the largest of Go's units that divides it.
std::string in_one_unit(std::uint64_t nanos) {
  const auto* const unit =
      std::find_if(kUnits.begin() + kDayUnits, kUnits.end(),
                   [nanos](const Unit& candidate) { return nanos % candidate.nanos == 0; });
  return std::to_string(nanos / unit->nanos) + std::string(unit->name);
}

/// A text that is right and most likely meant: no white space, a dot for a comma, lower-case units
/// (but not of M, which may be a month), days in hours. Empty when there is none.
std::string mend(std::string_view text, DurationUnits units) {
  constexpr std::size_t kReadable = 40;
  if (text.size() > kReadable) return {};
  if (const Reading days = read(text, DurationUnits::go_days_and_weeks); is_usable(days)) {
    return in_one_unit(days.nanos);
  }
  std::string mended;
  for (const char c : text) {
    if (std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos) continue;
    const bool is_upper = c >= 'A' && c <= 'Z' && c != 'M';
    mended += c == ',' ? '.' : is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return is_usable(read(mended, units)) ? mended : std::string();
}

std::string list_of_units(DurationUnits units) {
  return std::string("the units are ") +
         (units == DurationUnits::go ? "" : "w (7 days), d (24 hours), ") +
         "h, m, s, ms, us and ns";
}

[[noreturn]] void refuse(std::string_view text, std::string_view flag, const std::string& what,
                         std::string hint) {
  throw Error(ErrorKind::usage, std::string(flag) + " " + quoted(text) + " " + what,
              {std::move(hint)});
}

[[noreturn]] void refuse_unit_less(std::string_view text, std::string_view flag,
                                   DurationUnits units, const Reading& reading) {
  const std::string number(reading.part);
  const bool is_all = text.ends_with(number) && text.size() <= number.size() + 1;
  if (!is_all) {
    refuse(text, flag, "has no unit after " + quoted(number), list_of_units(units));
  }
  if (!is_usable(read(number + "s", units))) {
    refuse(text, flag, "has no unit", list_of_units(units));
  }
  if (units == DurationUnits::go) refuse(text, flag, "has no unit", "write " + number + "s");
  refuse(
      text, flag, "has no unit",
      "write " + number + "d for days, " + number + "h for hours or " + number + "s for seconds");
}

[[noreturn]] void refuse_fault(std::string_view text, std::string_view flag, DurationUnits units,
                               const Reading& reading) {
  const std::string mended = mend(text, units);
  const std::string hint = mended.empty() ? list_of_units(units) : "write " + mended;
  if (text.find_first_of(" \t\r\n\f\v") != std::string_view::npos) {
    refuse(text, flag, "has white space in it", hint);
  }
  switch (reading.fault) {
    case Fault::no_unit:
      refuse_unit_less(text, flag, units, reading);
    case Fault::unknown_unit:
      refuse(text, flag, "has the unknown unit " + quoted(reading.part), hint);
    case Fault::overflow:
      refuse(text, flag, "is over 292 years", "the longest is 2562047h47m16.854775807s");
    case Fault::malformed:
    case Fault::none:
      break;
  }
  refuse(text, flag, "is not a duration", "write it like 1h30m; " + list_of_units(units));
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text, std::string_view flag,
                                        DurationUnits units) {
  const std::string example = units == DurationUnits::go ? "60s" : "1d";
  if (text.empty()) refuse(text, flag, "is empty", "write a duration such as " + example);
  const Reading reading = read(text, units);
  if (reading.fault != Fault::none) refuse_fault(text, flag, units, reading);
  if (reading.nanos == 0) {
    const bool is_zero = text.find_first_of("123456789") == std::string_view::npos;
    refuse(text, flag, is_zero ? "is zero" : "is less than 1ns",
           "write a positive duration such as " + example);
  }
  if (reading.negative) {
    refuse(text, flag, "is negative", "write a positive duration such as " + example);
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(reading.nanos));
}

}  // namespace influxctl
