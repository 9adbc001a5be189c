// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

#include "captured.h"
#include "failure.h"
#include "influxctl/base/signals.h"
#include "influxctl/output/delivery.h"
#include "temporary_directory.h"
#include "test_context.h"

namespace influxctl::delivery_stdout_test {

namespace {

using namespace std::chrono_literals;

constexpr StandardStreams kOpen{};
constexpr StandardStreams kClosed{.out_open = false};

/// Runs with `out` as standard output, and gives what failure_of says.
std::string with_stdout(int out, const std::function<void()>& run) {
  const IgnoredSignal ignored(SIGPIPE);
  (void)std::fflush(stdout);
  const Descriptor before(dup(STDOUT_FILENO));
  EXPECT_EQ(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
  std::string text = failure_of(run);
  EXPECT_EQ(dup2(before.get(), STDOUT_FILENO), STDOUT_FILENO);
  return text;
}

void prepare(const StandardStreams& streams = kOpen) {
  const TestContext process(streams);
  (void)deliver_to_stdout(process.context, 1s);
}

void print(const std::string& text, const StandardStreams& streams = kOpen) {
  const TestContext process(streams);
  print_result(process.context, text);
}

void deliver(std::string_view bytes, std::chrono::milliseconds timeout = 60s) {
  const TestContext process;
  deliver_to_stdout(process.context, timeout)->deliver(bytes);
}

TEST(DeliveryStdout, File) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("out");
  const std::string bytes = std::string("a\0b\n\xff", 5) + std::string(100'000, 'x');
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(with_stdout(file.get(), [&] { deliver(bytes); }), "done");
  EXPECT_EQ(read_whole(path), bytes);
}

TEST(DeliveryStdout, Appends) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("out", "old");
  const Descriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  EXPECT_EQ(with_stdout(file.get(), [] { print("new"); }), "done");
  EXPECT_EQ(read_whole(path), "oldnew");
}

TEST(DeliveryStdout, ReleasesTheStream) {
  const Descriptor null(open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(with_stdout(null.get(),
                        [] {
                          deliver("x");
                          if (fcntl(STDOUT_FILENO, F_GETFD) >= 0) return;
                          throw Error(ErrorKind::bug, "descriptor 1 is free");
                        }),
            "done");
}

TEST(DeliveryStdout, Closed) {
  const std::string closed = "2 standard output is closed | redirect it";
  EXPECT_EQ(failure_of([] { prepare(kClosed); }), closed + ", or name a file with --output");
  EXPECT_EQ(failure_of([] { print("x", kClosed); }), closed);
}

TEST(DeliveryStdout, ReaderGoneBefore) {
  const std::string gone = "2 nobody reads standard output: its reader has gone";
  Pipe pipe;
  (void)pipe.reading.close();
  EXPECT_EQ(with_stdout(pipe.writing.get(), [] { prepare(); }), gone);
  EXPECT_EQ(with_stdout(pipe.writing.get(), [] { print("x"); }),
            "141 standard output: Broken pipe");
}

TEST(DeliveryStdout, NoSpace) {
  const Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(with_stdout(full.get(), [] { deliver("x"); }),
            "8 standard output: No space left on device");
  EXPECT_EQ(with_stdout(full.get(), [] { print("x"); }),
            "2 standard output: No space left on device");
}

TEST(DeliveryStdout, PipeNobodyReads) {
  const Pipe pipe;
  EXPECT_EQ(with_stdout(pipe.writing.get(), [] { deliver("token", 100ms); }),
            "8 nobody read standard output in time");
  const Pipe other;
  EXPECT_EQ(with_stdout(other.writing.get(), [] { deliver(std::string(2'000'000, 'x'), 100ms); }),
            "8 standard output: nobody took the bytes in time");
}

TEST(DeliveryStdout, Terminal) {
  const TestContext terminal({.out_terminal = true});
  const TestContext other;
  EXPECT_TRUE(deliver_to_stdout(terminal.context, 1s)->to_terminal());
  EXPECT_FALSE(deliver_to_stdout(other.context, 1s)->to_terminal());
  EXPECT_EQ(deliver_to_stdout(other.context, 1s)->done(), "");
}

TEST(DeliveryStdout, SocketsThatSayNothing) {
  const std::string kind =
      "2 standard output is a socket of a kind that does not say what has been read | put a pipe "
      "between: influxctl … | cat";
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()), 0);
  const Descriptor datagram(ends[0]);
  const Descriptor other(ends[1]);
  EXPECT_EQ(with_stdout(datagram.get(), [] { prepare(); }), kind);
  const std::string unconnected = "2 nobody reads standard output: the socket is not connected";
  for (const int domain : {AF_UNIX, AF_INET, AF_INET6}) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      const Descriptor alone(::socket(domain, type, 0));
      const std::string refusal = with_stdout(alone.get(), [] { prepare(); });
      // A stream that never had another end counts as one that was cut.
      EXPECT_TRUE(refusal == unconnected ||
                  refusal == "2 nobody reads standard output: its reader has gone")
          << domain << " " << type << " " << refusal;
    }
  }
}

}  // namespace

}  // namespace influxctl::delivery_stdout_test
