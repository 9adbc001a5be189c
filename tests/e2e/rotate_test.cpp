// SPDX-License-Identifier: MIT
// `management rotate`: the successor is delivered, and then the old token revoked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::rotate_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
  EXPECT_THAT(methods(sandbox), ElementsAre("GET", "POST", "GET", "DELETE"));
  EXPECT_THAT(result.err, testing::EndsWith("warn\tthe cluster will not show this token again\n"
                                            "influxctl: revoked the old token " +
                                            old.id + "\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("warning:")));
  EXPECT_EQ(talk(sandbox, request("GET", "", old.token)).status(), 401);
  EXPECT_EQ(talk(sandbox, request("GET", "", result.out)).status(), 200);
}

TEST(Rotate, RevokesTheOldOnlyAfterTheDelivery) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  const TemporaryDirectory directory;
  const std::string script = "cat > \"$0/token\"; cp " + sandbox.ledger_file() + " \"$0/ledger\"";
  const RunResult result =
      sandbox.run(rotate({old.id, "--", "/bin/sh", "-c", script, directory.path()}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(sandbox.delivered_token_matches(read_file(directory.file("token"))));
  EXPECT_THAT(read_file(directory.file("ledger")), Not(HasSubstr("DELETE")));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
  EXPECT_THAT(result.err, HasSubstr("influxctl: handed to "));
}

TEST(Rotate, WritesAFile) {
  const Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  const TemporaryDirectory directory;
  const RunResult result = sandbox.run(rotate({"--output", directory.file("token"), old.id}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(sandbox.delivered_token_matches(read_file(directory.file("token"))));
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

TEST(Rotate, RefusesToLoseAnExpiry) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox, {{"expiresAt", "2101-01-01T00:00:00.9Z"}}).id;
  const RunResult result = sandbox.run(rotate({id}));
  EXPECT_EQ(
      result.err,
      "influxctl: error: the old token expires at 2101-01-01T00:00:00Z, and no expiry is "
      "given for the new one; no token was created\ninfluxctl: hint: say when it expires with "
      "--expires-in 90d or --expires-at, or that it never does with --no-expiry\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(sandbox.live(), ElementsAre(id));
  EXPECT_THAT(methods(sandbox), ElementsAre("GET"));
}

TEST(Rotate, RefusesToLoseAnExpiryAlsoWhereItIsNotDue) {
  const Sandbox sandbox;
  const std::string id = new_token(sandbox, {{"expiresAt", "2101-01-01T00:00:00Z"}}).id;
  EXPECT_EQ(sandbox.run(rotate({id, "--if-expiring-within", "1d"})).exit_code, 2);
}

TEST(Rotate, TakesAnExpiryOrNone) {
  const Sandbox sandbox;
  const json body = {{"expiresAt", "2101-01-01T00:00:00Z"}};
  const RunResult never = sandbox.run(rotate({new_token(sandbox, body).id, "--no-expiry"}));
  EXPECT_EQ(never.exit_code, 0) << never.err;
  EXPECT_EQ(sandbox.created().back().at("expires_at"), nullptr);
  const RunResult given =
      sandbox.run(rotate({new_token(sandbox, body).id, "--expires-at", "2102-01-01T00:00:00Z"}));
  EXPECT_EQ(given.exit_code, 0);
  EXPECT_EQ(sandbox.created().back().at("expires_at"), "2102-01-01T00:00:00Z");
  EXPECT_EQ(sandbox.live().size(), 2U);
}

/// The digest of the credential of a request.
std::string credential_of(const json& request) {
  return request.at("headers").at("authorization").at("sha256");
}

TEST(Rotate, RevokesItsOwnCredentialWithTheSuccessor) {
  const Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = own.token;
  EXPECT_EQ(sandbox.run(rotate({own.id}), options).exit_code, 0);
  EXPECT_EQ(credential_of(sandbox.requests("DELETE").back()),
            sandbox.created().back().at("sha256").get<std::string>());
  const NewToken other = new_token(sandbox);
  EXPECT_EQ(sandbox.run(rotate({other.id})).exit_code, 0);
  EXPECT_EQ(credential_of(sandbox.requests("DELETE").back()), sha256_hex(sandbox.admin_token()));
}

TEST(Rotate, KeepsTheOldAndNamesTheCommandThatRevokesIt) {
  const Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  const RunResult result =
      sandbox.run({"--config", sandbox.config(), "management", "rotate", old, "--keep-old"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(result.err, testing::EndsWith("influxctl: the old token " + old +
                                            " was kept; revoke it with: influxctl --config " +
                                            sandbox.config() + " management revoke " + old + "\n"));
  EXPECT_THAT(sandbox.live(), ElementsAre(old, sandbox.created().back().at("id")));
  EXPECT_THAT(methods(sandbox), ElementsAre("GET", "POST"));
}

/// A run whose credential is this token.
RunOptions as(const NewToken& token) {
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = token.token;
  return options;
}

TEST(RotateSelf, FindsItsTokenByThePrefix) {
  const Sandbox sandbox;
  const NewToken other = new_token(sandbox);
  const NewToken own = new_token(sandbox, {{"description", "timer"}});
  const RunResult result = sandbox.run(rotate({"--self"}), as(own));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_EQ(sandbox.created().back().at("description"), "timer");
  EXPECT_THAT(sandbox.live(), ElementsAre(other.id, sandbox.created().back().at("id")));
}

/// Runs `rotate --self` with a list of these records, each of which gets the credential's prefix
/// where its prefix is "OWN".
RunResult self_of(Sandbox& sandbox, const NewToken& own, json records,
                  const std::vector<std::string>& flags = {}) {
  for (json& record : records) {
    if (record.at("tokenPrefix") == "OWN") record["tokenPrefix"] = own.token.substr(0, 9);
  }
  sandbox.fault({{"on", "GET"}, {"status", 200}, {"body", records}});
  std::vector<std::string> args = {"--self"};
  args.insert(args.end(), flags.begin(), flags.end());
  return sandbox.run(rotate(args), as(own));
}

TEST(RotateSelf, RefusesTwoOfOnePrefix) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  const RunResult result = self_of(
      sandbox, own,
      json::parse(
          R"([{"id":"a","tokenPrefix":"OWN","description":"d"},{"id":"b","tokenPrefix":"OWN"}])"));
  EXPECT_EQ(
      result.err,
      "influxctl: error: 2 live tokens have the prefix of this run's credential, and which it "
      "is cannot be told; no token was created\n"
      "influxctl: hint: a  \"d\", never expires\n"
      "influxctl: hint: b  no description, never expires\n"
      "influxctl: hint: name the token: influxctl management rotate TOKEN_ID\n");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(sandbox.live(), ElementsAre(own.id));
}

TEST(RotateSelf, DoesNotCountARevokedOrExpiredOneOfItsPrefix) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  const RunResult result =
      self_of(sandbox, own,
              json{{{"id", "a"}, {"tokenPrefix", "OWN"}, {"revokedAt", "2026-01-01T00:00:00Z"}},
                   {{"id", "b"}, {"tokenPrefix", "OWN"}, {"expiresAt", "2020-01-01T00:00:00Z"}},
                   {{"id", own.id}, {"tokenPrefix", "OWN"}}});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

TEST(RotateSelf, RefusesWhereNoneHasItsPrefix) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  for (
      const char* records :
      {R"([])", R"([{"id":"a","tokenPrefix":"M.V1.none"},{"id":"b","tokenPrefix":""}])",
       R"([{"id":"a","tokenPrefix":"M"},{"id":"b","tokenPrefix":"M.V1"},{"id":"c","tokenPrefix":"M.V1."}])",
       R"([{"id":"a","tokenPrefix":"OWN","expiresAt":"2020-01-01T00:00:00Z"}])",
       R"([{"id":"a","tokenPrefix":"OWN","revokedAt":"2026-01-01T00:00:00Z"}])"}) {
    const RunResult result = self_of(sandbox, own, json::parse(records));
    EXPECT_THAT(result.err, HasSubstr("error: the cluster lists no live token with the prefix of "
                                      "this run's credential; no token was created\n"));
    EXPECT_EQ(result.exit_code, 5);
  }
  EXPECT_THAT(sandbox.live(), ElementsAre(own.id));
}

// A revocation that cannot be read is one.
TEST(Rotate, DoesNotReplaceATokenWhoseRevocationCannotBeRead) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  const std::string old = R"({"id":"a","expiresAt":"2026-01-01T00:00:00Z","revokedAt":)";
  for (const std::string odd :
       {"5", "0", "-1", "1.5", "true", "false", "{}", "[]", R"("soon")", R"("2027-01-01")",
        R"("2027-01-01 00:00:00Z")", R"("2027-01-01T00:00:00+0000")", R"("0")"}) {
    SCOPED_TRACE(odd);
    for (const std::vector<std::string>& flags :
         std::vector<std::vector<std::string>>{{}, {"--if-expiring-within", "14d"}}) {
      sandbox.fault({{"on", "GET"}, {"status", 200}, {"body", "[" + old + odd + "}]"}});
      std::vector<std::string> args = {"a", "--no-expiry"};
      args.insert(args.end(), flags.begin(), flags.end());
      const RunResult named = sandbox.run(rotate(args));
      EXPECT_EQ(named.exit_code, 5);
      EXPECT_THAT(named.err, HasSubstr("token a is revoked already; no token was created\n"));
      const RunResult self = self_of(
          sandbox, own,
          json{{{"id", "a"}, {"tokenPrefix", "OWN"}, {"revokedAt", json::parse(odd)}}}, flags);
      EXPECT_EQ(self.exit_code, 5);
      EXPECT_THAT(self.err, HasSubstr("lists no live token with the prefix of this run's"));
    }
  }
  EXPECT_THAT(methods(sandbox), testing::Each("GET"));
  EXPECT_THAT(sandbox.live(), ElementsAre(own.id));
}

TEST(RotateSelf, CannotReplaceAnExpiredOne) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox, {{"expiresAt", "2101-01-01T00:00:00Z"}});
  sandbox.command({{"age_seconds", 2'000'000'000}});
  sandbox.command({{"age_seconds", 2'000'000'000}});
  const RunResult result = sandbox.run(rotate({"--self", "--expires-in", "1d"}), as(own));
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("the cluster does not accept the credential (401)"));
  EXPECT_THAT(result.err,
              HasSubstr("hint: a token that the cluster no longer accepts cannot rotate itself; "
                        "create one with another credential: influxctl management create\n"));
  EXPECT_EQ(sandbox.created().size(), 1U);
}

TEST(RotateSelf, RefusesALoginBeforeAnythingIsSent) {
  const Sandbox sandbox({"--oauth", "keycloak"});
  const TemporaryDirectory home;
  RunOptions options;
  options.in = options.err = Stream::terminal();
  for (const auto& more : {std::vector<std::string>{"--self"}, {"--self", "--dry-run"}}) {
    const RunResult result = sandbox.run(rotate(more), options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.terminal,
                HasSubstr("--self needs a management token as the credential, and this run's is an "
                          "OAuth login"));
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(RotateWhenDue, DoesNothingSaysSoAndStartsNoSinkBefore) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  for (const json& body : {json{{"expiresAt", "2101-01-01T00:00:00Z"}}, json::object()}) {
    const std::string id = new_token(sandbox, body).id;
    const RunResult result =
        sandbox.run(rotate({id, "--expires-in", "90d", "--if-expiring-within", "14d", "--",
                            "/bin/sh", "-c", "touch \"$0\"", directory.file("started")}));
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "influxctl: token " + id + " " +
                              (body.empty() ? "never expires" : "expires at 2101-01-01T00:00:00Z") +
                              ": it is not due, and nothing was done\n");
  }
  EXPECT_FALSE(std::filesystem::exists(directory.file("started")));
  EXPECT_TRUE(sandbox.requests("DELETE").empty());
  EXPECT_EQ(sandbox.live().size(), 2U);
}

TEST(RotateWhenDue, RotatesWhatExpiresByThen) {
  Sandbox sandbox;
  const std::string id = new_token(sandbox, {{"expiresAt", "2101-01-01T00:00:00Z"}}).id;
  const RunResult result =
      sandbox.run(rotate({id, "--expires-in", "90d", "--if-expiring-within", "80w"}));
  EXPECT_THAT(result.err, HasSubstr("it is not due"));
  const std::string soon = "5000w";  // 95 years
  EXPECT_EQ(
      sandbox.run(rotate({id, "--expires-in", "90d", "--if-expiring-within", soon})).exit_code, 0);
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

TEST(RotateWhenDue, DoesNotGuessAnExpiryThatItCannotRead) {
  Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  sandbox.fault({{"on", "GET"},
                 {"status", 200},
                 {"body", {{{"id", id}, {"expiresAt", "2027-01-01 00:00:00Z"}}}}});
  const RunResult result =
      sandbox.run(rotate({id, "--expires-in", "90d", "--if-expiring-within", "14d"}));
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr("expires at \"2027-01-01 00:00:00Z\", which is no time"));
  EXPECT_THAT(sandbox.live(), ElementsAre(id));
}

class RotateTimer : public testing::TestWithParam<int> {};

TEST_P(RotateTimer, LeavesOneLiveTokenAfter400DaysAndNeverNone) {
  Sandbox sandbox({"--plain", "--lifetime", "3600"});
  const TemporaryDirectory directory;
  const std::string first =
      sandbox.run({"management", "create", "--expires-in", "90d", "--quiet"}).out;
  std::string store = directory.write("token", first);
  sandbox.command({{"refuse_new", GetParam()}});
  std::size_t rotations = 0;
  const int days = every_case() ? 1 : 20;  // from run to run
  for (int day = 0; day < 400; day += days) {
    sandbox.command({{"age_seconds", days * 86'400}});
    RunOptions options;
    options.environment["INFLUXCTL_MGMT_TOKEN"] = read_file(store);
    const RunResult result = sandbox.run(
        rotate({"--self", "--if-expiring-within", "14d", "--expires-in", "90d", "--quiet", "--",
                "/bin/sh", "-c", "cat >\"$0.new\" && mv \"$0.new\" \"$0\"", store}),
        options);
    ASSERT_EQ(result.exit_code, 0) << "day " << day << ": " << result.err;
    rotations = sandbox.created().size() - 1;
    ASSERT_EQ(sandbox.live().size(), 1U) << "day " << day;
    ASSERT_TRUE(sandbox.delivered_token_matches(read_file(store)));
  }
  EXPECT_EQ(rotations, 5U);  // every 76 days, or 77
  const auto responses = sandbox.events("responded");
  const auto refused = std::count_if(responses.begin(), responses.end(), [](const json& response) {
    return response.at("status") == 401;
  });
  EXPECT_EQ(refused, 5 * GetParam());
  const json tokens = sandbox.command({{"snapshot", true}}).at("tokens");
  EXPECT_EQ(std::count_if(tokens.begin(), tokens.end(),
                          [](const json& token) { return !token.contains("revokedAt"); }),
            1);
}

INSTANTIATE_TEST_SUITE_P(Refusals, RotateTimer, testing::Values(0, 2));

class RotateLag : public testing::TestWithParam<int> {};

TEST_P(RotateLag, RevokesTheOldOnlyWhenTheNewOneIsAccepted) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.command({{"refuse_new", GetParam()}});
  const RunResult result = sandbox.run(rotate({"--self"}), as(old));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
  EXPECT_EQ(result.err.find("influxctl: waiting until the cluster accepts the new token\n") !=
                std::string::npos,
            GetParam() > 0);
  std::vector<int> responses;  // to the new token
  const std::string digest = sandbox.created().back().at("sha256");
  for (const json& event : sandbox.events("request")) {
    if (credential_of(event) != digest) continue;
    for (const json& response : sandbox.events("responded")) {
      if (response.at("request") == event.at("request")) responses.push_back(response.at("status"));
    }
  }
  std::vector<int> expected(static_cast<std::size_t>(GetParam()), 401);
  expected.insert(expected.end(), {200, 204});  // the first acceptance, the revocation with it
  EXPECT_EQ(responses, expected);
}

INSTANTIATE_TEST_SUITE_P(Refusals, RotateLag, testing::Values(0, 5));

struct Reply {
  const char* name;
  std::vector<std::string> flags;
  const char* input;
  int exit_code;
  const char* question;
};

void PrintTo(const Reply& row, std::ostream* out) { *out << row.name; }

class RotateQuestion : public testing::TestWithParam<Reply> {};

TEST_P(RotateQuestion, NamesTheClusterAndTheToken) {
  const Sandbox sandbox;
  const std::string id =
      new_token(sandbox, {{"description", "nightly"}, {"expiresAt", "2101-01-01T00:00:00Z"}}).id;
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}};
  options.input = GetParam().input;
  std::vector<std::string> args = {id};
  args.insert(args.end(), GetParam().flags.begin(), GetParam().flags.end());
  const RunResult result = sandbox.run(rotate(args), options);
  EXPECT_EQ(result.exit_code, GetParam().exit_code);
  EXPECT_THAT(result.terminal,
              testing::StartsWith("cluster localhost:" + std::to_string(sandbox.port()) +
                                  ", profile \"default\"\n  " + id +
                                  "  \"nightly\", expires at 2101-01-01T00:00:00Z\n" +
                                  GetParam().question + " [y/N] "));
  EXPECT_EQ(sandbox.created().size(), GetParam().exit_code == 0 ? 2U : 1U);
  if (GetParam().exit_code == 0) return;
  EXPECT_THAT(result.terminal,
              testing::EndsWith("influxctl: error: not confirmed; no token was created\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RotateQuestion,
    testing::Values(
        Reply{"Yes",
              {"--no-expiry"},
              "y\n",
              0,
              "Create a successor that never expires,\nand revoke this one for good?"},
        Reply{"No",
              {"--expires-at", "2102-01-01T00:00:00Z"},
              "\n",
              2,
              "Create a successor that expires at 2102-01-01T00:00:00Z,\nand revoke this one for "
              "good?"},
        Reply{"KeepOld",
              {"--no-expiry", "--keep-old"},
              "n\n",
              2,
              "Create a successor that never expires,\nand keep this one?"}),
    [](const auto& row) { return std::string(row.param.name); });

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

TEST(Rotate, TriesAgainToRevokeTheOldAndSaysSoOnce) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault({{"on", "DELETE"}, {"times", 2}, {"status", 503}});
  const RunResult result = sandbox.run(rotate({old.id}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
  EXPECT_THAT(result.err, testing::EndsWith("influxctl: the old token " + old.id +
                                            " is not revoked yet: trying again\n"
                                            "influxctl: revoked the old token " +
                                            old.id + "\n"));
}

constexpr const char* expiry_is_kept =
    "influxctl: a real run is refused where the old token expires, as no expiry is given for the "
    "new one\n";
constexpr const char* revoked_last =
    "influxctl: a real run revokes the old token only when the cluster accepts the new one\n";

TEST(Rotate, SendsNothingInADryRun) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(rotate({"a/b", "--dry-run"}));
  const std::string url = sandbox.url() + "/api/v0/management-tokens";
  EXPECT_EQ(result.out, "[{\"method\":\"POST\",\"url\":\"" + url +
                            "\",\"body\":{}},{\"method\":\"DELETE\",\"url\":\"" + url +
                            "/a%2Fb\"}]\n");
  EXPECT_EQ(result.err, std::string(expiry_is_kept) +
                            "influxctl: a real run sends the old token's description, too\n" +
                            revoked_last);
  EXPECT_EQ(result.exit_code, 0);
  const RunResult given =
      sandbox.run(rotate({"a", "--dry-run", "--description", "d", "--no-expiry"}));
  EXPECT_THAT(given.out, HasSubstr("\"body\":{\"description\":\"d\"}"));
  EXPECT_EQ(given.err, revoked_last);
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Rotate, PrintsWhatIsKnownOfADryRun) {
  const Sandbox sandbox;
  const std::string url = sandbox.url() + "/api/v0/management-tokens";
  const std::string post = "{\"method\":\"POST\",\"url\":\"" + url + "\",\"body\":{}}";
  const RunResult kept = sandbox.run(rotate({"a", "--dry-run", "--keep-old", "--no-expiry"}));
  EXPECT_EQ(kept.out, "[" + post + "]\n");
  EXPECT_EQ(kept.err, "influxctl: a real run sends the old token's description, too\n");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(RotateSelf, PrintsTheWholePlanInADryRun) {
  const Sandbox sandbox;
  const std::string url = sandbox.url() + "/api/v0/management-tokens";
  const RunResult self =
      sandbox.run(rotate({"--self", "--dry-run", "--description", "d", "--expires-at",
                          "2102-01-01T00:00:00Z", "--if-expiring-within", "14d"}));
  EXPECT_EQ(json::parse(self.out),
            (json{{{"method", "POST"},
                   {"url", url},
                   {"body", {{"description", "d"}, {"expiresAt", "2102-01-01T00:00:00Z"}}}},
                  {{"method", "DELETE"}, {"url", url + "/{TOKEN_ID}"}}}));
  EXPECT_THAT(self.err, testing::MatchesRegex(
                            "influxctl: a real run looks for the old token, TOKEN_ID, by the "
                            "prefix of its credential\n"
                            "influxctl: a real run does nothing unless the old token expires by "
                            "....-..-..T..:..:..Z\n" +
                            std::string(revoked_last)));
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Rotate, SaysThatADescriptionIsNotPassedOn) {
  for (const char* description : {"1", "true", "[]", R"({"a":"b"})", "1e9"}) {
    Sandbox sandbox;
    const std::string id = new_token(sandbox).id;
    const std::string list = R"([{"id":")" + id + R"(","description":)" + description + "}]";
    sandbox.fault({{"on", "GET"}, {"body", list}});
    const RunResult result = sandbox.run(rotate({id}));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err,
                StartsWith("influxctl: warning: the description of the old token " + id +
                           " cannot be read: the new one has none; --description gives "
                           "it one\n"));
    sandbox.fault({{"on", "GET"},
                   {"body", R"([{"id":"a","description":)" + std::string(description) + "}]"}});
    EXPECT_THAT(sandbox.run(rotate({"a", "--keep-old", "--description", "d"})).err,
                Not(HasSubstr("cannot be read")));
  }
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
            "influxctl: hint: see the ids with: influxctl management list\n");
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
