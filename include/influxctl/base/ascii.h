// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace influxctl {

/// The letter in lower case where it is an ASCII one, whatever the locale.
constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// True when the texts differ at most in the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace influxctl
