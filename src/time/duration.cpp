// SPDX-License-Identifier: MIT
#include "influxctl/time/duration.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanos;
  std::string_view words = {};  ///< what people write for it, each between spaces
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400 * kSecond;
constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max();
constexpr std::array<Unit, 12> kUnits{{{"y", 365 * kDay, " yr yrs year years "},
                                       {"mo", 30 * kDay, " month months "},
                                       {"w", 7 * kDay, " wk week weeks "},
                                       {"d", kDay, " day days "},
                                       {"h", 3'600 * kSecond, " hr hrs hour hours "},
                                       {"m", 60 * kSecond, " min mins minute minutes "},
                                       {"s", kSecond, " sec secs second seconds "},
                                       {"ms", 1'000'000},
                                       {"us", 1'000},
                                       {"\u00b5s", 1'000},
                                       {"\u03bcs", 1'000},
                                       {"ns", 1}}};
constexpr std::string_view kNever = " never none no infinite infinity forever unlimited ";

using Units = std::span<const Unit>;
constexpr Units kAllUnits = kUnits;  // for hints
constexpr Units kDayUnits = kAllUnits.subspan(2);
constexpr Units kGoUnits = kAllUnits.subspan(4);

/// What reading a text came to. `fault` says what is wrong, to follow the text; empty: nothing.
struct Reading {
  std::uint64_t nanos = 0;
  bool negative = false;
  std::string fault = {};

  bool is_usable() const { return fault.empty() && !negative && nanos > 0; }
};

std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

/// `whole`.`fraction` units, rounded down; nothing when that is over kLongest.
std::optional<std::uint64_t> product(std::string_view whole, std::string_view fraction,
                                     std::uint64_t unit) {
  const std::uint64_t limit = kLongest / unit;  // at least 292, so no digit exceeds it
  std::uint64_t count = 0;
  for (const char c : whole) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (count > (limit - digit) / 10) return std::nullopt;
    count = count * 10 + digit;
  }
  // From the last digit on, so that it is exact for any number of digits: rounding down early does
  // not change an integer quotient.
  std::uint64_t part = 0;
  for (; !fraction.empty(); fraction.remove_suffix(1)) {
    part = (part + static_cast<std::uint64_t>(fraction.back() - '0') * unit) / 10;
  }
  if (count * unit > kLongest - part) return std::nullopt;
  return count * unit + part;
}

/// Adds one number and its unit, taken from the start of `text`, to `reading`.
void read_term(std::string_view& text, Units units, Reading& reading) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  const std::string_view name = text.substr(0, text.find_first_of(".0123456789"));
  text.remove_prefix(name.size());
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [name](const Unit& known) { return known.name == name; });
  if (whole.empty() && fraction.empty()) {
    reading.fault = "is not a duration";
  } else if (name.empty()) {
    reading.fault = "has no unit";
  } else if (unit == units.end()) {
    reading.fault = "has the unknown unit " + influxctl::quoted(name);
  } else {
    const auto nanos = product(whole, fraction, unit->nanos);
    if (!nanos || *nanos > kLongest - reading.nanos) {
      reading.fault = "is over 292 years";
    } else {
      reading.nanos += *nanos;
    }
  }
}

Reading read(std::string_view text, Units units) {
  Reading reading;
  if (text.starts_with('-') || text.starts_with('+')) {
    reading.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return reading;  // Go takes a bare zero, the one number without a unit
  if (text.empty()) reading.fault = "is not a duration";
  while (!text.empty() && reading.fault.empty()) read_term(text, units, reading);
  return reading;
}

/// The whole duration in the largest of the units that divides it.
std::string in_one_unit(std::uint64_t nanos, Units units) {
  const auto unit = std::find_if(units.begin(), units.end(), [nanos](const Unit& candidate) {
    return nanos % candidate.nanos == 0;
  });
  return std::to_string(nanos / unit->nanos) + std::string(unit->name);
}

bool has_word(std::string_view words, const std::string& word) {
  return words.find(" " + word + " ") != std::string_view::npos;
}

/// `Hours` as `h`; as it is when it means nothing.
std::string our_unit(std::string name, bool is_time) {
  if (name == "M" && !is_time) return name;  // a month or a minute
  name = lower_case(name);
  for (const Unit& unit : kAllUnits) {
    if (has_word(unit.words, name)) return std::string(unit.name);
  }
  return name;
}

/// What a near miss most likely means: `1 hour 30 min` as `1h30m`, `90D` as `90d`, `PT1H` as `1h`.
std::string in_our_units(std::string_view text) {
  const bool is_time = text.starts_with("PT");  // ISO 8601
  text.remove_prefix(is_time ? 2 : text.starts_with('P') ? 1 : 0);
  std::string plain(text);
  std::erase_if(plain, [](char c) { return trimmed({&c, 1}).empty(); });
  std::replace(plain.begin(), plain.end(), ',', '.');
  std::string result;
  while (!plain.empty()) {
    const auto name = std::min(plain.find_first_not_of(".0123456789"), plain.size());
    const auto end = std::min(plain.find_first_of(".0123456789", name), plain.size());
    result += plain.substr(0, name) + our_unit(plain.substr(name, end - name), is_time);
    plain.erase(0, end);
  }
  return result;
}

/// A text that is right and most likely meant; empty when there is none.
std::string likely_meant(std::string_view text, Units units) {
  constexpr std::size_t kReadable = 40;
  if (text.size() > kReadable) return {};
  const std::string meant = in_our_units(text);
  if (read(meant, units).is_usable()) return meant;
  const Reading reading = read(meant, kAllUnits);
  return reading.is_usable() ? in_one_unit(reading.nanos, units) : "";
}

std::string hint_for(std::string_view text, std::string_view flag, bool is_go, Units units) {
  if (const std::string meant = likely_meant(text, units); !meant.empty()) return "write " + meant;
  std::string_view number = text;
  if (number.starts_with('+') || number.starts_with('-')) number.remove_prefix(1);
  const std::string digits(number.substr(0, 20));
  const bool is_number = number.find_first_not_of("0123456789.") == std::string_view::npos;
  if (is_number && digits.size() == number.size() && read(digits + "s", units).is_usable()) {
    if (is_go) return "write " + digits + "s";
    return "write " + digits + "d for days, " + digits + "h for hours or " + digits +
           "s for seconds";
  }
  if (flag == "--expires-in" && has_word(kNever, std::string(text))) {
    return "for a token that never expires leave it out (create) or write --no-expiry (rotate)";
  }
  return std::string("write it like ") + (is_go ? "1h30m" : "30d") + "; the units are " +
         (is_go ? "" : "w (7 days), d (24 hours), ") + "h, m, s, ms, us and ns";
}

[[noreturn]] void refuse(std::string_view text, std::string_view flag, const std::string& what,
                         const std::string& hint) {
  throw Error(ErrorKind::usage, std::string(flag) + " " + influxctl::quoted(text) + " " + what,
              {hint});
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text, std::string_view flag,
                                        DurationUnits units) {
  const bool is_go = units == DurationUnits::go;
  const Units known = is_go ? kGoUnits : kDayUnits;
  const std::string example = is_go ? "60s" : "1d";
  if (text.empty()) refuse(text, flag, "is empty", "write a duration such as " + example);
  const Reading reading = read(text, known);
  if (!reading.fault.empty()) {
    const bool has_space = text.find_first_of(" \t\r\n\f\v") != std::string_view::npos;
    const bool is_long = reading.fault == "is over 292 years";
    refuse(
        text, flag, has_space ? "has white space in it" : reading.fault,
        is_long ? "the longest is 2562047h47m16.854775807s" : hint_for(text, flag, is_go, known));
  }
  if (reading.nanos == 0 || reading.negative) {
    const bool is_zero = text.find_first_of("123456789") == std::string_view::npos;
    const char* const what = reading.nanos > 0 ? "is negative"
                             : is_zero         ? "is zero"
                                               : "is less than 1ns";
    refuse(text, flag, what, "write a positive duration such as " + example);
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(reading.nanos));
}

}  // namespace influxctl
