// SPDX-License-Identifier: MIT
// Allocations fail in turn, one alone or all from it on, and the ledger agrees with what the
// program says each time. INFLUXCTL_TORTURE=full: every allocation after the first byte is sent,
// and every 20th before it; else a sample.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

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

bool full() {
  const char* const set = std::getenv("INFLUXCTL_TORTURE");  // NOLINT(concurrency-mt-unsafe)
  return set != nullptr && std::string(set) == "full";
}

class Torture : public testing::TestWithParam<Row> {
 protected:
  Sandbox sandbox_{GetParam().plain ? std::vector<std::string>{"--plain"}
                                    : std::vector<std::string>{}};
  std::string old_;

  /// One run with a failing allocation; what was delivered is in `out`.
  RunResult run(long number, bool all, const std::string& notes = {}) {
    const Way way = GetParam().way;
    const TemporaryFolder folder;
    std::vector<std::string> args{"management", "create", "--timeout", "10s"};
    if (way == Way::rotate) {
      old_ = new_token(sandbox_).id;
      args = {"management", "rotate", old_, "--timeout", "10s"};
    }
    if (way == Way::output) args.insert(args.end(), {"--output", "token"});
    if (way == Way::command) args.insert(args.end(), {"--", "/bin/sh", "-c", "cat >token"});
    if (way == Way::no_token)
      sandbox_.fault({{"on", "POST"}, {"patch", {{"accessToken", nullptr}}}});
    RunOptions options;
    options.folder = folder.path();
    options.environment = {{"LD_PRELOAD", TORTURE_SHIM},
                           {"TORTURE_FAIL", std::to_string(number)},
                           {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
    if (all) options.environment["TORTURE_ALL"] = "1";
    if (!notes.empty()) options.environment["TORTURE_NOTES"] = notes;
    seen_ = sandbox_.ledger().size();
    RunResult result = sandbox_.run(args, options);
    sandbox_.clear();
    if (result.out.empty() && names_in(folder.path()) == "token ") {
      result.out = read_file(folder.file("token"));
    }
    return result;
  }

  /// What is wrong about it; empty when nothing is.
  std::string verdict(const RunResult& result) const {
    Account account = account_of(sandbox_.ledger(seen_));
    const bool old_revoked = account.revoked.erase(old_) > 0;
    if (result.signal != 0 && account.posts > 0) return "it died of a signal";
    if (result.exit_code == 1 && account.posts > 0) return "exit 1 after the request";
    if (GetParam().way == Way::rotate) {
      const bool delivered = !account.created.empty() && is_token(account.created[0], result.out);
      if (old_revoked && !delivered) return "the old token is revoked, and the new one is lost";
      if (delivered) {  // what is left is the old token's end
        const bool named = result.err.find(old_) != std::string::npos;
        if (result.exit_code == 0) return old_revoked ? "" : "exit 0, and the old token is live";
        return named ? "" : "the old token is live, and not named";
      }
    }
    return broken_promise(account, result);
  }

 private:
  std::size_t seen_ = 0;
};

TEST_P(Torture, KeepsThePromise) {
  if (influxctl_is_static()) GTEST_SKIP() << "nothing can be loaded into a static program";
  if (influxctl_is_sanitized()) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  const TemporaryFolder notes;
  const RunResult clean = run(0, false, notes.file("notes"));
  ASSERT_EQ(verdict(clean), "") << clean.err;
  long total = 0;
  long before = 0;
  std::istringstream(read_file(notes.file("notes"))) >> total >> before;
  ASSERT_GT(before, 0);
  ASSERT_GT(total, before);
  const long early = full() ? 20 : (before / 3) + 1;
  const long late = full() ? 1 : ((total - before) / 12) + 1;
  std::map<int, int> exits;
  for (const bool all : {false, true}) {
    for (long number = 1; number <= total; number += number < before ? early : late) {
      const RunResult result = run(number, all);
      ++exits[result.exit_code];
      EXPECT_EQ(verdict(result), "")
          << "allocation " << number << (all ? " and all after it" : "") << " of " << total << ", "
          << before << " before the request; exit " << result.exit_code << "\n"
          << result.err;
    }
  }
  std::cout << "figures " << GetParam().name << ": " << total - before << " allocations after the "
            << "send;";
  for (const auto& [code, count] : exits) std::cout << " exit " << code << ": " << count;
  std::cout << '\n';
}

INSTANTIATE_TEST_SUITE_P(
    Allocations, Torture,
    testing::Values(Row{"Pipe", Way::pipe, true}, Row{"Output", Way::output, true},
                    Row{"Command", Way::command, true}, Row{"Rotate", Way::rotate, true},
                    Row{"NoToken", Way::no_token, true}, Row{"PipeOverTls", Way::pipe, false}),
    [](const auto& row) { return std::string(row.param.name); });

// A response just below the limit, and too little memory for it: the look-up has what it needs.
TEST(TortureMemory, ALimitOfMemoryNamesOrRevokesTheToken) {
  for (const int kilobytes : {20'000, 24'000, 28'000, 32'000, 40'000, 60'000}) {
    SCOPED_TRACE(kilobytes);
    Sandbox sandbox;
    sandbox.fault({{"on", "POST"}, {"pad_body", 1'000'000}});
    RunOptions options;
    options.program = "/bin/bash";
    options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()}};
    options.args = {"-c", "ulimit -v " + std::to_string(kilobytes) + "; exec " +
                              influxctl_binary() + " management create"};
    const RunResult result = run(options);
    const Account account = account_of(sandbox.ledger());
    EXPECT_EQ(broken_promise(account, result), "") << result.err;
    EXPECT_TRUE(account.posts == 0 || result.exit_code != 1) << result.err;
  }
}

}  // namespace
}  // namespace influxctl::e2e::torture_test
