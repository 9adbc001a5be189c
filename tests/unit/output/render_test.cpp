// SPDX-License-Identifier: MIT
#include "influxctl/output/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "influxctl/base/text.h"

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
            "+-------------+----------------------+\n"
            "|          id | a                    |\n"
            "| description | 日本 e\u0301 😀            |\n"
            "|  expires at |                      |\n"
            "|  revoked at | 1970-01-01T00:00:01Z |\n"
            "+-------------+----------------------+\n");
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

std::string whole(const Pieces& pieces) {
  std::string text;
  for (std::string piece = pieces(); !piece.empty(); piece = pieces()) text += piece;
  return text;
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
      whole(list_table(tokens)),
      "+------+---------------+-----------+----------------------+----------------------+"
      "----------------------+\n"
      "| ID   | DESCRIPTION   | PREFIX    | CREATED AT           | EXPIRES AT           |"
      " REVOKED AT           |\n"
      "+------+---------------+-----------+----------------------+----------------------+"
      "----------------------+\n"
      "| a    | Example Token | M.V1.+5Jk |                      | 2025-10-24T00:00:00Z |"
      "                      |\n"
      "| b\\nc | 日本 e\u0301 😀     |           | 1970-01-01T00:00:01Z |                      |"
      " 2025-10-24T00:00:00Z |\n"
      "+------+---------------+-----------+----------------------+----------------------+"
      "----------------------+\n");
}

TEST(Render, ListTableOfNothing) {
  EXPECT_EQ(whole(list_table({})),
            "+----+-------------+--------+------------+------------+------------+\n"
            "| ID | DESCRIPTION | PREFIX | CREATED AT | EXPIRES AT | REVOKED AT |\n"
            "+----+-------------+--------+------------+------------+------------+\n");
}

TEST(Render, ListTableCutsNothingWithoutATerminal) {
  TokenList tokens(2);
  tokens[0].description = std::string(100'000, 'x') + "end";
  const std::string table = whole(list_table(tokens));
  EXPECT_NE(table.find("xend |"), std::string::npos);
  EXPECT_LT(table.size(), 103'000U);  // the other rows are not as wide
}

// The rows of a list on a terminal of so many columns.
std::vector<std::string> lines_at(std::size_t columns, const TokenList& tokens) {
  std::vector<std::string> lines;
  std::istringstream table(whole(list_table(tokens, columns)));
  for (std::string line; std::getline(table, line);) lines.push_back(line);
  return lines;
}

TokenList one_token(const std::string& description) {
  TokenList tokens(1);
  TokenRecord& token = tokens.front();
  token.id = "11111111-1111-1111-1111-111111111111";
  token.description = description;
  token.token_prefix = "M.V1.+5Jk";
  token.created_at.time = Timestamp{1761264000, 0};
  token.expires_at.time = Timestamp{1861264000, 0};
  return tokens;
}

struct Fit {
  const char* name;
  std::size_t columns;
  const char* row;
};

void PrintTo(const Fit& fit, std::ostream* out) { *out << fit.name; }

class RenderFit : public testing::TestWithParam<Fit> {};

TEST_P(RenderFit, ShowsThisRow) {
  const auto lines = lines_at(GetParam().columns, one_token("Telegraf in production, Frankfurt"));
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[3], GetParam().row);
  for (const auto& line : lines) EXPECT_LE(display_width(line), GetParam().columns);
}

INSTANTIATE_TEST_SUITE_P(
    Columns, RenderFit,
    testing::Values(
        Fit{"Whole", 157,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf in production, Frankfurt | "
            "M.V1.+5Jk "
            "| 2025-10-24T00:00:00Z | 2028-12-24T09:46:40Z |            |"},
        Fit{"DescriptionIsCutFirst", 130,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf in pro… | M.V1.+5Jk "
            "| 2025-10-24T00:00:00Z | 2028-12-24T09:46:40Z |            |"},
        Fit{"ThenTimesBecomeDates", 120,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf in production, F… | M.V1.+5Jk "
            "| 2025-10-24 | 2028-12-24 |            |"},
        Fit{"ThenThePrefixGoes", 100,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf in produ… | 2025-10-24 | 2028-12-24 "
            "|            |"},
        Fit{"ThenTheRevocationGoes", 80,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf i… | 2025-10-24 | 2028-12-24 |"},
        Fit{"ThenTheCreationGoes", 79,
            "| 11111111-1111-1111-1111-111111111111 | Telegraf in production… | 2028-12-24 |"},
        Fit{"ThenTheDescriptionIsAStub", 60,
            "| 11111111-1111-1111-1111-111111111111 | Tel… | 2028-12-24 |"},
        Fit{"ThenItGoesToo", 54, "| 11111111-1111-1111-1111-111111111111 | 2028-12-24 |"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Render, ListTableNeverCutsTheId) {
  const auto lines = lines_at(20, one_token("d"));
  EXPECT_EQ(lines.at(3), "| 11111111-1111-1111-1111-111111111111 | 2028-12-24 |");
}

TEST(Render, ListTableSaysRevokedWhereTheTimeHasNoRoom) {
  TokenList tokens = one_token("d");
  tokens.front().revoked_at.time = Timestamp{1761264001, 0};
  EXPECT_EQ(lines_at(80, tokens).at(3),
            "| 11111111-1111-1111-1111-111111111111 | d           | 2025-10-24 | revoked    |");
}

TEST(Render, ListTableShowsAnUnreadableTimeAsItCame) {
  TokenList tokens = one_token("d");
  tokens.front().expires_at = {.time = std::nullopt, .unreadable = "next\n" + std::string(40, 'y')};
  EXPECT_NE(whole(list_table(tokens)).find("| next\\n" + std::string(40, 'y') + " |"),
            std::string::npos);
  const auto cut_to = [](std::size_t columns) { return std::string(columns - 7, 'y') + "… |"; };
  EXPECT_NE(whole(list_table(tokens, 200)).find("| next\\n" + cut_to(40)), std::string::npos);
  EXPECT_NE(whole(list_table(tokens, 80)).find("| next\\n" + cut_to(37)), std::string::npos);
  EXPECT_EQ(display_width(lines_at(80, tokens)[0]), 80U);
}

TEST(Render, ListTableCutsADescriptionBeforeAnUnreadableExpiry) {
  for (const std::string expiry :
       {"soon", "2027-01-01 00:00:00Z", "2027-01-01T00:00:00+0000", "Fri, 01 Jan 2027 00:00:00 GMT",
        "2027-01-01 00:00:00.123456789 +0000 UTC"}) {
    TokenList tokens = one_token("Telegraf in production, Frankfurt");
    tokens.front().expires_at = {.time = std::nullopt, .unreadable = expiry};
    for (const std::size_t columns : {60U, 80U, 120U, 200U}) {
      SCOPED_TRACE(expiry + " at " + std::to_string(columns));
      const auto lines = lines_at(columns, tokens);
      for (const auto& line : lines) EXPECT_LE(display_width(line), columns);
      const std::size_t room = columns - 43;  // beside the id
      const bool whole = expiry.size() <= room;
      const std::string cell = whole ? expiry : expiry.substr(0, room - 1) + "…";
      EXPECT_NE(lines.at(3).find("| " + cell + " "), std::string::npos) << lines.at(3);
    }
  }
}

TEST(Render, ListTableFitsTextsOfAllKindsAndLinesUp) {
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += "監";
  std::string family;
  for (int i = 0; i < 30; ++i) family += "👩\u200d💻";
  std::string marks = "e";
  for (int i = 0; i < 40; ++i) marks += "\u0301";
  const std::vector<std::string> texts = {std::string(300, 'x'),
                                          wide,
                                          family,
                                          marks + std::string(90, 'y'),
                                          "שלום עולם זה תיאור ארוך מאוד של אסימון ניהול",
                                          "line\nbreak\x1b[31m" + std::string(80, 'z'),
                                          ""};
  for (const std::size_t count : {1U, 25U, 500U}) {
    TokenList tokens;
    for (std::size_t i = 0; i < count; ++i) {
      tokens.push_back(one_token(texts.at(i % texts.size())).front());
      if (i % 3 == 1) tokens.back().revoked_at.time = Timestamp{1761264001, 5};
    }
    for (const std::size_t columns : {60U, 80U, 120U, 200U}) {
      SCOPED_TRACE(std::to_string(count) + " tokens at " + std::to_string(columns));
      const auto lines = lines_at(columns, tokens);
      ASSERT_EQ(lines.size(), count + 4);
      for (const auto& line : lines) {
        EXPECT_EQ(display_width(line), display_width(lines[0])) << line;
        EXPECT_TRUE(is_utf8(line));
      }
      EXPECT_LE(display_width(lines[0]), columns);
      EXPECT_NE(lines[3].find("x… |"), std::string::npos) << lines[3];
    }
  }
}

TEST(Render, RecordTableFitsATerminal) {
  TokenRecord record = sample();
  record.description = std::string(100, 'd');
  EXPECT_NE(record_table(record, 80).find("| description | " + std::string(61, 'd') + "… |\n"),
            std::string::npos);
  EXPECT_NE(record_table(record).find("| " + std::string(100, 'd') + " |\n"), std::string::npos);
  EXPECT_EQ(record_table(sample(), 40).substr(0, 41), "id: 11111111-1111-1111-1111-111111111111\n");
}

TEST(Render, ListJson) {
  TokenList tokens;
  EXPECT_EQ(whole(list_json(tokens)), "[]\n");
  tokens.push_back(sample());
  tokens.emplace_back();
  tokens.back().id = "b\u200f\n";
  EXPECT_EQ(whole(list_json(tokens)),
            "[\n"
            "  {\n"
            "    \"id\": \"11111111-1111-1111-1111-111111111111\",\n"
            "    \"expires_at\": {\n"
            "      \"seconds\": 1761264000\n"
            "    },\n"
            "    \"description\": \"Example Token\"\n"
            "  },\n"
            "  {\n"
            "    \"id\": \"b\\u200f\\n\"\n"
            "  }\n"
            "]\n");
}

TEST(Render, ListJsonOfManyIsTheSameInPieces) {
  TokenList tokens;
  for (int i = 0; i < 2000; ++i) tokens.push_back(sample());
  EXPECT_LT(list_json(tokens)().size(), 66'000U);
  EXPECT_LT(list_table(tokens)().size(), 66'000U);
  const std::string text = whole(list_json(tokens));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 2000 * 7);
  EXPECT_TRUE(text.ends_with("\"\n  }\n]\n"));
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
