// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/base/secret.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wipe_guard.h"
#include "influxctl/config/profile_reading.h"
#include "influxctl/config/profile_toml.h"

namespace influxctl {

inline Place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

inline std::string_view with_article(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date-time";
    default:
      return "nothing";
  }
}

// One table of the file. Every read gives an empty value for a key that is not there.
class SectionReader {
 public:
  SectionReader(std::string_view path, Section section, toml::table& table)
      : path_(path), section_(section), table_(table) {
    for (const auto& [key, node] : table_) {
      if (has_key(section_, key.str())) continue;
      fail_at(path_, place_of(key.source()), unknown_key(section_, key.str()));
    }
  }

  toml::node* node(std::string_view key) { return table_.get(key); }

  Place place(std::string_view key) {
    const auto found = table_.find(key);
    return place_of(found == table_.end() ? table_.source() : found->first.source());
  }

  [[noreturn]] void fail(std::string_view key, const Problem& problem) {
    fail_at(path_, place(key), {key_label(section_, key) + " " + problem.what, problem.hints});
  }

  [[noreturn]] void fail_type(std::string_view key, const std::string& expected,
                              const toml::node& found) {
    fail(key, {"must be " + expected + ", not " + std::string(with_article(found.type())), {}});
  }

  bool boolean(std::string_view key) {
    toml::node* const found = node(key);
    if (found == nullptr) return false;
    if (!found->is_boolean()) fail_type(key, "a boolean", *found);
    return found->as_boolean()->get();
  }

  std::string string(std::string_view key) {
    toml::node* const found = node(key);
    if (found == nullptr) return {};
    if (!found->is_string()) fail_type(key, "a string", *found);
    const std::string& text = found->as_string()->get();
    check_characters(key, text);
    return text;
  }

  Secret secret(std::string_view key) {
    toml::node* const found = node(key);
    if (found == nullptr) return {};
    if (!found->is_string()) fail_type(key, "a string", *found);
    std::string& text = found->as_string()->get();
    const WipeGuard guard(text);
    return Secret(text);
  }

  // A string that is empty or has no problem.
  std::string checked(std::string_view key, std::optional<Problem> (*check)(std::string_view)) {
    std::string text = string(key);
    if (text.empty()) return text;
    if (const auto problem = check(text)) fail(key, *problem);
    return text;
  }

  toml::table* table(std::string_view key) {
    toml::node* const found = node(key);
    if (found != nullptr && !found->is_table()) fail_type(key, "a table", *found);
    return found == nullptr ? nullptr : found->as_table();
  }

  std::vector<std::string> strings(std::string_view key) {
    std::vector<std::string> result;
    toml::node* const found = node(key);
    if (found == nullptr) return result;
    if (!found->is_array()) fail_type(key, "an array of strings", *found);
    for (const auto& element : *found->as_array()) {
      std::string text = string_in(key, "an array of strings", element);
      if (!text.empty()) result.push_back(std::move(text));
    }
    return result;
  }

  std::map<std::string, std::string> string_map(std::string_view key) {
    std::map<std::string, std::string> result;
    toml::node* const found = node(key);
    if (found == nullptr) return result;
    if (!found->is_table()) fail_type(key, "a table of strings", *found);
    for (const auto& [name, element] : *found->as_table()) {
      check_characters(key, std::string(name.str()));
      std::string text = string_in(key, "a table of strings", element);
      if (!text.empty()) result.emplace(name.str(), std::move(text));
    }
    return result;
  }

 private:
  void check_characters(std::string_view key, const std::string& text) {
    if (has_control_characters(text)) fail(key, {"must not have control characters", {}});
  }

  // A string in an array or a table.
  std::string string_in(std::string_view key, const std::string& expected,
                        const toml::node& element) {
    if (!element.is_string()) {
      const std::string found(with_article(element.type()));
      fail(key, {"must be " + expected + ", but has " + found, {}});
    }
    std::string text = element.as_string()->get();
    check_characters(key, text);
    return text;
  }

  std::string_view path_;
  Section section_;
  toml::table& table_;
};

}  // namespace influxctl
