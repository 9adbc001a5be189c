// SPDX-License-Identifier: MIT
#include "influxctl/base/io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>

#include "captured.h"
#include "failure.h"
#include "influxctl/base/signals.h"
#include "temporary_folder.h"

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

TEST(Io, Fail) {
  EXPECT_EQ(failure_of([] { fail("it"); }), "8 it");
  EXPECT_EQ(failure_of([] { fail("it", ENOSPC); }), "8 it: No space left on device");
}

TEST(Io, WritesEverything) {
  const TemporaryFolder folder;
  const std::string bytes = std::string("a\0b\n\xff", 5) + std::string(100'000, 'x');
  for (const bool with_deadline : {false, true}) {
    const std::string path = folder.path(with_deadline ? "a" : "b");
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const auto deadline = with_deadline ? std::optional(Clock::now() + 60s) : std::nullopt;
    write_all(file.get(), bytes, {.deadline = deadline}, "it");
    EXPECT_EQ(read_whole(path), bytes);
  }
}

TEST(Io, WritesThroughAFullPipe) {
  for (const bool blocking : {true, false}) {
    Pipe pipe;
    ASSERT_EQ(fcntl(pipe.writing.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
    const std::string bytes(300'000, 'x');
    std::thread writer([&] {
      write_all(pipe.writing.get(), bytes, {.deadline = Clock::now() + 60s}, "it");
      pipe.writing.close();
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
                          std::optional<Clock::time_point> deadline) {
    return failure_of([&] { write_all(descriptor, bytes, {.deadline = deadline}, "it"); });
  };
  const Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(failure(full.get(), "x", std::nullopt), "8 it: No space left on device");
  EXPECT_EQ(failure(1'000'000, "x", std::nullopt), "8 it: Bad file descriptor");
  EXPECT_EQ(failure(1'000'000, "", std::nullopt), "done");
  Pipe gone;
  gone.reading.close();
  EXPECT_EQ(failure(gone.writing.get(), "x", std::nullopt), "8 it: Broken pipe");
  const std::string more_than_a_pipe_holds(2'000'000, 'x');
  for (const bool blocking : {true, false}) {
    const Pipe pipe;
    ASSERT_EQ(fcntl(pipe.writing.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
    EXPECT_EQ(failure(pipe.writing.get(), more_than_a_pipe_holds, Clock::now() + 50ms),
              "8 it: nobody took the bytes in time");
  }
}

TEST(Io, SignalEndsAWrite) {
  const Signals signals;
  const Pipe pipe;
  const std::string more_than_a_pipe_holds(2'000'000, 'x');
  ASSERT_EQ(std::raise(SIGTERM), 0);
  const WriteLimits limits{.deadline = Clock::now() + 60s, .signals = &signals};
  EXPECT_EQ(
      failure_of([&] { write_all(pipe.writing.get(), more_than_a_pipe_holds, limits, "it"); }),
      "143 cancelled; the output is not complete");
}

}  // namespace

}  // namespace influxctl::io_test
