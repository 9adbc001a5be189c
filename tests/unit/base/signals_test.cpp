// SPDX-License-Identifier: MIT
#include "influxctl/base/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

#include "captured.h"
#include "failure.h"

namespace influxctl::signals_test {

namespace {

void (*handler_of(int number))(int) {
  struct sigaction action = {};
  return sigaction(number, nullptr, &action) == 0 ? action.sa_handler : SIG_ERR;  // NOLINT
}

TEST(Signals, NoneYet) {
  const Signals signals;
  EXPECT_EQ(signals.count(), 0);
  EXPECT_FALSE(signals.any());
  EXPECT_FALSE(signals.first_arrival());
  EXPECT_EQ(failure_of([&] { signals.stop_if_any("nothing was sent"); }), "done");
}

TEST(Signals, KindOfEach) {
  struct Case {
    int number;
    ErrorKind kind;
    std::string failure;
  };
  const std::vector<Case> rows = {
      {SIGINT, ErrorKind::interrupted, "130 cancelled; nothing was sent"},
      {SIGTERM, ErrorKind::terminated, "143 cancelled; nothing was sent"},
      {SIGHUP, ErrorKind::hangup, "129 cancelled; nothing was sent"},
      {SIGQUIT, ErrorKind::interrupted, "130 cancelled; nothing was sent"},
      {SIGALRM, ErrorKind::terminated, "143 cancelled; nothing was sent"},
      {SIGUSR1, ErrorKind::terminated, "143 cancelled; nothing was sent"},
      {SIGXCPU, ErrorKind::terminated, "143 cancelled; nothing was sent"},
      {SIGIO, ErrorKind::terminated, "143 cancelled; nothing was sent"},
      {SIGVTALRM, ErrorKind::terminated, "143 cancelled; nothing was sent"},
  };
  for (const auto& row : rows) {
    const Signals signals;
    ASSERT_EQ(std::raise(row.number), 0);
    EXPECT_EQ(signals.count(), 1) << row.number;
    EXPECT_TRUE(signals.any()) << row.number;
    EXPECT_LE(*signals.first_arrival(), Signals::Clock::now()) << row.number;
    EXPECT_EQ(signals.kind(), row.kind) << row.number;
    EXPECT_EQ(failure_of([&] { signals.stop_if_any("nothing was sent"); }), row.failure);
  }
}

TEST(Signals, FirstOneGivesTheKind) {
  const Signals signals;
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGTERM}) ASSERT_EQ(std::raise(number), 0);
  EXPECT_EQ(signals.count(), 1) << "a repetition within 0.5 s is the same signal";
  EXPECT_EQ(signals.kind(), ErrorKind::terminated);
}

TEST(Signals, ALaterOneIsAnother) {
  const Signals signals;
  ASSERT_EQ(std::raise(SIGINT), 0);
  ASSERT_EQ(usleep(510'000), 0);
  ASSERT_EQ(std::raise(SIGINT), 0);
  EXPECT_EQ(signals.count(), 2);
}

TEST(Signals, NoHandlerInterruptsAnother) {
  const Signals signals;
  struct sigaction action = {};
  ASSERT_EQ(sigaction(SIGUSR2, nullptr, &action), 0);
  EXPECT_EQ(sigismember(&action.sa_mask, SIGINT), 1);
  EXPECT_EQ(sigismember(&action.sa_mask, SIGTERM), 1);
}

TEST(Signals, CountsFromItsConstruction) {
  {
    const Signals signals;
    ASSERT_EQ(std::raise(SIGINT), 0);
    EXPECT_EQ(signals.count(), 1);
  }
  EXPECT_EQ(Signals().count(), 0);
}

TEST(Signals, OneIgnoredAtTheStartStaysIgnored) {
  const IgnoredSignal nohup(SIGHUP);
  {
    const Signals signals;
    ASSERT_EQ(std::raise(SIGHUP), 0);
    EXPECT_EQ(signals.count(), 0);
    ASSERT_EQ(std::raise(SIGINT), 0);
    EXPECT_EQ(signals.count(), 1);
    EXPECT_EQ(signals.kind(), ErrorKind::interrupted);
  }
  EXPECT_EQ(handler_of(SIGHUP), SIG_IGN);  // NOLINT
}

TEST(Signals, PipeFileSizeAndChild) {
  const IgnoredSignal children(SIGCHLD);
  const Signals signals;
  EXPECT_EQ(handler_of(SIGPIPE), SIG_IGN);  // NOLINT
  EXPECT_EQ(handler_of(SIGXFSZ), SIG_IGN);  // NOLINT
  EXPECT_EQ(handler_of(SIGCHLD), SIG_DFL);  // NOLINT
  ASSERT_EQ(std::raise(SIGPIPE), 0);
  EXPECT_FALSE(signals.any());
}

// One that comes between the end of a run and that of the process is not to end it.
TEST(Signals, OutliveTheirObject) {
  { const Signals signals; }
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    EXPECT_NE(handler_of(number), SIG_DFL) << number;  // NOLINT
    EXPECT_EQ(std::raise(number), 0);
  }
}

TEST(Signals, EndsAWait) {
  const Signals signals;
  struct sigaction action = {};
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    ASSERT_EQ(sigaction(number, nullptr, &action), 0);
    EXPECT_EQ(action.sa_flags & SA_RESTART, 0) << number;
  }
}

}  // namespace

}  // namespace influxctl::signals_test
