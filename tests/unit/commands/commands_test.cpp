// SPDX-License-Identifier: MIT
// The commands within the library, from arguments to exit code, against the stand-in cluster. The
// real program's bytes are asserted in tests/e2e; here every way through the rooms is taken once.
#include "influxctl/commands/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness.h"
#include "in_child.h"

namespace influxctl::commands_test {
namespace {

using e2e::Sandbox;
using e2e::TemporaryFolder;
using testing::HasSubstr;

Ran run_with(const Sandbox& sandbox, const std::vector<std::string>& arguments) {
  return run_in_child(arguments, {"INFLUXCTL_CONFIG=" + sandbox.config()});
}

TEST(Commands, CreateDeliversToStdoutAFileAndACommand) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  const std::string file = folder.file("token");
  const Ran plain = run_with(sandbox, {"management", "create", "--expires-in", "1d"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(plain.out));
  const Ran written = run_with(sandbox, {"management", "create", "--output", file});
  EXPECT_EQ(written.exit_code, 0) << written.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(e2e::read_file(file)));
  const Ran handed = run_with(sandbox, {"management", "create", "--", "cat"});
  EXPECT_EQ(handed.exit_code, 0) << handed.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(handed.out));
  const Ran json = run_with(sandbox, {"management", "create", "--format", "json", "--trace"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(
      nlohmann::json::parse(json.out).at("token").get<std::string>()));
  EXPECT_THAT(json.err, HasSubstr("< HTTP/1.1 200 OK\n"));
}

TEST(Commands, CreateEndsAsTheAnswerSays) {
  struct Row {
    std::string fault;
    int exit_code;
    std::string err;
  };
  const std::vector<Row> rows = {
      {R"({"status":401})", 4, "the cluster does not accept the credential (401)"},
      {R"({"status":403})", 4, "the credential does not allow this (403)"},
      {R"({"status":404})", 5, "serves no management tokens at this path (404)"},
      {R"({"status":409,"body":"plain words"})", 5, "refused (409): \"plain words\""},
      {R"({"status":429,"headers":{"Retry-After":"junk"}})", 5, "refused (429)"},
      {R"({"status":307,"headers":{"Location":"/x"}})", 5, "redirects elsewhere (307), to \"/x\""},
      {R"({"status":500})", 7, "the cluster responded with 500"},
      {R"({"status":202,"act":true})", 7,
       "if nobody uses it, revoke it with: influxctl management revoke "},
      {R"({"cut":10})", 7, "the outcome is unknown"},
      {R"({"cut":200})", 7, "bytes remaining to read"},
      {R"({"status_line":"HTTP/1.1 204 x","act":true})", 7, "the cluster responded with 204"},
      {R"({"pad_body":2000000})", 7, "larger than this program accepts"},
      {R"({"framing":"close"})", 7, "no known length"},
      {R"({"patch":{"accessToken":null}})", 8, "the token has been revoked"},
  };
  Sandbox sandbox;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.fault);
    nlohmann::json fault = nlohmann::json::parse(row.fault);
    fault["on"] = "POST";
    sandbox.fault(fault);
    const Ran result = run_with(sandbox, {"management", "create", "--description", row.fault});
    EXPECT_EQ(result.exit_code, row.exit_code);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(row.err));
  }
}

TEST(Commands, CreateRevokesWhatASinkRefuses) {
  Sandbox sandbox;
  const Ran result = run_with(sandbox, {"management", "create", "--", "false"});
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr("exited with status 1; the token has been revoked"));
  sandbox.fault({{"on", "DELETE"}, {"status", 403}});
  const Ran named = run_with(sandbox, {"management", "create", "--", "false"});
  EXPECT_EQ(named.exit_code, 8);
  EXPECT_THAT(named.err, HasSubstr(sandbox.live().at(0)));
}

TEST(Commands, CreateWaitsAfterATooMany) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 429}, {"headers", {{"Retry-After", "1"}}}});
  EXPECT_EQ(run_with(sandbox, {"management", "create"}).exit_code, 0);
  EXPECT_EQ(sandbox.requests("POST").size(), 2U);
}

TEST(Commands, CreateIsNotSentToWhomItDoesNotTrust) {
  const Sandbox sandbox({"--certificate", "expired"});
  const Ran result = run_with(sandbox, {"management", "create"});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("nothing was sent, so it is safe to run this again"));
}

TEST(Commands, CreateWarnsOfPlainText) {
  const Sandbox sandbox({"--plain"});
  const Ran result = run_with(sandbox, {"management", "create", "--debug"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("tls.disable is set"));
}

TEST(Commands, ListSortsByEachKey) {
  const Sandbox sandbox({"--seed-tokens", "20"});
  for (const char* key : {"created", "id", "description", "prefix", "expires", "revoked"}) {
    const Ran result = run_with(sandbox, {"management", "list", "--format", "json", "--sort", key});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_GE(nlohmann::json::parse(result.out).size(), 20U);
  }
  EXPECT_THAT(run_with(sandbox, {"management", "list"}).out, HasSubstr("| DESCRIPTION"));
}

TEST(Commands, ListEndsAsTheAnswerSays) {
  Sandbox sandbox;
  sandbox.fault({{"status", 500}});
  EXPECT_EQ(run_with(sandbox, {"management", "list"}).exit_code, 5);
  sandbox.fault({{"body", "{}"}, {"status", 200}});
  EXPECT_EQ(run_with(sandbox, {"management", "list"}).exit_code, 5);
  sandbox.fault({{"cut", 20}});
  EXPECT_EQ(run_with(sandbox, {"management", "list"}).exit_code, 6);
  sandbox.fault({{"accept", "reset"}});
  EXPECT_EQ(run_with(sandbox, {"management", "list"}).exit_code, 6);
}

TEST(Commands, RevokeAsksOrIsForced) {
  Sandbox sandbox;
  EXPECT_EQ(run_with(sandbox, {"management", "create"}).exit_code, 0);
  const std::string id = sandbox.live().at(0);
  EXPECT_EQ(run_with(sandbox, {"management", "revoke", id}).exit_code, 2);
  EXPECT_EQ(sandbox.live().size(), 1U);
  const Ran result = run_with(sandbox, {"management", "revoke", "--force", "unknown-id", id, id});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr("revoked 1 of 2 tokens"));
  EXPECT_TRUE(sandbox.live().empty());
  sandbox.fault({{"on", "DELETE"}, {"status", 500}});
  EXPECT_EQ(run_with(sandbox, {"management", "revoke", "--force", id}).exit_code, 7);
}

TEST(Commands, RotateReplacesOneToken) {
  Sandbox sandbox;
  EXPECT_EQ(run_with(sandbox, {"management", "create", "--description", "ci", "--expires-in", "1d"})
                .exit_code,
            0);
  const std::string old = sandbox.live().at(0);
  EXPECT_THAT(run_with(sandbox, {"management", "rotate", old, "--dry-run"}).out,
              HasSubstr("\"method\":\"DELETE\""));
  EXPECT_EQ(
      run_with(sandbox, {"management", "rotate", old, "--no-expiry", "--", "false"}).exit_code, 8);
  EXPECT_THAT(sandbox.live(), testing::ElementsAre(old));
  EXPECT_EQ(run_with(sandbox, {"management", "rotate", old}).exit_code, 2);  // its expiry would go
  EXPECT_THAT(sandbox.live(), testing::ElementsAre(old));
  const Ran result = run_with(sandbox, {"management", "rotate", old, "--no-expiry"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(sandbox.live(), testing::Not(testing::Contains(old)));
  EXPECT_EQ(run_with(sandbox, {"management", "rotate", old}).exit_code, 5);
  EXPECT_EQ(run_with(sandbox, {"management", "rotate", "unknown-id"}).exit_code, 5);
  sandbox.fault({{"on", "DELETE"}, {"status", 403}});
  const Ran kept = run_with(sandbox, {"management", "rotate", sandbox.live().at(0)});
  EXPECT_EQ(kept.exit_code, 8);
  EXPECT_THAT(kept.err, HasSubstr("was delivered"));
}

TEST(Commands, HelpAndVersionNeedNothing) {
  EXPECT_EQ(run_in_child({}, {}).exit_code, 2);
  EXPECT_THAT(run_in_child({"help"}, {}).out, HasSubstr("Usage:"));
  EXPECT_THAT(run_in_child({"version"}, {}).out, HasSubstr("influxctl "));
  EXPECT_THAT(run_in_child({"management", "create", "--dry-run", "--format", "x"}, {}).err,
              HasSubstr("neither table nor json"));
}

}  // namespace
}  // namespace influxctl::commands_test
