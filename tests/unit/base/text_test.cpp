// SPDX-License-Identifier: MIT
#include "influxctl/base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace influxctl::text_test {

namespace {

using namespace std::string_literals;

struct Shown {
  std::string name, text, result;
};

TEST(Text, ShownAsItIs) {
  const std::vector<std::string> rows = {"",       "plain text", "~", "\u00a0",     "Grüße",
                                         "日本語", "e\u0301",    "😀", "\U0010ffff", R"(\n)"};
  for (const auto& row : rows) EXPECT_EQ(shown(row), row);
}

TEST(Text, JoinersBetweenLettersOrEmojiAreText) {
  const std::vector<std::string> rows = {
      "👩\u200d💻",              // woman technologist
      "👩🏽\u200d🚀",    // with a skin tone
      "🏳\ufe0f\u200d🌈",  // a flag, with a variation selector
      "👨\u200d👩\u200d👧",       // two joiners
      "می\u200cخواهم",         // Persian
      "क्\u200dष",              // Devanagari, after a mark
      "a\u200db",
  };
  for (const auto& row : rows) EXPECT_EQ(shown(row), row);
}

TEST(Text, ShownControlCharacters) {
  const std::vector<Shown> rows = {
      {"line feed", "a\nb", R"(a\nb)"},
      {"carriage return", "a\rb", R"(a\rb)"},
      {"tab", "a\tb", R"(a\tb)"},
      {"NUL", "a\0b"s, R"(a\x00b)"},
      {"bell", "\a", R"(\x07)"},
      {"escape sequence", "\x1b[2J", R"(\x1b[2J)"},
      {"last of C0", "\x1f", R"(\x1f)"},
      {"DEL", "\x7f", R"(\x7f)"},
      {"first of C1", "\u0080", R"(\x80)"},
      {"CSI of C1", "\u009b2J", R"(\x9b2J)"},
      {"last of C1", "\u009f", R"(\x9f)"},
      {"line separator", "\u2028", R"(\u{2028})"},
      {"paragraph separator", "\u2029", R"(\u{2029})"},
  };
  for (const auto& row : rows) EXPECT_EQ(shown(row.text), row.result) << row.name;
}

TEST(Text, ShownInvisibleCharacters) {
  const std::vector<Shown> rows = {
      {"left-to-right mark", "\u200e", R"(\u{200e})"},
      {"right-to-left mark", "\u200f", R"(\u{200f})"},
      {"bidi embedding", "\u202a\u202c", R"(\u{202a}\u{202c})"},
      {"bidi override", "abc\u202edef\u202c", R"(abc\u{202e}def\u{202c})"},
      {"bidi isolate", "\u2066x\u2069", R"(\u{2066}x\u{2069})"},
      {"arabic letter mark", "\u061c", R"(\u{061c})"},
      {"zero-width space", "a\u200bb", R"(a\u{200b}b)"},
      {"zero-width joiner", "\u200d", R"(\u{200d})"},
      {"joiner in front", "\u200da", R"(\u{200d}a)"},
      {"joiner at the end", "a\u200d", R"(a\u{200d})"},
      {"joiner between digits", "1\u200d2", R"(1\u{200d}2)"},
      {"joiner after a space", " \u200dא", R"( \u{200d}א)"},
      {"two joiners", "א\u200d\u200dא", R"(א\u{200d}\u{200d}א)"},
      {"non-joiner after a control", "\x01\u200cא", R"(\x01\u{200c}א)"},
      {"joiner before a broken byte", "א\u200d\xff", R"(א\u{200d}\xff)"},
      {"soft hyphen", "\u00ad", R"(\u{00ad})"},
      {"byte order mark", "\ufeffa", R"(\u{feff}a)"},
      {"tag character", "\U000e0041", R"(\u{e0041})"},
  };
  for (const auto& row : rows) EXPECT_EQ(shown(row.text), row.result) << row.name;
}

const std::vector<Shown>& broken_utf8() {
  static const std::vector<Shown> rows = {
      {"continuation byte alone", "a\x80z", R"(a\x80z)"},
      {"never a byte of UTF-8", "\xff\xfe", R"(\xff\xfe)"},
      {"truncated, two bytes", "\xc3", R"(\xc3)"},
      {"truncated, three bytes", "\xe2\x82", R"(\xe2\x82)"},
      {"truncated, four bytes", "\xf0\x9f\x98", R"(\xf0\x9f\x98)"},
      {"truncated before a letter", "\xe2\x82z", R"(\xe2\x82z)"},
      {"overlong slash", "\xc0\xaf", R"(\xc0\xaf)"},
      {"overlong NUL", "\xc0\x80", R"(\xc0\x80)"},
      {"overlong, three bytes", "\xe0\x80\x8a", R"(\xe0\x80\x8a)"},
      {"overlong, four bytes", "\xf0\x80\x80\x8a", R"(\xf0\x80\x80\x8a)"},
      {"high surrogate", "\xed\xa0\x80", R"(\xed\xa0\x80)"},
      {"low surrogate", "\xed\xbf\xbf", R"(\xed\xbf\xbf)"},
      {"past U+10FFFF", "\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)"},
      {"five bytes", "\xf8\x88\x80\x80\x80", R"(\xf8\x88\x80\x80\x80)"},
      {"Latin-1", "Gr\xfc\xdf"s + "e", R"(Gr\xfc\xdfe)"},
  };
  return rows;
}

TEST(Text, ShownBrokenUtf8) {
  for (const auto& row : broken_utf8()) {
    EXPECT_EQ(shown(row.text), row.result) << row.name;
    EXPECT_FALSE(is_utf8(row.text)) << row.name;
    EXPECT_FALSE(is_utf8("before " + row.text)) << row.name;
  }
}

TEST(Text, ShownIsAlwaysCleanUtf8) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second), '\x98', '\x80'};
      const std::string result = shown(text);
      ASSERT_TRUE(is_utf8(result)) << first << " " << second;
      ASSERT_FALSE(has_control_characters(result)) << first << " " << second;
      ASSERT_EQ(shown(result), result) << first << " " << second;
    }
  }
}

TEST(Text, IsUtf8) {
  const std::vector<std::string> rows = {"",       "a",          "\0"s,        "\x7f",
                                         "\u0080", "\u07ff",     "\u0800",     "\ud7ff",
                                         "\ue000", "\U00010000", "\U0010ffff", "\ufeff"};
  for (const auto& row : rows) EXPECT_TRUE(is_utf8(row)) << shown(row);
}

TEST(Text, HasControlCharacters) {
  const std::vector<std::string> rows = {"a\nb", "\t", "a\0"s, "\x1b", "\x7f", "\u0080", "x\u009f"};
  for (const auto& row : rows) EXPECT_TRUE(has_control_characters(row)) << shown(row);
  const std::vector<std::string> none = {"",       "a b~",   "\u00a0", "é",
                                         "\u200f", "\u2028", "日本",   "😀"};
  for (const auto& row : none) EXPECT_FALSE(has_control_characters(row)) << shown(row);
}

TEST(Text, Quoted) {
  const std::vector<Shown> rows = {
      {"empty", "", R"("")"},
      {"short", "abc", R"("abc")"},
      {"as long as the limit", "abcde", R"("abcde")"},
      {"one too long", "abcdef", R"("abcde…")"},
      {"code points, not bytes", "ééééé", R"("ééééé")"},
      {"cut between code points", "日本語日本語", R"("日本語日本…")"},
      {"an escape counts once", "\n\n\n\n\n\n", R"("\n\n\n\n\n…")"},
      {"broken bytes count one by one", "\xff\xff\xff\xff\xff\xff", R"("\xff\xff\xff\xff\xff…")"},
      {"four bytes each", "😀😀😀😀😀😀", R"("😀😀😀😀😀…")"},
  };
  for (const auto& row : rows) EXPECT_EQ(influxctl::quoted(row.text, 5), row.result) << row.name;
  EXPECT_EQ(influxctl::quoted(std::string(60, 'x')), '"' + std::string(60, 'x') + '"');
  EXPECT_EQ(influxctl::quoted(std::string(100'000, 'x')), '"' + std::string(60, 'x') + "…\"");
}

TEST(Text, DisplayWidth) {
  struct Case {
    std::string text;
    std::size_t width;
  };
  const std::vector<Case> rows = {
      {"", 0},       {"abc", 3},          {"é", 1},    {"e\u0301", 1}, {"a\u0301\u0302\u0303", 1},
      {"日本語", 6}, {"ｆｕｌｌ", 8},     {"한글", 4}, {"😀", 2},       {"a日😀", 5},
      {"ไทย", 3},    {"\u0e01\u0e31", 1}, {"Ω≈ç", 3},
  };
  for (const auto& row : rows) EXPECT_EQ(display_width(row.text), row.width) << row.text;
}

TEST(Text, Nearest) {
  const std::vector<std::string> words = {"create", "list", "revoke", "rotate"};
  struct Case {
    std::string word, found;
  };
  const std::vector<Case> rows = {
      {"create", "create"},
      {"creat", "create"},
      {"craete", "create"},
      {"crate", "create"},
      {"createe", "create"},
      {"lst", "list"},
      {"lists", "list"},
      {"revok", "revoke"},
      {"rotat", "rotate"},
      {"rotte", "rotate"},
      {"", ""},
      {"c", ""},
      {"ls", ""},
      {"delete", ""},
      {"database", ""},
      {"xyz", ""},
      {"CREATE", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(nearest(row.word, words), row.found) << row.word;
  EXPECT_EQ(nearest("create", {}), "");
}

TEST(Text, Trimmed) {
  struct Case {
    std::string text, result;
  };
  const std::vector<Case> rows = {
      {"", ""},       {"a", "a"},     {" \t\r\n\f\v", ""},    {" a b ", "a b"},
      {"a\r\n", "a"}, {"\n\na", "a"}, {"\u00a0a", "\u00a0a"}, {"\0a"s, "\0a"s},
  };
  for (const auto& row : rows) EXPECT_EQ(trimmed(row.text), row.result) << shown(row.text);
}

TEST(Text, PercentEncoded) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ""},
      {"11111111-1111-1111-1111-111111111111", "11111111-1111-1111-1111-111111111111"},
      {"AZaz09-._~", "AZaz09-._~"},
      {"a/b", "a%2Fb"},
      {"a b?c#d%e", "a%20b%3Fc%23d%25e"},
      {"é", "%C3%A9"},
      {std::string("\0\r\n\xff", 4), "%00%0D%0A%FF"},
  };
  for (const auto& [text, encoded] : rows) EXPECT_EQ(percent_encoded(text), encoded);
}

TEST(Text, SplitAt) {
  using Parts = std::vector<std::string_view>;
  const std::vector<std::pair<std::string_view, Parts>> rows = {
      {"", {""}},
      {"a", {"a"}},
      {"a:b;c", {"a", "b", "c"}},
      {":a;;", {"", "a", "", ""}},
  };
  for (const auto& [text, parts] : rows) EXPECT_EQ(split_at(":;", text), parts) << text;
}

TEST(Text, HasDotSegment) {
  for (const char* text : {".", "..", "../x", "x/..", "a/./b", "..\\x", "x\\.", "./", "/.."}) {
    EXPECT_TRUE(has_dot_segment(text)) << text;
  }
  for (const char* text : {"", "...", ".a", "a.", "a..b", "a/b", "/", "\\", "..a/b.", "%2e%2e"}) {
    EXPECT_FALSE(has_dot_segment(text)) << text;
  }
}

}  // namespace

}  // namespace influxctl::text_test
