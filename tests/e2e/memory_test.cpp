// SPDX-License-Identifier: MIT
// What is left of secrets in the memory of a program that is about to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "harness.h"
#include "login.h"

namespace influxctl::e2e::memory_test {
namespace {

bool is_stopped(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat.substr(name_end + 2, 1) == "T";
}

// The bytes of a process's heap and of its other memory that is no file's. The stack is left out.
std::string memory_of(pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::ifstream memory(proc + "/mem", std::ios::binary);
  std::istringstream maps(read_file(proc + "/maps"));
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::string range, mode, offset, device, inode, name;
    fields >> range >> mode >> offset >> device >> inode >> name;
    if (!mode.starts_with("rw") || (!name.empty() && name != "[heap]")) continue;
    const auto dash = range.find('-');
    const std::uint64_t begin = std::stoull(range.substr(0, dash), nullptr, 16);
    const std::uint64_t end = std::stoull(range.substr(dash + 1), nullptr, 16);
    std::string bytes(end - begin, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(begin));
    memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    all += bytes.substr(0, static_cast<std::size_t>(memory.gcount()));
  }
  return all;
}

// Lets a stopped process go on, and takes its memory where it ends: in exit_group.
std::string memory_at_exit(pid_t pid) {
  while (!is_stopped(pid)) std::this_thread::yield();
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, PTRACE_O_TRACEEXIT) != 0) return {};
  ::kill(pid, SIGCONT);
  std::string memory;
  for (int status = 0; ::waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status);) {
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXIT) {
      memory = memory_of(pid);
      ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
      break;
    }
    ::ptrace(PTRACE_CONT, pid, nullptr, event == 0 ? WSTOPSIG(status) : 0);
  }
  return memory;
}

// How many of a secret's windows of 16 bytes are in there.
std::size_t windows_in(const std::string& memory, const std::string& secret) {
  std::size_t found = 0;
  for (std::size_t at = 0; at + 16 <= secret.size(); ++at) {
    found += memory.find(secret.substr(at, 16)) != std::string::npos ? 1 : 0;
  }
  return found;
}

struct MemoryRow {
  const char* name;
  std::vector<std::string> args;
  std::string fault;
  int exit_code;
  int signal = 0;  ///< that it gets when its request has been read
};

void PrintTo(const MemoryRow& row, std::ostream* out) { *out << row.name; }

class Memory : public testing::TestWithParam<MemoryRow> {};

TEST_P(Memory, HoldsNoSecretAtTheEnd) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root reads the memory of this program";
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  Sandbox sandbox;
  if (!GetParam().fault.empty()) sandbox.fault(nlohmann::json::parse(GetParam().fault));
  const TemporaryDirectory directory;
  RunOptions options;
  options.directory = directory.path();
  std::string memory;
  options.before_exec = [] { ::raise(SIGSTOP); };
  options.meanwhile = [&](pid_t pid) {
    std::thread canceller([&] {
      if (GetParam().signal == 0) return;
      EXPECT_TRUE(sandbox.wait_for("request"));
      send_signal(pid, GetParam().signal);
      sandbox.release();
    });
    memory = memory_at_exit(pid);
    canceller.join();
  };
  const RunResult result = sandbox.run(GetParam().args, options);
  EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.err;
  ASSERT_GT(memory.size(), 10'000U);
  EXPECT_EQ(windows_in(memory, sandbox.admin_token()), 0U);
  if (sandbox.delivered_token_matches(result.out)) {
    EXPECT_EQ(windows_in(memory, result.out), 0U);
  }
  // Of a token that was not delivered no more is known than what all of them have.
  EXPECT_EQ(memory.find("\"accessToken\":\"M.V1."), std::string::npos);
}

// A login that is refreshed: neither its old tokens nor the new ones are left.
TEST(MemoryOfALogin, HoldsNoTokenAtTheEnd) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root reads the memory of this program";
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  const auto tokens = [&bench] {
    const auto cache = nlohmann::json::parse(read_file(bench.cache_files().at(0)));
    return cache.at("access_token").get<std::string>() +
           cache.at("refresh_token").get<std::string>();
  };
  const std::string old_tokens = tokens();
  RunOptions options;
  std::string memory;
  options.before_exec = [] { ::raise(SIGSTOP); };
  options.meanwhile = [&](pid_t pid) { memory = memory_at_exit(pid); };
  const RunResult result = bench.run({"management", "create"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(tokens(), old_tokens);
  ASSERT_GT(memory.size(), 10'000U);
  for (const std::string& secret : {old_tokens, tokens(), result.out}) {
    EXPECT_EQ(windows_in(memory, secret), 0U);
  }
}

const std::vector<std::string> kCreate = {"management", "create"};

INSTANTIATE_TEST_SUITE_P(
    Exit, Memory,
    testing::Values(MemoryRow{"Delivered", kCreate, "", 0},
                    MemoryRow{"Json", {"management", "create", "--format", "json"}, "", 0},
                    MemoryRow{"ToFile", {"management", "create", "--output", "token"}, "", 0},
                    MemoryRow{"ToCommand", {"management", "create", "--", "cat"}, "", 0},
                    MemoryRow{"Traced", {"management", "create", "--trace"}, "", 0},
                    MemoryRow{"List", {"management", "list"}, "", 0},
                    MemoryRow{"NotConfirmed", {"management", "revoke", "x"}, "", 2},
                    MemoryRow{"NoProfile", {"management", "create", "--profile", "none"}, "", 3},
                    MemoryRow{"NotReached", kCreate, R"({"accept":"reset"})", 6},
                    MemoryRow{"Interrupted", kCreate, R"({"on":"POST","hold":true})", 130, SIGINT},
                    MemoryRow{"Terminated", kCreate, R"({"on":"POST","hold":true})", 143, SIGTERM},
                    MemoryRow{"JsonToFile",
                              {"management", "create", "--format", "json", "--output", "token"},
                              "",
                              0},
                    MemoryRow{"Refused", kCreate, R"({"status":401})", 4},
                    MemoryRow{"RefusedAfterAll", kCreate, R"({"status":409,"act":true})", 5},
                    MemoryRow{"Failed", kCreate, R"({"on":"POST","status":500,"act":true})", 7},
                    MemoryRow{"Cut", kCreate, R"({"on":"POST","cut":300})", 7},
                    MemoryRow{"SinkFails", {"management", "create", "--", "false"}, "", 8},
                    MemoryRow{"Unusable", kCreate, R"({"patch":{"accessToken":"a b"}})", 8}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace influxctl::e2e::memory_test
