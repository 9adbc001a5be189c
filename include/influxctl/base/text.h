// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace influxctl {

/// The one choke point for text that came from a server, a file or the command line: control
/// characters (C0, DEL, C1), bidirectional and other invisible format characters, and bytes that
/// are not UTF-8 come out visible (`\n`, `\x1b`, `\u{202e}`, `\xff`). A zero-width joiner or
/// non-joiner between letters or emoji is text. The result is valid UTF-8.
std::string shown(std::string_view foreign);

/// shown() in double quotes, cut to `limit` code points with an ellipsis, for error messages.
/// Called as `influxctl::quoted`: for a std::string, `quoted` alone finds std::quoted, too.
std::string quoted(std::string_view foreign, std::size_t limit = 60);

/// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text) noexcept;

/// True when a code point of category Cc (C0, DEL, C1) occurs; the text must be UTF-8.
bool has_control_characters(std::string_view text) noexcept;

/// Columns that valid UTF-8 takes on a terminal: wide characters count 2, combining ones 0.
std::size_t display_width(std::string_view text) noexcept;

/// True for a text with a NUL byte: nlohmann takes that for the end, and does not look at the rest.
constexpr bool has_nul(std::string_view text) noexcept {
  return text.find('\0') != std::string_view::npos;
}

/// The candidate nearest to `word` by edit distance, or an empty string when none is near. On the
/// command line suggestion() (cli) comes before it, which knows synonyms.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// The hint `did you mean "NEAREST"?`; none when none is near.
std::vector<std::string> did_you_mean(std::string_view word,
                                      std::span<const std::string> candidates);

/// Every byte but RFC 3986's unreserved characters as `%XX`: fit for a URL's path segment and for a
/// field of application/x-www-form-urlencoded.
std::string percent_encoded(std::string_view text);

/// True when a part of it between `/` or `\` is "." or "..". Such a text goes into no path: even
/// percent-encoded, some servers and gateways resolve it, and act on another path.
bool has_dot_segment(std::string_view text);

/// The parts of `text` between any of the separators: one more than it has of them.
std::vector<std::string_view> split_at(std::string_view separators, std::string_view text);

/// True for RFC 3986's unreserved characters (section 2.3).
bool is_unreserved(char c) noexcept;

/// The value of a hexadecimal digit; -1 for any other character.
int hex_value(char c) noexcept;

/// The letter in lower case where it is an ASCII one, whatever the locale.
constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// The text with its ASCII letters in lower case.
std::string lower_case(std::string_view text);

/// True when the texts differ at most in the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

/// The whole text as a number in decimal digits, in the range of the type. A sign is taken only
/// where it is a minus of a signed type.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// `text` without white space, ASCII's by default, at both ends.
std::string_view trimmed(std::string_view text, std::string_view space = " \t\r\n\f\v") noexcept;

}  // namespace influxctl
