// SPDX-License-Identifier: MIT
#include "influxctl/base/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "captured.h"
#include "temporary_directory.h"

namespace influxctl::console_test {

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
  (void)pipe.reading.close();
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
  EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(900));
  auto least = Clock::duration::max();  // a busy machine delays some
  for (int i = 0; i < 5; ++i) {
    const auto again = Clock::now();
    console.print("x");
    least = std::min<Clock::duration>(least, Clock::now() - again);
  }
  EXPECT_LT(least, std::chrono::milliseconds(900));
  const auto error = Clock::now();
  console.error("an end has its own");
  console.error("once");
  EXPECT_GE(Clock::now() - error, std::chrono::milliseconds(3900));
}

TEST(Console, AfterASignalAStuckReaderGetsLittleMore) {
  using Clock = std::chrono::steady_clock;
  const Pipe pipe;
  Console console(pipe.writing.get(), false);
  console.print(std::string(2'000'000, 'x'));
  console.hurry();
  const auto start = Clock::now();
  console.error("an end");
  EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(250));
  EXPECT_LT(Clock::now() - start, std::chrono::milliseconds(3900));
}

TEST(Console, LastWordsAreAnErrorAndItsHints) {
  CapturedConsole captured;
  LastWords words(ErrorKind::unknown);
  words << "it "
        << "failed\ndo this\nor that";
  captured.console.error(words);
  EXPECT_EQ(captured.text(),
            "influxctl: error: it failed\ninfluxctl: hint: do this\ninfluxctl: hint: or that\n");
}

TEST(Console, LastWordsThatAreTooLongAreCut) {
  LastWords words(ErrorKind::unknown);
  for (int i = 0; i < 1000; ++i) words << "0123456789";
  EXPECT_EQ(words.text().size(), 1536U);
}

TEST(Console, AWaitIsShownFromTwoSecondsOnAndGoesBeforeAnythingElse) {
  CapturedConsole captured(false, true);
  for (const int milliseconds : {0, 1999, 2000, 2999, 3000}) {
    captured.console.show_wait("the reader", std::chrono::milliseconds(milliseconds));
  }
  captured.console.note({"done"});
  EXPECT_EQ(captured.text(),
            "\rinfluxctl: waiting for the reader: 2 s\x1b[K"
            "\rinfluxctl: waiting for the reader: 3 s\x1b[K\r\x1b[Kinfluxctl: done\n");
}

TEST(Console, NoWaitIsShownWhereALineCannotBeReplaced) {
  CapturedConsole captured;
  captured.console.show_wait("the reader", std::chrono::hours(1));
  EXPECT_EQ(captured.text(), "");
}

TEST(Console, NoWaitIsShownWhileOutputIsHeld) {
  CapturedConsole captured(false, true);
  captured.console.hold();
  captured.console.show_wait("the reader", std::chrono::hours(1));
  captured.console.release();
  EXPECT_EQ(captured.text(), "");
}

TEST(Console, WhatIsHeldComesWithAnErrorOrNotAtAll) {
  CapturedConsole silent;
  silent.console.hold();
  silent.console.warning("mind this");
  EXPECT_EQ(silent.text(), "");
  CapturedConsole failed;
  failed.console.hold();
  failed.console.warning("mind this");
  failed.console.error("it failed");
  EXPECT_EQ(failed.text(), "influxctl: warning: mind this\ninfluxctl: error: it failed\n");
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

TEST(ConsoleDeathTest, OnePlaceForBothStreams) {
  const auto run = [](int out, int err, bool same) {
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(err, STDERR_FILENO);
    leave(claim_standard_streams().same_out_err == same);
  };
  const Pipe pipe;
  const Pipe other;
  std::array<int, 2> sockets{-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
  const TemporaryDirectory directory;
  const auto open_file = [&](const char* name) {
    return Descriptor(open(directory.file(name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  };
  const Descriptor file = open_file("a");
  const Descriptor again = open_file("a");
  const Descriptor another = open_file("b");
  const Descriptor null(open("/dev/null", O_RDWR | O_CLOEXEC));
  struct Case {
    std::string name;
    int out, err;
    bool same;
  };
  const std::vector<Case> rows = {
      {"one pipe", pipe.writing.get(), pipe.writing.get(), true},
      {"two pipes", pipe.writing.get(), other.writing.get(), false},
      {"one socket", sockets[0], sockets[0], true},
      {"both ends of a socket pair", sockets[0], sockets[1], false},
      {"one file", file.get(), file.get(), true},
      {"one file, opened twice", file.get(), again.get(), true},
      {"two files", file.get(), another.get(), false},
      {"/dev/null", null.get(), null.get(), false},
      {"a pipe and a file", pipe.writing.get(), file.get(), false},
  };
  for (const auto& row : rows) {
    EXPECT_EXIT(run(row.out, row.err, row.same), testing::ExitedWithCode(0), "") << row.name;
  }
  for (const int end : sockets) close(end);
}

}  // namespace

}  // namespace influxctl::console_test
