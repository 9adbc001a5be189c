// SPDX-License-Identifier: MIT
#include "influxctl/base/process_context.h"

namespace influxctl {

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
  std::vector<std::string> entries = entries_;
  std::erase_if(
      entries, [](const std::string& entry) { return entry.starts_with("INFLUXCTL_MGMT_TOKEN="); });
  return entries;
}

}  // namespace influxctl
