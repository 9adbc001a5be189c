// SPDX-License-Identifier: MIT
#include "influxctl/time/timestamp.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/time/duration.h"

namespace influxctl {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kEndOfTime = 253'402'300'800;  // 10000-01-01T00:00:00Z
constexpr std::string_view kWeekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::size_t kNoName = 12;    // no month, and no weekday
constexpr std::size_t kReadable = 60;  // a longer text is not repeated in a hint

/// A text of date-time's form, not yet checked against clock and calendar.
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

std::size_t count_digits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// Whether `text` has the letters of `form`, in which 9 is any digit and x any character.
bool has_form(std::string_view text, std::string_view form) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
    return wanted == '9' ? c >= '0' && c <= '9' : wanted == 'x' || c == wanted;
  });
}

int number(std::string_view digits) {
  int result = 0;
  for (const char c : digits) result = result * 10 + (c - '0');
  return result;
}

std::optional<Fields> read_fields(std::string_view text) {
  constexpr std::string_view kForm = "9999-99-99x99:99:99";
  const auto at = [&text](std::size_t place) { return number(text.substr(place, 2)); };
  if (!has_form(text.substr(0, kForm.size()), kForm) || (text[10] != 'T' && text[10] != 't')) {
    return std::nullopt;
  }
  Fields fields{number(text.substr(0, 4)), at(5), at(8), at(11), at(14), at(17)};
  text.remove_prefix(kForm.size());
  if (text.starts_with('.')) {
    const std::size_t digits = count_digits(text.substr(1));
    if (digits == 0) return std::nullopt;
    std::string nanos(text.substr(1, std::min<std::size_t>(digits, 9)));
    nanos.resize(9, '0');
    fields.nanos = number(nanos);
    text.remove_prefix(1 + digits);
  }
  if (text == "Z" || text == "z") return fields;
  if (!has_form(text, "x99:99") || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  fields.offset_sign = text[0] == '-' ? -1 : 1;
  fields.offset_hour = at(1);
  fields.offset_minute = at(4);
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

bool is_real(const Fields& fields) {
  if (!date_of(fields).ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60 ||
      fields.offset_hour > 23 || fields.offset_minute > 59) {
    return false;
  }
  return fields.second < 60 || can_hold_leap_second(minute_of(fields));
}

Timestamp time_of(const Fields& fields) {
  const seconds since_1970 = minute_of(fields).time_since_epoch() + seconds(fields.second);
  return {since_1970.count(), fields.nanos};
}

template <typename Number>
std::string padded(Number number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// The place of a name of three letters in a list of them; kNoName when it is not there.
std::size_t index_in(std::string_view names, std::string_view name) {
  for (std::size_t i = 0; i * 3 < names.size(); ++i) {
    if (names.substr(i * 3, 3) == name) return i;
  }
  return kNoName;
}

/// `94` is 1994 as long as 2094 is more than 50 years away.
std::string full_year(std::string_view two_digits, Timestamp now) {
  const int latest = std::stoi(format_rfc3339(now).substr(0, 4)) + 50;
  return padded(latest - ((latest - number(two_digits)) % 100 + 100) % 100, 4);
}

bool is_duration(std::string_view text) {
  try {
    parse_duration(text, "--expires-in", DurationUnits::go_days_and_weeks);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// A near miss put right: a space for the T, an offset after a space or without its colon, and no
/// offset at all. The reason is empty when the result is still no date-time.
Rfc3339Problem repair(std::string_view text) {
  constexpr std::size_t kDateSize = 10;   // 2031-01-02
  constexpr std::size_t kOffsetSize = 5;  // +0000
  if (text.size() < kDateSize + kOffsetSize || text.size() > kReadable) return {};
  std::string fixed(text);
  std::string reason;
  if (fixed[kDateSize] == ' ') {
    fixed[kDateSize] = 'T';
    reason = "there is a space instead of the T";
  }
  const std::size_t sign = fixed.size() - kOffsetSize;
  if ((fixed[sign] == '+' || fixed[sign] == '-') &&
      count_digits(std::string_view(fixed).substr(sign + 1)) == 4) {
    fixed.insert(sign + 3, ":");
    if (reason.empty()) reason = "the offset has no colon";
  }
  if (const auto space = fixed.find(' '); space != std::string::npos) {
    fixed.erase(space, 1);
    if (reason.empty()) reason = "there is a space before the offset";
  }
  if (parse_rfc3339(fixed)) return {reason, "write " + fixed};
  if (!parse_rfc3339(fixed + "Z")) return {};
  return {reason.empty() ? "the offset is missing" : reason,
          "write " + fixed + "Z for UTC, or end it with your offset, such as +01:00"};
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
  if (!fields || !is_real(*fields)) return std::nullopt;
  return time_of(*fields);
}

Rfc3339Problem explain_rfc3339(std::string_view text) {
  const std::string date_commands =
      "use `date -d +1day -Iseconds` (GNU) or `date -v+1d -Iseconds` (macOS, BSD), or "
      "--expires-in 1d";
  const std::string example = "write it like 2031-01-02T03:04:05Z";
  const std::string_view bare = trimmed(text);
  if (bare.empty() || bare.starts_with("--")) {
    return {bare.empty() ? "it is empty" : "that is a flag",
            "did the shell's $(...) print nothing? " + date_commands};
  }
  if (bare.size() < text.size() && parse_rfc3339(bare)) {
    return {"it has white space around it",
            bare.size() <= kReadable ? "write " + std::string(bare) : example};
  }
  if (auto problem = repair(bare); !problem.reason.empty()) return problem;
  if (index_in(kWeekdays, bare.substr(0, 3)) != kNoName) {
    return {"that is the plain output of date", date_commands};
  }
  if (is_duration(bare)) {
    return {"that is a duration, not a point in time",
            "use --expires-in " + std::string(bare) + " instead of --expires-at"};
  }
  if (read_fields(bare)) return {"there is no such date, time or offset", example};
  return {"the form is YYYY-MM-DDThh:mm:ss, then Z or an offset such as +01:00", example};
}

Timestamp parse_expiry(std::string_view text, Timestamp now) {
  const std::string flag = "--expires-at " + influxctl::quoted(text);
  const auto expiry = parse_rfc3339(text);
  if (!expiry) {
    const Rfc3339Problem problem = explain_rfc3339(text);
    throw Error(ErrorKind::usage, flag + " is not an RFC 3339 date-time: " + problem.reason,
                {problem.hint});
  }
  if (expiry->seconds >= kEndOfTime) {
    throw Error(ErrorKind::usage, flag + " is past the year 9999 in UTC",
                {"leave it out for a token that does not expire"});
  }
  if (*expiry <= now) {
    throw Error(ErrorKind::usage, flag + " is in the past",
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
  std::string text = date::format("%FT%T", date::sys_seconds(seconds(time.seconds)));
  if (time.nanos != 0) {
    const std::string fraction = padded(time.nanos, 9);
    text += "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now) {
  // What follows the name of the weekday, and where its parts are.
  struct Form {
    std::string_view form;
    std::size_t day, month, year, clock;
    const char* weekday;
  };
  constexpr std::array<Form, 3> kForms{{{", 99 xxx 9999 99:99:99 GMT", 2, 5, 9, 14, "%a"},
                                        {", 99-xxx-99 99:99:99 GMT", 2, 5, 9, 12, "%A"},
                                        {" xxx x9 99:99:99 9999", 5, 1, 17, 8, "%a"}}};
  const std::string_view name = text.substr(0, text.find_first_of(", "));
  const std::string_view rest = text.substr(name.size());
  const auto* const form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& candidate) {
    return has_form(rest, candidate.form);
  });
  if (form == kForms.end()) return std::nullopt;
  std::string day(rest.substr(form->day, 2));
  if (day[0] == ' ') day[0] = '0';  // asctime writes " 6" for the sixth
  const bool two_digits = form == &kForms[1];
  const std::string year = two_digits ? full_year(rest.substr(form->year, 2), now)
                                      : std::string(rest.substr(form->year, 4));
  const std::string month = padded(index_in(kMonths, rest.substr(form->month, 3)) + 1, 2);
  const auto fields = read_fields(year + "-" + month + "-" + day + "T" +
                                  std::string(rest.substr(form->clock, 8)) + "Z");
  if (!fields || !is_real(*fields)) return std::nullopt;
  if (date::format(form->weekday, date::sys_days(date_of(*fields))) != name) return std::nullopt;
  return time_of(*fields);
}

}  // namespace influxctl
