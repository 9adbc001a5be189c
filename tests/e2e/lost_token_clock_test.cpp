// SPDX-License-Identifier: MIT
// Looking for a lost token by the cluster's clock: whatever that shows, the token is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "harness.h"

namespace influxctl::e2e::lost_token_clock_test {
namespace {

using nlohmann::json;
using std::chrono::system_clock;
using testing::HasSubstr;

std::string in_form(const char* form, std::time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::string text(40, '\0');
  text.resize(std::strftime(text.data(), text.size(), form, &parts));
  return text;
}

// Until half a second after a whole one.
void wait_for_half_second() {
  const auto now = system_clock::now();
  const auto whole = std::chrono::floor<std::chrono::seconds>(now);
  const auto half = whole + std::chrono::milliseconds(500);
  std::this_thread::sleep_until(half > now ? half : half + std::chrono::seconds(1));
}

struct Clock {
  const char* name;
  std::time_t ahead;  ///< seconds
  bool tells_date;
  int drift = 0;          ///< seconds that createdAt is ahead of Date
  bool described = true;  ///< exactly as asked
};

void PrintTo(const Clock& row, std::ostream* out) { *out << row.name; }

class LostToken : public testing::TestWithParam<Clock> {};

// A cluster that tells createdAt in whole seconds, so that it seems older than the create.
TEST_P(LostToken, IsNamedByAClockOfWholeSeconds) {
  const Clock& clock = GetParam();
  Sandbox sandbox;
  sandbox.fault(
      {{"on", "POST"}, {"status", 500}, {"act", true}, {"delay_ms", 1500}, {"hold", true}});
  RunOptions options;
  options.meanwhile = [&](pid_t) {
    ASSERT_TRUE(sandbox.wait_for("created"));
    const std::time_t now = system_clock::to_time_t(system_clock::now());
    json list = sandbox.command({{"snapshot", true}}).at("tokens");
    list.at(0)["createdAt"] = in_form("%Y-%m-%dT%H:%M:%SZ", now + clock.ahead + clock.drift);
    if (!clock.described) list.at(0)["description"] = "by  the clock ";
    json rule{{"on", "GET"}, {"body", list}};
    // The list is asked for 1.5 s later.
    const std::string date = in_form("%a, %d %b %Y %H:%M:%S GMT", now + clock.ahead + 2);
    if (clock.tells_date) rule["headers"] = {{"Date", date}};
    sandbox.fault(rule);
    sandbox.release();
  };
  wait_for_half_second();
  const RunResult result =
      sandbox.run({"management", "create", "--description", "by the clock"}, options);
  EXPECT_EQ(result.exit_code, 7);
  const std::string id = sandbox.created().at(0).at("id");
  EXPECT_THAT(result.err, HasSubstr("token " + id + " was created at "));
  EXPECT_THAT(
      result.err,
      HasSubstr(clock.described
                    ? " with this description, and may be another run's; if nobody uses it, "
                      "revoke it with: "
                    : ", perhaps by another run; if nobody "));
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: give each run a --description of its own"));
}

INSTANTIATE_TEST_SUITE_P(Clocks, LostToken,
                         testing::Values(Clock{"Same", 0, true}, Clock{"Untold", 0, false},
                                         Clock{"HourBehind", -3600, true},
                                         Clock{"DayAhead", 86'400, true},
                                         Clock{"DatabaseBehindGateway", 0, true, -4},
                                         Clock{"DatabaseAheadOfGateway", 0, true, 4},
                                         Clock{"NormalisedDescription", 0, true, 0, false},
                                         Clock{"Both", -3600, true, -3, false}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace influxctl::e2e::lost_token_clock_test
