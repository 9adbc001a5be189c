// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/base/error.h"

namespace influxctl {

/// What `run` comes to: "done", or "EXIT-CODE MESSAGE | HINT..." of the Error that it throws.
template <typename Run>
std::string failure_of(Run run) {
  try {
    run();
  } catch (const Error& error) {
    std::string text = std::to_string(exit_code(error.kind())) + " " + error.message();
    for (const auto& hint : error.hints()) text += " | " + hint;
    return text;
  }
  return "done";
}

}  // namespace influxctl
