// SPDX-License-Identifier: MIT
// `management list`: what it shows, in which order, and what it says when it cannot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness.h"

namespace influxctl::e2e::list_test {
namespace {

using nlohmann::json;

const std::vector<std::string> list = {"management", "list"};

std::vector<std::string> with(std::vector<std::string> args, const std::vector<std::string>& more) {
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

/// What list does with this response, whose records get an id where they have none.
RunResult list_of(const json& records, const std::vector<std::string>& more = {}) {
  Sandbox sandbox;
  sandbox.fault({{"status", 200}, {"body", records}});
  return sandbox.run(with(list, more));
}

const json three = json::parse(R"([
  {"id":"a1","accountId":"acc","description":"","tokenPrefix":"M.V1.aaaa",
   "createdAt":"2026-01-02T03:04:05.000000006Z","expiresAt":"0001-01-01T00:00:00Z","createdBy":"me"},
  {"id":"b2","accountId":"acc","description":"nightly backup","tokenPrefix":"M.V1.bbbb",
   "createdAt":"2026-01-03T00:00:00+02:00","expiresAt":"2031-01-01T00:00:00.5Z",
   "revokedAt":"2026-02-03T04:05:06Z"},
  {"id":"c3","createdAt":"2026-01-04T00:00:00Z","expiresAt":"1970-01-01T00:00:00Z","revokedAt":null}
])");

TEST(List, PrintsATable) {
  const RunResult result = list_of(three);
  EXPECT_EQ(result.out,
            "+----+----------------+-----------+----------------------+----------------------+"
            "----------------------+\n"
            "| ID | DESCRIPTION    | PREFIX    | CREATED AT           | EXPIRES AT           |"
            " REVOKED AT           |\n"
            "+----+----------------+-----------+----------------------+----------------------+"
            "----------------------+\n"
            "| a1 |                | M.V1.aaaa | 2026-01-02T03:04:05Z |                      |"
            "                      |\n"
            "| b2 | nightly backup | M.V1.bbbb | 2026-01-02T22:00:00Z | 2031-01-01T00:00:00Z |"
            " 2026-02-03T04:05:06Z |\n"
            "| c3 |                |           | 2026-01-04T00:00:00Z |                      |"
            "                      |\n"
            "+----+----------------+-----------+----------------------+----------------------+"
            "----------------------+\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 0);
}

TEST(List, PrintsJsonIndentedByTwo) {
  const RunResult result = list_of(three, {"--format", "json"});
  EXPECT_EQ(result.out, R"([
  {
    "id": "a1",
    "account_id": "acc",
    "token_prefix": "M.V1.aaaa",
    "created_at": {
      "seconds": 1767323045,
      "nanos": 6
    },
    "created_by": "me"
  },
  {
    "id": "b2",
    "account_id": "acc",
    "token_prefix": "M.V1.bbbb",
    "created_at": {
      "seconds": 1767391200
    },
    "expires_at": {
      "seconds": 1924992000,
      "nanos": 500000000
    },
    "revoked_at": {
      "seconds": 1770091506
    },
    "description": "nightly backup"
  },
  {
    "id": "c3",
    "created_at": {
      "seconds": 1767484800
    }
  }
]
)");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 0);
}

TEST(List, PrintsNothingsTableAndArray) {
  EXPECT_EQ(list_of(json::array()).out,
            "+----+-------------+--------+------------+------------+------------+\n"
            "| ID | DESCRIPTION | PREFIX | CREATED AT | EXPIRES AT | REVOKED AT |\n"
            "+----+-------------+--------+------------+------------+------------+\n");
  EXPECT_EQ(list_of(json::array(), {"--format=json"}).out, "[]\n");
}

TEST(List, JsonIsAsciiWhateverTheTextAndKeepsIt) {
  const std::string text = "日本 e\u0301 \x1b[31m\u202e\u009b\x7f\n\u2028😀\\\"";
  const RunResult result = list_of({{{"id", "a"}, {"description", text}}}, {"--format", "json"});
  EXPECT_TRUE(std::all_of(result.out.begin(), result.out.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c < '\x7f');
  })) << result.out;
  EXPECT_EQ(json::parse(result.out), (json{{{"id", "a"}, {"description", text}}}));
}

TEST(List, ShowsWhatItCannotReadAsItCame) {
  const json records = json::parse(
      R"([{"id":"a","description":7,"expiresAt":"soon","createdBy":[{"id":"x"}],"more":{"id":"y"}},
          {"id":"b","revokedAt":"2027-01-01 00:00:00Z"}])");
  const json soon = {{"id", "a"}, {"expires_at", "soon"}};
  EXPECT_EQ(json::parse(list_of(records, {"--format", "json"}).out),
            json::array({soon, {{"id", "b"}, {"revoked_at", "2027-01-01 00:00:00Z"}}}));
  const std::string table = list_of(records).out;
  EXPECT_THAT(table, testing::HasSubstr("| soon "));
  EXPECT_THAT(table, testing::HasSubstr("| 2027-01-01 00:00:00Z |"));
  EXPECT_EQ(json::parse(list_of(records, {"--live", "--format=json"}).out), json::array({soon}));
  EXPECT_EQ(json::parse(list_of(records, {"--expiring-within", "1d", "--format=json"}).out),
            json::array({soon}));
}

TEST(List, LeavesOutARecordThatItCannotRead) {
  for (const char* odd :
       {"1", "null", "[{\"id\":\"b\"}]", "{\"description\":\"x\"}", "{\"id\":7}"}) {
    Sandbox sandbox;
    sandbox.fault({{"status", 200}, {"body", std::string("[{\"id\":\"a\"},") + odd + "]"}});
    const RunResult result = sandbox.run(with(list, {"--format", "json"}));
    EXPECT_EQ(json::parse(result.out), json::array({{{"id", "a"}}})) << odd;
    EXPECT_EQ(result.err,
              "influxctl: warning: 1 token is left out: the cluster's record cannot be read\n");
    EXPECT_EQ(result.exit_code, 0);
  }
}

TEST(List, TakesNullAndNoContentForAnEmptyList) {
  Sandbox sandbox;
  for (const char* rule : {R"({"status":200,"body":"null"})", R"({"status":204})"}) {
    sandbox.fault(json::parse(rule));
    const RunResult result = sandbox.run(with(list, {"--format", "json"}));
    EXPECT_EQ(result.out, "[]\n") << rule;
    EXPECT_EQ(result.exit_code, 0);
  }
}

struct Sorted {
  const char* key;
  const char* ids;
};

TEST(List, SortsByEachKeyThenByIdWhateverTheClustersOrder) {
  json records = json::parse(R"([
    {"id":"a","createdAt":"2026-01-02T00:00:00Z","description":"z","tokenPrefix":"p2"},
    {"id":"b","createdAt":"2026-01-02T00:00:00Z","description":"y","tokenPrefix":"p2",
     "expiresAt":"2031-01-01T00:00:00Z"},
    {"id":"c","createdAt":"2026-01-01T23:59:59.9Z","description":"z","tokenPrefix":"p1",
     "expiresAt":"2031-01-01T00:00:00Z","revokedAt":"2026-03-01T00:00:00Z"},
    {"id":"d","description":"","tokenPrefix":"p1","expiresAt":"2030-12-31T23:30:00-01:00",
     "revokedAt":"2026-02-01T00:00:00Z"},
    {"id":"e","createdAt":"2026-01-02T00:00:00.000000001Z","revokedAt":"2026-02-01T00:00:00Z"}])");
  const std::vector<Sorted> rows = {{"created", "cabed"},     {"id", "abcde"},
                                    {"description", "debac"}, {"prefix", "ecdab"},
                                    {"expires", "bcdae"},     {"revoked", "decab"}};
  Sandbox sandbox;
  for (const Sorted& row : rows) {
    for (int turn = 0; turn < 5; ++turn) {
      std::rotate(records.begin(), records.begin() + 1, records.end());
      sandbox.fault({{"status", 200}, {"body", records}});
      const RunResult result = sandbox.run(with(list, {"--format", "json", "--sort", row.key}));
      std::string ids;
      for (const json& record : json::parse(result.out)) ids += record.at("id");
      EXPECT_EQ(ids, row.ids) << row.key << " of " << records;
    }
  }
  sandbox.fault({{"status", 200}, {"body", records}});
  const std::string by_default = sandbox.run(with(list, {})).out;
  sandbox.fault({{"status", 200}, {"body", records}});
  EXPECT_EQ(sandbox.run(with(list, {"--sort", "created"})).out, by_default);
}

TEST(List, LeavesOutWhatIsNotAskedFor) {
  const json records = json::parse(R"([
    {"id":"a"},
    {"id":"b","expiresAt":"2101-01-01T00:00:00Z"},
    {"id":"c","expiresAt":"2020-01-01T00:00:00Z"},
    {"id":"d","expiresAt":"2101-01-01T00:00:00Z","revokedAt":"2026-01-01T00:00:00Z"}])");
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{}, "abcd"},
      {{"--live"}, "ab"},
      {{"--expiring-within", "10000w"}, "b"},
      {{"--expiring-within", "14d"}, ""},
      {{"--live", "--expiring-within", "10000w"}, "b"}};
  for (const auto& [flags, ids] : rows) {
    auto more = flags;
    more.insert(more.end(), {"--format", "json"});
    const RunResult result = list_of(records, more);
    EXPECT_EQ(result.exit_code, 0);
    std::string seen;
    for (const json& record : json::parse(result.out)) seen += record.at("id");
    EXPECT_EQ(seen, ids) << testing::PrintToString(flags);
  }
  EXPECT_EQ(list_of(records, {"--expiring-within", "14d", "--format", "json"}).out, "[]\n");
  const RunResult all_is_well = list_of(records, {"--expiring-within", "14d"});
  EXPECT_EQ(all_is_well.out + all_is_well.err, "");
  EXPECT_EQ(all_is_well.exit_code, 0);
  EXPECT_EQ(list_of(json::array(), {"--live"}).out, list_of(json::array()).out);
}

TEST(List, RefusesAnUnknownKeyAndFormat) {
  const Sandbox sandbox;
  const RunResult key = sandbox.run(with(list, {"--sort", "expire"}));
  EXPECT_EQ(key.err,
            "influxctl: error: --sort \"expire\" is none of created, id, description, prefix, "
            "expires, revoked\ninfluxctl: hint: did you mean expires?\n");
  EXPECT_EQ(key.exit_code, 2);
  const RunResult format = sandbox.run(with(list, {"--format", "yaml"}));
  EXPECT_EQ(format.err, "influxctl: error: --format \"yaml\" is neither table nor json\n");
  EXPECT_EQ(format.exit_code, 2);
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(List, ShowsWhatTheOtherCommandsDid) {
  const Sandbox sandbox;
  sandbox.run({"management", "create", "--description", "one"});
  sandbox.run({"management", "create", "--description", "two"});
  sandbox.run({"management", "revoke", "--force", sandbox.live().front()});
  const json shown = json::parse(sandbox.run(with(list, {"--format", "json"})).out);
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].at("description"), "one");
  EXPECT_TRUE(shown[0].contains("revoked_at"));
  EXPECT_EQ(shown[1].at("description"), "two");
  EXPECT_EQ(shown[1].at("id"), sandbox.live().front());
  EXPECT_FALSE(shown[1].contains("revoked_at"));
}

struct Failure {
  const char* name;
  const char* rule;
  int exit_code;
  const char* message;  // what stderr begins with, after the label
};

void PrintTo(const Failure& row, std::ostream* out) { *out << row.rule; }

class ListFailure : public testing::TestWithParam<Failure> {};

TEST_P(ListFailure, EndsWithThisCodeAndMessage) {
  const Failure& row = GetParam();
  Sandbox sandbox;
  sandbox.fault(json::parse(row.rule));
  const RunResult result = sandbox.run(with(list, {"--timeout", "3s"}));
  EXPECT_EQ(result.exit_code, row.exit_code);
  EXPECT_THAT(result.err, testing::StartsWith(std::string("influxctl: error: ") + row.message));
  EXPECT_EQ(result.out, "");
  EXPECT_LE(sandbox.count("request"), 1U);
}

constexpr const char* no_list = "the cluster's response is not a list of tokens\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, ListFailure,
    testing::Values(
        Failure{"AnObject", R"({"status":200,"body":{"tokens":[]}})", 5, no_list},
        Failure{"Nothing", R"({"status":200,"body":""})", 5, no_list},
        Failure{"Html", R"({"status":200,"body":"<html>"})", 5,
                "the cluster's response is not a list of tokens: it is HTML, not JSON\n"},
        Failure{"HalfAList", R"({"status":200,"body":"[{\"id\":\"a\"},"})", 5, no_list},
        Failure{"MoreThanAList", R"({"status":200,"body":"[] []"})", 5, no_list},
        Failure{"NoCredential", R"({"status":401})", 4,
                "the cluster does not accept the credential (401): \"Unauthorized\"\n"},
        Failure{"NotAllowed", R"({"status":403})", 4,
                "the credential does not allow this (403): \"Forbidden\"\n"},
        Failure{"NotThere", R"({"status":404})", 5,
                "the cluster serves no management tokens at this path (404): \"Not Found\"\n"},
        Failure{"Broken", R"({"status":500})", 5,
                "the cluster failed (500): \"Internal Server Error\"\n"},
        Failure{"Unavailable", R"({"status":503})", 5,
                "the cluster failed (503): \"Service Unavailable\"\n"},
        Failure{"Moved", R"({"status":301,"headers":{"Location":"https://localhost/x"}})", 5,
                "the cluster redirects elsewhere (301), to \"https://localhost/x\""},
        Failure{"Redirected", R"({"status":307,"headers":{"Location":"https://localhost/x"}})", 5,
                "the cluster redirects elsewhere (307), to \"https://localhost/x\", and redirects "
                "are not followed\n"},
        Failure{"Cut", R"({"status":200,"body":"[]","cut":30})", 6,
                "the cluster did not respond: "},
        Failure{"CutBody", R"({"status":200,"body":"[]","length_delta":1})", 6,
                "the cluster did not respond: "},
        Failure{"Unfinished", R"({"framing":"chunked-unfinished"})", 6,
                "the cluster did not respond: "},
        Failure{"Silent", R"({"stall":true})", 6, "the cluster did not respond: "},
        Failure{"Reset", R"({"accept":"reset"})", 6, "the cluster was not reached: "}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace influxctl::e2e::list_test
