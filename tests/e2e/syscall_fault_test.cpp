// SPDX-License-Identifier: MIT
// Every system call on a token's way out fails in turn (strace's fault injection), and the token is
// delivered whole, or revoked, or named.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <tuple>

#include "build_paths.h"
#include "outcome.h"
#include "promise.h"
#include "traced.h"

namespace influxctl::e2e::syscall_fault_test {
namespace {

using nlohmann::json;

std::vector<std::string> failing(const std::string& name, int number, const std::string& error) {
  return {"-e", "trace=" + name, "-e",
          "inject=" + name + ":error=" + error + ":when=" + std::to_string(number)};
}

void expect_kept(Way way, const Account& account, const RunResult& result,
                 const std::string& left_over) {
  EXPECT_EQ(account.posts, 1U);
  ASSERT_EQ(account.created.size(), 1U);
  const json& token = account.created[0];
  EXPECT_EQ(result.err.find("M.V1."), std::string::npos);
  if (result.exit_code == 0) {
    EXPECT_TRUE(is_token(token, result.out)) << result.out.size() << " bytes";
    EXPECT_TRUE(account.is_live(token));
  } else {
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_NE(result.err.find(token.at("id").get<std::string>()), std::string::npos);
    EXPECT_FALSE(account.is_live(token));
  }
  const bool has_file = way == Way::file || (way == Way::output && result.exit_code == 0);
  EXPECT_EQ(left_over, has_file ? "token " : "");
}

class SystemCallFault : public testing::TestWithParam<std::tuple<Way, int>> {};

// Every call fails with every error in every_case(); else every third with one of them in turn.
TEST_P(SystemCallFault, KeepsThePromise) {
  constexpr std::array errors{"EIO", "ENOSPC", "EINTR", "EAGAIN"};
  const auto& [way, turn] = GetParam();
  const Sandbox sandbox;
  Traced traced(way);
  const RunResult clean = traced.run(sandbox);
  ASSERT_EQ(clean.exit_code, 0) << clean.err << traced.trace();
  const auto calls = traced.calls_of_delivery();
  ASSERT_GE(calls.size(), 6U);
  std::size_t missed = 0;
  std::size_t next = static_cast<std::size_t>(turn);
  for (std::size_t i = 0; i < calls.size(); i += every_case() ? 1 : 3) {
    const SystemCall& call = calls[i];
    const char* const error = errors.at(next++ % errors.size());
    SCOPED_TRACE(call.line + " " + error);
    // How many connections are tried before the delivery differs between runs, and with it the
    // number of a call.
    std::size_t before = 0;
    RunResult result;
    bool injected = false;
    for (int attempt = 0; attempt < 5 && !injected; ++attempt) {
      before = sandbox.ledger().size();
      result = traced.run(sandbox, failing(call.name, call.number, error));
      injected = traced.trace().find("(INJECTED)") != std::string::npos;
    }
    // How often a command's reports are read depends on how they come. Each connection has calls
    // of fcntl, so that the last of them may have had another number.
    if (!injected) {
      EXPECT_TRUE(call.name == "fcntl" || (way == Way::command && call.name == "read"))
          << "it was not called";
      EXPECT_EQ(result.exit_code, 0);
      ++missed;
    }
    SCOPED_TRACE(result.err);
    expect_kept(way, account_of(sandbox.ledger(before)), result, traced.left_over());
  }
  EXPECT_LE(missed, 2U);
}

INSTANTIATE_TEST_SUITE_P(All, SystemCallFault,
                         testing::Combine(testing::Values(Way::pipe, Way::file, Way::output,
                                                          Way::command),
                                          testing::Range(0, every_case() ? 4 : 1)),
                         [](const auto& row) {
                           return name_of(std::get<0>(row.param)) + "_" +
                                  std::to_string(std::get<1>(row.param));
                         });

/// What is to become of one failure.
struct Row {
  std::string name;
  Way way;
  std::string call;  // the first one of that name on the way out
  std::string error;
  int exit_code;
  std::string why;  // the end of the line on stderr; empty with exit code 0
};

void PrintTo(const Row& row, std::ostream* stream) { *stream << row.name; }

class SystemCallRow : public testing::TestWithParam<Row> {};

TEST_P(SystemCallRow, EndsAsItShould) {
  const Row& row = GetParam();
  const Sandbox sandbox;
  Traced traced(row.way);
  ASSERT_EQ(traced.run(sandbox).exit_code, 0) << traced.trace();
  const auto calls = traced.calls_of_delivery();
  const auto call = std::find_if(calls.begin(), calls.end(), [&](const SystemCall& any) {
    // clone or clone3, pipe or pipe2; what stderr gets is no part of the delivery
    return any.name.starts_with(row.call) && any.line.find("write(2, ") == std::string::npos;
  });
  ASSERT_NE(call, calls.end()) << traced.trace();
  const std::size_t before = sandbox.ledger().size();
  const RunResult result = traced.run(sandbox, failing(call->name, call->number, row.error));
  EXPECT_EQ(result.exit_code, row.exit_code) << result.err;
  const std::string end = row.why + "; the token has been revoked\n";
  EXPECT_TRUE(row.why.empty() || result.err.ends_with(end)) << result.err;
  expect_kept(row.way, account_of(sandbox.ledger(before)), result, traced.left_over());
}

const std::string kIo = "Input/output error";
INSTANTIATE_TEST_SUITE_P(
    All, SystemCallRow,
    testing::Values(
        Row{"PipeWrite", Way::pipe, "write", "EPIPE", 8, "standard output: Broken pipe"},
        Row{"PipeWriteInterrupted", Way::pipe, "write", "EINTR", 0, ""},
        Row{"PipeWriteLater", Way::pipe, "write", "EAGAIN", 0, ""},
        Row{"FileWrite", Way::file, "write", "EDQUOT", 8, "standard output: Disk quota exceeded"},
        Row{"FileSync", Way::file, "fsync", "EIO", 8, "standard output: " + kIo},
        Row{"OutputWrite", Way::output, "write", "EIO", 8, "the file \"token\": " + kIo},
        Row{"OutputWriteLater", Way::output, "write", "EAGAIN", 0, ""},
        Row{"OutputSync", Way::output, "fsync", "EIO", 8, "the file \"token\": " + kIo},
        Row{"OutputRename", Way::output, "renameat2", "EACCES", 8,
            "the file \"token\": Permission denied"},
        Row{"CommandPipe", Way::command, "pipe", "EMFILE", 8,
            "the command \"cat\" did not start: Too many open files"},
        Row{"CommandClone", Way::command, "clone", "EAGAIN", 8,
            "the command \"cat\" did not start: Resource temporarily unavailable"},
        Row{"CommandWrite", Way::command, "write", "EIO", 8, "the command \"cat\": " + kIo},
        Row{"CommandWriteLater", Way::command, "write", "EAGAIN", 0, ""},
        Row{"CommandWriteInterrupted", Way::command, "write", "EINTR", 0, ""},
        Row{"CommandReport", Way::command, "read", "EIO", 8,
            "the command \"cat\": its exit status is lost: " + kIo},
        Row{"CommandWait", Way::command, "wait4", "ECHILD", 0, ""},
        Row{"CommandWaitInterrupted", Way::command, "wait4", "EINTR", 0, ""}),
    [](const testing::TestParamInfo<Row>& each) { return each.param.name; });

// Calls of the child, between its start and the program: strace follows it.
TEST(SystemCallFaultInTheChild, GetsItRevoked) {
  for (const char* error : {"EBADF", "EINTR", "EBUSY"}) {
    SCOPED_TRACE(error);
    const Sandbox sandbox;
    Traced traced(Way::command);
    const std::string inject = "inject=?dup2,?dup3:error=" + std::string(error);
    const RunResult result = traced.run(sandbox, {"-f", "-e", "trace=?dup2,?dup3", "-e", inject});
    EXPECT_NE(traced.trace().find("(INJECTED)"), std::string::npos);
    EXPECT_EQ(result.exit_code, 8) << result.err;
    expect_revoked(sandbox);
  }
}

TEST(SystemCallFaultInTheChild, AProgramThatCannotBeRunGetsItRevoked) {
  for (const char* error : {"EACCES", "ENOMEM", "ETXTBSY", "EIO"}) {
    SCOPED_TRACE(error);
    const Sandbox sandbox;
    Traced traced(Way::command);
    const std::string inject = "inject=execve:error=" + std::string(error);
    std::vector<std::string> flags{"-f", "-e", "trace=execve", "-e", inject};
    for (const char* path : {"/usr/local/bin/cat", "/usr/bin/cat", "/bin/cat"}) {
      flags.insert(flags.end(), {"-P", path});
    }
    const RunResult result = traced.run(sandbox, flags);
    EXPECT_NE(traced.trace().find("(INJECTED)"), std::string::npos);
    EXPECT_EQ(result.exit_code, 8) << result.err;
    expect_revoked(sandbox);
  }
}

// What a file system cannot do shows before the request, and there is another way.
TEST(SystemCallFaultOfOutput, AFileSystemThatCannotDoMuchGetsTheFile) {
  const std::vector<std::vector<std::string>> rows{
      {"-e", "inject=renameat2:error=EINVAL"},
      {"-e", "inject=renameat2:error=EPERM"},
      {"-e", "inject=renameat2:error=ENOSYS", "-e", "inject=?link,?linkat:error=EPERM"},
      {"-e", "inject=renameat2:error=EPERM", "-e", "inject=?link,?linkat:error=EOPNOTSUPP"},
      {"-e", "inject=fsync:error=EINVAL"},
      {"-e", "inject=fsync:error=EOPNOTSUPP"},
  };
  for (const auto& flags : rows) {
    SCOPED_TRACE(flags.back());
    const Sandbox sandbox;
    Traced traced(Way::output);
    const RunResult result = traced.run(sandbox, flags);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(traced.left_over(), "token ");
    expect_delivered(sandbox, result.out);
  }
}

// The link is made, and the temporary name cannot be removed: the token is in neither file.
TEST(SystemCallFaultOfOutput, ANameThatCannotBeRemovedHoldsNoToken) {
  struct Stuck {
    const char* when;  // which unlinks fail; the first one is a trial before the request
    const char* left_over;
    const char* why;
  };
  for (const auto& row :
       {Stuck{"2", "", "Permission denied; the token has been revoked\n"},
        Stuck{"2..3", "token ",
              "Permission denied; an empty file that cannot be removed stays in its directory; the "
              "token has been revoked\n"},
        Stuck{"4", "", ""}}) {
    SCOPED_TRACE(row.when);
    const Sandbox sandbox;
    Traced traced(Way::output);
    const RunResult result =
        traced.run(sandbox, {"-e", "inject=renameat2:error=EINVAL", "-e",
                             "inject=unlinkat:error=EACCES:when=" + std::string(row.when)});
    EXPECT_EQ(traced.left_over(), *row.why == '\0' ? "token " : row.left_over);
    if (*row.why == '\0') {
      EXPECT_EQ(result.exit_code, 0) << result.err;
      expect_delivered(sandbox, result.out);
      continue;
    }
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_EQ(result.out, "") << "the file that is left is empty";
    EXPECT_TRUE(result.err.ends_with(row.why)) << result.err;
    expect_revoked(sandbox);
  }
}

TEST(SystemCallFaultOfOutput, ANameThatCannotBeRemovedIsSeenBeforeTheRequest) {
  const Sandbox sandbox;
  Traced traced(Way::output);
  const RunResult result = traced.run(sandbox, {"-e", "inject=renameat2:error=EINVAL", "-e",
                                                "inject=unlinkat:error=EACCES:when=1"});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(traced.left_over(), "");
  expect_unsent(sandbox);
}

TEST(SystemCallFaultOfOutput, AFileThatCannotBeMadeIsSeenBeforeTheRequest) {
  const Sandbox sandbox;
  Traced traced(Way::output);
  ASSERT_EQ(traced.run(sandbox).exit_code, 0);
  const std::size_t connections = sandbox.count("connection");
  int found = 0;
  for (const SystemCall& call : traced.calls()) {
    const bool makes = call.line.find(".influxctl-") != std::string::npos && call.name == "openat";
    if (!makes && call.name != "fchmod") continue;
    ++found;
    for (const char* error : {"EIO", "ENOSPC", "EACCES", "EMFILE"}) {
      SCOPED_TRACE(call.name + " " + error);
      Traced again(Way::output);
      const RunResult result = again.run(sandbox, failing(call.name, call.number, error));
      EXPECT_EQ(result.exit_code, 2) << result.err;
      EXPECT_EQ(again.left_over(), "");
      EXPECT_EQ(sandbox.count("connection"), connections);
    }
  }
  EXPECT_EQ(found, 2);
}

TEST(ShortWrites, AreContinued) {
  if (influxctl_is_static()) GTEST_SKIP() << "nothing can be loaded into a static program";
  for (const Way way : {Way::pipe, Way::file, Way::output, Way::command}) {
    SCOPED_TRACE(name_of(way));
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.directory = directory.path();
    options.environment = {{"LD_PRELOAD", SHORT_WRITE_SHIM},
                           {"SHORT_WRITE_NOTES", directory.file("notes")},
                           {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
    std::vector<std::string> args{"management", "create"};
    if (way == Way::output) args.insert(args.end(), {"--output", "token"});
    if (way == Way::command) args.insert(args.end(), {"--", "dd", "of=token", "status=none"});
    if (way == Way::file) options.out = Stream::file(directory.file("token"));
    const RunResult result = sandbox.run(args, options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    expect_delivered(sandbox, way == Way::pipe ? result.out : read_file(directory.file("token")));
    EXPECT_GE(read_file(directory.file("notes")).size(), 12U);
  }
}

}  // namespace
}  // namespace influxctl::e2e::syscall_fault_test
