// SPDX-License-Identifier: MIT
// Every fault at every stage, end to end: exit code, stdout, stderr, and what the cluster holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "build_paths.h"
#include "fault_matrix_rows.h"
#include "promise.h"

namespace influxctl::e2e::fault_matrix_test {

namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A port that is taken, and where nobody listens.
class DeadPort {
 public:
  DeadPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const place = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the API's way
    EXPECT_EQ(::bind(socket_.get(), place, size), 0);
    EXPECT_EQ(::getsockname(socket_.get(), place, &size), 0);
    number_ = ntohs(address.sin_port);
  }
  std::string number() const { return std::to_string(number_); }

 private:
  Descriptor socket_;
  int number_ = 0;
};

/// A row's create, on its way to the stand-in or past it.
class Route {
 public:
  Route(Path path, const Sandbox& sandbox) {
    std::string config = read_file(sandbox.config());
    const auto change = [&config](const std::string& from, const std::string& to) {
      config = std::regex_replace(config, std::regex(from), to);
    };
    if (path == Path::dead_port) change("port = \"[0-9]+\"", "port = \"" + dead_.number() + "\"");
    if (path == Path::unknown_host) change("localhost", "nowhere.invalid");
    if (path == Path::other_ca) change("ca = \"[^\"]+\"", "ca = \"" + other_.ca() + "\"");
    if (path == Path::http_to_tls) change("ca = .*", "disable = true");
    if (path == Path::https_to_plain) change("disable = true", "ca = \"" + other_.ca() + "\"");
    if (path == Path::no_client_certificate) change("(cert|key) = .*", "");
    if (path == Path::dead_proxy) {
      variables_["https_proxy"] = "http://127.0.0.1:" + dead_.number();
    }
    if (path == Path::deaf_proxy) variables_["https_proxy"] = plain_.url();
    variables_["INFLUXCTL_CONFIG"] = directory_.write("config.toml", config);
  }

  const std::map<std::string, std::string>& variables() const { return variables_; }

 private:
  TemporaryDirectory directory_;
  DeadPort dead_;
  Sandbox other_;
  Sandbox plain_{{"--plain"}};
  std::map<std::string, std::string> variables_;
};

RunResult create(const FaultRow& row, Sandbox& sandbox) {
  for (const std::string& rule : row.rules) sandbox.fault(json::parse(rule));
  std::vector<std::string> args{"management",   "create",    "--description",
                                "fault matrix", "--timeout", row.timeout};
  args.insert(args.end(), row.args.begin(), row.args.end());
  if (row.path == Path::direct) return sandbox.run(args);
  const Route route(row.path, sandbox);
  RunOptions options;
  options.environment = route.variables();
  return sandbox.run(args, options);
}

void expect_holds(Holds holds, const Account& account, const std::string& err) {
  EXPECT_EQ(account.created.size(), holds == Holds::nothing ? 0U : 1U);
  EXPECT_EQ(account.live(), holds == Holds::nothing || holds == Holds::revoked ? 0U : 1U);
  if (account.created.empty()) return;
  const std::string id = account.created[0].at("id");
  if (holds == Holds::named || holds == Holds::revoked) {
    EXPECT_THAT(err, HasSubstr(id));
  }
  if (holds == Holds::unseen) {
    EXPECT_THAT(err, Not(HasSubstr(id)));
  }
}

class FaultMatrix : public testing::TestWithParam<FaultRow> {};

TEST_P(FaultMatrix, KeepsThePromise) {
  const FaultRow& row = GetParam();
  std::vector<std::string> sandbox_args = row.sandbox_args;
  if (row.path == Path::https_to_plain) sandbox_args.emplace_back("--plain");
  Sandbox sandbox(sandbox_args);
  const RunResult result = create(row, sandbox);
  SCOPED_TRACE(result.err);
  const Account account = account_of(sandbox.ledger());

  EXPECT_EQ(broken_promise(account, result), "");
  EXPECT_EQ(result.exit_code, row.exit_code);
  EXPECT_EQ(result.out.empty(), row.holds != Holds::delivered);
  for (const std::string& phrase : row.says) {
    EXPECT_THAT(result.err, HasSubstr(phrase));
  }
  if (row.posts != kAnyNumber) {
    EXPECT_EQ(account.posts, row.posts);
  }
  expect_holds(row.holds, account, result.err);
}

std::string name_of(const testing::TestParamInfo<FaultRow>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Connection, FaultMatrix, testing::ValuesIn(connection_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Cut, FaultMatrix, testing::ValuesIn(cut_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Framing, FaultMatrix, testing::ValuesIn(framing_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Head, FaultMatrix, testing::ValuesIn(head_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Status, FaultMatrix, testing::ValuesIn(status_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Retry, FaultMatrix, testing::ValuesIn(retry_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Body, FaultMatrix, testing::ValuesIn(body_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Rescue, FaultMatrix, testing::ValuesIn(rescue_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(LookUp, FaultMatrix, testing::ValuesIn(lookup_rows()), name_of);

std::string words_for(Holds holds) {
  switch (holds) {
    case Holds::nothing:
      return "no token";
    case Holds::delivered:
      return "the token, delivered";
    case Holds::revoked:
      return "the token, revoked";
    case Holds::named:
      return "the token, live and named";
    case Holds::unseen:
      return "the token, live; told to look";
  }
  return {};
}

std::string table() {
  std::string text =
      "| fault | exit | the cluster holds | the user reads | test |\n|---|---|---|---|---|\n";
  for (const FaultGroup& group : fault_groups()) {
    text += "| **in " + group.injected + "** | | | | |\n";
    for (const FaultRow& row : group.rows) {
      std::string says;
      for (const std::string& phrase : row.says) {
        says += (says.empty() ? "…" : "<br>…") + phrase + "…";
      }
      text += "| " + row.fault + " | " + std::to_string(row.exit_code) + " | " +
              words_for(row.holds) + " | " + says + " | " + group.name + "." + row.name + " |\n";
    }
  }
  return text;
}

// docs/fault-matrix.md shows the rows. UPDATE_DOCS=1 in the environment writes them there anew.
TEST(FaultMatrixTable, IsTheOneInTheDocs) {
  const std::string path = SOURCE_DIRECTORY "/docs/fault-matrix.md";
  const std::string begin = "<!-- the fault matrix -->\n";
  std::string page = read_file(path);
  const auto start = page.find(begin);
  const auto end = page.find("<!-- its end -->");
  ASSERT_NE(start, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto first = start + begin.size();
  if (std::getenv("UPDATE_DOCS") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    page.replace(first, end - first, table());
    std::ofstream(path) << page;
    return;
  }
  EXPECT_EQ(page.substr(first, end - first), table());
}

}  // namespace
}  // namespace influxctl::e2e::fault_matrix_test
