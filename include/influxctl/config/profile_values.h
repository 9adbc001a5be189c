// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace influxctl {

/// What is wrong, and what can be done about it.
struct Problem {
  std::string what;
  std::vector<std::string> hints = {};
};

/// False for text that may be a pasted token, which no message may quote.
bool may_be_quoted(std::string_view text);

// Nothing when the value is right, else what is wrong with it, to follow the key's label.

std::optional<Problem> host_problem(std::string_view host);
/// An IPv6 address as it is outside of a URL (RFC 3986 section 3.2.2); other hosts as they are.
std::string_view without_brackets(std::string_view host);

/// An https URL, or an http URL of this machine.
std::optional<Problem> url_problem(std::string_view text);

/// An account or cluster id: 1 to 128 printable ASCII characters without white space.
std::optional<Problem> id_problem(std::string_view id);

/// 1 to 65535 in decimal digits.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace influxctl
