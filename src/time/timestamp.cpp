// SPDX-License-Identifier: MIT
#include "influxctl/time/timestamp.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/time/timestamp_grammar.h"

namespace influxctl {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kStartOfTime = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kEndOfTime = 253'402'300'800;    // 10000-01-01T00:00:00Z

bool take_fraction(std::string_view& text, std::int32_t& nanos) {
  const std::size_t size = digit_run(text);
  std::int32_t place = 100'000'000;
  for (const char c : text.substr(0, size)) {
    nanos += (c - '0') * place;
    place /= 10;
  }
  text.remove_prefix(size);
  return size > 0;
}

bool take_offset(std::string_view& text, Fields& fields) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  fields.offset_sign = text.starts_with('-') ? -1 : 1;
  return (take(text, '+') || take(text, '-')) && take_number(text, 2, fields.offset_hour) &&
         take(text, ':') && take_number(text, 2, fields.offset_minute);
}

date::year_month_day date_of(const Fields& fields) {
  return {date::year(fields.year), date::month(static_cast<unsigned>(fields.month)),
          date::day(static_cast<unsigned>(fields.day))};
}

/// The minute in UTC; the date must be real.
date::sys_time<minutes> minute_of(const Fields& fields) {
  const minutes offset = hours(fields.offset_hour) + minutes(fields.offset_minute);
  return date::sys_days(date_of(fields)) + hours(fields.hour) + minutes(fields.minute) -
         fields.offset_sign * offset;
}

bool can_hold_leap_second(date::sys_time<minutes> minute) {
  const auto day = date::floor<date::days>(minute);
  const date::year_month_day date(day);
  return minute - day == hours(23) + minutes(59) &&
         (date == date.year() / date::June / 30 || date == date.year() / date::December / 31);
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

/// What is wrong with the date, if anything.
std::optional<Rfc3339Problem> date_problem(const Fields& fields) {
  if (date_of(fields).ok()) return std::nullopt;
  if (fields.month < 1 || fields.month > 12) {
    return Rfc3339Problem{"there is no month " + padded(fields.month, 2),
                          "the order is year-month-day, such as 2031-01-31"};
  }
  const std::string month = std::string(kMonths.at(static_cast<std::size_t>(fields.month - 1))) +
                            " " + padded(fields.year, 4);
  const date::year_month_day_last last(date::year(fields.year) / fields.month / date::last);
  return Rfc3339Problem{
      "there is no " + std::to_string(fields.day) + " " + month,
      month + " has " + std::to_string(static_cast<unsigned>(last.day())) + " days"};
}

/// Where the fields' clock stands, also for hour 24 and second 60; the date must be real.
Timestamp instant_of(const Fields& fields) {
  const seconds since_1970 = minute_of(fields).time_since_epoch() + seconds(fields.second);
  return {since_1970.count(), fields.nanos};
}

/// What is wrong with the time of day or the offset, if anything; the date must be real.
std::optional<Rfc3339Problem> time_problem(const Fields& fields) {
  if (fields.offset_hour > 23 || fields.offset_minute > 59) {
    return Rfc3339Problem{"there is no offset " + padded(fields.offset_hour, 2) + ":" +
                              padded(fields.offset_minute, 2),
                          "offsets run from -23:59 to +23:59"};
  }
  if (fields.minute > 59) {
    return Rfc3339Problem{"there is no minute " + std::to_string(fields.minute),
                          "minutes run from 00 to 59"};
  }
  if (fields.second > 60) {
    return Rfc3339Problem{"there is no second " + std::to_string(fields.second),
                          "seconds run from 00 to 59"};
  }
  if (fields.hour > 23) {
    const bool is_midnight = fields.hour == 24 && fields.minute == 0 && fields.second == 0;
    const std::string hint = "hours run from 00 to 23";
    return Rfc3339Problem{"there is no hour " + std::to_string(fields.hour),
                          is_midnight ? mend_as(instant_of(fields), hint) : hint};
  }
  if (fields.second == 60 && !can_hold_leap_second(minute_of(fields))) {
    return Rfc3339Problem{
        "there is a second 60 only at 23:59 UTC on 30 June or 31 December, as a leap second",
        mend_as(instant_of(fields), "seconds run from 00 to 59")};
  }
  return std::nullopt;
}

}  // namespace

std::size_t digit_run(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& text, std::size_t digits, int& number) {
  if (digit_run(text) < digits) return false;
  number = 0;
  for (const char c : text.substr(0, digits)) number = number * 10 + (c - '0');
  text.remove_prefix(digits);
  return true;
}

std::optional<Fields> read_fields(std::string_view text) {
  Fields fields;
  const bool has_date = take_number(text, 4, fields.year) && take(text, '-') &&
                        take_number(text, 2, fields.month) && take(text, '-') &&
                        take_number(text, 2, fields.day);
  const bool has_time = has_date && (take(text, 'T') || take(text, 't')) &&
                        take_number(text, 2, fields.hour) && take(text, ':') &&
                        take_number(text, 2, fields.minute) && take(text, ':') &&
                        take_number(text, 2, fields.second);
  if (!has_time || (take(text, '.') && !take_fraction(text, fields.nanos))) return std::nullopt;
  if (!take_offset(text, fields) || !text.empty()) return std::nullopt;
  return fields;
}

std::optional<Rfc3339Problem> range_problem(const Fields& fields) {
  auto problem = date_problem(fields);
  return problem ? problem : time_problem(fields);
}

std::string mend_as(Timestamp instant, std::string otherwise) {
  if (instant.seconds < kStartOfTime || instant.seconds >= kEndOfTime) return otherwise;
  return "write " + format_rfc3339(instant);
}

Timestamp current_time() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto whole = date::floor<seconds>(since_1970);
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970 - whole);
  return {whole.count(), static_cast<std::int32_t>(nanos.count())};
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  const auto fields = read_fields(text);
  if (!fields || range_problem(*fields)) return std::nullopt;
  return instant_of(*fields);
}

Timestamp parse_expiry(std::string_view text, Timestamp now) {
  const std::string flag = "--expires-at " + quoted(text);
  const auto expiry = parse_rfc3339(text);
  if (!expiry) {
    const Rfc3339Problem problem = explain_rfc3339(text);
    throw Error(ErrorKind::usage, flag + " is not an RFC 3339 date-time: " + problem.reason,
                {problem.hint});
  }
  if (expiry->seconds >= kEndOfTime) {
    throw Error(ErrorKind::usage, flag + " lies past the year 9999 in UTC",
                {"leave it out for a token that does not expire"});
  }
  if (*expiry <= now) {
    throw Error(ErrorKind::usage, flag + " lies in the past",
                {"it is now " + format_rfc3339({now.seconds, 0}) +
                 "; for a day from now use --expires-in 1d"});
  }
  return *expiry;
}

Timestamp expiry_after(std::chrono::nanoseconds duration, Timestamp now) {
  const auto whole = date::floor<seconds>(duration);
  const std::int64_t nanos = now.nanos + (duration - whole).count();  // below two seconds
  const std::int64_t carry = (nanos + 999'999'999) / 1'000'000'000;
  if (whole.count() >= kEndOfTime - now.seconds - carry) {
    throw Error(ErrorKind::usage, "--expires-in goes past the year 9999",
                {"leave it out for a token that does not expire"});
  }
  return {now.seconds + whole.count() + carry, 0};
}

std::string format_rfc3339(Timestamp time) {
  const date::sys_seconds instant{seconds(time.seconds)};
  const auto day = date::floor<date::days>(instant);
  const date::year_month_day date(day);
  const date::hh_mm_ss clock(instant - day);
  std::string text = padded(static_cast<int>(date.year()), 4) + "-" +
                     padded(static_cast<unsigned>(date.month()), 2) + "-" +
                     padded(static_cast<unsigned>(date.day()), 2) + "T" +
                     padded(clock.hours().count(), 2) + ":" + padded(clock.minutes().count(), 2) +
                     ":" + padded(clock.seconds().count(), 2);
  if (time.nanos != 0) {
    const std::string fraction = padded(time.nanos, 9);
    text += "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::size_t kSize = 29;  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != kSize || !text.ends_with(" GMT") || text.substr(3, 2) != ", " ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ') {
    return std::nullopt;
  }
  const auto* const month =
      std::find_if(kMonths.begin(), kMonths.end(),
                   [text](std::string_view name) { return name.starts_with(text.substr(8, 3)); });
  const std::string rfc3339 =
      std::string(text.substr(12, 4)) + "-" + padded(month - kMonths.begin() + 1, 2) + "-" +
      std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z";
  const auto fields = read_fields(rfc3339);
  if (!fields || range_problem(*fields)) return std::nullopt;
  const std::size_t weekday = date::weekday(date::sys_days(date_of(*fields))).c_encoding();
  if (kDays.substr(weekday * 3, 3) != text.substr(0, 3)) return std::nullopt;
  return instant_of(*fields);
}

}  // namespace influxctl
