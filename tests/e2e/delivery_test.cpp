// SPDX-License-Identifier: MIT
// Delivery to standard output, whatever it is and whatever becomes of its reader.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "outcome.h"
#include "tokens.h"

namespace influxctl::e2e::delivery_test {
namespace {

using nlohmann::json;

const std::vector<std::string> kCreate{"management", "create"};
const std::vector<std::string> kShortCreate{"management", "create", "--timeout", "4s"};

RunOptions to(const Stream& out) {
  RunOptions options;
  options.out = out;
  return options;
}

// Fills a pipe and returns how many bytes that took. Leaves it non-blocking.
std::size_t fill(const Descriptor& pipe) {
  ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
  const std::string block(4096, 'x');
  std::size_t total = 0;
  for (ssize_t done = 0; done >= 0;) {
    done = ::write(pipe.get(), block.data(), block.size());
    if (done > 0) total += static_cast<std::size_t>(done);
  }
  return total;
}

std::string read_bytes(const Descriptor& pipe, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t have = 0; have < count;) {
    const ssize_t got = ::read(pipe.get(), bytes.data() + have, count - have);
    if (got <= 0) return bytes.substr(0, have);
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

TEST(DeliveryToStdout, APipeGetsTheTokenAlone) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  expect_delivered(sandbox, result.out);
  EXPECT_EQ(result.err, record_of(sandbox));
}

TEST(DeliveryToStdout, JsonEndsInANewline) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run({"management", "create", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_TRUE(result.out.ends_with("}\n")) << result.err;
  EXPECT_EQ(result.out.find('\n'), result.out.size() - 1);
  expect_delivered(sandbox, json::parse(result.out).at("token").get<std::string>());
  EXPECT_EQ(result.err, record_of(sandbox));
}

TEST(DeliveryToStdout, AFileGetsTheTokenAlone) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  const RunResult result = sandbox.run(kCreate, to(Stream::file(directory.file("token"))));
  EXPECT_EQ(result.exit_code, 0);
  expect_delivered(sandbox, read_file(directory.file("token")));
  EXPECT_EQ(result.err, record_of(sandbox));
}

TEST(DeliveryToStdout, ATerminalGetsALineAfterTheRecord) {
  const Sandbox sandbox;
  RunOptions options = to(Stream::terminal());
  options.err = Stream::terminal();
  options.environment["NO_COLOR"] = "1";
  const std::string text = sandbox.run(kCreate, options).terminal;
  const std::string record = record_of(sandbox, "", true);
  ASSERT_TRUE(text.starts_with(record)) << text;
  ASSERT_TRUE(text.ends_with('\n'));
  expect_delivered(sandbox, text.substr(record.size(), text.size() - record.size() - 1));
}

TEST(DeliveryToStdout, ATerminalGetsTheTokenAloneWhenStderrIsElsewhere) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(kCreate, to(Stream::terminal()));
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_TRUE(result.terminal.ends_with('\n'));
  expect_delivered(sandbox, result.terminal.substr(0, result.terminal.size() - 1));
  EXPECT_EQ(result.err, record_of(sandbox, "", true));
}

TEST(DeliveryToStdout, AFullDeviceTakesNothing) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(kCreate, to(Stream::file("/dev/full")));
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "standard output: No space left on device"));
  expect_revoked(sandbox);
}

TEST(DeliveryToStdout, AStderrThatFailsIsNoFailure) {
  for (const Stream& err : {Stream::file("/dev/full"), Stream::gone(), Stream::closed()}) {
    const Sandbox sandbox;
    RunOptions options;
    options.err = err;
    const RunResult result = sandbox.run(kCreate, options);
    EXPECT_EQ(result.exit_code, 0);
    expect_delivered(sandbox, result.out);
  }
}

TEST(DeliveryToStdout, ClosedIsSeenBeforeTheRequest) {
  const std::string error =
      "influxctl: error: standard output is closed\n"
      "influxctl: hint: redirect it, or name a file with --output\n";
  RunOptions read_only;
  read_only.before_exec = [] { ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDOUT_FILENO); };
  for (const RunOptions& options : {to(Stream::closed()), read_only}) {
    const Sandbox sandbox;
    const RunResult result = sandbox.run(kCreate, options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.err, error);
    expect_unsent(sandbox);
  }
}

TEST(DeliveryToStdout, AReaderThatHasGoneIsSeenBeforeTheRequest) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(kCreate, to(Stream::gone()));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "influxctl: error: nobody reads standard output: its reader has gone\n");
  expect_unsent(sandbox);
}

TEST(DeliveryToStdout, AReaderThatGoesWithoutReadingGetsItRevoked) {
  Sandbox sandbox;
  Ends pipe = make_pipe();
  RunOptions options = to(Stream::fd(pipe.write.get()));
  options.meanwhile = before_the_response(sandbox, [&] { pipe.read.reset(); });
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "standard output: Broken pipe"));
  expect_revoked(sandbox);
}

TEST(DeliveryToStdout, AReaderThatTakesHalfGetsItRevoked) {
  const Sandbox sandbox;
  Ends pipe = make_pipe();
  RunOptions options = to(Stream::fd(pipe.write.get()));
  options.meanwhile = [&](pid_t) {
    EXPECT_EQ(read_bytes(pipe.read, 10).size(), 10U);
    pipe.read.reset();
  };
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox,
                             "the reader of standard output went away before it had read "
                             "everything"));
  expect_revoked(sandbox);
}

TEST(DeliveryToStdout, AReaderThatNeverReadsGetsItRevoked) {
  const Sandbox sandbox;
  const Ends pipe = make_pipe();
  const RunResult result = sandbox.run(kShortCreate, to(Stream::fd(pipe.write.get())));
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "nobody read standard output in time"));
  expect_revoked(sandbox);
}

// What is waited for, and for how long; the line is gone in the end.
TEST(DeliveryToStdout, AWaitForTheReaderIsShownOnATerminal) {
  const Sandbox sandbox;
  const Ends pipe = make_pipe();
  RunOptions options = to(Stream::fd(pipe.write.get()));
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  const RunResult result = sandbox.run(kShortCreate, options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_NE(
      result.terminal.find("\rinfluxctl: waiting for the reader of standard output: 2 s\x1b[K"),
      std::string::npos)
      << result.terminal;
  EXPECT_NE(result.terminal.find("\r\x1b[Kinfluxctl: token "), std::string::npos);
  expect_revoked(sandbox);
}

TEST(DeliveryToStdout, AFullPipeGetsItRevoked) {
  for (const int flags : {0, O_NONBLOCK}) {
    const Sandbox sandbox;
    const Ends pipe = make_pipe();
    EXPECT_GT(fill(pipe.write), 0U);
    ::fcntl(pipe.write.get(), F_SETFL, flags);
    const RunResult result = sandbox.run(kShortCreate, to(Stream::fd(pipe.write.get())));
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_EQ(result.err, lost(sandbox, "standard output: nobody took the bytes in time"));
    expect_revoked(sandbox);
  }
}

TEST(DeliveryToStdout, ANonBlockingPipeThatDrainsLaterIsWaitedFor) {
  const Sandbox sandbox;
  const Ends pipe = make_pipe();
  const std::size_t before = fill(pipe.write);
  std::string token;
  RunOptions options = to(Stream::fd(pipe.write.get()));
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  options.when_told = {"influxctl: waiting for the reader of standard output: ", [&] {
                         EXPECT_EQ(read_bytes(pipe.read, before), std::string(before, 'x'));
                         token = read_bytes(pipe.read, sandbox.created().at(0).at("size"));
                       }};
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(result.terminal.starts_with(
      record_of(sandbox) + "\rinfluxctl: waiting for the reader of standard output: "))
      << result.terminal;
  EXPECT_TRUE(result.terminal.ends_with("s\x1b[K\r\x1b[K")) << result.terminal;
  expect_delivered(sandbox, token);
}

// A limit on file sizes makes the first write short and the second one fail. Its signal would end
// the program between the two.
TEST(DeliveryToStdout, ALimitOnFileSizesGetsItRevoked) {
  for (void (*action)(int) : {SIG_IGN, SIG_DFL}) {
    const Sandbox sandbox;
    const TemporaryDirectory elsewhere;
    const TemporaryDirectory directory;
    RunOptions options = to(Stream::file(directory.file("token")));
    options.environment["GCOV_PREFIX"] = elsewhere.path();  // coverage data meets the limit too
    options.before_exec = [action] {
      const rlimit limit{40, 40};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      static_cast<void>(::signal(SIGXFSZ, action));
    };
    const RunResult result = sandbox.run(kCreate, options);
    EXPECT_EQ(result.exit_code, 8) << "signal " << result.signal;
    EXPECT_TRUE(result.err.starts_with(lost(sandbox, "standard output: File too large")))
        << result.err;
    EXPECT_EQ(read_file(directory.file("token")).size(), 40U);
    expect_revoked(sandbox);
  }
}

}  // namespace
}  // namespace influxctl::e2e::delivery_test
