// SPDX-License-Identifier: MIT
#include "influxctl/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "captured.h"

namespace influxctl::log_test {

namespace {

using testing::MatchesRegex;

const std::string kTime = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9][0-9][0-9]";

TEST(Log, Off) {
  CapturedConsole captured;
  const Log log(LogLevel::off, captured.console);
  EXPECT_FALSE(log.enabled());
  EXPECT_FALSE(log.traces());
  log.debug("step");
  log.trace("detail");
  EXPECT_EQ(captured.text(), "");
}

TEST(Log, Debug) {
  CapturedConsole captured;
  const Log log(LogLevel::debug, captured.console);
  EXPECT_TRUE(log.enabled());
  EXPECT_FALSE(log.traces());
  log.debug("step");
  log.trace("detail");
  EXPECT_THAT(captured.text(), MatchesRegex("influxctl: debug: " + kTime + " step\n"));
}

TEST(Log, Trace) {
  CapturedConsole captured;
  const Log log(LogLevel::trace, captured.console);
  EXPECT_TRUE(log.enabled());
  EXPECT_TRUE(log.traces());
  log.debug("step");
  log.trace("detail");
  EXPECT_THAT(captured.text(), MatchesRegex("influxctl: debug: " + kTime +
                                            " step\ninfluxctl: trace: " + kTime + " detail\n"));
}

TEST(Log, MakesTextSafe) {
  CapturedConsole captured;
  const Log log(LogLevel::trace, captured.console);
  log.debug("a\nb\x1b[2J\u200f\xff");
  log.trace("100 %v {} {0}");
  const std::string text = captured.text();
  EXPECT_THAT(text, testing::HasSubstr(" a\\nb\\x1b[2J\\u{200f}\\xff\n"));
  EXPECT_THAT(text, testing::HasSubstr(" 100 %v {} {0}\n"));
}

}  // namespace

}  // namespace influxctl::log_test
