// SPDX-License-Identifier: MIT
#include "influxctl/base/io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "captured.h"
#include "influxctl/base/signals.h"
#include "temporary_directory.h"

namespace influxctl::io_test {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool is_open(int number) { return fcntl(number, F_GETFD) >= 0; }

int open_null() { return open("/dev/null", O_RDWR | O_CLOEXEC); }

TEST(Io, DescriptorCloses) {
  int number = -1;
  {
    const Descriptor descriptor(open_null());
    number = descriptor.get();
    EXPECT_TRUE(descriptor.is_open());
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
  EXPECT_FALSE(Descriptor().is_open());
  EXPECT_EQ(Descriptor().get(), -1);
}

TEST(Io, DescriptorMoves) {
  Descriptor first(open_null());
  const int number = first.get();
  Descriptor second(std::move(first));
  EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(second.get(), number);
  Descriptor third(open_null());
  const int replaced = third.get();
  third = std::move(second);
  EXPECT_EQ(third.get(), number);
  EXPECT_FALSE(is_open(replaced));
  EXPECT_TRUE(is_open(number));
  Descriptor& same = third;
  third = std::move(same);
  EXPECT_EQ(third.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(Io, DescriptorCloseTells) {
  Descriptor descriptor(open_null());
  const int number = descriptor.get();
  EXPECT_EQ(descriptor.close(), 0);
  EXPECT_FALSE(descriptor.is_open());
  EXPECT_FALSE(is_open(number));
  EXPECT_EQ(descriptor.close(), 0);
  EXPECT_EQ(Descriptor(1'000'000).close(), EBADF);
}

TEST(Io, WritesEverything) {
  const TemporaryDirectory directory;
  const std::string bytes = std::string("a\0b\n\xff", 5) + std::string(100'000, 'x');
  for (const bool with_deadline : {false, true}) {
    const std::string path = directory.file(with_deadline ? "a" : "b");
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    TimeLimit limit = with_deadline ? TimeLimit(60s) : TimeLimit();
    EXPECT_EQ(write_all(file.get(), bytes, limit), 0);
    EXPECT_EQ(read_whole(path), bytes);
  }
}

TEST(Io, WritesThroughAFullPipe) {
  for (const bool blocking : {true, false}) {
    Pipe pipe;
    ASSERT_EQ(fcntl(pipe.writing.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
    const std::string bytes(300'000, 'x');
    std::thread writer([&] {
      TimeLimit limit(60s);
      EXPECT_EQ(write_all(pipe.writing.get(), bytes, limit), 0);
      (void)pipe.writing.close();
    });
    std::string got(bytes.size() + 1, '\0');
    std::size_t size = 0;
    for (ssize_t more = 1; more > 0; size += static_cast<std::size_t>(std::max<ssize_t>(more, 0))) {
      more = read(pipe.reading.get(), got.data() + size, got.size() - size);
    }
    writer.join();
    EXPECT_EQ(got.substr(0, size), bytes);
  }
}

TEST(Io, WriteFails) {
  const IgnoredSignal ignored(SIGPIPE);
  const auto failure = [](int descriptor, std::string_view bytes,
                          std::chrono::milliseconds time = 60s) {
    TimeLimit limit(time);
    return write_all(descriptor, bytes, limit);
  };
  const Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(failure(full.get(), "x"), ENOSPC);
  EXPECT_EQ(failure(1'000'000, "x"), EBADF);
  EXPECT_EQ(failure(1'000'000, ""), 0);
  Pipe gone;
  (void)gone.reading.close();
  EXPECT_EQ(failure(gone.writing.get(), "x"), EPIPE);
  const std::string more_than_a_pipe_holds(2'000'000, 'x');
  for (const bool blocking : {true, false}) {
    const Pipe pipe;
    ASSERT_EQ(fcntl(pipe.writing.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
    EXPECT_EQ(failure(pipe.writing.get(), more_than_a_pipe_holds, 50ms), ETIMEDOUT);
  }
}

TEST(Io, SignalEndsAWrite) {
  const Signals signals;
  const Pipe pipe;
  const std::string more_than_a_pipe_holds(2'000'000, 'x');
  TimeLimit limit(60s, signals, 0ms);
  EXPECT_GT(limit.left_ms(), 0);
  ASSERT_EQ(std::raise(SIGTERM), 0);
  EXPECT_EQ(write_all(pipe.writing.get(), more_than_a_pipe_holds, limit), ETIMEDOUT);
}

TEST(Io, TimeLimit) {
  const Signals signals;
  EXPECT_GT(TimeLimit().left_ms(), 10'000);
  EXPECT_GT(TimeLimit(60s).left_ms(), 10'000);
  EXPECT_EQ(TimeLimit(0ms).left_ms(), 0);
  EXPECT_EQ(TimeLimit(-1s).left_ms(), 0);
  TimeLimit limit(std::nullopt, signals, 5s);
  TimeLimit short_limit(0ms, signals, 5s);
  EXPECT_EQ(limit.left_ms(), 200) << "a signal may come just before the wait";
  ASSERT_EQ(std::raise(SIGTERM), 0);
  const int left = limit.left_ms();
  EXPECT_GT(left, 200);
  EXPECT_LE(left, 5000);
  ASSERT_EQ(std::raise(SIGTERM), 0);
  EXPECT_LE(limit.left_ms(), left) << "a second signal gives no more time";
  EXPECT_EQ(short_limit.left_ms(), 0) << "a signal gives no more time than there is";
}

TEST(Io, APacketIsWrittenWhole) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()), 0);
  const Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  const std::string bytes(9000, 'x');
  TimeLimit limit(60s);
  EXPECT_EQ(write_all(ours.get(), bytes, limit), 0);
  std::string got(10'000, '\0');
  EXPECT_EQ(read(theirs.get(), got.data(), got.size()), 9000);
}

}  // namespace

}  // namespace influxctl::io_test
