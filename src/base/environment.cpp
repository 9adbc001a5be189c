// SPDX-License-Identifier: MIT
#include "influxctl/base/environment.h"

namespace influxctl {

namespace {

constexpr std::string_view kSecretVariable = "INFLUXCTL_MGMT_TOKEN=";

}  // namespace

Environment::Environment(const char* const* entries) {
  for (; entries != nullptr && *entries != nullptr; ++entries) entries_.emplace_back(*entries);
}

std::string Environment::get(std::string_view name) const {
  for (const auto& entry : entries_) {
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return entry.substr(name.size() + 1);
    }
  }
  return {};
}

std::vector<std::string> Environment::for_child() const {
  std::vector<std::string> entries;
  for (const auto& entry : entries_) {
    if (!entry.starts_with(kSecretVariable)) entries.push_back(entry);
  }
  return entries;
}

}  // namespace influxctl
