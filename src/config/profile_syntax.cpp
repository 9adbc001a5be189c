// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "influxctl/base/text.h"
#include "influxctl/config/profile_reading.h"

namespace influxctl {

namespace {

// toml++ 3.3 recurses once for each part of a dotted key, when it parses and when it frees the
// tables: 100,000 parts overflow the stack. A key cannot span lines, so lines are what is counted.
constexpr std::ptrdiff_t kMaxDots = 256;

struct Explanation {
  std::string_view begins;  // the parser's reason; what follows may quote the file
  std::string_view what;
  std::string_view hint;
};

constexpr std::string_view kUnknownValue = "a value of no known kind";
constexpr std::string_view kQuoteText = "write text in double quotes";
constexpr std::string_view kUnknownEscape = "a string with an unknown escape sequence";
constexpr std::string_view kWriteBackslash =
    R"(write a backslash as \\, or the text in single quotes)";
constexpr std::string_view kControl =
    "a control character, or a string that is not closed on its line";

constexpr std::array kExplanations = {
    Explanation{"encountered end-of-file", "the file ends too early", ""},
    Explanation{"could not determine value type", kUnknownValue, kQuoteText},
    Explanation{"expected 'true'", kUnknownValue, kQuoteText},
    Explanation{"expected 'false'", kUnknownValue, kQuoteText},
    Explanation{"values may not begin with", kUnknownValue, kQuoteText},
    Explanation{"expected value, saw", "no value after \"=\"", ""},
    Explanation{"expected value or closing", "a comma without a value", ""},
    Explanation{"expected '=', saw", "no \"=\" after the key", ""},
    Explanation{"expected a comment or whitespace",
                "something after the end of the value or header", kQuoteText},
    Explanation{"expected value-terminator", "something after the end of the value", kQuoteText},
    Explanation{"expected keys, tables", "a line that begins with neither a key nor a table", ""},
    Explanation{"expected bare key", "a key with a missing part", ""},
    Explanation{"expected key", "an inline table with a missing or malformed key", ""},
    Explanation{"expected comma or closing", "no comma or closing bracket after the value", ""},
    Explanation{"expected ']'", "a table header without its closing bracket", ""},
    Explanation{"tables with blank bare keys", "a table header without a name", ""},
    Explanation{"[[array-of-table]]", "white space between the brackets of a table header", ""},
    Explanation{"exceeded maximum nested value", "values that are nested too deeply", ""},
    Explanation{"unknown escape sequence", kUnknownEscape, kWriteBackslash},
    Explanation{"escape sequence", kUnknownEscape, kWriteBackslash},
    Explanation{"expected hex digit", kUnknownEscape, kWriteBackslash},
    Explanation{"leading zeroes", "a number with leading zeros", kQuoteText},
    Explanation{"unescaped control", kControl, ""},
    Explanation{"control characters", kControl, ""},
    Explanation{"cannot insert", "a table that adds to an inline table", ""},
    Explanation{"multi-line strings are", "a key that is a multi-line string", ""},
};

constexpr std::array<std::string_view, 20> kScopes = {
    "array",
    "binary integer",
    "boolean",
    "comment",
    "date",
    "date-time",
    "date-time offset",
    "decimal integer",
    "string",
    "floating-point",
    "hexadecimal floating-point",
    "hexadecimal integer",
    "key",
    "inline table",
    "key-value pair",
    "literal string",
    "octal integer",
    "table header",
    "time",
    "value",
};

// The text between the first and the last single quote.
std::string_view in_single_quotes(std::string_view text) {
  const auto first = text.find('\'');
  const auto last = text.rfind('\'');
  if (first == last) return {};
  return trimmed(text.substr(first + 1, last - first - 1));
}

Problem defined_twice(std::string_view reason) {
  const std::string name = known_name(in_single_quotes(reason));
  return {(name.empty() ? "a key or table" : name) + " is defined twice", {}};
}

// The bytes of the first code point; 0 when it is not UTF-8.
std::size_t code_point_size(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
    if (is_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

void check_line(std::string_view line, std::size_t number, std::string_view path) {
  std::size_t column = 1;
  for (std::size_t at = 0, size = 0; at < line.size(); at += size, ++column) {
    size = code_point_size(line.substr(at));
    if (size == 0) fail_at(path, {number, column}, {"the file is not UTF-8", {}});
    if (line[at] == '\0') fail_at(path, {number, column}, {"a NUL byte", {}});
  }
}

bool is_comment(std::string_view line) { return trimmed(line).starts_with('#'); }

}  // namespace

void check_text(std::string_view toml, std::string_view path) {
  // Within a multi-line string a line that begins with # can end the string and go on.
  const bool comments =
      toml.find(R"(""")") == std::string_view::npos && toml.find("'''") == std::string_view::npos;
  for (std::size_t number = 1; !toml.empty(); ++number) {
    const auto line = toml.substr(0, toml.find('\n'));
    check_line(line, number, path);
    if (std::count(line.begin(), line.end(), '.') > kMaxDots && !(comments && is_comment(line))) {
      fail_at(path, {number, 1},
              {"a line with more than " + std::to_string(kMaxDots) + " dots", {}});
    }
    toml.remove_prefix(std::min(line.size() + 1, toml.size()));
  }
}

Problem explain_syntax_error(std::string_view description) {
  constexpr std::string_view kIntroduction = "Error while parsing ";
  if (description.starts_with(kIntroduction)) description.remove_prefix(kIntroduction.size());
  const auto colon = description.find(": ");
  const auto scope = description.substr(0, colon);
  const auto reason = colon == std::string_view::npos ? "" : description.substr(colon + 2);
  if (reason.starts_with("cannot redefine existing")) return defined_twice(reason);
  const auto* const known = std::find_if(
      kExplanations.begin(), kExplanations.end(),
      [&](const Explanation& explanation) { return reason.starts_with(explanation.begins); });
  if (known != kExplanations.end()) {
    Problem problem{"not valid TOML: " + std::string(known->what), {}};
    if (!known->hint.empty()) problem.hints.emplace_back(known->hint);
    return problem;
  }
  const auto* const place = std::find(kScopes.begin(), kScopes.end(), scope);
  if (place == kScopes.end()) return {"not valid TOML", {}};
  return {"not valid TOML: a malformed " + std::string(*place), {}};
}

}  // namespace influxctl
