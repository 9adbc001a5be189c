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

/// What people write for a unit, and for a year or a month of days.
struct Word {
  std::string_view names;
  std::uint64_t count;
  std::string_view unit;
};
constexpr std::array<Word, 7> kWords{{{" sec secs second seconds ", 1, "s"},
                                      {" min mins minute minutes ", 1, "m"},
                                      {" hr hrs hour hours ", 1, "h"},
                                      {" day days ", 1, "d"},
                                      {" week weeks ", 1, "w"},
                                      {" mo month months ", 30, "d"},
                                      {" y yr year years ", 365, "d"}}};

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

/// Without white space, a dot for a comma, in lower case (but not M, which may be a month).
std::string tidied(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos) continue;
    const bool is_upper = c >= 'A' && c <= 'Z' && c != 'M';
    result += c == ',' ? '.' : is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// `90days` as `90d`, `1y` as `365d`; empty for anything else.
std::string from_words(std::string_view text) {
  const std::string_view digits = take_digits(text);
  constexpr std::size_t kLongestCount = 4;
  if (digits.empty() || digits.size() > kLongestCount || text.empty()) return {};
  const std::string name = " " + std::string(text) + " ";
  const auto* const word = std::find_if(kWords.begin(), kWords.end(), [&name](const Word& each) {
    return each.names.find(name) != std::string_view::npos;
  });
  if (word == kWords.end()) return {};
  return std::to_string(std::stoul(std::string(digits)) * word->count) + std::string(word->unit);
}

/// A text that is right and most likely meant; empty when there is none.
std::string suggestion(std::string_view text, DurationUnits units) {
  constexpr std::size_t kReadable = 40;
  if (text.size() > kReadable) return {};
  std::string plain = tidied(text);
  if (read(plain, units).is_usable()) return plain;
  for (const std::string& meant : {plain, from_words(plain)}) {
    const Reading reading = read(meant, DurationUnits::go_days_and_weeks);
    if (reading.is_usable()) return units == DurationUnits::go ? in_one_unit(reading.nanos) : meant;
  }
  return {};
}

std::string hint_for(std::string_view text, DurationUnits units) {
  const bool is_go = units == DurationUnits::go;
  if (const std::string meant = suggestion(text, units); !meant.empty()) return "write " + meant;
  std::string_view number = text;
  if (number.starts_with('+') || number.starts_with('-')) number.remove_prefix(1);
  const std::string digits(number.substr(0, 20));
  const bool is_number = number.find_first_not_of("0123456789.") == std::string_view::npos;
  if (is_number && digits.size() == number.size() && read(digits + "s", units).is_usable()) {
    if (is_go) return "write " + digits + "s";
    return "write " + digits + "d for days, " + digits + "h for hours or " + digits +
           "s for seconds";
  }
  if (!is_go && (text == "never" || text == "none" || text == "forever")) {
    return "a token without an expiry is made without this flag, or with rotate's --no-expiry";
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
           is_long ? "the longest is 2562047h47m16.854775807s" : hint_for(text, units));
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
