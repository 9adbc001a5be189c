// SPDX-License-Identifier: MIT
#include "influxctl/output/render.h"

#include <gtest/gtest.h>

#include <string>

namespace influxctl::render_test {

namespace {

TokenRecord sample() {
  TokenRecord record;
  record.id = "11111111-1111-1111-1111-111111111111";
  record.description = "Example Token";
  record.expires_at.time = Timestamp{1761264000, 0};
  return record;
}

TEST(Render, RecordTable) {
  EXPECT_EQ(record_table(sample()),
            "+-------------+--------------------------------------+\n"
            "|          id | 11111111-1111-1111-1111-111111111111 |\n"
            "| description | Example Token                        |\n"
            "|  expires at | 2025-10-24T00:00:00Z                 |\n"
            "|  revoked at |                                      |\n"
            "+-------------+--------------------------------------+\n");
}

TEST(Render, RecordTableOfNothing) {
  EXPECT_EQ(record_table({}),
            "+-------------+--+\n"
            "|          id |  |\n"
            "| description |  |\n"
            "|  expires at |  |\n"
            "|  revoked at |  |\n"
            "+-------------+--+\n");
}

TEST(Render, RecordTableLinesUp) {
  TokenRecord record;
  record.id = "a";
  record.description = "日本 e\u0301 😀";
  record.revoked_at.time = Timestamp{1, 500'000'000};
  EXPECT_EQ(record_table(record),
            "+-------------+------------------------+\n"
            "|          id | a                      |\n"
            "| description | 日本 e\u0301 😀              |\n"
            "|  expires at |                        |\n"
            "|  revoked at | 1970-01-01T00:00:01.5Z |\n"
            "+-------------+------------------------+\n");
}

TEST(Render, RecordTableMakesTextSafe) {
  TokenRecord record;
  record.id = "a\nb";
  record.description = "\x1b[2J\u200f\u009b";
  EXPECT_EQ(record_table(record),
            "+-------------+---------------------+\n"
            "|          id | a\\nb                |\n"
            "| description | \\x1b[2J\\u{200f}\\x9b |\n"
            "|  expires at |                     |\n"
            "|  revoked at |                     |\n"
            "+-------------+---------------------+\n");
}

TEST(Render, CreatedJson) {
  CreatedToken created{sample(), Secret("M.V1.+5Jk/x=")};
  created.record.account_id = "acc";
  created.record.token_prefix = "M.V1.+5Jk";
  created.record.created_by = "me";
  created.record.created_at.time = Timestamp{1710273809, 948'178'000};
  created.record.revoked_at.time = Timestamp{-1, 1};
  EXPECT_EQ(created_json(created),
            R"({"id":"11111111-1111-1111-1111-111111111111","account_id":"acc",)"
            R"("token_prefix":"M.V1.+5Jk","created_at":{"seconds":1710273809,"nanos":948178000},)"
            R"("expires_at":{"seconds":1761264000},"revoked_at":{"seconds":-1,"nanos":1},)"
            R"("description":"Example Token","created_by":"me","token":"M.V1.+5Jk/x="})");
}

TEST(Render, CreatedJsonLeavesOutWhatIsUnset) {
  EXPECT_EQ(created_json({{}, Secret("t")}), R"({"token":"t"})");
  TokenRecord record;
  record.id = "a";
  EXPECT_EQ(created_json({record, Secret("t")}), R"({"id":"a","token":"t"})");
}

TEST(Render, CreatedJsonIsAscii) {
  TokenRecord record;
  record.id = "a\"\\\n\x1b\x7f";
  record.description = "é\u009b\u200f😀";
  EXPECT_EQ(created_json({record, Secret("t")}),
            R"({"id":"a\"\\\n\u001b\u007f","description":"\u00e9\u009b\u200f\ud83d\ude00",)"
            R"("token":"t"})");
}

TEST(Render, ListTable) {
  TokenList tokens;
  tokens.push_back(sample());
  tokens.front().id = "a";
  tokens.front().token_prefix = "M.V1.+5Jk";
  tokens.emplace_back();
  tokens.back().id = "b\nc";
  tokens.back().description = "日本 e\u0301 😀";
  tokens.back().created_at.time = Timestamp{1, 500'000'000};
  tokens.back().revoked_at.time = Timestamp{1761264000, 0};
  EXPECT_EQ(
      list_table(tokens),
      "+------+---------------+-----------+------------------------+----------------------+"
      "----------------------+\n"
      "| ID   | DESCRIPTION   | PREFIX    | CREATED AT             | EXPIRES AT           |"
      " REVOKED AT           |\n"
      "+------+---------------+-----------+------------------------+----------------------+"
      "----------------------+\n"
      "| a    | Example Token | M.V1.+5Jk |                        | 2025-10-24T00:00:00Z |"
      "                      |\n"
      "| b\\nc | 日本 e\u0301 😀     |           | 1970-01-01T00:00:01.5Z |                      |"
      " 2025-10-24T00:00:00Z |\n"
      "+------+---------------+-----------+------------------------+----------------------+"
      "----------------------+\n");
}

TEST(Render, ListTableOfNothing) {
  EXPECT_EQ(list_table({}),
            "+----+-------------+--------+------------+------------+------------+\n"
            "| ID | DESCRIPTION | PREFIX | CREATED AT | EXPIRES AT | REVOKED AT |\n"
            "+----+-------------+--------+------------+------------+------------+\n");
}

TEST(Render, ListTableCutsLongText) {
  const auto cut_to = [](const std::string& description) {
    TokenList tokens(1);
    tokens.front().description = description;
    const std::string table = list_table(tokens);
    const auto begin = table.find("|    | ", table.find("REVOKED")) + 7;
    return table.substr(begin, table.find(" | ", begin) - begin);
  };
  const std::string longest(256, 'x');
  EXPECT_EQ(cut_to(longest), longest);
  EXPECT_EQ(cut_to(longest + "x"), std::string(255, 'x') + "…");
  EXPECT_EQ(cut_to(std::string(100'000, 'x')), std::string(255, 'x') + "…");
  std::string wide;
  for (int i = 0; i < 127; ++i) wide += "日";
  EXPECT_EQ(cut_to(wide + "日日"), wide + "…");
}

TEST(Render, ListJson) {
  TokenList tokens;
  EXPECT_EQ(list_json(tokens), "[]");
  tokens.push_back(sample());
  tokens.emplace_back();
  tokens.back().id = "b\u200f";
  EXPECT_EQ(list_json(tokens),
            R"([{"id":"11111111-1111-1111-1111-111111111111",)"
            R"("expires_at":{"seconds":1761264000},"description":"Example Token"},)"
            R"({"id":"b\u200f"}])");
}

TEST(Render, DryRun) {
  EXPECT_EQ(dry_run_json("DELETE", "https://h:443/x/a", ""),
            R"({"method":"DELETE","url":"https://h:443/x/a"})");
  EXPECT_EQ(dry_run_json("POST", "https://h:443/x", "{}"),
            R"({"method":"POST","url":"https://h:443/x","body":{}})");
  EXPECT_EQ(dry_run_json("POST", "https://h:443/x", R"({"description":"é","expiresAt":"x"})"),
            R"({"method":"POST","url":"https://h:443/x",)"
            R"("body":{"description":"\u00e9","expiresAt":"x"}})");
}

}  // namespace

}  // namespace influxctl::render_test
