// SPDX-License-Identifier: MIT
// Allocations fail in turn, one alone or all from it on, and the ledger agrees with what the
// program says each time. INFLUXCTL_TORTURE=full: every allocation after the first byte is sent,
// and every 20th before it; else a sample.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "build_paths.h"
#include "outcome.h"
#include "promise.h"
#include "tokens.h"

namespace influxctl::e2e::torture_test {
namespace {

using nlohmann::json;

enum class Way { pipe, output, command, rotate, no_token };

struct Row {
  const char* name;
  Way way;
  bool plain;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

/// Which allocation fails; 0: none.
struct Failing {
  long number = 0;
  bool and_later = false;
};

/// One run against a cluster of its own, which has no other tokens: each run allocates alike.
class Trial {
 public:
  Trial(const Row& row, const Failing& failing, const std::string& notes = {})
      : way_(row.way),
        sandbox_(row.plain ? std::vector<std::string>{"--plain"} : std::vector<std::string>{}) {
    std::vector<std::string> args{"management", "create", "--timeout", "10s"};
    if (way_ == Way::rotate) {
      old_ = new_token(sandbox_).id;
      args = {"management", "rotate", old_, "--timeout", "10s"};
    }
    if (way_ == Way::output) args.insert(args.end(), {"--output", "token"});
    if (way_ == Way::command) args.insert(args.end(), {"--", "/bin/sh", "-c", "cat >token"});
    if (way_ == Way::no_token) {
      sandbox_.fault({{"on", "POST"}, {"patch", {{"accessToken", nullptr}}}});
    }
    const TemporaryDirectory directory;
    RunOptions options;
    options.directory = directory.path();
    options.environment = {{"LD_PRELOAD", TORTURE_SHIM},
                           {"TORTURE_FAIL", std::to_string(failing.number)},
                           {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
    if (failing.and_later) options.environment["TORTURE_ALL"] = "1";
    if (!notes.empty()) options.environment["TORTURE_NOTES"] = notes;
    const std::size_t seen = sandbox_.ledger().size();
    result_ = sandbox_.run(args, options);
    account_ = account_of(sandbox_.ledger(seen));
    if (result_.out.empty() && names_in(directory.path()) == "token ") {
      result_.out = read_file(directory.file("token"));
    }
  }

  const RunResult& result() const { return result_; }

  /// What is wrong about it; empty when nothing is.
  std::string verdict() const {
    if (result_.signal != 0) return "it died of a signal";
    if (result_.exit_code == 1 && account_.posts > 0) return "exit 1 after the request";
    return way_ == Way::rotate ? verdict_on_rotation() : broken_promise(account_, result_);
  }

 private:
  std::string verdict_on_rotation() const {
    Account account = account_;
    const bool old_revoked = account.revoked.erase(old_) > 0;
    const bool delivered = !account.created.empty() && is_token(account.created[0], result_.out);
    if (old_revoked && !delivered) return "the old token is revoked, and the new one is lost";
    if (!delivered) return broken_promise(account, result_);
    if (result_.exit_code == 0) return old_revoked ? "" : "exit 0, and the old token is live";
    const bool named = result_.err.find(old_) != std::string::npos;
    if (!named) return "the old token is not named";
    // The response to its revocation may be what there was no memory for.
    const bool told = !old_revoked || result_.err.find("may be live") != std::string::npos;
    return told ? "" : "the old token is revoked, and said to be live";
  }

  Way way_;
  Sandbox sandbox_;
  std::string old_;
  RunResult result_;
  Account account_;
};

/// Every allocation that is to fail in turn.
std::vector<Failing> all_failures(const Row& row, long total, long before) {
  const long early = every_case() ? 20 : (before / 3) + 1;
  // With TLS the first bytes are those of a handshake, which allocates thousands of times.
  const long late = !every_case() ? ((total - before) / 4) + 1 : row.plain ? 1 : 20;
  std::vector<Failing> all;
  for (const bool and_later : {false, true}) {
    for (long number = 1; number <= total; number += number < before ? early : late) {
      all.push_back({number, and_later});
    }
  }
  return all;
}

class Torture : public testing::TestWithParam<Row> {};

TEST_P(Torture, KeepsThePromise) {
  if (influxctl_is_static()) GTEST_SKIP() << "nothing can be loaded into a static program";
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  const TemporaryDirectory notes;
  const Trial clean(GetParam(), {}, notes.file("notes"));
  ASSERT_EQ(clean.verdict(), "") << clean.result().err;
  long total = 0;
  long before = 0;
  std::istringstream(read_file(notes.file("notes"))) >> total >> before;
  ASSERT_GT(before, 0);
  ASSERT_GT(total, before);
  const auto failures = all_failures(GetParam(), total, before);
  std::atomic<std::size_t> next = 0;
  std::map<int, int> exits;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < failures.size(); i = next++) {
      const Trial run(GetParam(), failures[i]);
      const std::lock_guard lock(mutex);
      ++exits[run.result().exit_code];
      EXPECT_EQ(run.verdict(), "")
          << "allocation " << failures[i].number
          << (failures[i].and_later ? " and all after it" : "") << " of " << total << ", " << before
          << " before the request; exit " << run.result().exit_code << "\n"
          << run.result().err;
    }
  };
  std::vector<std::thread> workers(every_case() ? 8 : 2);  // some wait for a clean-up that fails
  for (std::thread& worker : workers) worker = std::thread(work);
  for (std::thread& worker : workers) worker.join();
  std::cout << "figures " << GetParam().name << ": " << total - before << " allocations after the "
            << "send, " << before << " before;";
  for (const auto& [code, count] : exits) std::cout << " exit " << code << ": " << count;
  std::cout << '\n';
}

INSTANTIATE_TEST_SUITE_P(
    Allocations, Torture,
    testing::Values(Row{"Pipe", Way::pipe, true}, Row{"Output", Way::output, true},
                    Row{"Command", Way::command, true}, Row{"Rotate", Way::rotate, true},
                    Row{"NoToken", Way::no_token, true}, Row{"PipeOverTls", Way::pipe, false}),
    [](const auto& row) { return std::string(row.param.name); });

// Creates a token with so much memory, and a response just below the limit.
RunResult run_within(int kilobytes, const std::string& sink) {
  SCOPED_TRACE(std::to_string(kilobytes) + sink);
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"pad_body", 1'000'000}});
  const TemporaryDirectory directory;
  RunOptions options;
  options.program = "/bin/bash";
  options.directory = directory.path();
  options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()}};
  options.args = {"-c", "ulimit -v " + std::to_string(kilobytes) + "; exec " + influxctl_binary() +
                            " management create" + sink};
  RunResult result = run(options);
  if (!sink.empty() && names_in(directory.path()) == "token ") {
    result.out = read_file(directory.file("token"));
  }
  const Account account = account_of(sandbox.ledger());
  EXPECT_EQ(broken_promise(account, result), "") << result.err;
  EXPECT_TRUE(account.posts == 0 || result.exit_code != 1) << result.err;
  EXPECT_TRUE(account.posts == 0 || result.signal == 0) << result.signal;
  return result;
}

// From the least memory that suffices down to where the program does not start, each run fails
// somewhere else: it delivers, or the token is revoked or named, or nothing was sent.
TEST(TortureMemory, ALimitOfMemoryNamesOrRevokesTheToken) {
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer needs memory of its own";
  int enough = 65'536;
  for (int least = 2'048; enough - least > 600;) {
    const int middle = (enough + least) / 2;
    (run_within(middle, "").exit_code == 0 ? enough : least) = middle;
  }
  const std::array<std::string, 3> sinks = {"", " --output token", " -- sh -c 'cat >token'"};
  std::map<int, int> exits;
  const std::size_t runs = every_case() ? 400 : 12;
  for (std::size_t i = 0; i < runs; ++i, enough -= every_case() ? 10 : 340) {
    ++exits[run_within(enough, sinks.at(i % sinks.size())).exit_code];
  }
  EXPECT_GE(exits.size(), 3U);
  std::cout << "figures of limits of memory:";
  for (const auto& [code, count] : exits) std::cout << " exit " << code << ": " << count;
  std::cout << '\n';
}

}  // namespace
}  // namespace influxctl::e2e::torture_test
