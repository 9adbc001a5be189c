// SPDX-License-Identifier: MIT
// SIGINT, SIGTERM and SIGHUP, at each stage of a run.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "outcome.h"
#include "tokens.h"

namespace influxctl::e2e::signal_test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> kCreate{"management", "create"};

struct Row {
  int signal;
  int exit_code;
};
constexpr std::array<Row, 3> kRows{{{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}}};

TEST(Signal, BeforeTheRequestNothingIsSent) {
  for (const auto& [signal, exit_code] : kRows) {
    Sandbox sandbox;
    sandbox.fault({{"accept", "stall"}});
    const RunResult result = run_signalled(sandbox, {signal}, "connection");
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "influxctl: error: cancelled; no token was created\n");
    EXPECT_EQ(sandbox.count("request"), 0U);
    EXPECT_EQ(sandbox.count("connection"), 1U);
  }
}

// A configuration or a token file that is a pipe, whose writer takes its time.
TEST(Signal, DuringAWaitForAFileNothingIsSent) {
  const std::vector<std::vector<std::string>> commands = {
      kCreate, {"management", "list"}, {"auth", "login"}, {"auth", "logout"}};
  for (const auto& [signal, exit_code] : kRows) {
    for (const auto& command : commands) {
      const Sandbox sandbox;
      const TemporaryDirectory directory;
      const std::string pipe = directory.file("config.toml");
      ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
      const Descriptor writer(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
      RunOptions options;
      options.environment["INFLUXCTL_CONFIG"] = pipe;
      options.meanwhile = [&, number = signal](pid_t pid) {
        wait_until_open(pid, pipe);
        send_signal(pid, number);
      };
      const RunResult result = sandbox.run(command, options);
      EXPECT_EQ(result.exit_code, exit_code);
      EXPECT_EQ(result.err, "influxctl: error: cancelled; nothing was sent\n");
      expect_unsent(sandbox);
    }
  }
}

TEST(Signal, DuringAWaitForATokenFileNothingIsSent) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  const std::string pipe = directory.file("token");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Descriptor writer(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  std::string config = read_file(sandbox.config());
  const auto place = config.find(sandbox.token_file());
  ASSERT_NE(place, std::string::npos);
  config.replace(place, sandbox.token_file().size(), pipe);
  RunOptions options;
  options.environment["INFLUXCTL_CONFIG"] = directory.write("config.toml", config);
  options.meanwhile = [&](pid_t pid) {
    wait_until_open(pid, pipe);
    send_signal(pid, SIGINT);
  };
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_EQ(result.err, "influxctl: error: cancelled; nothing was sent\n");
  expect_unsent(sandbox);
}

constexpr const char* kWaiting =
    "influxctl: cancelled: waiting up to 5 s for the response, as a token may come with it; a "
    "second "
    "signal ends the wait, and may leave a token that nobody holds\n";

void expect_told(const Sandbox& sandbox, const RunResult& result) {
  const std::string token = "token " + sandbox.created().at(0).at("id").get<std::string>();
  EXPECT_EQ(result.err, kWaiting + ("influxctl: " + token) +
                            " was created but not delivered: revoking it\n"
                            "influxctl: error: cancelled; " +
                            token + " had been created and has been revoked\n");
}

TEST(Signal, AResponseThatComesInTimeIsRevoked) {
  for (const auto& [signal, exit_code] : kRows) {
    Sandbox sandbox;
    sandbox.fault({{"on", "POST"}, {"hold", true}});
    const RunResult result = run_signalled(sandbox, {signal}, "created");
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_EQ(result.out, "");
    expect_revoked(sandbox);
    expect_told(sandbox, result);
  }
}

// timeout(1) signals the process and then its group: that is one signal.
TEST(Signal, ARepetitionIsTheSameSignal) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  const RunResult result = run_signalled(sandbox, {SIGTERM, SIGTERM, SIGTERM}, "created");
  EXPECT_EQ(result.exit_code, 143);
  expect_revoked(sandbox);
  expect_told(sandbox, result);
}

// timeout(1) takes SIGALRM for the end of its time, and then signals the process and its group.
struct Timed {
  const char* name;
  std::vector<std::string> flags;
  int exit_code;
  bool stalls = false;  ///< the cluster, on everything
};

void PrintTo(const Timed& row, std::ostream* out) { *out << row.name; }

class TimeoutCommand : public testing::TestWithParam<Timed> {};

TEST_P(TimeoutCommand, LeavesNothingUntold) {
  const Timed& row = GetParam();
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {row.stalls ? "stall" : "hold", true}});
  if (row.stalls) sandbox.fault({{"stall", true}, {"times", -1}});
  RunOptions options;
  options.when_told = {"influxctl: cancelled: ", [&] {
                         EXPECT_TRUE(sandbox.wait_for("created"));
                         sandbox.release();
                       }};
  options.program = "/usr/bin/timeout";
  options.args = row.flags;
  options.args.insert(options.args.end(), {influxctl_binary(), "management", "create"});
  options.environment["INFLUXCTL_CONFIG"] = sandbox.config();
  const bool by_itself = row.flags.back() == "5";
  options.meanwhile = [&](pid_t pid) {
    if (!by_itself && sandbox.wait_for("created")) ::kill(pid, SIGALRM);
  };
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, row.exit_code) << result.err;
  EXPECT_EQ(result.out, "");
  if (row.stalls) {
    EXPECT_THAT(result.err, HasSubstr("looking for it failed too: "));
    return;
  }
  EXPECT_THAT(sandbox.live(), testing::IsEmpty()) << result.err;
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: cancelled; "));
  if (!by_itself) expect_told(sandbox, result);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TimeoutCommand,
    testing::Values(Timed{"Term", {"-s", "TERM", "600"}, 124},
                    Timed{"TermWithItsStatus", {"--preserve-status", "600"}, 143},
                    Timed{"Int", {"--preserve-status", "-s", "INT", "600"}, 130},
                    Timed{"Hangup", {"--preserve-status", "-s", "HUP", "600"}, 129},
                    Timed{"Foreground", {"--foreground", "600"}, 124},
                    Timed{"KillLater", {"-k", "10", "600"}, 124},
                    Timed{"KillLaterAndAClusterThatStalls", {"-k", "20", "600"}, 124, true},
                    Timed{"AfterFiveSeconds", {"-s", "TERM", "5"}, 124}),
    [](const auto& row) { return std::string(row.param.name); });

// All that can be waited for.
class OtherSignal : public testing::TestWithParam<int> {};

TEST_P(OtherSignal, IsLikeSigterm) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  const RunResult result = run_signalled(sandbox, {GetParam()}, "created");
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_EQ(result.signal, 0);
  EXPECT_EQ(result.out, "");
  expect_revoked(sandbox);
}

INSTANTIATE_TEST_SUITE_P(Signal, OtherSignal,
                         testing::Values(SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGPROF, SIGVTALRM,
                                         SIGIO, SIGPWR, SIGSTKFLT, SIGTRAP, SIGABRT, SIGSEGV,
                                         SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGRTMIN, SIGRTMIN + 7,
                                         SIGRTMAX));

// Returns the time of the signal.
Clock::time_point expect_told_of_a_stall(const char* rule) {
  Sandbox sandbox;
  sandbox.fault(json::parse(rule));
  sandbox.fault({{"stall", true}, {"on", "GET"}, {"times", -1}});
  sandbox.fault({{"stall", true}, {"on", "DELETE"}, {"times", -1}});
  Clock::time_point sent;
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(sandbox.wait_for("created"));
    sent = send_apart(pid, {SIGTERM});
  };
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_TRUE(result.exit_code == 7 || result.exit_code == 8) << result.err;
  EXPECT_NE(result.err.find("influxctl: cancelled: waiting up to 5 s"), std::string::npos);
  EXPECT_NE(
      result.err.find(result.exit_code == 7 ? "looking for it failed too"
                                            : sandbox.created().at(0).at("id").get<std::string>()),
      std::string::npos)
      << result.err;
  return sent;
}

// Container runtimes send SIGKILL 10 s after SIGTERM: by then all is said.
TEST(Signal, AClusterThatStallsOnEverythingTakesNineSeconds) {
  for (const char* rule : {R"({"on":"POST","stall":true})", R"({"on":"POST","delay_ms":4000})"}) {
    EXPECT_TRUE(takes_less(10s, [&] { return expect_told_of_a_stall(rule); })) << rule;
  }
}

void expect_unknown(const Sandbox& sandbox, const RunResult& result) {
  const std::string unknown =
      std::string(kWaiting) +
      "influxctl: the outcome is unknown: looking for a token that the request may have created\n"
      "influxctl: error: the outcome is unknown: the request was sent, but the request was "
      "cancelled\n";
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(result.err.starts_with(unknown)) << result.err;
  EXPECT_EQ(sandbox.requests("POST").size(), 1U);
  ASSERT_EQ(sandbox.live().size(), 1U);
  EXPECT_NE(result.err.find(sandbox.live().at(0)), std::string::npos) << result.err;
}

TEST(Signal, NoResponseIsWaitedForFiveSeconds) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"stall", true}});
  const auto start = Clock::now();
  expect_unknown(sandbox, run_signalled(sandbox, {SIGINT}, "created"));
  EXPECT_GE(Clock::now() - start, 5s);
}

TEST(Signal, ASecondOneEndsTheWait) {
  for (const std::vector<int>& signals : {std::vector{SIGINT, SIGINT}, {SIGTERM, SIGINT}}) {
    EXPECT_TRUE(takes_less(5s, [&] {  // the wait
      Sandbox sandbox;
      sandbox.fault({{"on", "POST"}, {"stall", true}});
      Clock::time_point sent;
      RunOptions options;
      options.meanwhile = [&](pid_t pid) {
        EXPECT_TRUE(sandbox.wait_for("created"));
        sent = send_apart(pid, signals);
      };
      expect_unknown(sandbox, sandbox.run(kCreate, options));
      return sent;
    }));
  }
}

TEST(Signal, DuringDeliveryToACommandItWaits) {
  for (const Row& row : kRows) {
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.directory = directory.path();
    options.meanwhile = [&](pid_t pid) {
      wait_for_file(directory.file("started"));
      send_signal(pid, row.signal);
      send_signal(pid, row.signal);
      directory.write("go", "");
    };
    const RunResult result =
        sandbox.run({"management", "create", "--", "sh", "-c",
                     ": >started; while [ ! -e go ]; do sleep 0.05; done; cat >stored"},
                    options);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.err, record_of(sandbox, "handed to sh"));
    expect_delivered(sandbox, read_file(directory.file("stored")));
  }
}

TEST(Signal, DuringDeliveryToAPipeItWaits) {
  const Sandbox sandbox;
  const Ends pipe = make_pipe();
  std::string token(91, '\0');
  RunOptions options;
  options.out = Stream::fd(pipe.write.get());
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(comes_true([&] {
      int unread = 0;
      EXPECT_EQ(::ioctl(pipe.read.get(), FIONREAD, &unread), 0);
      return unread > 0;
    }));
    send_signal(pid, SIGINT);
    EXPECT_EQ(::read(pipe.read.get(), token.data(), token.size()), 91);
  };
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, record_of(sandbox));
  expect_delivered(sandbox, token);
}

constexpr const char* kGoesOn =
    "influxctl: cancelled: this goes on for up to 9 s, as a token may be live\n";

TEST(Signal, DuringRevocationItGoesOnAndSaysSo) {
  for (const Row& row : kRows) {
    Sandbox sandbox;
    sandbox.fault({{"on", "DELETE"}, {"hold", true}});
    const RunResult result =
        run_signalled(sandbox, {row.signal, row.signal}, "request", 2,
                      {"management", "create", "--", "sh", "-c", "cat >/dev/null; exit 3"});
    EXPECT_EQ(result.exit_code, 8);
    std::string told = lost(sandbox, "the command \"sh\" exited with status 3");
    told.insert(told.find("influxctl: error: "), kGoesOn);
    EXPECT_EQ(result.err, told);
    EXPECT_EQ(sandbox.requests("DELETE").size(), 1U);
    expect_revoked(sandbox);
  }
}

TEST(Signal, DuringALookUpItGoesOnAndSaysSo) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 500}});
  sandbox.fault({{"on", "GET"}, {"hold", true}});
  const RunResult result = run_signalled(sandbox, {SIGINT}, "request", 2);
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_NE(result.err.find(std::string("may have created\n") + kGoesOn), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("the cluster lists no token with this description"), std::string::npos);
}

TEST(Signal, EndsTheWaitBeforeASecondTry) {
  for (const auto& [signal, exit_code] : kRows) {
    Sandbox sandbox;
    sandbox.fault({{"on", "POST"}, {"status", 429}, {"headers", {{"Retry-After", "30"}}}});
    const RunResult result = run_signalled(sandbox, {signal}, "responded");
    EXPECT_EQ(result.exit_code, exit_code);
    // The signal may come before the response has been read; then a note says that it is awaited.
    EXPECT_THAT(result.err,
                testing::EndsWith("influxctl: error: cancelled; no token was created\n"));
    EXPECT_EQ(sandbox.requests("POST").size(), 1U);
    EXPECT_EQ(sandbox.count("created"), 0U);
  }
}

TEST(Signal, EndsAListAtOnce) {
  for (const auto& [signal, exit_code] : kRows) {
    Sandbox sandbox({"--seed-tokens", "50"});
    sandbox.fault({{"on", "GET"}, {"drip_ms", 100}});
    const RunResult result =
        run_signalled(sandbox, {signal}, "responded", 1, {"management", "list"});
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "influxctl: error: cancelled; nothing was changed\n");
  }
}

TEST(Signal, OneThatWasIgnoredFromTheStartStaysIgnored) {
  for (const Row& row : kRows) {
    Sandbox sandbox;
    sandbox.fault({{"on", "POST"}, {"hold", true}});
    RunOptions options;
    options.before_exec = [&row] { static_cast<void>(::signal(row.signal, SIG_IGN)); };
    options.meanwhile = signal_after(sandbox, "created", 1, row.signal);
    const RunResult result = sandbox.run(kCreate, options);
    EXPECT_EQ(result.exit_code, 0);
    expect_delivered(sandbox, result.out);
  }
}

TEST(Signal, ABrokenPipeElsewhereIsNone) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  RunOptions options;
  options.meanwhile = signal_after(sandbox, "created", 1, SIGPIPE);
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 0);
  expect_delivered(sandbox, result.out);
}

TEST(Signal, AParentThatIgnoresItsChildrenDoesNotHideASinksStatus) {
  RunOptions options;
  options.before_exec = [] { static_cast<void>(::signal(SIGCHLD, SIG_IGN)); };
  const Sandbox good;
  const RunResult stored = good.run({"management", "create", "--", "cat"}, options);
  EXPECT_EQ(stored.exit_code, 0);
  expect_delivered(good, stored.out);
  const Sandbox bad;
  const RunResult failed = bad.run({"management", "create", "--", "false"}, options);
  EXPECT_EQ(failed.exit_code, 8);
  EXPECT_EQ(failed.err, lost(bad, "the command \"false\" exited with status 1"));
  expect_revoked(bad);
}

}  // namespace
}  // namespace influxctl::e2e::signal_test
