// SPDX-License-Identifier: MIT
#include "influxctl/config/profile_values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_graphic(char c) { return c > ' ' && c < '\x7f'; }

bool is_address(int family, std::string_view text) {
  in6_addr address{};
  return text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
         inet_pton(family, std::string(text).c_str(), &address) == 1;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '_'; });
}

// Resolvers take 127.1, 2130706433 and 0x7f000001 for IPv4 addresses; no domain ends so.
bool is_number(std::string_view label) {
  const bool hexadecimal = label.starts_with("0x") || label.starts_with("0X");
  if (hexadecimal) label.remove_prefix(2);
  return label.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF" : "0123456789") ==
         std::string_view::npos;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::string_view last;
  for (std::size_t dot = 0; dot != std::string_view::npos;) {
    dot = name.find('.');
    last = name.substr(0, dot);
    if (!is_label(last)) return false;
    name.remove_prefix(last.size() + (dot == std::string_view::npos ? 0 : 1));
  }
  return !is_number(last);
}

std::string_view without_brackets(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']'
             ? host.substr(1, host.size() - 2)
             : host;
}

bool is_host(std::string_view host) {
  const auto bare = without_brackets(host);
  if (is_address(AF_INET6, bare)) return true;
  return bare.size() == host.size() && (is_name(host) || is_address(AF_INET, host));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || without_brackets(host) == "::1" ||
         (host.starts_with("127.") && is_address(AF_INET, host));
}

// scheme://user@host:port/rest, every part but the host optional.
struct Parts {
  std::string_view scheme;
  bool has_user = false;
  std::string_view host;
  bool has_port = false;
  std::string_view port;
  std::string_view rest;
};

Parts split(std::string_view text) {
  Parts parts;
  if (const auto end = text.find("://"); end != std::string_view::npos) {
    parts.scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
  }
  parts.host = text.substr(0, text.find_first_of("/?#\\"));
  parts.rest = text.substr(parts.host.size());
  if (const auto at = parts.host.rfind('@'); at != std::string_view::npos) {
    parts.has_user = true;
    parts.host.remove_prefix(at + 1);
  }
  const auto colon = parts.host.rfind(':');
  const bool many = parts.host.find(':') != colon;  // an IPv6 address without brackets
  if (colon == std::string_view::npos || parts.host.ends_with(']')) return parts;
  if (many && !parts.host.starts_with('[')) return parts;
  parts.has_port = true;
  parts.port = parts.host.substr(colon + 1);
  parts.host = parts.host.substr(0, colon);
  return parts;
}

std::string surplus_of(const Parts& parts) {
  if (!parts.scheme.empty()) return ", without a scheme";
  if (parts.has_user) return ", without a user";
  if (!parts.rest.empty()) return ", without a path";
  if (parts.has_port) return ", without a port";
  if (parts.host.ends_with('.')) return ", without a final dot";
  return {};
}

// A password may hold any of the characters that end a part, but no host follows a last "@" in it.
std::string_view after_user(std::string_view text) {
  const auto at = text.rfind('@');
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

std::vector<std::string> host_hints(std::string_view text) {
  const Parts parts = split(after_user(text));
  auto host = without_brackets(parts.host);
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool plain_name = may_be_quoted(host) || host.find('.') != std::string_view::npos;
  if (!is_host(host) || !plain_name || host.find("M.V1") != std::string_view::npos) return {};
  std::vector<std::string> hints = {"write only the host name: " + influxctl::quoted(host, 253)};
  if (const auto port = parse_port(parts.port)) {
    hints.push_back("put the port in port = " + std::to_string(*port));
  }
  return hints;
}

}  // namespace

bool may_be_quoted(std::string_view text) {
  return text.size() <= 40 && text.find("M.V1") == std::string_view::npos;
}

std::optional<Problem> host_problem(std::string_view host) {
  const std::string what = "must be a host name or an address";
  if (host.find_first_of(" \t\r\n\f\v") != std::string_view::npos) {
    return Problem{what + ", without white space", host_hints(trimmed(host))};
  }
  if (!std::all_of(host.begin(), host.end(), is_graphic)) {
    return Problem{what + " in ASCII", {"write an international name in its form with xn--"}};
  }
  if (host.starts_with("M.V1.")) return Problem{what + ", not a token"};
  if (is_host(host)) return std::nullopt;
  return Problem{what + surplus_of(split(host)), host_hints(host)};
}

std::optional<Problem> url_problem(std::string_view url) {
  const Parts parts = split(url);
  std::string scheme(parts.scheme);
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; });
  if (scheme != "https" && scheme != "http") {
    return Problem{"must be a URL that begins with https://"};
  }
  if (!std::all_of(url.begin(), url.end(), is_graphic)) {
    return Problem{"must be a URL in ASCII, without white space"};
  }
  if (parts.has_user) return Problem{"must be a URL without a user"};
  const bool is_bare_ipv6 = parts.host.find(':') != std::string_view::npos &&
                            without_brackets(parts.host).size() == parts.host.size();
  if (!is_host(parts.host) || is_bare_ipv6 || parts.rest.starts_with('\\')) {
    return Problem{"must be a URL with a host name or an address"};
  }
  if (parts.has_port && !parse_port(parts.port)) {
    return Problem{"must be a URL with a port from 1 to 65535"};
  }
  if (parts.rest.find('#') != std::string_view::npos) {
    return Problem{"must be a URL without a fragment"};
  }
  if (scheme == "http" && !is_loopback(parts.host)) {
    return Problem{"must be a URL that begins with https://",
                   {"plain http is possible only to this machine"}};
  }
  return std::nullopt;
}

std::optional<Problem> id_problem(std::string_view id) {
  if (!id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_graphic)) {
    return std::nullopt;
  }
  return Problem{"must be 1 to 128 printable ASCII characters without white space"};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace influxctl
