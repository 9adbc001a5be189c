// SPDX-License-Identifier: MIT
// Delivery to a program: -- COMMAND.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "outcome.h"
#include "tokens.h"

namespace influxctl::e2e::delivery_command_test {
namespace {

using Command = std::vector<std::string>;

Command create_into(const Command& command, const Command& flags = {}) {
  Command args{"management", "create"};
  args.insert(args.end(), flags.begin(), flags.end());
  args.emplace_back("--");
  args.insert(args.end(), command.begin(), command.end());
  return args;
}

Command script(const std::string& text) { return {"sh", "-c", text}; }

TEST(DeliveryToCommand, GetsTheTokenAloneAndSharesOurStdout) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create_into({"cat"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, record_of(sandbox, "handed to cat"));
  expect_delivered(sandbox, result.out);
}

TEST(DeliveryToCommand, GetsJsonWithoutANewline) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create_into({"cat"}, {"--format", "json"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(result.out.ends_with("\"}"));
  expect_delivered(sandbox, nlohmann::json::parse(result.out).at("token").get<std::string>());
}

TEST(DeliveryToCommand, NeedsNoStdout) {
  for (const Stream& out : {Stream::closed(), Stream::gone()}) {
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.directory = directory.path();
    options.out = out;
    EXPECT_EQ(sandbox.run(create_into(script("cat >stored")), options).exit_code, 0);
    expect_delivered(sandbox, read_file(directory.file("stored")));
  }
}

TEST(DeliveryToCommand, OneThatIsNoProgramIsSeenBeforeTheRequest) {
  const TemporaryDirectory directory;
  directory.write("plain", "#!/bin/sh\n");
  directory.write("text", "cat >stored\n", 0700);
  directory.write("nonsense", "\x7f not a program", 0700);
  directory.write("windows", "#!/bin/sh\r\ncat >stored\r\n", 0700);
  directory.write("astray", "#!/no/such/shell\n", 0700);
  directory.write("by-env", "#!/usr/bin/env no-such-program\n", 0700);
  directory.write("empty", "", 0700);
  std::string program = read_file(influxctl_binary());
  directory.write("cut", program.substr(0, 65'536), 0700);
  directory.write("head", program.substr(0, 40), 0700);
  program.replace(18, 2, "\xed\xfe");  // e_machine
  directory.write("foreign", program.substr(0, 4096), 0700);
  std::filesystem::create_directory(directory.file("directory"));
  const std::string missing =
      "is not found\ninfluxctl: hint: install it, or write its path after --\n";
  const std::string text =
      "is a text file without #! in its first line\ninfluxctl: hint: write #!/bin/sh as its first "
      "line, or run it with: -- sh ";
  const std::string install = "influxctl: hint: install the build for this system\n";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"no-such-program", missing},
      {"./missing", missing},
      {"cat -", "is not found\ninfluxctl: hint: no shell splits it: write -- cat -\n"},
      {"./plain", "is not executable\ninfluxctl: hint: run: chmod +x ./plain\n"},
      {"./directory", "is a directory\ninfluxctl: hint: write the path of a program after --\n"},
      {"./text", text + "./text\n"},
      {"./nonsense", text + "./nonsense\n"},
      {"./windows",
       "has a first line that ends in a carriage return, as on Windows\n"
       "influxctl: hint: run: sed -i 's/\\r$//' ./windows\n"},
      {"./astray",
       "needs the interpreter \"/no/such/shell\", which is not found\n"
       "influxctl: hint: install it, or correct the first line of ./astray\n"},
      {"./by-env",
       "needs the interpreter \"no-such-program\", which is not found\n"
       "influxctl: hint: install it, or correct the first line of ./by-env\n"},
      {"./empty", "is an empty file\ninfluxctl: hint: install it again\n"},
      {"./cut", "is no program: it is broken\n" + install},
      {"./head", "is no program: it is broken\n" + install},
      {"./foreign", "is built for another processor\n" + install},
  };
  for (const auto& [name, what] : rows) {
    const Sandbox sandbox;
    RunOptions options;
    options.directory = directory.path();
    const RunResult result = sandbox.run(create_into({name, "argument"}), options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "influxctl: error: the command \"" + name + "\" " + what);
    expect_unsent(sandbox);
  }
}

// On a line below: a prompt of the command's stays.
TEST(DeliveryToCommand, AWaitForItIsShownOnATerminal) {
  const Sandbox sandbox;
  RunOptions options;
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  const RunResult result =
      sandbox.run(create_into(script("printf 'password: ' >&2; sleep 3; cat")), options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(
      result.terminal.find("password: \n\rinfluxctl: waiting for the command \"sh\": 2 s\x1b[K"),
      std::string::npos)
      << result.terminal;
  EXPECT_TRUE(result.terminal.ends_with("\r\x1b[Kinfluxctl: handed to sh\n"));
  expect_delivered(sandbox, result.out);
}

struct Failure {
  Command command;
  std::string why;
};

TEST(DeliveryToCommand, OneThatFailsGetsItRevoked) {
  const TemporaryDirectory directory;
  const std::vector<Failure> rows{
      {script("cat >/dev/null; exit 3"), "the command \"sh\" exited with status 3"},
      {{"false"}, "the command \"false\" exited with status 1"},
      {script("kill -KILL $$"), "the command \"sh\" was killed by signal 9"},
      {script("cat >/dev/null; kill -TERM $$"), "the command \"sh\" was killed by signal 15"},
      {{"true"}, "the command \"true\" exited with status 0, but left 91 bytes unread"},
      {{"dd", "bs=10", "count=1", "status=none"},
       "the command \"dd\" exited with status 0, but left 81 bytes unread"},
      {script("exec <&-; exit 0"),
       "the command \"sh\" exited with status 0, but left 91 bytes unread"},
  };
  for (const Failure& row : rows) {
    SCOPED_TRACE(row.why);
    const Sandbox sandbox;
    RunOptions options;
    options.directory = directory.path();
    const RunResult result = sandbox.run(create_into(row.command), options);
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_EQ(sandbox.created().at(0).at("size"), 91);
    EXPECT_EQ(result.err, lost(sandbox, row.why));
    expect_revoked(sandbox);
  }
}

TEST(DeliveryToCommand, OneThatHangsIsStopped) {
  const Command stubborn = script("trap '' TERM; while :; do sleep 0.1; done");
  for (const Command& command : {Command{"sleep", "60"}, stubborn}) {
    const Sandbox sandbox;
    const RunResult result = sandbox.run(create_into(command, {"--timeout", "4s"}));
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_EQ(result.err, lost(sandbox, "the command \"" + command[0] +
                                            "\" did not end in time and was stopped"));
    expect_revoked(sandbox);
  }
}

// What would store the token later ends before it is revoked, wherever it has gone.
TEST(DeliveryToCommand, AllThatItStartedEndsFirst) {
  const std::vector<std::string> rows{
      "cat | (while [ ! -e go ]; do sleep 0.05; done; cat >stored)",
      "(trap '' TERM; while [ ! -e go ]; do sleep 0.05; done; cat >stored) <&0 & exit 3",
      "setsid sh -c 'while [ ! -e go ]; do sleep 0.05; done; cat >stored' <&0 & exit 3",
      "(setsid sh -c 'while [ ! -e go ]; do sleep 0.05; done; cat >stored' <&0 &) ; sleep 60",
  };
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.directory = directory.path();
    EXPECT_EQ(sandbox.run(create_into(script(row), {"--timeout", "3s"}), options).exit_code, 8);
    expect_revoked(sandbox);
    directory.write("go", "");
    ::usleep(300'000);
    EXPECT_EQ(names_in(directory.path()), "go ");
  }
}

TEST(DeliveryToCommand, ASignalForBothEndsAsTheSignal) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions options;
  options.directory = directory.path();
  options.meanwhile = [&](pid_t pid) {
    wait_for_file(directory.file("started"));
    ::kill(-pid, SIGINT);
  };
  const RunResult result =
      sandbox.run(create_into(script(": >started; sleep 60; cat >stored")), options);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  expect_revoked(sandbox);
}

TEST(DeliveryToCommand, OneThatGoesMeanwhileGetsItRevoked) {
  Sandbox sandbox;
  const TemporaryDirectory directory;
  directory.write("sink", "#!/bin/sh\nexec cat\n", 0700);
  RunOptions options;
  options.directory = directory.path();
  options.meanwhile =
      before_the_response(sandbox, [&] { std::filesystem::remove(directory.file("sink")); });
  const RunResult result = sandbox.run(create_into({"./sink"}), options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err,
            lost(sandbox, "the command \"./sink\" did not start: No such file or directory"));
  expect_revoked(sandbox);
}

// A shell for a sink, and what it said on stdout.
std::string said_by_sink(const std::string& text, RunOptions options = {}) {
  const Sandbox sandbox;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = sandbox.admin_token();
  const RunResult result = sandbox.run(create_into(script("cat >/dev/null; " + text)), options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(sandbox.requests("POST").size(), 1U);
  return result.out;
}

TEST(DeliveryToCommand, HasNoneOfOurSecrets) {
  RunOptions options;
  options.environment["OTHER"] = "kept";
  const std::string out = said_by_sink("env", options);
  EXPECT_NE(out.find("OTHER=kept\n"), std::string::npos);
  EXPECT_EQ(out.find("INFLUXCTL_MGMT_TOKEN"), std::string::npos);
  EXPECT_EQ(out.find("M.V1."), std::string::npos);
}

TEST(DeliveryToCommand, HasNoDescriptorOfOurs) {
  RunOptions options;
  options.before_exec = [] { ::close_range(3, ~0U, 0); };  // what the tests were started with
  // The shell's own one, for the directory, is closed again when it is looked at.
  EXPECT_EQ(said_by_sink("for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done; :", options),
            "0\n1\n2\n");
}

TEST(DeliveryToCommand, HasTheDefaultActionsOfSignals) {
  const std::string out = said_by_sink("grep ^SigIgn /proc/self/status");
  const std::string label = "SigIgn:\t";
  ASSERT_TRUE(out.starts_with(label)) << out;
  const auto ignored = std::stoull(out.substr(label.size()), nullptr, 16);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
    EXPECT_EQ((ignored >> static_cast<unsigned>(number - 1)) & 1U, 0U) << number;
  }
}

// As one that is started without this program in between.
TEST(DeliveryToCommand, StartsWithTheLimitsAndSignalsOfOurStart) {
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer sets limits of its own";
  const Command show = {
      "grep", "-hE", "^(Max|SigBlk|SigIgn)", "-", "/proc/self/limits", "/proc/self/status"};
  for (const rlimit core : {rlimit{0, 8192}, rlimit{4096, 8192}, rlimit{4096, 4096}}) {
    RunOptions options;
    options.before_exec = [core] {
      const rlimit files{100, 200};
      const rlimit stack{4U << 20U, 16U << 20U};
      ::setrlimit(RLIMIT_CORE, &core);
      ::setrlimit(RLIMIT_NOFILE, &files);
      ::setrlimit(RLIMIT_STACK, &stack);
      static_cast<void>(::signal(SIGUSR1, SIG_IGN));
      sigset_t blocked;
      sigemptyset(&blocked);
      sigaddset(&blocked, SIGUSR2);
      ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    };
    RunOptions direct = options;
    direct.program = "/usr/bin/env";
    direct.args = show;
    const Sandbox sandbox;
    EXPECT_EQ(sandbox.run(create_into(show), options).out, run(direct).out);
  }
}

TEST(DeliveryToCommand, GetsItsArgumentsAsTheyAre) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  directory.write("sink", "#!/bin/sh\ncat >/dev/null\nprintf '<%s>' \"$@\"\n", 0700);
  RunOptions options;
  options.directory = directory.path();
  const RunResult result = sandbox.run(
      create_into({"./sink", "a  b", "", "$HOME", "*", "; exit 3", "--output", "--", "-h"}),
      options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "<a  b><><$HOME><*><; exit 3><--output><--><-h>");
}

}  // namespace
}  // namespace influxctl::e2e::delivery_command_test
