// SPDX-License-Identifier: MIT
#include "influxctl/auth/oauth_words.h"

#include <algorithm>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::size_t kLongestWord = 40;  // longer than a GUID, shorter than a token in base64

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// As a form is decoded (application/x-www-form-urlencoded).
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (escape) {
      plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

bool leaks(std::string_view words, std::span<const std::string_view> secrets) {
  const std::string plain = decoded(words);
  return reads_secret(words, "") || std::any_of(secrets.begin(), secrets.end(), [&](auto secret) {
           return shares_run(words, secret) || shares_run(plain, secret);
         });
}

bool is_code_character(char c) {
  return is_unreserved(c) || std::string_view("%+/=").find(c) != std::string_view::npos;
}

std::string without_long_runs(std::string_view words) {
  std::string kept;
  while (!words.empty()) {
    const auto* const end = std::find_if_not(words.begin(), words.end(), is_code_character);
    const auto size = static_cast<std::size_t>(end - words.begin());
    kept += size > kLongestWord ? "[not shown]" : words.substr(0, size);
    words.remove_prefix(size);
    if (words.empty()) break;
    kept += words.front();
    words.remove_prefix(1);
  }
  return kept;
}

}  // namespace

std::string provider_words(std::string_view words, std::span<const std::string_view> secrets) {
  if (words.empty() || leaks(words, secrets)) return {};
  return ": " + quoted(without_long_runs(words), 200);
}

std::string provider_code(std::string_view code, std::span<const std::string_view> secrets) {
  const bool plain = std::all_of(code.begin(), code.end(), [](char c) { return is_unreserved(c); });
  if (code.empty() || code.size() > kLongestWord || !plain || leaks(code, secrets)) return {};
  return ", " + quoted(code);
}

}  // namespace influxctl
