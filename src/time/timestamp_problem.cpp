// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/time/duration.h"
#include "influxctl/time/timestamp_grammar.h"

namespace influxctl {

namespace {

constexpr std::string_view kDateCommands =
    "use `date -d +1day -Iseconds` (GNU) or `date -v+1d -Iseconds` (macOS, BSD), "
    "or --expires-in 1d";

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
    return {"a character is not ASCII", std::string(kLikeThis)};
  }
  return near_miss(text);
}

}  // namespace

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

}  // namespace influxctl
