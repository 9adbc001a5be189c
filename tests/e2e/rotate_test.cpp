// SPDX-License-Identifier: MIT
// `management rotate`: the successor is delivered, and then the old token revoked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::rotate_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> rotate(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"management", "rotate"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

/// The methods of the requests from the given one on, in order.
std::vector<std::string> methods(const Sandbox& sandbox, std::size_t from = 1) {
  std::vector<std::string> all;
  for (const json& event : sandbox.events("request")) all.push_back(event.at("method"));
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())));
  return all;
}

TEST(Rotate, DeliversTheSuccessorAndRevokesTheOld) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox, {{"description", "nightly é"}});
  const RunResult result = sandbox.run(rotate({old.id}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  const json made = sandbox.created().back();
  EXPECT_THAT(sandbox.live(), ElementsAre(made.at("id")));
  EXPECT_EQ(made.at("description"), "nightly é");
  EXPECT_EQ(made.at("expires_at"), nullptr);
  EXPECT_THAT(methods(sandbox), ElementsAre("GET", "POST", "DELETE"));
  EXPECT_THAT(result.err, testing::EndsWith("warn\tthis is the *only time* you will see the token\n"
                                            "influxctl: revoked the old token " +
                                            old.id + "\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("warning:")));
  EXPECT_EQ(talk(sandbox, request("GET", "", old.token)).status(), 401);
  EXPECT_EQ(talk(sandbox, request("GET", "", result.out)).status(), 200);
}

TEST(Rotate, RevokesTheOldOnlyAfterTheDelivery) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  const TemporaryFolder folder;
  const std::string script = "cat > \"$0/token\"; cp " + sandbox.ledger_file() + " \"$0/ledger\"";
  const RunResult result =
      sandbox.run(rotate({old.id, "--", "/bin/sh", "-c", script, folder.path()}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(sandbox.delivered_token_matches(read_file(folder.file("token"))));
  EXPECT_THAT(read_file(folder.file("ledger")), Not(HasSubstr("DELETE")));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
  EXPECT_THAT(result.err, HasSubstr("influxctl: handed to "));
}

TEST(Rotate, WritesAFile) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  const TemporaryFolder folder;
  const RunResult result = sandbox.run(rotate({"--output", folder.file("token"), old.id}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(sandbox.delivered_token_matches(read_file(folder.file("token"))));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

TEST(Rotate, PrintsJson) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox, {{"description", "d"}});
  const RunResult result = sandbox.run(rotate({old.id, "--format", "json"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out.find('\n'), result.out.size() - 1);
  const json record = json::parse(result.out);
  EXPECT_EQ(record.at("id"), sandbox.created().back().at("id"));
  EXPECT_EQ(record.at("description"), "d");
  EXPECT_TRUE(sandbox.delivered_token_matches(record.at("token").get<std::string>()));
}

TEST(Rotate, TakesAnotherDescriptionAndNoneFromNone) {
  const Sandbox sandbox;
  sandbox.run(rotate({new_token(sandbox, {{"description", "a"}}).id, "--description", "b"}));
  EXPECT_EQ(sandbox.created().back().at("description"), "b");
  sandbox.run(rotate({new_token(sandbox).id}));
  EXPECT_EQ(sandbox.created().back().at("description"), nullptr);
  EXPECT_EQ(sandbox.requests("POST").back().at("body"), "{}");
}

TEST(Rotate, WarnsThatTheExpiryIsNotKept) {
  const Sandbox sandbox;
  const json body = {{"expiresAt", "2101-01-01T00:00:00Z"}};
  const RunResult never = sandbox.run(rotate({new_token(sandbox, body).id}));
  EXPECT_THAT(never.err,
              HasSubstr("influxctl: warning: the new token never expires, and the old one was to "
                        "at 2101-01-01T00:00:00Z; see --expires-in\n"));
  EXPECT_EQ(never.exit_code, 0);
  EXPECT_EQ(sandbox.created().back().at("expires_at"), nullptr);
  const RunResult given =
      sandbox.run(rotate({new_token(sandbox, body).id, "--expires-at", "2102-01-01T00:00:00Z"}));
  EXPECT_THAT(given.err, Not(HasSubstr("warning")));
  EXPECT_EQ(sandbox.created().back().at("expires_at"), "2102-01-01T00:00:00Z");
}

TEST(Rotate, RotatesItsOwnCredentialAndSaysSo) {
  const Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = own.token;
  const RunResult result = sandbox.run(rotate({own.id}), options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: warning: the old token seems to be the credential "
                                    "of this run: use the new one from now on\n"));
  EXPECT_EQ(sandbox.run({"management", "list"}, options).exit_code, 4);
  options.environment["INFLUXCTL_MGMT_TOKEN"] = result.out;
  EXPECT_EQ(sandbox.run({"management", "list"}, options).exit_code, 0);
}

TEST(Rotate, TriesAgainToRevokeTheOld) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault({{"on", "DELETE"}, {"times", 2}, {"status", 503}});
  const RunResult result = sandbox.run(rotate({old.id}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

TEST(Rotate, SendsNothingInADryRun) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(rotate({"a/b", "--dry-run"}));
  const std::string url = sandbox.url() + "/api/v0/management-tokens";
  EXPECT_EQ(result.out, "[{\"method\":\"POST\",\"url\":\"" + url +
                            "\",\"body\":{}},{\"method\":\"DELETE\",\"url\":\"" + url +
                            "/a%2Fb\"}]\n");
  EXPECT_EQ(result.err, "influxctl: a real run sends the old token's description, too\n");
  EXPECT_EQ(result.exit_code, 0);
  const RunResult given = sandbox.run(rotate({"a", "--dry-run", "--description", "d"}));
  EXPECT_THAT(given.out, HasSubstr("\"body\":{\"description\":\"d\"}"));
  EXPECT_EQ(given.err, "");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Rotate, RefusesBadArguments) {
  const Sandbox sandbox;
  for (const std::vector<std::string>& args : {std::vector<std::string>{},
                                               {""},
                                               {".."},
                                               {"a", "b"},
                                               {"a", "--expires-in", "0s"},
                                               {"a", "--description", ""},
                                               {"a", "--output", "/"},
                                               {"a", "--", "no-such-program"}}) {
    const RunResult result = sandbox.run(rotate(args));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(result.out, "");
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Rotate, DoesNotReplaceAnUnknownToken) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  const RunResult result = sandbox.run(rotate({"a\x1b"}));
  EXPECT_EQ(result.err,
            "influxctl: error: the cluster has no token \"a\\x1b\"; no token was created\n"
            "influxctl: hint: see influxctl management list\n");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(sandbox.live(), ElementsAre(id));
  EXPECT_THAT(methods(sandbox), ElementsAre("GET"));
}

TEST(Rotate, DoesNotReplaceARevokedToken) {
  Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  sandbox.command({{"revoke_all", true}});
  const RunResult result = sandbox.run(rotate({id}));
  EXPECT_EQ(result.err, "influxctl: error: token " + id +
                            " is revoked already; no token was created\n"
                            "influxctl: hint: create a new one with: influxctl management "
                            "create\n");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(methods(sandbox), ElementsAre("GET"));
}

}  // namespace
}  // namespace influxctl::e2e::rotate_test
