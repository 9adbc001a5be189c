// SPDX-License-Identifier: MIT
#include "influxctl/base/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "captured.h"

namespace influxctl {

namespace {

using Entries = std::vector<std::string>;

TEST(Console, WantsColour) {
  struct Case {
    std::string name;
    Entries environment;
    bool terminal, colour;
  };
  const std::vector<Case> rows = {
      {"terminal", {"TERM=xterm"}, true, true},
      {"terminal without TERM", {}, true, true},
      {"NO_COLOR is empty", {"NO_COLOR="}, true, true},
      {"no terminal", {"TERM=xterm"}, false, false},
      {"NO_COLOR", {"TERM=xterm", "NO_COLOR=1"}, true, false},
      {"NO_COLOR of any value", {"NO_COLOR=0"}, true, false},
      {"dumb terminal", {"TERM=dumb"}, true, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Console::wants_colour(row.terminal, Environment(row.environment)), row.colour)
        << row.name;
  }
}

void say_everything(Console& console) {
  console.print("as it is\n");
  console.error(Error(ErrorKind::usage, "it failed"));
  console.error(Error(ErrorKind::config, "it failed again", {"do this", "or that"}));
  console.warning("mind this");
  console.warn_line("copy it");
}

TEST(Console, Plain) {
  CapturedConsole captured;
  say_everything(captured.console);
  EXPECT_EQ(captured.text(),
            "as it is\n"
            "influxctl: error: it failed\n"
            "influxctl: error: it failed again\n"
            "influxctl: hint: do this\n"
            "influxctl: hint: or that\n"
            "influxctl: warning: mind this\n"
            "warn\tcopy it\n");
}

TEST(Console, Coloured) {
  CapturedConsole captured(true);
  say_everything(captured.console);
  EXPECT_EQ(captured.text(),
            "as it is\n"
            "influxctl: \x1b[1;31merror:\x1b[0m it failed\n"
            "influxctl: \x1b[1;31merror:\x1b[0m it failed again\n"
            "influxctl: \x1b[1;36mhint:\x1b[0m do this\n"
            "influxctl: \x1b[1;36mhint:\x1b[0m or that\n"
            "influxctl: \x1b[1;33mwarning:\x1b[0m mind this\n"
            "\x1b[1;33mwarn\x1b[0m\tcopy it\n");
}

TEST(Console, LongText) {
  CapturedConsole captured;
  const std::string text(20'000, 'x');
  captured.console.print(text);
  EXPECT_EQ(captured.text(), text);
}

TEST(Console, FailureIsIgnored) {
  const IgnoredSignal ignored(SIGPIPE);
  Console closed(-1, false);
  closed.print("x");
  Pipe pipe;
  pipe.reading.close();
  Console broken(pipe.writing.get(), false);
  broken.print("x");
  const Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  Console no_space(full.get(), false);
  no_space.print("x");
  SUCCEED() << "no exception, no signal, no end without end";
}

TEST(Console, PatienceEnds) {
  using Clock = std::chrono::steady_clock;
  const Pipe pipe;
  Console console(pipe.writing.get(), false);
  const std::string more_than_a_pipe_holds(2'000'000, 'x');
  const auto start = Clock::now();
  console.print(more_than_a_pipe_holds);
  EXPECT_GE(Clock::now() - start, std::chrono::seconds(4));
  const auto again = Clock::now();
  console.print("x");
  EXPECT_LT(Clock::now() - again, std::chrono::seconds(4));
}

[[noreturn]] void leave(bool as_expected) { _exit(as_expected ? 0 : 1); }

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

TEST(ConsoleDeathTest, ClaimsClosedStreams) {
  const auto run = [] {
    for (int i = 0; i < 3; ++i) close(i);
    const StandardStreams streams = claim_standard_streams();
    bool open_all = true;
    for (int i = 0; i < 3; ++i) open_all = open_all && is_open(i);
    leave(open_all && !streams.out_open && !streams.in_terminal && !streams.out_terminal &&
          !streams.err_terminal);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

TEST(ConsoleDeathTest, ClosedStdoutAlone) {
  const auto run = [] {
    close(STDOUT_FILENO);
    const bool out_open = claim_standard_streams().out_open;
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    leave(!out_open && is_open(STDOUT_FILENO) && next > STDERR_FILENO);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

TEST(ConsoleDeathTest, OpenStdout) {
  const auto run = [](int flags, bool out_open) {
    (void)dup2(open("/dev/null", flags | O_CLOEXEC), STDOUT_FILENO);
    const StandardStreams streams = claim_standard_streams();
    leave(streams.out_open == out_open && !streams.out_terminal);
  };
  EXPECT_EXIT(run(O_WRONLY, true), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(run(O_RDWR, true), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(run(O_RDONLY, false), testing::ExitedWithCode(0), "");
}

TEST(ConsoleDeathTest, Terminals) {
  const auto run = [] {
    const int controlling = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (grantpt(controlling) != 0 || unlockpt(controlling) != 0) leave(false);
    const int terminal = open(ptsname(controlling), O_RDWR | O_NOCTTY | O_CLOEXEC);  // NOLINT
    for (int i = 0; i < 3; ++i) (void)dup2(terminal, i);
    const StandardStreams streams = claim_standard_streams();
    leave(streams.out_open && streams.in_terminal && streams.out_terminal && streams.err_terminal);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

}  // namespace

}  // namespace influxctl
