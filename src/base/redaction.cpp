// SPDX-License-Identifier: MIT
#include "influxctl/base/redaction.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::size_t kRun = 16;              // bytes of a secret that are too many
constexpr std::size_t kLongRun = 20;          // characters; no token is shorter
constexpr std::size_t kLongestWord = 20;      // "internationalization"
constexpr std::size_t kShortestEncoding = 8;  // of a secret, that is not there by chance
constexpr std::array<std::string_view, 2> kTokenBeginnings = {"M.V1.", "apiv3_"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }

bool shares(std::string_view text, std::string_view secret) {
  const std::size_t size = std::min(secret.size(), kRun);
  if (size == 0 || text.size() < size) return false;
  std::vector<std::string_view> runs;
  runs.reserve(secret.size() - size + 1);
  for (std::size_t i = 0; i + size <= secret.size(); ++i) runs.push_back(secret.substr(i, size));
  std::sort(runs.begin(), runs.end());
  for (std::size_t i = 0; i + size <= text.size(); ++i) {
    if (std::binary_search(runs.begin(), runs.end(), text.substr(i, size))) return true;
  }
  return false;
}

bool shares_encoding(std::string_view text, std::string_view encoded) {
  return encoded.size() >= kShortestEncoding && shares(text, encoded);
}

// Decodes %XX, and "+" as forms do where `form` says so.
std::string percent_decoded(std::string_view text, bool form) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (escape) {
      plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      plain += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 0xfU];
  }
  return text;
}

// Whole groups of three bytes only: what follows decides how the rest is written.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4);
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) {
    std::uint32_t group = 0;
    for (const char c : bytes.substr(0, 3)) group = group << 8U | static_cast<unsigned char>(c);
    for (unsigned shift = 24; shift > 0; shift -= 6)
      text += kAlphabet[group >> (shift - 6) & 0x3fU];
  }
  return text;
}

std::string standard_base64(std::string_view text) {
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  return standard;
}

bool repeats(std::string_view text, std::span<const std::string_view> secrets) {
  const std::string once = percent_decoded(text, false);
  const std::array<std::string, 3> plain = {once, percent_decoded(once, false),
                                            percent_decoded(text, true)};
  const std::string lower = lower_case(once);
  const std::string standard = standard_base64(once);
  const auto shows = [&](std::string_view secret) {
    bool found = shares(text, secret) || shares_encoding(lower, hexadecimal(secret));
    for (const std::string& decoded : plain) found = found || shares(decoded, secret);
    // The secret may begin at any of the three places in a group.
    for (std::size_t skip = 0; skip < std::min<std::size_t>(3, secret.size()); ++skip) {
      found = found || shares_encoding(standard, base64(secret.substr(skip)));
    }
    return found;
  };
  return std::any_of(secrets.begin(), secrets.end(), shows);
}

bool is_run_character(char c) {
  return is_unreserved(c) || std::string_view("%+/=\\").find(c) != std::string_view::npos;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [](char c, char form) { return form == '-' ? c == '-' : hex_value(c) >= 0; });
}

// A word, a number, or a word with a number at its end ("v0", "SHA384", "ManagementTokens").
bool is_word(std::string_view text) {
  const auto* const digits = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto letters = text.substr(0, static_cast<std::size_t>(digits - text.begin()));
  std::size_t humps = 0;
  for (std::size_t i = 1; i < letters.size(); ++i) {
    humps += is_lower(letters[i - 1]) && is_upper(letters[i]) ? 1 : 0;
  }
  return std::all_of(digits, text.end(), is_digit) && text.size() - letters.size() < kLongestWord &&
         humps <= (letters.size() + 5) / 8 && letters.size() <= kLongestWord + (humps > 0 ? 12 : 0);
}

bool is_uuid_or_words(std::string_view text) {
  const auto words = split_at("-", text);
  return is_uuid(text) || std::all_of(words.begin(), words.end(), is_word);
}

// Four parts or more of one length, as in keys that are written for people: "AbCd-EfGh-IjKl-MnOp".
bool is_in_groups(std::string_view run) {
  constexpr std::size_t kShortestGroup = 4;
  const auto groups = split_at("-._~", run);
  const std::size_t size = groups.front().size();
  return groups.size() >= 4 && size >= kShortestGroup &&
         std::all_of(groups.begin(), groups.end(),
                     [size](std::string_view group) { return group.size() == size; });
}

bool is_token_run(std::string_view run) {
  if (has_token_beginning(run) || is_in_groups(run)) return true;
  const auto parts = split_at("/._~+=%\\", run);
  return run.size() >= kLongRun && !std::all_of(parts.begin(), parts.end(), is_uuid_or_words);
}

}  // namespace

bool has_token_beginning(std::string_view text) noexcept {
  return std::any_of(kTokenBeginnings.begin(), kTokenBeginnings.end(), [&](auto beginning) {
    return text.find(beginning) != std::string_view::npos;
  });
}

bool repeats_secret(std::string_view text, std::span<const std::string_view> secrets) noexcept {
  try {
    return repeats(text, secrets);
  } catch (const std::bad_alloc&) {
    return true;
  }
}

bool reads_secret(std::string_view text, std::string_view credential) noexcept {
  return has_token_beginning(text) || repeats_secret(text, {&credential, 1});
}

bool has_token_run(std::string_view text) { return redacted(text, {}) != text; }

std::string redacted(std::string_view text, std::span<const std::string_view> secrets) {
  std::string kept;
  if (repeats_secret(text, secrets)) return kept;
  while (!text.empty()) {
    const bool inside = is_run_character(text.front());
    const auto* const end = std::find_if(text.begin(), text.end(),
                                         [&](char c) { return is_run_character(c) != inside; });
    const auto run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    kept += inside && is_token_run(run) ? "[not shown]" : run;
    text.remove_prefix(run.size());
  }
  return kept;
}

}  // namespace influxctl
