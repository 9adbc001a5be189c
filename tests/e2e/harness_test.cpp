// SPDX-License-Identifier: MIT
// The harness that runs programs: a harness that sees nothing makes every test pass.
#include "harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>

namespace influxctl::e2e::harness_test {
namespace {

RunOptions shell(const std::string& script) {
  RunOptions options;
  options.program = "/bin/sh";
  options.args = {"-c", script};
  return options;
}

TEST(Harness, KeepsTheStreamsApart) {
  const RunResult result = run(shell("printf out; printf err >&2; exit 3"));
  EXPECT_EQ(result.out, "out");
  EXPECT_EQ(result.err, "err");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, 0);
}

TEST(Harness, CarriesMuchBothWays) {
  RunOptions options = shell("cat");
  options.input = std::string(1'000'000, 'a');
  EXPECT_EQ(run(options).out, *options.input);
}

TEST(Harness, GivesACleanEnvironmentAndADirectory) {
  RunOptions options = shell("env; pwd");
  options.environment = {{"EXTRA", "1"}};
  const RunResult result = run(options);
  EXPECT_THAT(result.out, testing::HasSubstr("EXTRA=1\n"));
  EXPECT_THAT(result.out, testing::HasSubstr("LANG=C.UTF-8\n"));
  EXPECT_THAT(result.out, testing::Not(testing::HasSubstr("GTEST_")));
  EXPECT_THAT(result.out, testing::HasSubstr("influxctl-e2e."));
}

TEST(Harness, ShowsTheOrderOnOneTerminal) {
  RunOptions options = shell("test -t 0 && test -t 1 && read a && echo 1$a; echo 2 >&2; stty size");
  options.in = options.out = options.err = Stream::terminal();
  options.input = "x\n";
  const RunResult result = run(options);
  EXPECT_EQ(result.terminal, "1x\n2\n24 80\n");
  EXPECT_EQ(result.out + result.err, "");
}

TEST(Harness, ClosesStreams) {
  RunOptions options = shell("echo x >&1 || echo refused >&2");
  options.out = Stream::closed();
  EXPECT_THAT(run(options).err, testing::HasSubstr("refused"));
}

TEST(Harness, TakesTheReaderAway) {
  RunOptions options;
  options.program = "/bin/cat";
  options.input = "x";
  options.out = Stream::gone();
  EXPECT_EQ(run(options).signal, SIGPIPE);
}

TEST(Harness, WritesToFilesAndCallsHooks) {
  const TemporaryDirectory directory;
  RunOptions options =
      shell("trap 'echo caught; exit 7' TERM; echo ready >&2; while :; do sleep 0.01; done");
  options.out = Stream::file(directory.file("out"));
  options.err = Stream::file(directory.file("err"));
  options.before_exec = [] { ::umask(0); };
  options.meanwhile = [&directory](pid_t pid) {
    while (read_file(directory.file("err")).empty()) {
    }
    ::kill(pid, SIGTERM);
  };
  EXPECT_EQ(run(options).exit_code, 7);
  EXPECT_EQ(read_file(directory.file("out")), "caught\n");
}

TEST(Harness, FailsTheTestWhenTimeIsUp) {
  RunOptions options = shell("sleep 60");
  options.timeout = std::chrono::milliseconds(50);
  RunResult result;
  EXPECT_NONFATAL_FAILURE(result = run(options), "did not end in time");
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
}

TEST(Harness, RunsInfluxctl) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run({"--version"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

}  // namespace
}  // namespace influxctl::e2e::harness_test
