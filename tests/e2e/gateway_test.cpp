// SPDX-License-Identifier: MIT
// What a gateway may make of the cluster's responses: records that cannot be read, and texts that
// repeat a secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "harness.h"

namespace influxctl::e2e::gateway_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kList = {"management", "list", "--format", "json"};
const std::vector<std::string> kCreate = {"management", "create", "--expires-in", "1d"};

struct ListRow {
  const char* name;
  std::string fault;
  std::vector<std::string> ids;
  std::string warning;
};

void PrintTo(const ListRow& row, std::ostream* out) { *out << row.name; }

class OddList : public testing::TestWithParam<ListRow> {};

TEST_P(OddList, TakesOneRow) {
  Sandbox sandbox;
  sandbox.fault(json::parse(GetParam().fault));
  const RunResult result = sandbox.run(kList);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::vector<std::string> ids;
  for (const json& record : json::parse(result.out)) ids.push_back(record.at("id"));
  EXPECT_EQ(ids, GetParam().ids);
  if (GetParam().warning.empty()) {
    EXPECT_EQ(result.err, "");
  } else {
    EXPECT_THAT(result.err, HasSubstr(GetParam().warning));
  }
}

constexpr const char* kOne = "1 token is left out: the cluster's record cannot be read";

INSTANTIATE_TEST_SUITE_P(
    Rows, OddList,
    testing::Values(
        ListRow{"Null", R"({"status":200,"body":"null"})", {}, ""},
        ListRow{"NoContent", R"({"status":204})", {}, ""},
        ListRow{"Empty", R"({"status":200,"body":"[]"})", {}, ""},
        ListRow{"Number", R"({"status":200,"body":[{"id":"a"},1,{"id":"b"}]})", {"a", "b"}, kOne},
        ListRow{"NullRecord", R"({"status":200,"body":[{"id":"a"},null]})", {"a"}, kOne},
        ListRow{"Lists", R"({"status":200,"body":[[{"id":"a"}],{"id":"b"}]})", {"b"}, kOne},
        ListRow{"NoId", R"({"status":200,"body":[{"id":"a"},{"description":"x"}]})", {"a"}, kOne},
        ListRow{"NumericId", R"({"status":200,"body":[{"id":7},{"id":"b"}]})", {"b"}, kOne},
        ListRow{"HugeNumber",
                R"({"status":200,"body":"[{\"id\":\"a\",\"x\":1e999},{\"id\":\"b\"}]"})",
                {"b"},
                kOne},
        ListRow{"LoneSurrogate",
                R"({"status":200,"body":"[{\"id\":\"a\",\"x\":\"\\ud800\"},{\"id\":\"b\"}]"})",
                {"b"},
                kOne},
        ListRow{"NoUtf8",
                R"({"status":200,"latin1":true,"body":"[{\"id\":\"\u00ff\"},{\"id\":\"b\"}]"})",
                {"b"},
                kOne},
        ListRow{"All", R"({"status":200,"body":[1,2]})", {}, "2 tokens are left out"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(OddTime, IsShownAsItCame) {
  Sandbox sandbox;
  sandbox.fault(json::parse(
      R"({"status":200,"body":[{"id":"a","expiresAt":"2027-01-01 00:00:00Z","revokedAt":5}]})"));
  const RunResult result = sandbox.run(kList);
  EXPECT_EQ(json::parse(result.out),
            json::parse(R"([{"id":"a","expires_at":"2027-01-01 00:00:00Z","revoked_at":"5"}])"));
}

TEST(OddTime, OfANewTokenIsNotNever) {
  for (const char* odd : {R"("2027-01-01 00:00:00Z")", R"("2027-01-01T00:00:00+0000")", "5"}) {
    Sandbox sandbox;
    sandbox.fault({{"patch", {{"expiresAt", json::parse(odd)}}}});
    const RunResult result = sandbox.run(kCreate);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.err, Not(HasSubstr("never expires"))) << odd;
    EXPECT_THAT(result.err, HasSubstr(std::string(odd).substr(1, 10))) << odd;
  }
}

constexpr const char* kToken = "apiv3_Zk3vQ8xN2pL7mR5tY1wB";
constexpr const char* kSecretPart = "Zk3vQ8xN2pL7";

struct WordsRow {
  const char* name;
  std::string fault;
  int exit_code;
};

void PrintTo(const WordsRow& row, std::ostream* out) { *out << row.name; }

class ForeignWords : public testing::TestWithParam<WordsRow> {};

TEST_P(ForeignWords, NeverShowAToken) {
  std::string fault = GetParam().fault;
  for (auto at = fault.find("TOKEN"); at != std::string::npos; at = fault.find("TOKEN")) {
    fault.replace(at, 5, kToken);
  }
  Sandbox sandbox;
  sandbox.fault(json::parse(fault));
  for (const char* level : {"--quiet", "--trace"}) {
    const RunResult result = sandbox.run({"management", "create", level});
    EXPECT_THAT(result.err + result.out, Not(HasSubstr(kSecretPart))) << level;
    if (std::string(level) == "--quiet") {
      EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.err;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ForeignWords,
    testing::Values(
        WordsRow{"ServerError",
                 R"({"on":"POST","status":500,"act":true,"times":-1,)"
                 R"("body":{"message":"token TOKEN made, audit log failed"}})",
                 7},
        WordsRow{"PlainText",
                 R"({"on":"POST","status":502,"act":true,"times":-1,"body":"made TOKEN"})", 7},
        WordsRow{"Conflict",
                 R"({"on":"POST","status":409,"times":-1,"body":{"message":"TOKEN is there"}})", 5},
        WordsRow{"Accepted",
                 R"({"on":"POST","status":202,"act":true,"times":-1,"body":{"message":"TOKEN"}})",
                 7},
        WordsRow{"Location",
                 R"({"on":"POST","status":307,"times":-1,"headers":{"Location":"/made/TOKEN"}})",
                 5},
        WordsRow{"RetryAfter",
                 R"({"on":"POST","status":429,"times":-1,"headers":{"Retry-After":"TOKEN"}})", 5},
        WordsRow{"Reason",
                 R"({"on":"POST","times":-1,"status_line":"HTTP/1.1 500 TOKEN","act":true})", 7}),
    [](const auto& row) { return std::string(row.param.name); });

// The fields, but for the token, of the JSON that a create prints for this response.
json printed(json response) {
  response["id"] = "x";
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 200}, {"act", true}, {"body", response}});
  const RunResult result = sandbox.run({"management", "create", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  json object = json::parse(result.out);
  EXPECT_EQ(object.at("token"), response.at("accessToken"));
  object.erase("token");
  object.erase("id");
  return object;
}

TEST(TokenPrefix, IsKeptWhereItIsNotTheToken) {
  const std::string token = "M.V1.+5Jk/x9QzAbCd0123456789EfGhIjKlMnOpQr+/stUvWx";
  for (const std::size_t size : {1U, 9U, 16U, 20U, 25U}) {
    const std::string prefix = token.substr(0, size);
    EXPECT_EQ(printed({{"accessToken", token}, {"tokenPrefix", prefix}}),
              json({{"token_prefix", prefix}}));
  }
  for (const std::size_t size : {26U, 49U, 50U}) {
    EXPECT_EQ(printed({{"accessToken", token}, {"tokenPrefix", token.substr(0, size)}}),
              json::object());
  }
  EXPECT_EQ(printed({{"accessToken", token}, {"tokenPrefix", token.substr(9, 20)}}),
            json::object());
}

TEST(ForeignWords, OfANewTokenRepeatNothingOfIt) {
  const std::string token = "M.V1.+5Jk/x9QzAbCd0123456789EfGhIjKlMnOpQr+/stUvWx";
  for (const std::string& echo :
       {token, "made " + token, std::string("Abcd M%2EV1.%2B5Jk%2Fx9QzAbCd0123456789"),
        std::string("TS5WMS4rNUprL3g5UXpBYkNkMDEyMzQ1Njc4OUVmR2g="),
        std::string("4d2e56312e2b354a6b2f7839517a4162436430313233")}) {
    EXPECT_EQ(printed({{"accessToken", token}, {"description", echo}, {"createdBy", echo}}),
              json::object())
        << echo;
  }
}

// Compared window by window against all of the description, such a token takes minutes.
TEST(ForeignWords, OfAMegabyteAreComparedInTime) {
  std::string token = "M.V1.";
  while (token.size() < 8000) token += "0123456789abcdeX";
  std::string description;
  while (description.size() < 1'000'000) description += "0123456789abcdeY";
  EXPECT_EQ(printed({{"accessToken", token}, {"description", description}}),
            json({{"description", description}}));
}

TEST(ForeignWords, ExplainAWebPage) {
  Sandbox sandbox;
  sandbox.fault(json::parse(R"({"status":403,"times":-1,"body":"<html>Log in</html>"})"));
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("(403): HTML, and not JSON\n"));
  EXPECT_THAT(result.err, HasSubstr("hint: HTML comes from a web page: a login page, a proxy"));
  EXPECT_THAT(result.err, Not(HasSubstr("Log in")));
}

TEST(ForeignWords, SayWhatSetThePath) {
  Sandbox sandbox;
  RunOptions options;
  options.environment = {{"INFLUXCTL_API_PATH", "/elsewhere"}};
  const RunResult by_variable = sandbox.run({"management", "list"}, options);
  EXPECT_THAT(by_variable.err, HasSubstr("check host and port in config.toml first, then the path, "
                                         "which INFLUXCTL_API_PATH sets"));
  const RunResult by_flag = sandbox.run({"management", "list", "--api-path", "/elsewhere"});
  EXPECT_THAT(by_flag.err, HasSubstr("then the path, which --api-path sets"));
}

}  // namespace
}  // namespace influxctl::e2e::gateway_test
