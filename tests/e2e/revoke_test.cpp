// SPDX-License-Identifier: MIT
// `management revoke`: one request an id, asked first, and told truly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::revoke_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string collection = "/api/v0/management-tokens/";

std::vector<std::string> revoke(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"management", "revoke"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::vector<std::string> targets(const Sandbox& sandbox) {
  std::vector<std::string> all;
  for (const json& event : sandbox.events("request")) {
    if (event.at("method") == "DELETE") all.push_back(event.at("target"));
  }
  return all;
}

TEST(Revoke, RevokesOne) {
  const Sandbox sandbox;
  const NewToken one = new_token(sandbox);
  const NewToken two = new_token(sandbox);
  const RunResult result = sandbox.run(revoke({"--force", one.id}));
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "influxctl: revoked " + one.id + "\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(sandbox.live(), ElementsAre(two.id));
  EXPECT_EQ(talk(sandbox, request("GET", "", one.token)).status(), 401);
  EXPECT_EQ(talk(sandbox, request("GET", "", two.token)).status(), 200);
  const json asked = sandbox.requests("DELETE").front();
  EXPECT_EQ(asked.at("target"), collection + one.id);
  EXPECT_EQ(asked.at("body"), "");
}

TEST(Revoke, RevokesSeveralInTheirOrderAndEachOnce) {
  const Sandbox sandbox;
  const std::string a = new_token(sandbox).id;
  const std::string b = new_token(sandbox).id;
  const RunResult result = sandbox.run(revoke({b, a, b, "--force", "--", a}));
  EXPECT_EQ(result.err, "influxctl: revoked " + b + "\ninfluxctl: revoked " + a + "\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(targets(sandbox), ElementsAre(collection + b, collection + a));
}

TEST(Revoke, RevokesAgainWhatIsRevoked) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  EXPECT_EQ(sandbox.run(revoke({"--force", id})).exit_code, 0);
  EXPECT_EQ(sandbox.run(revoke({"--force", id})).exit_code, 0);
}

TEST(Revoke, RevokesItsOwnCredential) {
  const Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = own.token;
  EXPECT_EQ(sandbox.run(revoke({"--force", own.id}), options).exit_code, 0);
  const RunResult after = sandbox.run({"management", "list"}, options);
  EXPECT_EQ(after.exit_code, 4);
  EXPECT_THAT(after.err, HasSubstr("INFLUXCTL_MGMT_TOKEN; it may be wrong, expired or revoked"));
}

TEST(Revoke, SaysThatATokenIsUnknown) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(revoke({"--force", "nothing"}));
  EXPECT_EQ(result.err,
            "influxctl: error: token nothing: the cluster has no such token (404): "
            "\"token not found\"\ninfluxctl: hint: see the ids with: influxctl management list\n");
  EXPECT_EQ(result.exit_code, 5);
}

TEST(Revoke, GoesOnAfterAFailureAndEndsWithTheFirst) {
  Sandbox sandbox;
  const std::string a = new_token(sandbox).id;
  const std::string b = new_token(sandbox).id;
  sandbox.fault({{"on", "DELETE"}, {"skip", 2}, {"status", 403}});
  const RunResult result = sandbox.run(revoke({"--force", a, "none", "held", b}));
  EXPECT_EQ(result.err,
            "influxctl: revoked " + a +
                "\ninfluxctl: error: token none: the cluster has no such token (404): \"token not "
                "found\"\ninfluxctl: hint: see the ids with: influxctl management list\n"
                "influxctl: error: token held: the credential does not allow this (403): "
                "\"Forbidden\"\ninfluxctl: hint: the credential came from token file " +
                sandbox.token_file() + "\ninfluxctl: revoked " + b +
                "\ninfluxctl: error: revoked 2 of 4 tokens\n");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(sandbox.live(), IsEmpty());
}

TEST(Revoke, SaysThatNoneOfSeveralWasRevoked) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(revoke({"--force", "a", "b"}));
  EXPECT_THAT(result.err, testing::EndsWith("influxctl: error: nothing was revoked\n"));
  EXPECT_EQ(result.exit_code, 5);
}

// Revoked perhaps, and two that were not tried.
TEST(Revoke, ACancelledOneSaysWhatIsKnownOfEach) {
  Sandbox sandbox;
  const std::vector<std::string> ids = {new_token(sandbox).id, new_token(sandbox).id,
                                        new_token(sandbox).id};
  sandbox.fault({{"on", "DELETE"}, {"act", true}, {"stall", true}});
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    ASSERT_TRUE(sandbox.wait_for("revoked"));
    send_apart(pid, {SIGINT, SIGINT});
  };
  const RunResult result = sandbox.run(revoke({"--force", ids[0], ids[1], ids[2]}), options);
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_THAT(result.err, testing::EndsWith("influxctl: error: revoked 0 of 3 tokens; of 1 it is "
                                            "not known; 2 were not tried\n"));
  EXPECT_THAT(sandbox.live(), testing::ElementsAre(ids[1], ids[2]));
}

TEST(Revoke, ATokenIsNoId) {
  const Sandbox sandbox;
  for (const char* command : {"revoke", "rotate"}) {
    const RunResult result = sandbox.run({"management", command, "M.V1.aB3+/x9Qz5Jk=="});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, StartsWith("influxctl: error: what is given as TOKEN_ID reads like a "
                                       "token, which is no id\n"));
    EXPECT_THAT(result.err, testing::Not(HasSubstr("aB3")));
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Revoke, SaysThatARecordCannotBeRead) {
  Sandbox sandbox;
  sandbox.fault({{"on", "GET"}, {"body", R"([{"id":"a","description":"\ud800"}])"}});
  const RunResult result = sandbox.run({"management", "rotate", "a", "--no-expiry"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err,
              StartsWith("influxctl: warning: 1 token is left out: the cluster's record "
                         "cannot be read\n"));
}

TEST(Revoke, PutsAnIdIntoOnePathSegment) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"a/b", "a%2Fb"},
      {"/", "%2F"},
      {"%2e%2e", "%252e%252e"},
      {"...", "..."},
      {"a b", "a%20b"},
      {" ", "%20"},
      {"ü", "%C3%BC"},
      {"\xff", "%FF"},
      {"?x=1", "%3Fx%3D1"},
      {"#x", "%23x"},
      {"[x]", "%5Bx%5D"},
      {"{a,b}", "%7Ba%2Cb%7D"},
      {"a\\b", "a%5Cb"},
      {"a\x01: b", "a%01%3A%20b"},
      {"@host:1", "%40host%3A1"},
      {"~-._", "~-._"},
      {"-x", "-x"},
      {std::string(256, 'a'), std::string(256, 'a')},
      {std::string(256, ' '), [] {
         std::string spaces;
         for (int i = 0; i < 256; ++i) spaces += "%20";
         return spaces;
       }()}};
  const Sandbox sandbox;
  std::vector<std::string> expected;
  for (const auto& [id, segment] : rows) {
    EXPECT_EQ(sandbox.run(revoke({"--force", "--", id})).exit_code, 5) << id;
    expected.push_back(collection + segment);
  }
  EXPECT_EQ(targets(sandbox), expected);
}

TEST(Revoke, ShowsAnIdSafely) {
  const Sandbox sandbox;
  EXPECT_THAT(sandbox.run(revoke({"--force", "a\x1b[2J\u202e"})).err,
              StartsWith("influxctl: error: token a\\x1b[2J\\u{202e}: "));
}

TEST(Revoke, RefusesWhatIsNoId) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  for (const std::string& odd :
       {std::string(), std::string("."), std::string(".."), std::string("../x"),
        std::string("x\\.."), std::string(257, 'a'), std::string(100'000, '/')}) {
    const RunResult result = sandbox.run(revoke({"--force", id, odd}));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("is not a token id\n"));
    EXPECT_LT(result.err.size(), 300U);
  }
  const RunResult none = sandbox.run(revoke({"--force"}));
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, StartsWith("influxctl: error: no TOKEN_ID is given\n"));
  EXPECT_THAT(targets(sandbox), IsEmpty());
}

struct Response {
  const char* name;
  std::string input;
  int exit_code;
};

void PrintTo(const Response& row, std::ostream* out) { *out << row.name; }

class RevokeResponse : public testing::TestWithParam<Response> {};

TEST_P(RevokeResponse, IsWhatDecides) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  RunOptions options;
  options.in = options.out = options.err = Stream::terminal();
  options.input = GetParam().input;
  options.environment = {{"NO_COLOR", "1"}};
  const RunResult result = sandbox.run(revoke({id}), options);
  EXPECT_EQ(result.exit_code, GetParam().exit_code);
  const bool yes = GetParam().exit_code == 0;
  EXPECT_THAT(result.terminal,
              StartsWith("cluster localhost:" + std::to_string(sandbox.port()) +
                         ", profile \"default\"\n  " + id +
                         "  no description, never expires\nRevoke 1 token for good? [y/N] "));
  EXPECT_THAT(result.terminal,
              testing::EndsWith(yes ? "influxctl: revoked " + id + "\n"
                                    : "influxctl: error: not confirmed; nothing was revoked\n"));
  EXPECT_EQ(targets(sandbox).size(), yes ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Rows, RevokeResponse,
                         testing::Values(Response{"y", "y\n", 0}, Response{"yes", "yes\n", 0},
                                         Response{"Y", "Y\n", 0}, Response{"Yes", "Yes\n", 0},
                                         Response{"Spaces", " y \n", 0},
                                         Response{"EmptyLine", "\n", 2}, Response{"n", "n\n", 2},
                                         Response{"no", "no\n", 2}, Response{"yn", "yn\n", 2},
                                         Response{"yNothing", "nay\ny\n", 2},
                                         Response{"End", "\x04", 2},
                                         Response{"Long", std::string(300, 'y') + "\n", 2}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Revoke, AsksOnceForSeveral) {
  const Sandbox sandbox;
  const std::string a = new_token(sandbox, {{"description", "one\u202e"}}).id;
  const std::string b = new_token(sandbox, {{"expiresAt", "2101-01-01T00:00:00.5Z"}}).id;
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.input = "y\n";
  const RunResult result = sandbox.run(revoke({a, b, "nothing", a}), options);
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.terminal,
              HasSubstr("\n  " + a + "  \"one\\u{202e}\", never expires\n  " + b +
                        "  no description, expires at 2101-01-01T00:00:00Z\n  nothing  not listed\n"
                        "Revoke 3 tokens for good? [y/N] "));
  EXPECT_THAT(sandbox.live(), IsEmpty());
}

TEST(Revoke, SaysInItsQuestionWhatHasEnded) {
  Sandbox sandbox;
  sandbox.fault(
      {{"on", "GET"},
       {"status", 200},
       {"body", json::parse(R"([{"id":"a","description":"d","expiresAt":"2020-01-02T03:04:05Z"},
                                          {"id":"b","revokedAt":"2020-01-02T03:04:05Z"}])")}});
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.input = "n\n";
  const RunResult result = sandbox.run(revoke({"a", "b"}), options);
  EXPECT_THAT(result.terminal, HasSubstr("  a  \"d\", expired at 2020-01-02T03:04:05Z\n"
                                         "  b  no description, revoked at 2020-01-02T03:04:05Z\n"));
  EXPECT_THAT(targets(sandbox), IsEmpty());
}

TEST(Revoke, AsksWithWhatItKnowsWhenTheLookUpFails) {
  Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  for (const char* rule : {R"({"on":"GET","status":403})", R"({"on":"GET","cut":20})",
                           R"({"on":"GET","status":200,"body":"<html>"})"}) {
    sandbox.fault(json::parse(rule));
    RunOptions options;
    options.in = options.err = Stream::terminal();
    options.input = "n\n";
    const RunResult result = sandbox.run(revoke({id}), options);
    EXPECT_THAT(result.terminal, HasSubstr("what the tokens are for is not known: "));
    EXPECT_THAT(result.terminal, HasSubstr("\n  " + id + "\nRevoke 1 token for good? [y/N] "));
    EXPECT_EQ(result.exit_code, 2);
  }
  EXPECT_THAT(sandbox.live(), ElementsAre(id));
}

TEST(Revoke, DoesNotGuessWhereItCannotAsk) {
  const Sandbox sandbox;
  RunOptions deaf;  // it could ask, and nobody could response
  deaf.err = Stream::terminal();
  deaf.input = "y\n";
  deaf.in = Stream::pipe();
  RunOptions dumb;  // nobody would see the question
  dumb.in = Stream::terminal();
  dumb.input = "y\n";
  for (const RunOptions& options : {RunOptions{}, deaf, dumb}) {
    const RunResult result = sandbox.run(revoke({"a"}), options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err + result.terminal, HasSubstr("there is no terminal to ask on\n"));
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

}  // namespace
}  // namespace influxctl::e2e::revoke_test
