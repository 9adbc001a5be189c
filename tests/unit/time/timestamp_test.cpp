// SPDX-License-Identifier: MIT
#include "influxctl/time/timestamp.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "influxctl/base/error.h"
#include "timestamp_rows.h"

namespace influxctl::timestamp_test {
namespace {

using std::chrono::nanoseconds;

constexpr Timestamp kNow{1'795'534'200, 500'000'000};  // 2026-11-24T15:30:00.5Z
constexpr std::int64_t kYear0 = -62'167'219'200;
constexpr std::int64_t kYear10000 = 253'402'300'800;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.hints().size(), 1U);
    return error.message() + " | " + error.hints().front();
  }
  return "accepted";
}

/// The text that a hint of the form "write 2031-…" says to write; empty for other hints.
std::string suggestion(const std::string& hint) {
  constexpr std::string_view kWrite = "write ";
  if (!hint.starts_with(kWrite) || hint.starts_with("write it")) return {};
  return hint.substr(kWrite.size(), hint.find(' ', kWrite.size()) - kWrite.size());
}

TEST(ParseRfc3339, AgreesWithTheJsonSchemaTestSuite) {
  for (const auto& row : timestamp_rows::kSuite) {
    EXPECT_EQ(parse_rfc3339(row.text).has_value(), row.is_valid) << row.text;
  }
}

TEST(ParseRfc3339, AcceptsEveryDateTime) {
  for (const auto& row : timestamp_rows::kAccepted) {
    const auto parsed = parse_rfc3339(row.text);
    ASSERT_TRUE(parsed) << row.name;
    EXPECT_EQ(parsed->seconds, row.seconds) << row.name;
    EXPECT_EQ(parsed->nanos, row.nanos) << row.name;
    EXPECT_EQ(format_rfc3339(*parsed), row.normalised) << row.name;
  }
}

TEST(ParseRfc3339, RefusesEverythingElse) {
  for (const auto& row : timestamp_rows::kNearMisses) {
    EXPECT_FALSE(parse_rfc3339(row.text)) << row.name;
  }
  for (const auto& row : timestamp_rows::kUnreal) EXPECT_FALSE(parse_rfc3339(row.text)) << row.name;
  for (const auto& row : timestamp_rows::kOthers) EXPECT_FALSE(parse_rfc3339(row.text)) << row.name;
  EXPECT_FALSE(parse_rfc3339(std::string_view("2031-01-02T03:04:05Z\0", 21)));
  EXPECT_FALSE(parse_rfc3339(std::string(100'000, '9')));
}

TEST(ParseRfc3339, RefusesEveryPrefixAndEveryExtraByte) {
  const std::string text = "2031-01-02T03:04:05Z";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_rfc3339(text.substr(0, size))) << size;
  }
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_FALSE(parse_rfc3339(text + static_cast<char>(byte))) << byte;
    EXPECT_FALSE(parse_rfc3339(static_cast<char>(byte) + text)) << byte;
  }
}

TEST(ParseRfc3339, ReadsADateTimeWithAVeryLongFraction) {
  const auto parsed = parse_rfc3339("2031-01-02T03:04:05." + std::string(100'000, '9') + "Z");
  EXPECT_EQ(parsed, (Timestamp{1'925'089'445, 999'999'999}));
}

TEST(ParseRfc3339, ReachesOutsideOfFourDigitYearsThroughTheOffset) {
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00+00:01"), (Timestamp{kYear0 - 60, 0}));
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59-00:01"), (Timestamp{kYear10000 + 59, 0}));
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:60Z"), (Timestamp{kYear10000, 0}));
}

void expect_problem(std::string_view name, std::string_view text, std::string_view reason,
                    std::string_view hint) {
  const Rfc3339Problem problem = explain_rfc3339(text);
  EXPECT_EQ(problem.reason, reason) << name;
  EXPECT_EQ(problem.hint, hint) << name;
}

TEST(ExplainRfc3339, NamesTheReasonAndWhatToWrite) {
  using namespace timestamp_rows;
  for (const auto& row : kNearMisses) expect_problem(row.name, row.text, row.reason, row.hint);
  for (const auto& row : kUnreal) expect_problem(row.name, row.text, kNotReal, kLike);
  for (const auto& row : kOthers) expect_problem(row.name, row.text, kForm, kLike);
}

TEST(ExplainRfc3339, SuggestsOnlyWhatParses) {
  int suggestions = 0;
  for (const auto& row : timestamp_rows::kNearMisses) {
    const std::string text = suggestion(explain_rfc3339(row.text).hint);
    if (text.empty()) continue;
    EXPECT_TRUE(parse_rfc3339(text)) << row.name << ": " << text;
    ++suggestions;
  }
  EXPECT_GE(suggestions, 12);
}

TEST(ExplainRfc3339, NeverFailsOnAMutation) {
  constexpr std::string_view kText = "2031-01-02T03:04:05.5+01:00";
  for (std::size_t place = 0; place < kText.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(kText);
      text[place] = static_cast<char>(byte);
      if (parse_rfc3339(text)) continue;
      const Rfc3339Problem problem = explain_rfc3339(text);
      EXPECT_FALSE(problem.reason.empty()) << place << " " << byte;
      const std::string fixed = suggestion(problem.hint);
      EXPECT_TRUE(fixed.empty() || parse_rfc3339(fixed)) << place << " " << byte << ": " << fixed;
    }
  }
}

TEST(ExplainRfc3339, KeepsTheHintShort) {
  const std::string digits(100'000, '9');
  for (const std::string& text : {digits, "2031-01-02T03:04:05." + digits, digits + "d",
                                  "now" + digits, "2031-01-02T03:04:05" + digits}) {
    EXPECT_LT(explain_rfc3339(text).hint.size(), 200U);
  }
}

TEST(FormatRfc3339, RoundTripsDaysOfEveryYear) {
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kStep = 97 * kDay;
  std::int32_t nanos = 0;
  for (std::int64_t seconds = kYear0; seconds < kYear10000; seconds += kStep + 12'345) {
    nanos = (nanos + 123'456'700) % 1'000'000'000;
    const Timestamp time{seconds, nanos};
    ASSERT_EQ(parse_rfc3339(format_rfc3339(time)), time) << format_rfc3339(time);
  }
  for (std::int64_t seconds = kYear0; seconds < kYear10000; seconds += kStep) {
    const std::string text = format_rfc3339({seconds, 0});
    ASSERT_EQ(parse_rfc3339(text), (Timestamp{seconds, 0})) << text;
    ASSERT_TRUE(text.ends_with("T00:00:00Z")) << text;
  }
}

TEST(FormatRfc3339, SaysTheSameInstantAfterAnyMutation) {
  for (const std::string_view base : {"2031-01-02T03:04:05.678901234+05:30", "2016-12-31T23:59:60Z",
                                      "2032-02-29t12:34:56.7-23:59", "1969-12-31T23:59:59.9z"}) {
    int accepted = 0;
    for (std::size_t place = 0; place < base.size(); ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(base);
        text[place] = static_cast<char>(byte);
        const auto parsed = parse_rfc3339(text);
        if (!parsed) continue;
        EXPECT_EQ(parse_rfc3339(format_rfc3339(*parsed)), parsed) << text;
        ++accepted;
      }
    }
    EXPECT_GT(accepted, static_cast<int>(base.size()));
  }
}

TEST(ParseExpiry, AcceptsTheFutureUpToTheYear9999) {
  EXPECT_EQ(parse_expiry("2026-11-24T15:30:00.500000001Z", kNow),
            (Timestamp{kNow.seconds, 500'000'001}));
  EXPECT_EQ(parse_expiry("2026-11-24T16:30:01+01:00", kNow), (Timestamp{kNow.seconds + 1, 0}));
  EXPECT_EQ(parse_expiry("9999-12-31T23:59:59.999999999Z", kNow),
            (Timestamp{kYear10000 - 1, 999'999'999}));
  EXPECT_EQ(parse_expiry("9999-12-31T23:59:59+23:59", kNow), (Timestamp{kYear10000 - 86'341, 0}));
}

TEST(ParseExpiry, RefusesThePast) {
  const std::string hint =
      "\" is in the past | it is now 2026-11-24T15:30:00Z; for a day from now use --expires-in "
      "1d";
  for (const std::string text :
       {"2026-11-24T15:30:00.5Z", "2026-11-24T15:30:00.4999999999Z", "2026-11-24T15:30:00Z",
        "2026-11-24T16:29:59+01:00", "1970-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59"}) {
    const std::string message = refusal([&text] { parse_expiry(text, kNow); });
    EXPECT_TRUE(message.starts_with("--expires-at \"" + text)) << message;
    EXPECT_TRUE(message.ends_with(hint)) << message;
  }
}

TEST(ParseExpiry, RefusesWhatPassesTheYear9999) {
  for (const std::string text : {"9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01",
                                 "9999-12-31T00:01:00-23:59", "9999-12-31T23:59:59.5-23:59"}) {
    EXPECT_EQ(refusal([&text] { parse_expiry(text, kNow); }),
              "--expires-at \"" + text +
                  "\" is past the year 9999 in UTC | leave it out for a token that does not "
                  "expire");
  }
}

TEST(ParseExpiry, QuotesTheTextAndSaysWhatToWrite) {
  EXPECT_EQ(refusal([] { parse_expiry("2031-01-02T03:04:05+0000", kNow); }),
            "--expires-at \"2031-01-02T03:04:05+0000\" is not an RFC 3339 date-time: the offset "
            "has no colon | write 2031-01-02T03:04:05+00:00");
  EXPECT_EQ(refusal([] { parse_expiry("2031-01-02T03:04:05Z\n", kNow); }),
            "--expires-at \"2031-01-02T03:04:05Z\\n\" is not an RFC 3339 date-time: it has white "
            "space around it | write 2031-01-02T03:04:05Z");
  EXPECT_EQ(refusal([] { parse_expiry("\x1b[31m", kNow); }),
            "--expires-at \"\\x1b[31m\" is not an RFC 3339 date-time: the form is "
            "YYYY-MM-DDThh:mm:ss, then Z or an offset such as +01:00 | write it like "
            "2031-01-02T03:04:05Z");
}

TEST(ParseExpiry, CutsALongText) {
  const std::string message = refusal([] { parse_expiry(std::string(100'000, 'x'), kNow); });
  EXPECT_TRUE(message.starts_with("--expires-at \"" + std::string(60, 'x') + "…\" is not"));
  EXPECT_LT(message.size(), 300U);
}

TEST(ExpiryAfter, RoundsUpToAWholeSecond) {
  struct Row {
    std::int64_t nanos;
    Timestamp now;
    std::int64_t seconds;
  };
  for (const Row& row :
       {Row{1, {100, 0}, 101}, Row{1'000'000'000, {100, 0}, 101}, Row{1'000'000'001, {100, 0}, 102},
        Row{1, {100, 999'999'999}, 101}, Row{2, {100, 999'999'999}, 102},
        Row{999'999'999, {100, 1}, 101}, Row{999'999'999, {100, 999'999'999}, 102},
        Row{1'500'000'000, {100, 500'000'000}, 102}, Row{86'400'000'000'000, {100, 0}, 86'500},
        Row{1, {-100, 0}, -99}}) {
    EXPECT_EQ(expiry_after(nanoseconds(row.nanos), row.now), (Timestamp{row.seconds, 0}))
        << row.nanos << " after " << row.now.seconds << " " << row.now.nanos;
  }
}

TEST(ExpiryAfter, ReachesTheYear9999AndNotFurther) {
  const Timestamp last{kYear10000 - 1, 0};
  EXPECT_EQ(expiry_after(nanoseconds(1), {kYear10000 - 2, 999'999'999}), last);
  EXPECT_EQ(expiry_after(nanoseconds::max(), kNow), (Timestamp{kNow.seconds + 9'223'372'038, 0}));
  const std::string message =
      "--expires-in goes past the year 9999 | leave it out for a token that does not expire";
  EXPECT_EQ(refusal([&last] { expiry_after(nanoseconds(1), last); }), message);
  EXPECT_EQ(refusal([&last] { expiry_after(nanoseconds::max(), last); }), message);
}

TEST(CurrentTime, IsTheSystemClock) {
  const Timestamp now = current_time();
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  const auto later = std::chrono::duration_cast<nanoseconds>(clock).count();
  EXPECT_GE(now.nanos, 0);
  EXPECT_LT(now.nanos, 1'000'000'000);
  EXPECT_NEAR(static_cast<double>(now.seconds), static_cast<double>(later) / 1e9, 60.0);
}

TEST(ParseHttpDate, AcceptsEachForm) {
  struct Row {
    std::string_view text;
    std::string_view instant;
  };
  for (const Row& row : {Row{"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
                         Row{"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"},
                         Row{"Tue, 24 Nov 2026 15:30:00 GMT", "2026-11-24T15:30:00Z"},
                         Row{"Mon, 29 Feb 2016 23:59:59 GMT", "2016-02-29T23:59:59Z"},
                         Row{"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
                         Row{"Wed, 15 May 2030 01:02:03 GMT", "2030-05-15T01:02:03Z"},
                         Row{"Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z"},
                         Row{"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
                         Row{"Friday, 06-Nov-76 08:49:37 GMT", "2076-11-06T08:49:37Z"},
                         Row{"Sunday, 06-Nov-77 08:49:37 GMT", "1977-11-06T08:49:37Z"},
                         Row{"Saturday, 01-Jan-00 00:00:00 GMT", "2000-01-01T00:00:00Z"},
                         Row{"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
                         Row{"Tue Nov 24 15:30:00 2026", "2026-11-24T15:30:00Z"}}) {
    EXPECT_EQ(parse_http_date(row.text, kNow), parse_rfc3339(row.instant)) << row.text;
    EXPECT_TRUE(parse_http_date(row.text, kNow)) << row.text;
  }
}

TEST(ParseHttpDate, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "120",
                                      "Mon, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06-Nov-94 08:49:37 GMT",
                                      "Monday, 06-Nov-94 08:49:37 GMT",
                                      "Sundae, 06-Nov-94 08:49:37 GMT",
                                      "Sunday, 06-Nov-1994 08:49:37 GMT",
                                      "Sunday, 06-Nov-9x 08:49:37 GMT",
                                      "Sunday, 06 Nov 94 08:49:37 GMT",
                                      "Sunday, 06-Nov-94 08:49:37 UTC",
                                      "Sun Nov 6 08:49:37 1994",
                                      "Sun Nov 06  8:49:37 1994",
                                      "Mon Nov  6 08:49:37 1994",
                                      "Sun Nov    08:49:37 1994",
                                      "Sun Nov  6 08:49:37 1994 ",
                                      "Sun Nov  6 08:49:37 UTC 1994",
                                      "Sun, 06 Nov 1994 08:49:37 UTC",
                                      "Sun, 06 Nov 1994 08:49:37 gmt",
                                      "sun, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Sun, 06 NOV 1994 08:49:37 GMT",
                                      "Sun, 06 Nob 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:60:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:60 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      " Sun, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 +0000",
                                      "Sun, 06 Nov 1994 8:49:37 GMT",
                                      "Sun,06 Nov 1994  08:49:37 GMT",
                                      "Sun, 06-Nov-1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994T08:49:37 GMT",
                                      "Sun, +6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06     1994 08:49:37 GMT",
                                      "Wed, 31 Feb 1994 08:49:37 GMT",
                                      "Sun, 00 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 08.49.37 GMT",
                                      "1994-11-06T08:49:37Z"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace influxctl::timestamp_test
