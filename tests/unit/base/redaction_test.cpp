// SPDX-License-Identifier: MIT
#include "influxctl/base/redaction.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl::redaction_test {

namespace {

using namespace std::string_literals;

const std::string kSecret = "S3cr/t+Value~of-40.Bytes_with=all#kinds!";

struct Row {
  std::string name, text;
};

bool repeats(const std::string& text) {
  const std::array<std::string_view, 2> secrets = {"another secret", kSecret};
  return repeats_secret(text, secrets);
}

bool repeats_one(std::string_view text, std::string_view secret) {
  return repeats_secret(text, {&secret, 1});
}

TEST(Redaction, SharesRun) {
  struct Case {
    std::string name, text, secret;
    bool shares;
  };
  const std::vector<Case> rows = {
      {"no secret", "text", "", false},
      {"no text", "", "secret", false},
      {"a short secret whole", "a secret here", "secret", true},
      {"a short secret in part", "a secre here", "secret", false},
      {"16 bytes, whole", "x0123456789abcdefx", "0123456789abcdef", true},
      {"16 bytes, all but one", "x0123456789abcdeXx", "0123456789abcdef", false},
      {"the first 16 of 20", "0123456789abcdef", "0123456789abcdefghij", true},
      {"16 in the middle of 20", "x23456789abcdefghx", "0123456789abcdefghij", true},
      {"the last 16 of 20", "456789abcdefghij", "0123456789abcdefghij", true},
      {"15 of 20", "0123456789abcde 56789abcdefghij", "0123456789abcdefghij", false},
      {"bytes past ASCII", "\xff\x00\xfe 0123456789ab\xff"s, "\xff\x00\xfe 0123456789ab\xff!"s,
       true},
  };
  for (const auto& row : rows) EXPECT_EQ(repeats_one(row.text, row.secret), row.shares) << row.name;
}

// Tried one window at a time against all of the text, these take minutes.
TEST(Redaction, SharesRunOfRepetitiveTexts) {
  std::string secret;
  while (secret.size() < 8192) secret += "0123456789abcdeX";
  std::string text;
  while (text.size() < (64U << 10U)) text += "0123456789abcdeY";
  EXPECT_FALSE(repeats_one(text, secret));
  EXPECT_FALSE(repeats_one(secret, text));
  EXPECT_TRUE(repeats_one(text + secret.substr(0, 16), secret));
  EXPECT_FALSE(repeats_one(std::string(64U << 10U, 'a'), std::string(8191, 'b')));
  EXPECT_FALSE(reads_secret(std::string(16U << 10U, '%'), secret));
}

TEST(Redaction, RepeatsSecret) {
  const std::vector<Row> rows = {
      {"as it is", "it says " + kSecret},
      {"a part", "it says /t+Value~of-40.Bytes"},
      {"percent-encoded", percent_encoded(kSecret)},
      {"every byte percent-encoded", "%53%33%63%72%2f%74%2b%56%61%6C%75%65%7e%6f%66%2d%34%30%2e"},
      {"percent-encoded twice", percent_encoded(percent_encoded(kSecret))},
      {"hexadecimal", "5333637 5333a 533363722f742b56616c75657e6f662d34302e"},
      {"upper-case hexadecimal", "533363722F742B56616C75657E6F662D34302E"},
      {"base64", "UzNjci90K1ZhbHVlfm9mLTQwLkJ5dGVzX3dpdGg9YWxsI2tpbmRzIQ=="},
      {"base64, one byte in front", "eFMzY3IvdCtWYWx1ZX5vZi00MC5CeXRlc193aXRoPWFsbCNraW5kcyE="},
      {"base64, two bytes in front", "eHhTM2NyL3QrVmFsdWV+b2YtNDAuQnl0ZXNfd2l0aD1hbGwja2luZHMh"},
      {"base64 of URLs", "eHhTM2NyL3QrVmFsdWV-b2YtNDAuQnl0ZXNfd2l0aD1hbGwja2luZHMh"},
      {"base64, percent-encoded", "eHhTM2NyL3QrVmFsdWV%2Bb2YtNDAuQnl0ZXNfd2l0aD1hbGwja2luZHMh"},
      {"the other secret", "another+secret"},
  };
  for (const auto& row : rows) EXPECT_TRUE(repeats(row.text)) << row.name;
  const std::vector<Row> none = {
      {"empty", ""},
      {"15 bytes", "S3cr/t+Value~of"},
      {"other words", "the secret is another one"},
      {"a broken escape", "%5 %zz %"},
      {"another base64", "UzNjci90K1Zh UzNjci90K1Zhb"},
  };
  for (const auto& row : none) EXPECT_FALSE(repeats(row.text)) << row.name;
  EXPECT_FALSE(repeats_secret("text", {}));
}

TEST(Redaction, ShownInFull) {
  const std::vector<std::string> rows = {
      "",
      "unauthorized",
      "token not found",
      "maximum number of management tokens (100) reached",
      "id 3f2a9c04-5B6d-4e8f-9a0b-c1d2e3f4a5b6 is revoked",
      "https://cluster-1.eu-west-1.influx.example.com:8443/api/v0/management-tokens",
      "/api/v0/accounts/3f2a9c04-5b6d-4e8f-9a0b-c1d2e3f4a5b6/management-tokens/",
      "com.influxdata.iox.ManagementTokenService.CreateManagementToken failed",
      "internationalization_of_management_tokens",
      "TLS_AES_256_GCM_SHA384",
      "influxdb-enterprise-v3.0.1-beta.2+build.20261124",
      "2026-11-24T15:30:00.123456789Z",
      "----------------------------------------",
      "ip-10-0-12-5.eu-west-1.compute.internal",
      "日本語日本語日本語日本語日本語日本語日本語",
      "AbCdEfGhIj123",
      "node-main-east-01.eu.example.com",
      "ERROR-TOKEN-LIMIT-REACHED",
  };
  for (const auto& row : rows) {
    EXPECT_EQ(redacted(row, {}), row);
    EXPECT_FALSE(has_token_run(row)) << row;
  }
}

TEST(Redaction, TokenRunsAreHidden) {
  struct Case {
    std::string name, text, result;
  };
  const std::string hidden = "[not shown]";
  const std::vector<Case> rows = {
      {"a management token", "token M.V1.+5Jk/x9Qz== made", "token " + hidden + " made"},
      {"the beginning of one", "M.V1.", hidden},
      {"a database token", "token apiv3_0aB made, audit log failed",
       "token " + hidden + " made, audit log failed"},
      {"an unknown kind", "got Zk3vQ8xN2pL7mR5tY1wB", "got " + hidden},
      {"base64", "(c29tZSB0b2tlbiBvZiBvbmU9PQ==)", "(" + hidden + ")"},
      {"hexadecimal", "5333637 2f742b56616c75657e6f662d34302e", "5333637 " + hidden},
      {"lower case and digits", "k7d9f8b6c5x2x4z0q1w2", hidden},
      {"letters alone", "aBcDeFgHiJkLmNoPqRsT", hidden},
      {"one case, too long for a word", "abcdefghijklmnopqrstuvwxyz", hidden},
      {"digits, too long for a number", "123456789012345678901", hidden},
      {"in a path", "/login/Zk3vQ8xN2pL7mR5tY1wB", hidden},
      {"percent-encoded", "abZk3%2BQ8xN2pL%2FmR5", hidden},
      {"with escapes", R"({"token":"Zk3vQ8\/2pL7\u002bR5tY1wB"})",
       R"({"token":")" + hidden + R"("})"},
      {"a JWT", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", hidden},
      {"two of them", "a=Zk3vQ8xN2pL7mR5tY1wB, b=Zk3vQ8xN2pL7mR5tY1wC", hidden + ", " + hidden},
      {"in groups of letters", "key AbCd-EfGh-IjKl-MnOp", "key " + hidden},
      {"in groups of capitals", "ABCDE-FGHIJ-KLMNO-PQRST made", hidden + " made"},
      {"in groups with dots", "cdef.ghij.klmn.opqr.stuv", hidden},
      {"an UUID with more", "3f2a9c04-5b6d-4e8f-9a0b-c1d2e3f4a5b67", hidden},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(redacted(row.text, {}), row.result) << row.name;
    EXPECT_TRUE(has_token_run(row.text)) << row.name;
  }
}

TEST(Redaction, NothingOfWhatRepeatsASecret) {
  const std::array<std::string_view, 1> secrets = {kSecret};
  EXPECT_EQ(redacted("token " + kSecret + " made", secrets), "");
  EXPECT_EQ(redacted("token " + percent_encoded(kSecret), secrets), "");
  EXPECT_EQ(redacted("token made", secrets), "token made");
}

}  // namespace

}  // namespace influxctl::redaction_test
