// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/base/secret.h"

namespace influxctl {

/// Overwrites a string that holds a secret for a while, when the scope ends.
class WipeGuard {
 public:
  explicit WipeGuard(std::string& text) noexcept : text_(text) {}
  WipeGuard(const WipeGuard&) = delete;
  WipeGuard& operator=(const WipeGuard&) = delete;
  WipeGuard(WipeGuard&&) = delete;
  WipeGuard& operator=(WipeGuard&&) = delete;
  ~WipeGuard() { wipe(text_.data(), text_.size()); }

 private:
  std::string& text_;
};

}  // namespace influxctl
