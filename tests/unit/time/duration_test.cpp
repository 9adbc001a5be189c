// SPDX-License-Identifier: MIT
#include "influxctl/time/duration.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "influxctl/base/error.h"

namespace influxctl::duration_test {
namespace {

constexpr auto kGo = DurationUnits::go;
constexpr auto kDays = DurationUnits::go_days_and_weeks;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Accepted {
  std::string_view text;
  std::int64_t nanos;
};

constexpr auto kAccepted = std::to_array<Accepted>({
    {"5s", 5 * kSecond},
    {"30s", 30 * kSecond},
    {"1478s", 1478 * kSecond},
    {"+5s", 5 * kSecond},
    {"+1h", kHour},
    {"5.0s", 5 * kSecond},
    {"5.6s", 5'600'000'000},
    {"5.s", 5 * kSecond},
    {"1.s", kSecond},
    {".5s", kSecond / 2},
    {"+.5s", kSecond / 2},
    {"1.0s", kSecond},
    {"1.00s", kSecond},
    {"1.004s", 1'004'000'000},
    {"1.0040s", 1'004'000'000},
    {"100.00100s", 100'001'000'000},
    {"10ns", 10},
    {"1ns", 1},
    {"11us", 11'000},
    {"12\u00b5s", 12'000},
    {"12\u03bcs", 12'000},
    {"1.5\u00b5s", 1'500},
    {"13ms", 13'000'000},
    {"300ms", 300'000'000},
    {"14s", 14 * kSecond},
    {"15m", 15 * kMinute},
    {"16h", 16 * kHour},
    {"24h", kDay},
    {"1.5h", 90 * kMinute},
    {"1h30m", 90 * kMinute},
    {"1m0s", kMinute},
    {"0h1m", kMinute},
    {"3h30m", 3 * kHour + 30 * kMinute},
    {"10.5s4m", 4 * kMinute + 10'500'000'000},
    {"2m3.4s", 2 * kMinute + 3'400'000'000},
    {"1h2m3s4ms5us6ns", kHour + 2 * kMinute + 3 * kSecond + 4'005'006},
    {"39h9m14.425s", 39 * kHour + 9 * kMinute + 14'425'000'000},
    {"1s1s", 2 * kSecond},
    {"1ns1h", kHour + 1},
    {"0000000000000000000000000000001s", kSecond},
    {"52763797000ns", 52'763'797'000},
    {"0.100000000000000000000h", 6 * kMinute},
    {"0.830103483285477580700h", 49 * kMinute + 48'372'539'827},
    {"0.9223372036854775807s", 922'337'203},
    {"0.1s", 100'000'000},
    {"0.3s", 300'000'000},
    {"0.57s", 570'000'000},
    {"1.1s", 1'100'000'000},
    {"4.35s", 4'350'000'000},
    {"0.000000001s", 1},
    {"0.0000000019s", 1},
    {"0.999999999999999999999999s", 999'999'999},
    {"9007199254740993ns", 9'007'199'254'740'993},
    {"9223372036854775807ns", kMax},
    {"9223372036854775.807us", kMax},
    {"9223372036s854ms775us807ns", kMax},
    {"2562047h47m16.854775807s", kMax},
});

constexpr auto kAcceptedDays = std::to_array<Accepted>({
    {"1d", kDay},
    {"2w", 14 * kDay},
    {"30d", 30 * kDay},
    {"1.5d", 36 * kHour},
    {".5w", 84 * kHour},
    {"1d12h", 36 * kHour},
    {"1w1d1h1m1s", 8 * kDay + kHour + kMinute + kSecond},
    {"+1d", kDay},
    {"0.001d", 86'400'000'000},
    {"106751d", 106'751 * kDay},
    {"15250w", 15'250 * kWeek},
});

struct Refused {
  std::string_view name;
  std::string_view text;
  std::string_view problem;
  std::string_view hint;
};

constexpr std::string_view kDayUnits =
    "write it like 30d; the units are w (7 days), d (24 hours), h, m, s, ms, us and ns";
constexpr std::string_view kLike = "write it like 1h30m; the units are h, m, s, ms, us and ns";
constexpr std::string_view kNever =
    "for a token that never expires leave it out (create) or write --no-expiry (rotate)";
constexpr std::string_view kPositive = "write a positive duration such as 60s";
constexpr std::string_view kLongest = "the longest is 2562047h47m16.854775807s";

constexpr auto kRefused = std::to_array<Refused>({
    {"empty", "", "is empty", "write a duration such as 60s"},
    {"zero", "0", "is zero", kPositive},
    {"zero seconds", "0s", "is zero", kPositive},
    {"zero in many terms", "0h0m0.000s", "is zero", kPositive},
    {"signed zero", "+0", "is zero", kPositive},
    {"negative zero", "-0", "is zero", kPositive},
    {"negative zero seconds", "-0s", "is zero", kPositive},
    {"under a nanosecond", "0.1ns", "is less than 1ns", kPositive},
    {"far under a nanosecond", "0.0000000009s", "is less than 1ns", kPositive},
    {"negative", "-1h", "is negative", kPositive},
    {"negative fraction", "-.5s", "is negative", kPositive},
    {"the most negative", "-9223372036854775807ns", "is negative", kPositive},
    {"no unit", "60", "has no unit", "write 60s"},
    {"no unit, one digit", "3", "has no unit", "write 3s"},
    {"no unit, two zeros", "00", "has no unit", kLike},
    {"no unit, decimal", "1.5", "has no unit", "write 1.5s"},
    {"no unit, signed", "+60", "has no unit", "write 60s"},
    {"no unit, negative", "-60", "has no unit", "write 60s"},
    {"no unit, too long", "9999999999999999999", "has no unit", kLike},
    {"no unit at the end", "1h30", "has no unit", kLike},
    {"no unit, two dots", "1.2.3s", "has no unit", kLike},
    {"unit of a day", "1d", R"(has the unknown unit "d")", "write 24h"},
    {"unit of a week", "2w", R"(has the unknown unit "w")", "write 336h"},
    {"a day and a half", "1.5d", R"(has the unknown unit "d")", "write 36h"},
    {"days and hours", "1d12h", R"(has the unknown unit "d")", "write 36h"},
    {"days and minutes", "1d1m", R"(has the unknown unit "d")", "write 1441m"},
    {"days and nanoseconds", "1d1ns", R"(has the unknown unit "d")", "write 86400000000001ns"},
    {"zero days", "0d", R"(has the unknown unit "d")", kLike},
    {"unit of a year", "1y", R"(has the unknown unit "y")", "write 8760h"},
    {"unit of a month", "1mo", R"(has the unknown unit "mo")", "write 720h"},
    {"unit in capitals", "1H", R"(has the unknown unit "H")", "write 1h"},
    {"unit that may be a month", "1M", R"(has the unknown unit "M")", kLike},
    {"unit spelt out", "1hour", R"(has the unknown unit "hour")", "write 1h"},
    {"unit with a sign", "1h-30m", R"(has the unknown unit "h-")", kLike},
    {"two units", "1sm", R"(has the unknown unit "sm")", kLike},
    {"exponent", "1e3s", R"(has the unknown unit "e")", kLike},
    {"hexadecimal", "0x10s", R"(has the unknown unit "x")", kLike},
    {"a clock", "01:30", R"(has the unknown unit ":")", kLike},
    {"decimal comma", "1,5h", R"(has the unknown unit ",")", "write 1.5h"},
    {"micro sign alone", "1\u00b5", "has the unknown unit \"\u00b5\"", kLike},
    {"broken UTF-8", "1\xb5s", R"(has the unknown unit "\xb5s")", kLike},
    {"control characters", "1\x1b[2J", R"(has the unknown unit "\x1b[")", kLike},
    {"space before", " 60s", "has white space in it", "write 60s"},
    {"space after", "60s ", "has white space in it", "write 60s"},
    {"line break after", "60s\n", "has white space in it", "write 60s"},
    {"space inside", "1h 30m", "has white space in it", "write 1h30m"},
    {"space before the unit", "60 s", "has white space in it", "write 60s"},
    {"only a space", " ", "has white space in it", kLike},
    {"words", "1 hour", "has white space in it", "write 1h"},
    {"sign alone", "-", "is not a duration", kLike},
    {"plus alone", "+", "is not a duration", kLike},
    {"two signs", "+-1s", "is not a duration", kLike},
    {"dot alone", ".", "is not a duration", kLike},
    {"dot and unit", ".s", "is not a duration", kLike},
    {"signed dot and unit", "-.s", "is not a duration", kLike},
    {"unit alone", "s", "is not a duration", kLike},
    {"a word", "forever", "is not a duration", kLike},
    {"ISO 8601", "PT1H", "is not a duration", "write 1h"},
    {"ISO 8601, minutes", "PT30M", "is not a duration", "write 30m"},
    {"ISO 8601, months", "P1M", "is not a duration", kLike},
    {"words in a row", "1 hour 30 Minutes", "has white space in it", "write 1h30m"},
    {"a word in capitals", "5MIN", R"(has the unknown unit "MIN")", "write 5m"},
    {"digit of another script", "\u0661s", "is not a duration", kLike},
    {"one nanosecond too long", "9223372036854775808ns", "is over 292 years", kLongest},
    {"too long through the fraction", "9223372036854775.808us", "is over 292 years", kLongest},
    {"too long through the sum", "9223372036854ms775us808ns", "is over 292 years", kLongest},
    {"too many hours", "2562048h", "is over 292 years", kLongest},
    {"too many hours to count", "3000000000000000000h", "is over 292 years", kLongest},
    {"more than 64 bits", "18446744073709551617ns", "is over 292 years", kLongest},
    {"too long and negative", "-9223372036854775809ns", "is over 292 years", kLongest},
});

constexpr auto kRefusedDays = std::to_array<Refused>({
    {"empty", "", "is empty", "write a duration such as 1d"},
    {"zero", "0d", "is zero", "write a positive duration such as 1d"},
    {"negative", "-1d", "is negative", "write a positive duration such as 1d"},
    {"no unit", "30", "has no unit", "write 30d for days, 30h for hours or 30s for seconds"},
    {"unit of a year", "1y", R"(has the unknown unit "y")", "write 365d"},
    {"unit of a month", "1mo", R"(has the unknown unit "mo")", "write 30d"},
    {"unit spelt out", "1day", R"(has the unknown unit "day")", "write 1d"},
    {"days spelt out", "90days", R"(has the unknown unit "days")", "write 90d"},
    {"weeks with a space", "2 weeks", "has white space in it", "write 2w"},
    {"a year too far", "99999y", R"(has the unknown unit "y")", kDayUnits},
    {"no words", "1 fortnight", "has white space in it", kDayUnits},
    {"never", "never", "is not a duration", kNever},
    {"none", "none", "is not a duration", kNever},
    {"unlimited", "unlimited", "is not a duration", kNever},
    {"ISO 8601", "P30D", "is not a duration", "write 30d"},
    {"weeks and days spelt out", "1w2days", R"(has the unknown unit "days")", "write 1w2d"},
    {"a year and a half", "1.5y", R"(has the unknown unit "y")", "write 13140h"},
    {"months in capitals", "6Months", R"(has the unknown unit "Months")", "write 180d"},
    {"unit in capitals", "1D", R"(has the unknown unit "D")", "write 1d"},
    {"space inside", "1 d", "has white space in it", "write 1d"},
    {"too many days", "106752d", "is over 292 years", kLongest},
    {"too many weeks", "15251w", "is over 292 years", kLongest},
});

/// "MESSAGE | HINT" of the refusal, or "accepted".
std::string outcome(std::string_view text, std::string_view flag, DurationUnits units) {
  try {
    parse_duration(text, flag, units);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.hints().size(), 1U);
    return error.message() + " | " + error.hints().front();
  }
  return "accepted";
}

/// What a refusal says after the flag and the text, from the closing quote on.
std::string remark(const Refused& row) {
  return "\" " + std::string(row.problem) + " | " + std::string(row.hint);
}

TEST(ParseDuration, AcceptsGosSyntax) {
  for (const auto& row : kAccepted) {
    EXPECT_EQ(parse_duration(row.text, "--timeout", kGo).count(), row.nanos) << row.text;
    EXPECT_EQ(parse_duration(row.text, "--expires-in", kDays).count(), row.nanos) << row.text;
  }
}

TEST(ParseDuration, AcceptsDaysAndWeeksWhereAsked) {
  for (const auto& row : kAcceptedDays) {
    EXPECT_EQ(parse_duration(row.text, "--expires-in", kDays).count(), row.nanos) << row.text;
    EXPECT_NE(outcome(row.text, "--timeout", kGo), "accepted") << row.text;
  }
}

TEST(ParseDuration, RefusesWithTheReasonAndWhatToWrite) {
  for (const auto& row : kRefused) {
    const std::string actual = outcome(row.text, "--timeout", kGo);
    EXPECT_TRUE(actual.starts_with("--timeout \"")) << row.name << ": " << actual;
    EXPECT_TRUE(actual.ends_with(remark(row))) << row.name << ": " << actual;
  }
  for (const auto& row : kRefusedDays) {
    EXPECT_EQ(outcome(row.text, "--expires-in", kDays),
              "--expires-in \"" + std::string(row.text) + remark(row))
        << row.name;
  }
}

TEST(ParseDuration, QuotesTheText) {
  EXPECT_EQ(outcome("60", "--timeout", kGo), "--timeout \"60\" has no unit | write 60s");
  EXPECT_EQ(outcome("60s\n", "--timeout", kGo),
            "--timeout \"60s\\n\" has white space in it | write 60s");
}

TEST(ParseDuration, SuggestsOnlyWhatParses) {
  constexpr std::string_view kWrite = "write ";
  int suggestions = 0;
  for (const auto& row : kRefused) {
    if (!row.hint.starts_with(kWrite) ||
        row.hint.find(' ', kWrite.size()) != std::string_view::npos) {
      continue;
    }
    EXPECT_EQ(outcome(row.hint.substr(kWrite.size()), "--timeout", kGo), "accepted") << row.name;
    ++suggestions;
  }
  EXPECT_GE(suggestions, 15);
}

TEST(ParseDuration, CutsALongText) {
  const std::string digits(100'000, '9');
  for (const std::string& text :
       {digits, digits + "s", digits + "d", "1" + digits + "y", "1h" + digits,
        std::string(100'000, 'x'), std::string(100'000, ' ')}) {
    EXPECT_LT(outcome(text, "--timeout", kGo).size(), 400U);
  }
}

TEST(ParseDuration, IsExactForEveryCountOfAUnit) {
  for (std::int64_t nanos = 1; nanos < kMax / 3; nanos = nanos * 3 + 1) {
    std::string decimal = std::to_string(nanos / kSecond) + ".";
    decimal += std::to_string(kSecond + nanos % kSecond).substr(1) + "s";
    EXPECT_EQ(parse_duration(std::to_string(nanos) + "ns", "--timeout", kGo).count(), nanos);
    EXPECT_EQ(parse_duration(decimal, "--timeout", kGo).count(), nanos);
  }
}

TEST(ParseDuration, NeverFailsOnAMutation) {
  constexpr std::string_view kText = "1h30m2.5s";
  int accepted = 0;
  for (std::size_t place = 0; place < kText.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(kText);
      text[place] = static_cast<char>(byte);
      const std::string actual = outcome(text, "--expires-in", kDays);
      EXPECT_TRUE(actual == "accepted" || actual.starts_with("--expires-in \"")) << actual;
      if (actual == "accepted") ++accepted;
    }
  }
  EXPECT_GT(accepted, 40);
}

}  // namespace
}  // namespace influxctl::duration_test
