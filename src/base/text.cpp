// SPDX-License-Identifier: MIT
#include "influxctl/base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace influxctl {

namespace {

struct CodePoint {
  utf8proc_int32_t value;  // negative: the byte at this place is not UTF-8
  std::size_t size;        // bytes, at least 1
};

CodePoint next_code_point(std::string_view text) noexcept {
  utf8proc_int32_t value = 0;
  const auto size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),  // NOLINT
                       static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (size <= 0) return {-1, 1};
  return {value, static_cast<std::size_t>(size)};
}

// Printable ASCII, which most text is: what takes long elsewhere is not asked about it.
bool is_plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Calls `visit` with each code point and the text from it on, until it returns false; true when it
// never does.
template <typename Visit>
bool all_code_points(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!visit(next, text)) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

bool is_invisible(utf8proc_int32_t code_point) noexcept {
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:  // controls
    case UTF8PROC_CATEGORY_CF:  // bidi overrides and isolates, zero-width characters, BOM
    case UTF8PROC_CATEGORY_ZL:  // line separator
    case UTF8PROC_CATEGORY_ZP:  // paragraph separator
      return true;
    default:
      return false;
  }
}

bool is_letter_or_emoji(utf8proc_int32_t code_point) noexcept {
  if (code_point < 0) return false;
  const auto category = utf8proc_category(code_point);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME) ||
         category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_SK;
}

// A zero-width joiner or non-joiner at the beginning of `text`, between two that it joins.
bool is_joiner(utf8proc_int32_t before, CodePoint next, std::string_view text) noexcept {
  constexpr utf8proc_int32_t kNonJoiner = 0x200c;
  constexpr utf8proc_int32_t kJoiner = 0x200d;
  if (next.value != kJoiner && next.value != kNonJoiner) return false;
  return text.size() > next.size && is_letter_or_emoji(before) &&
         is_letter_or_emoji(next_code_point(text.substr(next.size)).value);
}

std::string escaped(CodePoint code_point, char first) {
  switch (code_point.value) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto value = static_cast<unsigned>(code_point.value < 0 ? static_cast<unsigned char>(first)
                                                                : code_point.value);
  const bool is_byte = code_point.value < 0xa0;
  std::array<char, 16> text{};
  (void)std::snprintf(text.data(), text.size(), is_byte ? "\\x%02x" : "\\u{%04x}", value);
  return text.data();
}

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({last[j] + (a[i] == b[j] ? 0U : 1U), row[j] + 1, last[j + 1] + 1});
      const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string shown(std::string_view foreign) {
  if (is_plain(foreign)) return std::string(foreign);
  std::string result;
  result.reserve(foreign.size());
  utf8proc_int32_t before = -1;
  all_code_points(foreign, [&](CodePoint next, std::string_view rest) {
    const bool hidden =
        next.value < 0 || (is_invisible(next.value) && !is_joiner(before, next, rest));
    result += hidden ? escaped(next, rest[0]) : std::string(rest.substr(0, next.size));
    before = next.value;
    return true;
  });
  return result;
}

std::string quoted(std::string_view foreign, std::size_t limit) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < foreign.size() && count < limit; ++count) {
    end += next_code_point(foreign.substr(end)).size;
  }
  return '"' + shown(foreign.substr(0, end)) + (end < foreign.size() ? "…\"" : "\"");
}

bool is_utf8(std::string_view text) noexcept {
  return all_code_points(text, [](CodePoint next, auto /*rest*/) { return next.value >= 0; });
}

bool has_control_characters(std::string_view text) noexcept {
  return !all_code_points(text, [](CodePoint next, auto /*rest*/) {
    return next.value < 0 || utf8proc_category(next.value) != UTF8PROC_CATEGORY_CC;
  });
}

std::size_t display_width(std::string_view text) noexcept {
  if (is_plain(text)) return text.size();
  std::size_t width = 0;
  all_code_points(text, [&](CodePoint next, auto /*rest*/) {
    width += next.value < 0 ? 0U : static_cast<std::size_t>(utf8proc_charwidth(next.value));
    return true;
  });
  return width;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() < 3) return {};  // everything is near to a letter
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::vector<std::string> did_you_mean(std::string_view word,
                                      std::span<const std::string> candidates) {
  const std::string found = nearest(word, candidates);
  if (found.empty()) return {};
  return {"did you mean " + influxctl::quoted(found) + "?"};
}

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool has_dot_segment(std::string_view text) {
  const auto segments = split_at("/\\", text);
  return std::any_of(segments.begin(), segments.end(),
                     [](std::string_view segment) { return segment == "." || segment == ".."; });
}

std::vector<std::string_view> split_at(std::string_view separators, std::string_view text) {
  std::vector<std::string_view> parts;
  for (auto end = text.find_first_of(separators); end != std::string_view::npos;
       end = text.find_first_of(separators)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

int hex_value(char c) noexcept {
  const auto value = std::string_view("0123456789abcdef").find(ascii_lower(c));
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size() * 3);
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += "0123456789ABCDEF"[byte >> 4U];
    encoded += "0123456789ABCDEF"[byte & 0xfU];
  }
  return encoded;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  return lower;
}

std::string_view trimmed(std::string_view text, std::string_view space) noexcept {
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace influxctl
