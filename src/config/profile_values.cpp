// SPDX-License-Identifier: MIT
#include <arpa/inet.h>

#include <algorithm>

#include "influxctl/base/text.h"
#include "influxctl/config/profile_file.h"
#include "influxctl/http/url.h"

namespace influxctl {

namespace {

bool is_graphic(char c) { return c > ' ' && c < '\x7f'; }

bool is_address(int family, std::string_view text) {
  in6_addr address{};
  return text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
         inet_pton(family, std::string(text).c_str(), &address) == 1;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_unreserved(c) && c != '.' && c != '~'; });
}

// Resolvers take 127.1, 2130706433 and 0x7f000001 for IPv4 addresses; no domain ends so.
bool is_number(std::string_view label) {
  const bool hexadecimal = label.starts_with("0x") || label.starts_with("0X");
  if (hexadecimal) label.remove_prefix(2);
  return label.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF" : "0123456789") ==
         std::string_view::npos;
}

bool are_labels(std::string_view name) {
  const auto dot = name.find('.');
  const auto label = name.substr(0, dot);
  if (!is_label(label)) return false;
  return dot == std::string_view::npos ? !is_number(label) : are_labels(name.substr(dot + 1));
}

bool is_host(std::string_view host) {
  const auto bare = without_brackets(host);
  if (is_address(AF_INET6, bare)) return true;
  return bare.size() == host.size() &&
         ((host.size() <= 253 && are_labels(host)) || is_address(AF_INET, host));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && is_address(AF_INET, host));
}

}  // namespace

std::string_view without_brackets(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']'
             ? host.substr(1, host.size() - 2)
             : host;
}

std::optional<Problem> host_problem(std::string_view host) {
  if (is_host(host)) return std::nullopt;
  if (std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; })) {
    return Problem{"must be a host name in ASCII",
                   {"write an international name in its form with xn--"}};
  }
  return Problem{"must be a host name or an address, without scheme, port, path, user or space",
                 {R"(write it like host = "cluster.example.com", and a port like port = 8086)"}};
}

std::optional<Problem> url_problem(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_graphic)) {
    return Problem{"must be a URL in ASCII, without white space"};
  }
  const auto url = parse_url(text);
  if (!url || !is_host(url->host)) return Problem{"must be a URL like https://HOST/PATH"};
  if (url->has_user) return Problem{"must be a URL without a user"};
  if (!url->fragment.empty()) return Problem{"must be a URL without a fragment"};
  if (url->scheme == "http" && !is_loopback(url->host)) {
    return Problem{"must be a URL that begins with https://",
                   {"plain http is possible only to this machine"}};
  }
  return std::nullopt;
}

std::optional<Problem> id_problem(std::string_view id) {
  if (has_dot_segment(id)) return Problem{R"(must have no part "." or "..")"};
  if (!id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_graphic)) {
    return std::nullopt;
  }
  return Problem{"must be 1 to 128 printable ASCII characters without white space"};
}

}  // namespace influxctl
