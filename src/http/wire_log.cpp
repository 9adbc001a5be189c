// SPDX-License-Identifier: MIT
#include "influxctl/http/wire_log.h"

#include <algorithm>
#include <array>
#include <string>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

// Names whose values hold no secret by their definition.
constexpr std::array<std::string_view, 13> kShownHeaders = {
    "accept",         "accept-encoding", "connection", "content-encoding",
    "content-length", "content-type",    "date",       "expect",
    "host",           "retry-after",     "server",     "transfer-encoding",
    "user-agent"};

constexpr std::string_view kNotShown = "[not shown]";

constexpr std::size_t kStatusCodeEnd = 12;  // "HTTP/1.1 200"

// "POST /path HTTP/1.1", "HTTP/1.1 200 OK", or no line of HTTP at all.
std::string shown_start_line(std::string_view line, HeaderOf of) {
  if (!line.starts_with("HTTP/") && !line.ends_with(" HTTP/1.1")) return std::string(kNotShown);
  return std::string(of == HeaderOf::response_with_secret ? line.substr(0, kStatusCodeEnd) : line);
}

std::string shown_field(std::string_view line, std::string_view name, HeaderOf of) {
  const bool may_hold_secret = of == HeaderOf::response_with_secret;
  const bool is_known =
      std::any_of(kShownHeaders.begin(), kShownHeaders.end(),
                  [name](std::string_view known) { return equals_ignoring_case(name, known); });
  if (is_known && !may_hold_secret) return std::string(line);
  return (may_hold_secret && !is_known ? "" : std::string(name) + ": ") + std::string(kNotShown);
}

}  // namespace

void trace_headers(const Log& log, HeaderOf of, std::string_view lines,
                   std::string_view credential) {
  for (std::string_view line : split_at("\n", lines)) {
    line = trimmed(line);
    if (line.empty()) continue;
    const auto end = line.find_first_of(": ");
    const bool is_field = end != std::string_view::npos && line[end] == ':';
    std::string text =
        is_field ? shown_field(line, line.substr(0, end), of) : shown_start_line(line, of);
    if (of != HeaderOf::request) {
      text = reads_secret(text, credential) ? kNotShown : redacted(text, {&credential, 1});
    }
    log.trace((of == HeaderOf::request ? "> " : "< ") + text);
  }
}

std::string without_secrets(std::string_view line, std::string_view credential) {
  if (reads_secret(line, credential)) return std::string(kNotShown);
  // libcurl quotes proxies whole: "Uses proxy env variable https_proxy == 'http://user:password@…".
  for (const std::string_view words : {"Uses proxy env variable", "Unsupported proxy"}) {
    if (line.starts_with(words)) return std::string(line.substr(0, line.find('\'')));
  }
  return std::string(line);
}

void trace_text(const Log& log, std::string_view lines, std::string_view credential) {
  for (const std::string_view line : split_at("\n", lines)) {
    const std::string text(trimmed(without_secrets(trimmed(line), credential)));
    if (!text.empty()) log.trace("* " + text);
  }
}

}  // namespace influxctl
