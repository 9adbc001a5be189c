// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "failure.h"
#include "influxctl/cli/options.h"

namespace influxctl {

using Words = std::vector<std::string>;

/// The words of a line, at its spaces; `''` is an empty word.
inline Words words(const std::string& line) {
  std::istringstream stream(line);
  Words list;
  for (std::string word; stream >> word;) list.push_back(word == "''" ? "" : word);
  return list;
}

inline Options parsed(const std::string& line) {
  return parse_command_line(words(line), Environment());
}

inline std::string refusal(const Words& arguments) {
  return failure_of([&] { (void)parse_command_line(arguments, Environment()); });
}

/// A flag, a good value for it, and what shows that it was taken.
struct Flag {
  std::string name, value;  // no value: a switch
  std::function<bool(const Options&)> taken;
};

inline const std::vector<Flag>& global_flags() {
  static const std::vector<Flag> flags = {
      {"--account", "acc", [](const Options& o) { return o.profile.account_id == "acc"; }},
      {"--api-path", "/x", [](const Options& o) { return o.api_path == "/x"; }},
      {"--cluster", "clu", [](const Options& o) { return o.profile.cluster_id == "clu"; }},
      {"--config", "c.toml", [](const Options& o) { return o.profile.config_path == "c.toml"; }},
      {"--debug", "", [](const Options& o) { return o.log == LogLevel::debug; }},
      {"--profile", "prod", [](const Options& o) { return o.profile.profile == "prod"; }},
      {"--timeout", "1m30s",
       [](const Options& o) { return o.timeout == std::chrono::seconds(90); }},
      {"--trace", "", [](const Options& o) { return o.log == LogLevel::trace; }},
  };
  return flags;
}

inline const std::vector<Flag>& create_flags() {
  static const std::vector<Flag> flags = {
      {"--description", "CI", [](const Options& o) { return o.description == "CI"; }},
      {"--dry-run", "", [](const Options& o) { return o.dry_run; }},
      {"--expires-at", "x", [](const Options& o) { return o.expires_at == "x"; }},
      {"--expires-in", "1d",
       [](const Options& o) { return o.expires_in == std::chrono::hours(24); }},
      {"--format", "json", [](const Options& o) { return o.format == Format::json; }},
      {"--output", "f", [](const Options& o) { return o.output == "f"; }},
      {"--quiet", "", [](const Options& o) { return o.quiet; }},
  };
  return flags;
}

}  // namespace influxctl
