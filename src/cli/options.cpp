// SPDX-License-Identifier: MIT
#include "influxctl/cli/options.h"

#include <algorithm>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

std::string dollar_quoted(std::string_view text) {
  std::string word = "$'";
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      if (c == '\'' || c == '\\') word += '\\';
      word += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    word += '\\';  // three octal digits: a digit that follows is not read as part of them
    for (const unsigned shift : {6U, 3U, 0U}) word += static_cast<char>('0' + (byte >> shift & 7U));
  }
  return word + "'";
}

}  // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain = "%+,./:=@_-";
  const bool plain = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_unreserved(c) ? c != '~' : kPlain.find(c) != std::string_view::npos;
  });
  if (plain && !text.empty()) return std::string(text);
  if (shown(text) != text) return dollar_quoted(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return word + "'";
}

std::string paste_command(const Options& options, std::string_view rest) {
  std::string command = "influxctl";
  for (const auto& word : options.repeated) command += " " + shell_word(word);
  return command + " " + std::string(rest);
}

}  // namespace influxctl
