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

std::string Environment::user_directory(std::string_view xdg_variable,
                                        const std::string& below_home,
                                        const std::string& below_home_on_macos) const {
#ifdef __APPLE__
  const bool is_macos = true;
#else
  const bool is_macos = false;
#endif
  std::string named = get(xdg_variable);
  if (!is_macos && named.starts_with('/')) return named;
  const std::string home = get("HOME");
  return home.empty() ? home : home + (is_macos ? below_home_on_macos : below_home);
}

std::vector<std::string> Environment::for_child() const {
  std::vector<std::string> entries = entries_;
  std::erase_if(
      entries, [](const std::string& entry) { return entry.starts_with("INFLUXCTL_MGMT_TOKEN="); });
  return entries;
}

}  // namespace influxctl
