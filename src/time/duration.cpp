// SPDX-License-Identifier: MIT
#include "influxctl/time/duration.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
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
constexpr std::size_t kDayUnits = 2;  // the first entries of kUnits, which Go does not have
constexpr std::array<Unit, 10> kUnits{{{"w", 7 * kDay, " wk week weeks "},
                                       {"d", kDay, " day days "},
                                       {"h", 3'600 * kSecond, " hr hrs hour hours "},
                                       {"m", 60 * kSecond, " min mins minute minutes "},
                                       {"s", kSecond, " sec secs second seconds "},
                                       {"ms", 1'000'000},
                                       {"us", 1'000},
                                       {"\u00b5s", 1'000},
                                       {"\u03bcs", 1'000},
                                       {"ns", 1}}};
constexpr std::string_view kYear = " y yr yrs year years ";
constexpr std::string_view kMonth = " mo month months ";
constexpr std::string_view kNever = " never none no infinite infinity forever unlimited ";

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

const Unit* find_unit(std::string_view name, DurationUnits units) {
  const auto* const first = kUnits.begin() + (units == DurationUnits::go ? kDayUnits : 0);
  const auto* const found =
      std::find_if(first, kUnits.end(), [name](const Unit& unit) { return unit.name == name; });
  return found == kUnits.end() ? nullptr : found;
}

/// `whole`.`fraction` units, rounded down; nothing when that is over kLongest.
std::optional<std::uint64_t> product(std::string_view whole, std::string_view fraction,
                                     std::uint64_t unit) {
  const std::uint64_t limit = kLongest / unit;  // at least 15,250, so no digit exceeds it
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
void read_term(std::string_view& text, DurationUnits units, Reading& reading) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  const std::string_view name = text.substr(0, text.find_first_of(".0123456789"));
  text.remove_prefix(name.size());
  const Unit* const unit = find_unit(name, units);
  if (whole.empty() && fraction.empty()) {
    reading.fault = "is not a duration";
  } else if (name.empty()) {
    reading.fault = "has no unit";
  } else if (unit == nullptr) {
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

Reading read(std::string_view text, DurationUnits units) {
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

/// The whole duration in the largest of Go's units that divides it.
std::string in_one_unit(std::uint64_t nanos) {
  const auto* const unit =
      std::find_if(kUnits.begin() + kDayUnits, kUnits.end(),
                   [nanos](const Unit& candidate) { return nanos % candidate.nanos == 0; });
  return std::to_string(nanos / unit->nanos) + std::string(unit->name);
}

bool has_word(std::string_view words, const std::string& word) {
  return words.find(" " + word + " ") != std::string_view::npos;
}

/// `1.5` and `Hours` as `1.5h`, `2` and `years` as `730d`. As they are when they mean nothing.
std::string in_our_unit(const std::string& number, std::string name, bool is_time) {
  constexpr std::size_t kMostDigits = 4;
  if (name == "M" && !is_time) return number + name;  // a month or a minute
  name = lower_case(name);
  for (const Unit& unit : kUnits) {
    if (has_word(unit.words, name)) return number + std::string(unit.name);
  }
  const unsigned days = has_word(kYear, name) ? 365 : has_word(kMonth, name) ? 30 : 0;
  if (days == 0 || number.size() > kMostDigits || number.find('.') != std::string::npos) {
    return number + name;
  }
  return std::to_string(std::strtoul(number.c_str(), nullptr, 10) * days) + "d";
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
    result += in_our_unit(plain.substr(0, name), plain.substr(name, end - name), is_time);
    plain.erase(0, end);
  }
  return result;
}

/// A text that is right and most likely meant; empty when there is none.
std::string likely_meant(std::string_view text, DurationUnits units) {
  constexpr std::size_t kReadable = 40;
  if (text.size() > kReadable) return {};
  const std::string meant = in_our_units(text);
  if (read(meant, units).is_usable()) return meant;
  const Reading reading = read(meant, DurationUnits::go_days_and_weeks);
  return reading.is_usable() ? in_one_unit(reading.nanos) : "";
}

std::string hint_for(std::string_view text, std::string_view flag, DurationUnits units) {
  const bool is_go = units == DurationUnits::go;
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
  const std::string example = units == DurationUnits::go ? "60s" : "1d";
  if (text.empty()) refuse(text, flag, "is empty", "write a duration such as " + example);
  const Reading reading = read(text, units);
  if (!reading.fault.empty()) {
    const bool has_space = text.find_first_of(" \t\r\n\f\v") != std::string_view::npos;
    const bool is_long = reading.fault == "is over 292 years";
    refuse(text, flag, has_space ? "has white space in it" : reading.fault,
           is_long ? "the longest is 2562047h47m16.854775807s" : hint_for(text, flag, units));
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
