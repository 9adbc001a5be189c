// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "influxctl/base/secret.h"

namespace influxctl {

/// A JSON document whose members may be secrets: its top-level strings are overwritten in the end.
class WipedJson {
 public:
  explicit WipedJson(nlohmann::json document) : value(std::move(document)) {}
  WipedJson(const WipedJson&) = delete;
  WipedJson& operator=(const WipedJson&) = delete;
  WipedJson(WipedJson&&) = delete;
  WipedJson& operator=(WipedJson&&) = delete;
  ~WipedJson() {
    auto* const members = value.get_ptr<nlohmann::json::object_t*>();
    if (members == nullptr) return;
    for (auto& [name, member] : *members) {
      if (auto* const text = member.get_ptr<std::string*>()) wipe(text->data(), text->size());
    }
  }

  nlohmann::json value;
};

}  // namespace influxctl
