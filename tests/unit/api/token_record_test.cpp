// SPDX-License-Identifier: MIT
#include "influxctl/api/token_record.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl::token_record_test {

namespace {

using namespace std::string_literals;

constexpr std::string_view kResponse =
    R"({"id":"11-22","accountId":"acc","description":"CI","tokenPrefix":"M.V1.+5Jk",)"
    R"("createdAt":"2026-11-23T15:30:00.25Z","expiresAt":"2026-11-24T16:30:00+01:00",)"
    R"("createdBy":"me","accessToken":"M.V1.+5Jk/x="})";

/// "ID/TOKEN" of a create's response, or "none".
std::string id_and_token(std::string_view json) {
  const auto created = parse_created_token(json);
  if (!created) return "none";
  return created->record.id + "/" + std::string(created->token.reveal());
}

/// The ids of a list and the number of unreadable records, or "none".
std::string ids(std::string_view json) {
  const auto list = parse_token_list(json);
  if (!list) return "none";
  std::string text;
  for (const auto& token : list->tokens) text += token.id + ",";
  return text + (list->unreadable > 0 ? std::to_string(list->unreadable) + " unreadable" : "");
}

struct Row {
  std::string name, json, result;
};

TEST(TokenRecord, ReadsEveryField) {
  const auto created = parse_created_token(kResponse);
  ASSERT_TRUE(created.has_value());
  const TokenRecord& record = created->record;
  EXPECT_EQ(record.id, "11-22");
  EXPECT_EQ(record.account_id, "acc");
  EXPECT_EQ(record.description, "CI");
  EXPECT_EQ(record.token_prefix, "M.V1.+5Jk");
  EXPECT_EQ(record.created_by, "me");
  EXPECT_EQ(record.created_at.time, (Timestamp{1795447800, 250'000'000}));
  EXPECT_EQ(record.expires_at.time, (Timestamp{1795534200, 0}));
  EXPECT_FALSE(record.revoked_at.given());
  EXPECT_EQ(created->token.reveal(), "M.V1.+5Jk/x=");
}

TEST(TokenRecord, CreatedAccepted) {
  const std::vector<Row> rows = {
      {"accessToken", R"({"id":"a","accessToken":"t"})", "a/t"},
      {"token", R"({"id":"a","token":"t"})", "a/t"},
      {"both, the same", R"({"accessToken":"t","id":"a","token":"t"})", "a/t"},
      {"one of them null", R"({"accessToken":null,"id":"a","token":"t"})", "a/t"},
      {"an escaped token", R"({"id":"a","token":"\u0074\/"})", "a/t/"},
      {"an escaped key", R"({"\u0069d":"a","token":"t"})", "a/t"},
      {"no id", R"({"token":"t"})", "/t"},
      {"white space around", " \r\n\t{\"token\" : \"t\"}\n ", "/t"},
      {"unknown fields of every type",
       R"({"x":null,"y":[1,-2,3.5e3,true,false,"s",{}],"z":{"z":[[]]},"id":"a","token":"t"})",
       "a/t"},
      {"the same keys in an object of another field",
       R"({"user":{"id":"b","token":"u","accessToken":"v"},"id":"a","token":"t"})", "a/t"},
      {"the same keys in objects after it",
       R"({"id":"a","token":"t","all":[{"id":"b","token":"u"}]})", "a/t"},
      {"a byte order mark", "\ufeff{\"id\":\"a\",\"token\":\"t\"}", "a/t"},
      {"a huge whole number", R"({"id":"a","token":"t","n":123456789012345678901234567890})",
       "a/t"},
      {"a key of 100,000 letters",
       "{\"" + std::string(100'000, 'k') + R"(":1,"id":"a","token":"t"})", "a/t"},
  };
  for (const auto& row : rows) EXPECT_EQ(id_and_token(row.json), row.result) << row.name;
}

TEST(TokenRecord, CreatedWithoutUsableToken) {
  const std::vector<Row> rows = {
      {"empty object", "{}", "/"},
      {"id alone", R"({"id":"a"})", "a/"},
      {"null", R"({"id":"a","accessToken":null})", "a/"},
      {"a number", R"({"id":"a","accessToken":5})", "a/"},
      {"an object", R"({"id":"a","accessToken":{"token":"t"}})", "a/"},
      {"an array", R"({"id":"a","accessToken":["t"]})", "a/"},
      {"empty", R"({"id":"a","accessToken":""})", "a/"},
      {"a newline", R"({"id":"a","accessToken":"t\n"})", "a/"},
      {"a space", R"({"id":"a","accessToken":"t u"})", "a/"},
      {"a NUL", R"({"id":"a","accessToken":"t\u0000"})", "a/"},
      {"not ASCII", R"({"id":"a","accessToken":"té"})", "a/"},
      {"8192 bytes", R"({"id":"a","token":")" + std::string(8192, 't') + "\"}", "a/"},
      {"both, different", R"({"id":"a","accessToken":"t","token":"u"})", "a/"},
      {"both, different, one bad", R"({"id":"a","accessToken":"t t","token":"u"})", "a/"},
      {"both, empty", R"({"id":"a","accessToken":"","token":""})", "a/"},
      {"twice, different", R"({"id":"a","token":"t","token":"u"})", "a/"},
      {"three times", R"({"id":"a","token":"t","token":"u","token":"u"})", "a/"},
      {"another case of the key", R"({"id":"a","AccessToken":"t","access_token":"t"})", "a/"},
      {"id twice", R"({"id":"a","id":"a","token":"t"})", "/t"},
      {"id three times", R"({"id":"a","id":"b","id":"c","token":"t"})", "/t"},
      {"id is a number", R"({"id":5,"token":"t"})", "/t"},
      {"id is an object", R"({"id":{"id":"b"},"token":"t"})", "/t"},
  };
  for (const auto& row : rows) EXPECT_EQ(id_and_token(row.json), row.result) << row.name;
}

/// Documents that are no JSON, or not one of them, made from a whole one.
std::vector<Row> broken(const std::string& whole) {
  const std::string body = whole.substr(0, whole.size() - 1);
  return {
      {"empty", "", ""},
      {"white space", " \n", ""},
      {"cut", body, ""},
      {"junk after it", whole + "x", ""},
      {"junk after white space", whole + "\n x", ""},
      {"two documents", whole + whole, ""},
      {"two lines of JSON", whole + "\n" + whole, ""},
      {"a comma after it", whole + ",", ""},
      {"NUL after it", whole + "\0"s, ""},
      {"NUL and junk after it", whole + "\0junk"s, ""},
      {"NUL before it", "\0"s + whole, ""},
      {"byte order mark after it", whole + "\ufeff", ""},
      {"two byte order marks", "\ufeff\ufeff" + whole, ""},
      {"half a byte order mark", "\xef\xbb" + whole, ""},
      {"UTF-16", "\xff\xfe{\0}\0"s, ""},
      {"a comment", "/**/" + whole, ""},
      {"a comment after it", whole + "//", ""},
      {"HTML", "<html></html>", ""},
      {"a string", R"("x")", ""},
      {"a number", "5", ""},
      {"true", "true", ""},
  };
}

std::vector<Row> broken_values() {
  return {
      {"trailing comma", R"("token":"t",)", ""},
      {"single quotes", "'token':'t'", ""},
      {"no quotes", "token:1", ""},
      {"broken UTF-8", "\"token\":\"t\",\"x\":\"\xff\"", ""},
      {"overlong UTF-8", "\"x\":\"\xc0\xaf\"", ""},
      {"surrogate in UTF-8", "\"x\":\"\xed\xa0\x80\"", ""},
      {"broken UTF-8 in a key", "\"\xff\":1", ""},
      {"lone surrogate escape", R"("x":"\ud800")", ""},
      {"unknown escape", R"("x":"\q")", ""},
      {"control character in a string", "\"x\":\"a\nb\"", ""},
      {"NUL in a string", "\"x\":\"a\0b\""s, ""},
      {"NUL between", "\"x\":1\0"s, ""},
      {"leading zero", R"("x":01)", ""},
      {"a plus sign", R"("x":+1)", ""},
      {"hexadecimal", R"("x":0x10)", ""},
      {"no number", R"("x":NaN)", ""},
      {"a number past all doubles", R"("x":1e999)", ""},
      {"open array", R"("x":[)", ""},
      {"wrong bracket", R"("x":[})", ""},
  };
}

TEST(TokenRecord, CreatedRefused) {
  for (const auto& row : broken(R"({"id":"a","token":"t"})")) {
    EXPECT_EQ(id_and_token(row.json), "none") << row.name;
  }
  for (const auto& row : broken_values()) {
    EXPECT_EQ(id_and_token(R"({"id":"a",)" + row.json + "}"), "none") << row.name;
  }
  for (const auto& json : {"[]", R"([{"id":"a","token":"t"}])", R"([[]])", R"(["token","t"])"}) {
    EXPECT_EQ(id_and_token(json), "none") << json;
  }
}

TEST(TokenRecord, Times) {
  struct Case {
    std::string name, value, result;
  };
  const std::vector<Case> rows = {
      {"set", R"("2026-11-24T15:30:00Z")", "2026-11-24T15:30:00Z"},
      {"past 2262", R"("9999-12-31T23:59:59.999999999Z")", "9999-12-31T23:59:59.999999999Z"},
      {"lower case and offset", R"("2026-11-24t17:30:00+02:00")", "2026-11-24T15:30:00Z"},
      {"before 1970", R"("1969-12-31T23:59:59Z")", "1969-12-31T23:59:59Z"},
      {"null", "null", "not given"},
      {"empty", R"("")", "not given"},
      {"Go's zero time", R"("0001-01-01T00:00:00Z")", "not given"},
      {"the Unix epoch", R"("1970-01-01T00:00:00Z")", "not given"},
      {"the Unix epoch elsewhere", R"("1970-01-01T01:00:00+01:00")", "not given"},
      {"a space for the T", R"("2027-01-01 00:00:00Z")", "unreadable 2027-01-01 00:00:00Z"},
      {"an offset without a colon", R"("2027-01-01T00:00:00+0000")",
       "unreadable 2027-01-01T00:00:00+0000"},
      {"no offset", R"("2026-11-24T15:30:00")", "unreadable 2026-11-24T15:30:00"},
      {"a date", R"("2026-11-24")", "unreadable 2026-11-24"},
      {"white space around", R"(" 2026-11-24T15:30:00Z")", "unreadable  2026-11-24T15:30:00Z"},
      {"a number", "1795534200", "unreadable 1795534200"},
      {"a negative number", "-1", "unreadable -1"},
      {"a fraction", "1795534200.5", "unreadable 1795534200.5"},
      {"zero", "0", "unreadable 0"},
      {"true", "true", "unreadable true"},
      {"an object", R"({"seconds":1795534200})", "unreadable {…}"},
      {"an array", "[2026,11,24]", "unreadable […]"},
      {"a text that is a number", R"("1795534200")", "unreadable 1795534200"},
      {"another word", R"("never")", "unreadable never"},
      {"past the year 9999 in UTC", R"("9999-12-31T23:59:59-01:00")",
       "unreadable 9999-12-31T23:59:59-01:00"},
      {"before the year 0 in UTC", R"("0000-01-01T00:00:00+01:00")",
       "unreadable 0000-01-01T00:00:00+01:00"},
      {"control characters", R"("a\nb")", R"(unreadable a\nb)"},
  };
  const auto text = [](const ReportedTime& reported) {
    if (!reported.given()) return "not given"s;
    return (reported.time ? "" : "unreadable ") +
           (reported.time ? format_rfc3339(*reported.time) : shown(reported.unreadable));
  };
  for (const auto& row : rows) {
    const std::string json = R"([{"id":"a","createdAt":)" + row.value + R"(,"expiresAt":)" +
                             row.value + R"(,"revokedAt":)" + row.value + "}]";
    const auto list = parse_token_list(json);
    ASSERT_TRUE(list && list->tokens.size() == 1) << row.name;
    const TokenRecord& record = list->tokens.front();
    EXPECT_EQ(text(record.created_at), row.result) << row.name;
    EXPECT_EQ(text(record.expires_at), row.result) << row.name;
    EXPECT_EQ(text(record.revoked_at), row.result) << row.name;
  }
}

TEST(TokenRecord, ListAccepted) {
  const std::vector<Row> rows = {
      {"empty", "[]", ""},
      {"empty with white space", " [ ] \n", ""},
      {"null", "null", ""},
      {"null with white space", " null\n", ""},
      {"a byte order mark", "\ufeff[{\"id\":\"a\"}]", "a,"},
      {"one", R"([{"id":"a"}])", "a,"},
      {"in the cluster's order", R"([{"id":"b"},{"id":"a"},{"id":"c"}])", "b,a,c,"},
      {"the same twice", R"([{"id":"a"},{"id":"a"}])", "a,a,"},
      {"white space between", "[ {\"id\":\"a\"}\n,\t{\"id\":\"b\"} ]", "a,b,"},
      {"null fields", R"([{"id":"a","description":null,"expiresAt":null}])", "a,"},
      {"brackets and quotes in texts", R"([{"id":"a","x":"]},\"[{"},{"id":"b","]":"\\"}])", "a,b,"},
      {"nested records", R"([{"id":"a","x":[{"id":"b"}],"y":{"id":"c"}},{"id":"d"}])", "a,d,"},
      {"a token in it", R"([{"id":"a","accessToken":"t"},{"id":"b","accessToken":"u"}])", "a,b,"},
  };
  for (const auto& row : rows) EXPECT_EQ(ids(row.json), row.result) << row.name;
}

TEST(TokenRecord, ADescriptionOfAnotherTypeIsUnreadable) {
  for (const char* value : {"1", "-1", "1.5", "true", "false", "{}", "[]", R"(["d"])"}) {
    const auto list = parse_token_list(R"([{"id":"a","description":)" + std::string(value) + "}]");
    ASSERT_TRUE(list && list->tokens.size() == 1) << value;
    EXPECT_TRUE(list->tokens.front().description_unreadable) << value;
  }
  for (const char* record : {R"("description":null)", R"("description":"d")", R"("x":1)",
                             R"("x":{"description":1})", R"("createdBy":1)"}) {
    const auto list = parse_token_list(R"([{"id":"a",)" + std::string(record) + "}]");
    ASSERT_TRUE(list && list->tokens.size() == 1) << record;
    EXPECT_FALSE(list->tokens.front().description_unreadable) << record;
  }
}

TEST(TokenRecord, UnreadableRecordTakesOneRow) {
  std::vector<Row> rows = {
      {"a number", "5", ""},
      {"a string", R"("a")", ""},
      {"null", "null", ""},
      {"a list", "[]", ""},
      {"a list of records", R"([{"id":"x"}])", ""},
      {"an empty record", "{}", ""},
      {"no id", R"({"description":"x"})", ""},
      {"an empty id", R"({"id":"","description":"x"})", ""},
      {"id null", R"({"id":null,"description":"x"})", ""},
      {"a numeric id", R"({"id":12345678})", ""},
      {"id true", R"({"id":true,"x":1})", ""},
      {"id an object", R"({"id":{"id":"x"}})", ""},
      {"id twice", R"({"id":"x","id":"x"})", ""},
      {"an id that reads like a token", R"({"id":"M.V1.+5Jk/x"})", ""},
      {"an id that is a token of another kind",
       R"({"id":"Zk3vQ8xN2pL7mR5tY1wBZk3vQ8xN2pL7mR5tY1wBZk3vQ8xN2pL7mR5tY1wBZk3vQ8xN"})", ""},
      {"an id of a dot", R"({"id":"."})", ""},
      {"an id of dots, escaped", R"({"id":"\u002e."})", ""},
      {"an id that leads elsewhere", R"({"id":"x/../../databases/1"})", ""},
      {"single quotes", "{'id':'x'}", ""},
      {"two records without a comma", R"({"id":"x"}{"id":"y"})", ""},
      {"a record of more than 1 MiB", R"({"id":"x","d":")" + std::string(1U << 20U, 'd') + "\"}",
       ""},
  };
  for (const auto& row : broken_values()) {
    if (row.json.find('[') != std::string::npos) continue;  // the brackets of the list close it
    rows.push_back({row.name, R"({"id":"x",)" + row.json + "}", ""});
  }
  for (const auto& row : rows) {
    EXPECT_EQ(ids(R"([{"id":"a"},)" + row.json + R"(,{"id":"b"}])"), "a,b,1 unreadable")
        << row.name;
    EXPECT_EQ(ids("[" + row.json + "]"), "1 unreadable") << row.name;
    EXPECT_EQ(ids("[" + row.json + "," + row.json + "]"), "2 unreadable") << row.name;
  }
}

TEST(TokenRecord, ListRefused) {
  for (const auto& row : broken(R"([{"id":"a"}])")) EXPECT_EQ(ids(row.json), "none") << row.name;
  const std::vector<Row> rows = {
      {"an object", R"({"id":"a"})", ""},
      {"a list in an object", R"({"tokens":[{"id":"a"}]})", ""},
      {"a comma alone", "[,]", ""},
      {"a comma at the end", R"([{"id":"a"},])", ""},
      {"a comma in front", R"([,{"id":"a"}])", ""},
      {"two commas", R"([{"id":"a"},,{"id":"b"}])", ""},
      {"an open bracket", R"([{"id":"a","x":[}])", ""},
      {"an open string", R"([{"id":"a","x":"}])", ""},
      {"a brace too many", R"([{"id":"a"}}])", ""},
      {"a bracket too many", R"([{"id":"a"}]])", ""},
      {"a backslash at the end", R"([{"id":"a\)", ""},
      {"a word that begins like null", "nullx", ""},
      {"two nulls", "null null", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(ids(row.json), "none") << row.name;
}

TEST(TokenRecord, OnlyWantedRecordsAreKept) {
  std::vector<std::string> seen;
  const auto list =
      parse_token_list(R"([{"id":"a"},{"id":"b"},5,{"id":"c"}])", [&](const TokenRecord& record) {
        seen.push_back(record.id);
        return record.id == "b";
      });
  ASSERT_TRUE(list && list->tokens.size() == 1);
  EXPECT_EQ(list->tokens.front().id, "b");
  EXPECT_EQ(list->unreadable, 1U);
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b", "c"}));
}

std::string repeated(const std::string& record, std::size_t count) {
  std::string json = "[" + record;
  json.reserve(count * (record.size() + 1) + 2);
  for (std::size_t i = 1; i < count; ++i) json += "," + record;
  return json + "]";
}

TEST(TokenRecord, ManyRecordsOfLittleSense) {
  constexpr std::size_t kMany = 300'000;
  const std::string json = repeated(R"({"id":"a"})", kMany);
  const auto wanted = parse_token_list(json, [](const TokenRecord&) { return false; });
  EXPECT_TRUE(wanted && wanted->tokens.empty());
  EXPECT_FALSE(parse_token_list(json).has_value());  // far more than 3 bytes for each of theirs
  const auto nothing = parse_token_list(repeated("{}", kMany));
  ASSERT_TRUE(nothing.has_value());
  EXPECT_EQ(nothing->unreadable, kMany);
}

TEST(TokenRecord, FieldsDoNotLeakIntoTheNextRecord) {
  const auto list = parse_token_list(R"([{"id":"a","description":"x","expiresAt":5},{"id":"b"}])");
  ASSERT_TRUE(list && list->tokens.size() == 2);
  EXPECT_EQ(list->tokens[0].description, "x");
  EXPECT_EQ(list->tokens[1].description, "");
  EXPECT_FALSE(list->tokens[1].expires_at.given());
}

TEST(TokenRecord, DeepNesting) {
  const std::string open(100'000, '[');
  const std::string close(100'000, ']');
  EXPECT_EQ(id_and_token(open), "none");
  EXPECT_EQ(id_and_token(open + close), "none");
  EXPECT_EQ(id_and_token(R"({"id":"a","x":)" + open + close + R"(,"token":"t"})"), "a/t");
  EXPECT_EQ(ids(open + close), "1 unreadable");
  EXPECT_EQ(ids(R"([{"id":"a","x":)" + open + close + "}]"), "a,");
  EXPECT_EQ(parse_error_message(open), "");
  EXPECT_EQ(parse_error_message(R"({"x":)" + open + close + R"(,"message":"m"})"), "m");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_EQ(id_and_token(objects), "none");
  EXPECT_EQ(parse_error_message(objects + "1" + std::string(100'000, '}')), "");
}

TEST(TokenRecord, LongList) {
  const auto list = parse_token_list(repeated(R"({"id":"x"})", 20'000));
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->tokens.size(), 20'000U);
}

TEST(TokenRecord, EveryPrefixIsRefused) {
  for (std::size_t size = 0; size < kResponse.size(); ++size) {
    EXPECT_EQ(id_and_token(kResponse.substr(0, size)), "none") << size;
  }
}

TEST(TokenRecord, MutationsGiveOnlyUsableTokens) {
  constexpr std::array<unsigned, 16> kBytes = {0x00, 0x01, 0x09, 0x0a, 0x20, 0x22, 0x2c, 0x3d,
                                               0x5b, 0x5c, 0x5d, 0x61, 0x7b, 0x7d, 0x7f, 0xff};
  int usable = 0;
  for (std::size_t place = 0; place < kResponse.size(); ++place) {
    for (const unsigned byte : kBytes) {
      std::string json(kResponse);
      json[place] = static_cast<char>(byte);
      const auto created = parse_created_token(json);
      (void)parse_token_list("[" + json + "]");
      (void)parse_error_message(json);
      if (!created || created->token.empty()) continue;
      ++usable;
      EXPECT_TRUE(is_b64token(created->token.reveal())) << shown(json);
    }
  }
  EXPECT_GT(usable, 500);
}

TEST(TokenRecord, ErrorMessage) {
  const std::vector<Row> rows = {
      {"v0's form", R"({"code":401,"message":"unauthorized"})", "unauthorized"},
      {"escapes", R"({"message":"a\n\u001b[2J"})", "a\n\x1b[2J"},
      {"no message", R"({"code":401})", ""},
      {"a number", R"({"message":5})", ""},
      {"null", R"({"message":null})", ""},
      {"nested", R"({"error":{"message":"x"}})", ""},
      {"an array", R"([{"message":"x"}])", ""},
      {"a string", R"("message")", ""},
      {"cut", R"({"message":"x")", ""},
      {"junk after it", R"({"message":"x"}x)", ""},
      {"NUL and junk after it", "{\"message\":\"x\"}\0junk"s, ""},
      {"broken UTF-8", "{\"message\":\"\xff\"}", ""},
      {"HTML", "<html>message</html>", ""},
      {"empty", "", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_error_message(row.json), row.result) << row.name;
}

}  // namespace

}  // namespace influxctl::token_record_test
