// SPDX-License-Identifier: MIT
#include "influxctl/http/wire_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

// Names whose values hold no secret by their definition.
constexpr std::array<std::string_view, 11> kShownHeaders = {
    "accept", "connection",  "content-length", "content-type",      "date",      "expect",
    "host",   "retry-after", "server",         "transfer-encoding", "user-agent"};

// Values whose form leaves no room for one.
constexpr std::array<std::string_view, 3> kSafeHeaders = {"content-length", "date",
                                                          "transfer-encoding"};

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(names.begin(), names.end(), lower) != names.end();
}

constexpr std::size_t kStatusCodeEnd = 12;    // "HTTP/1.1 200"
constexpr std::size_t kLongestSafeLine = 40;  // "Date: Mon, 23 Nov 2026 19:57:50 GMT"

template <typename Visit>
void for_each_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const std::string_view line = trimmed(lines.substr(0, end));
    if (!line.empty()) visit(line);
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

void trace_headers(const Log& log, std::string_view arrow, std::string_view lines,
                   std::string_view credential, bool trusting) {
  for_each_line(lines, [&](std::string_view line) {
    const auto name_end = line.find_first_of(": ");
    const bool named = name_end != std::string_view::npos && line[name_end] == ':';
    // "POST /path HTTP/1.1" or "HTTP/1.1 200 OK"
    const bool first = !named && (line.starts_with("HTTP/") || line.ends_with(" HTTP/1.1"));
    const bool is_request = arrow.starts_with('>');
    const bool told = is_request || trusting;
    const auto shown_names = told ? std::span<const std::string_view>(kShownHeaders) : kSafeHeaders;
    const std::string_view name = line.substr(0, named ? name_end : 0);
    std::string text(arrow);
    if (first && !told) {
      text += line.substr(0, kStatusCodeEnd);
    } else if (!is_request && reads_secret(line, credential)) {
      text += "[not shown]";
    } else if (first ||
               (is_among(name, shown_names) && (told || line.size() <= kLongestSafeLine))) {
      text += is_request ? std::string(line) : redacted(line, {&credential, 1});
    } else {
      text += (named && (told || is_among(name, kShownHeaders)) ? std::string(name) + ": " : "") +
              "[not shown]";
    }
    log.trace(text);
  });
}

std::string without_secrets(std::string_view line, std::string_view credential) {
  if (reads_secret(line, credential)) return "[not shown]";
  // libcurl quotes proxies whole: "Uses proxy env variable https_proxy == 'http://user:password@…".
  for (const std::string_view words : {"Uses proxy env variable", "Unsupported proxy"}) {
    if (line.starts_with(words)) return std::string(line.substr(0, line.find_first_of("='")));
  }
  return std::string(line);
}

void trace_text(const Log& log, std::string_view lines, std::string_view credential) {
  for_each_line(lines, [&](std::string_view line) {
    log.trace("* " + std::string(trimmed(without_secrets(line, credential))));
  });
}

}  // namespace influxctl
