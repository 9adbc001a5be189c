// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace influxctl {

/// The parts of an absolute http or https URL, as libcurl reads it.
struct Url {
  std::string scheme = {};    ///< "http" or "https"
  bool has_user = false;      ///< or a password
  std::string host = {};      ///< an IPv6 address without its brackets
  std::uint16_t port = 0;     ///< the scheme's own where none is written
  std::string path = {};      ///< begins with a slash; dot segments are resolved
  std::string fragment = {};  ///< without its number sign
};

/// Nothing for anything else: another scheme, no host, no port from 1 to 65535, white space or
/// control characters.
std::optional<Url> parse_url(std::string_view text);

}  // namespace influxctl
