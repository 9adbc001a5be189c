// SPDX-License-Identifier: MIT
#include "influxctl/timestamp.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

#include "influxctl/duration.h"
#include "influxctl/error.h"
#include "influxctl/text.h"

namespace influxctl {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kStartOfTime = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kEndOfTime = 253'402'300'800;    // 10000-01-01T00:00:00Z
constexpr std::string_view kExample = "2031-01-02T03:04:05Z";
constexpr std::string_view kDateCommands =
    "use `date -d +1day -Iseconds` (GNU) or `date -v+1d -Iseconds` (macOS, BSD), "
    "or --expires-in 1d";

/// A text of date-time's form, read but not yet checked against clock and calendar.
struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int32_t nanos = 0;
  int offset_sign = 1;
  int offset_hour = 0;
  int offset_minute = 0;
};

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

/// The instant as the mend, where a year of four digits can say it.
std::string mend_as(Timestamp instant, std::string otherwise) {
  if (instant.seconds < kStartOfTime || instant.seconds >= kEndOfTime) return otherwise;
  return "write " + format_rfc3339(instant);
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

std::optional<Rfc3339Problem> range_problem(const Fields& fields) {
  auto problem = date_problem(fields);
  return problem ? problem : time_problem(fields);
}

// --- why a text is refused ---------------------------------------------------------------------

/// A lenient reading of a near miss: what is left to read, what strict reading should have found,
/// and the first departure from the form.
struct Draft {
  std::string_view rest;
  std::string mended;
  std::string reason;
};

void blame(Draft& draft, std::string reason) {
  if (draft.reason.empty()) draft.reason = std::move(reason);
}

/// Stops the reading, with the reason for it.
bool give_up(Draft& draft, std::string reason) {
  draft.reason = std::move(reason);
  draft.mended.clear();
  return false;
}

void copy_digits(Draft& draft, std::size_t count) {
  draft.mended += draft.rest.substr(0, count);
  draft.rest.remove_prefix(count);
}

/// A field of two digits; `is_run_together` when digits of the next field follow at once.
bool draft_pair(Draft& draft, const std::string& name, bool is_run_together) {
  const std::size_t size = digit_run(draft.rest);
  if (size == 1) {
    blame(draft, "the " + name + " has one digit, not two");
    draft.mended += '0';
  } else if (size == 0 || (size != 2 && !is_run_together)) {
    return give_up(draft, "the " + name + " is not two digits");
  }
  copy_digits(draft, std::min<std::size_t>(size, 2));
  return true;
}

bool draft_date(Draft& draft) {
  const std::size_t run = digit_run(draft.rest);
  const bool is_run_together = run == 8 || run == 14;  // 20310102, 20310102030405
  if (run != 4 && !is_run_together) return give_up(draft, "the year is not four digits");
  copy_digits(draft, 4);
  for (const std::string name : {"month", "day"}) {
    if (is_run_together) {
      blame(draft, "the date has no hyphens");
    } else if (take(draft.rest, '/') || take(draft.rest, '.')) {
      blame(draft, "the date is not set off by hyphens");
    } else if (!take(draft.rest, '-')) {
      return give_up(draft, "the date is not of the form 2031-01-02");
    }
    draft.mended += '-';
    if (!draft_pair(draft, name, is_run_together)) return false;
  }
  return true;
}

bool draft_separator(Draft& draft) {
  if (take(draft.rest, ' ')) {
    blame(draft, "a space stands where the T belongs");
    draft.rest = trimmed(draft.rest);
  } else if (!take(draft.rest, 'T') && !take(draft.rest, 't')) {
    if (digit_run(draft.rest) != 6) return give_up(draft, "no T follows the date");
    blame(draft, "no T follows the date");
  }
  draft.mended += 'T';
  return true;
}

void draft_fraction(Draft& draft) {
  if (take(draft.rest, ',')) {
    blame(draft, "the fraction is set off by a comma");
  } else if (!take(draft.rest, '.')) {
    return;
  }
  const std::size_t size = digit_run(draft.rest);
  if (size == 0) {
    blame(draft, "the fraction has no digits");
    return;
  }
  draft.mended += '.';
  draft.mended += draft.rest.substr(0, std::min<std::size_t>(size, 9));
  draft.rest.remove_prefix(size);
}

bool draft_time(Draft& draft) {
  const std::size_t run = digit_run(draft.rest);
  const bool is_run_together = run == 4 || run == 6;  // 0304, 030405
  if (!draft_pair(draft, "hour", is_run_together)) return false;
  for (const std::string name : {"minute", "second"}) {
    const bool is_next = is_run_together && digit_run(draft.rest) > 0;
    draft.mended += ':';
    if (is_next) blame(draft, "the time has no colons");
    if (is_next || take(draft.rest, ':')) {
      if (!draft_pair(draft, name, is_run_together)) return false;
    } else {
      blame(draft, "the " + name + "s are missing");
      draft.mended += "00";
    }
  }
  draft_fraction(draft);
  return true;
}

bool draft_numeric_offset(Draft& draft) {
  draft.mended += draft.rest.front();
  draft.rest.remove_prefix(1);
  const std::size_t run = digit_run(draft.rest);
  if (run != 4 && !draft_pair(draft, "offset's hour", false)) return false;
  if (run == 4) {
    blame(draft, "the offset has no colon");
    copy_digits(draft, 2);
  } else if (!take(draft.rest, ':')) {
    blame(draft, "the offset has no minutes");
    draft.mended += ":00";
    return true;
  }
  draft.mended += ':';
  return draft_pair(draft, "offset's minute", false);
}

bool draft_offset(Draft& draft) {
  if (draft.rest.starts_with(' ')) {
    draft.rest = trimmed(draft.rest);
    blame(draft, "a space stands before the offset");
  }
  if (draft.rest == "UTC" || draft.rest == "GMT") {
    blame(draft, "the offset is a name");
    draft.rest = "Z";
  }
  if (draft.rest.starts_with('+') || draft.rest.starts_with('-')) {
    if (!draft_numeric_offset(draft)) return false;
  } else if (take(draft.rest, 'Z') || take(draft.rest, 'z')) {
    draft.mended += 'Z';
  } else {
    return give_up(draft, "the time is not followed by Z or an offset such as +01:00");
  }
  if (draft.rest.starts_with('[') && draft.rest.ends_with(']')) {
    blame(draft, "a zone name follows the offset");
    draft.rest = {};
  }
  return draft.rest.empty() || give_up(draft, "text follows the offset");
}

/// For a near miss, the mend; for a text with the right fields, the one that is out of range.
Rfc3339Problem near_miss(std::string_view text) {
  Draft draft{text, {}, {}};
  std::string remark;
  bool is_read = draft_date(draft);
  if (is_read && draft.rest.empty()) {
    blame(draft, "the time is missing");
    draft.mended += "T00:00:00Z";
    remark = " for midnight UTC";
  } else {
    is_read = is_read && draft_separator(draft) && draft_time(draft);
    if (is_read && draft.rest.empty()) {
      blame(draft, "the offset is missing");
      draft.mended += 'Z';
      remark = " for UTC, or end it with your offset, such as +01:00";
    } else {
      is_read = is_read && draft_offset(draft);
    }
  }
  const auto fields = is_read ? read_fields(draft.mended) : std::nullopt;
  if (!fields) return {draft.reason, "write it like " + std::string(kExample)};
  if (auto problem = range_problem(*fields)) return *problem;
  return {draft.reason, "write " + draft.mended + remark};
}

bool starts_with_day_name(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return std::any_of(kDays.begin(), kDays.end(), [text](std::string_view day) {
    return text.starts_with(day) && text.find_first_of(" ,") == day.size();
  });
}

/// For what a command printed or should have printed.
std::optional<Rfc3339Problem> command_problem(std::string_view text) {
  if (const auto instant = parse_http_date(text)) {
    return Rfc3339Problem{"that is an HTTP date", mend_as(*instant, std::string(kDateCommands))};
  }
  if (starts_with_day_name(text)) {
    return Rfc3339Problem{"that is the plain output of date", std::string(kDateCommands)};
  }
  if (text.starts_with("--")) {
    return Rfc3339Problem{"that is a flag",
                          "was the value left out, or did a command that should "
                          "print it print nothing?"};
  }
  return std::nullopt;
}

/// A count of 9 digits and more: seconds since 1970, or the finer counts that programs print.
std::optional<Rfc3339Problem> unix_problem(std::string_view text) {
  take(text, '@');
  const std::size_t size = digit_run(text);
  if (size != text.size() || size < 9 || size > 19 || size == 14) return std::nullopt;
  std::int64_t count = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), count);
  if (result.ec != std::errc()) return std::nullopt;
  std::int64_t per_second = 1;
  if (size > 11) per_second = 1'000;
  if (size > 14) per_second = 1'000'000;
  if (size > 17) per_second = 1'000'000'000;
  const Timestamp instant{
      count / per_second,
      static_cast<std::int32_t>(count % per_second * (1'000'000'000 / per_second))};
  return Rfc3339Problem{"that is a Unix time", mend_as(instant, std::string(kDateCommands))};
}

bool is_duration(std::string_view text) {
  try {
    parse_duration(text, "--expires-in", DurationUnits::go_days_and_weeks);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// `1 day`, `2weeks`, `3 months` as --expires-in takes it; empty for anything else.
std::string counted_span(std::string_view text) {
  struct Span {
    std::string_view names;
    int count;
    char unit;
  };
  constexpr std::array<Span, 7> kSpans{{{" sec secs second seconds ", 1, 's'},
                                        {" min mins minute minutes ", 1, 'm'},
                                        {" h hr hrs hour hours ", 1, 'h'},
                                        {" d day days ", 1, 'd'},
                                        {" w week weeks ", 1, 'w'},
                                        {" mo month months ", 30, 'd'},
                                        {" y year years ", 365, 'd'}}};
  constexpr std::size_t kLongestCount = 4;
  const std::size_t size = digit_run(text);
  int count = 0;
  if (size > kLongestCount || !take_number(text, size, count) || count == 0) return {};
  const std::string name = " " + std::string(trimmed(text)) + " ";
  const auto* const span =
      std::find_if(kSpans.begin(), kSpans.end(), [&name](const Span& candidate) {
        return name != "  " && candidate.names.find(name) != std::string_view::npos;
      });
  if (span == kSpans.end()) return {};
  return std::to_string(count * span->count) + span->unit;
}

/// For `1d`, `+1day`, `now+1h`, `tomorrow`.
std::optional<Rfc3339Problem> span_problem(std::string_view text) {
  constexpr std::size_t kReadable = 40;
  if (text.size() > kReadable) return std::nullopt;
  if (text.starts_with("now")) text = trimmed(text.substr(3));
  if (take(text, '+')) text = trimmed(text);
  std::string span = text == "tomorrow" ? "1d" : counted_span(text);
  if (span.empty() && is_duration(text)) span = text;
  if (span.empty()) return std::nullopt;
  return Rfc3339Problem{"that is a span of time, not a point in time",
                        "use --expires-in " + span + " instead of --expires-at"};
}

Rfc3339Problem explain_trimmed(std::string_view text) {
  for (const auto recognise : {command_problem, unix_problem, span_problem}) {
    if (auto problem = recognise(text)) return *problem;
  }
  const bool is_ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return (c & '\x80') == 0; });
  if (!is_ascii) {
    return {"a character is not ASCII", "write it like " + std::string(kExample)};
  }
  return near_miss(text);
}

}  // namespace

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

Rfc3339Problem explain_rfc3339(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (bare.empty()) {
    return {text.empty() ? "it is empty" : "it is only white space",
            "did the shell's $(...) print nothing? `date -v+1d -Iseconds` is for macOS and BSD; "
            "on Linux use `date -d +1day -Iseconds`, or --expires-in 1d"};
  }
  Rfc3339Problem problem = explain_trimmed(bare);
  if (parse_rfc3339(bare)) problem.reason = "it has white space around it";
  return problem;
}

Timestamp parse_expiry(std::string_view text, Timestamp now) {
  const std::string flag = "--expires-at " + quoted(text);
  const auto expiry = parse_rfc3339(text);
  if (!expiry) {
    const Rfc3339Problem problem = explain_rfc3339(text);
    throw Error(Kind::usage, flag + " is not an RFC 3339 date-time: " + problem.reason,
                {problem.hint});
  }
  if (expiry->seconds >= kEndOfTime) {
    throw Error(Kind::usage, flag + " lies past the year 9999 in UTC",
                {"leave it out for a token that does not expire"});
  }
  if (*expiry <= now) {
    throw Error(Kind::usage, flag + " lies in the past",
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
    throw Error(Kind::usage, "--expires-in goes past the year 9999",
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
