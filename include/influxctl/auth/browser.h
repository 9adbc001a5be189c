// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/base/program.h"

namespace influxctl {

/// How to open an http or https URL in this user's browser (`xdg-open`, macOS: `open`). Nothing for
/// another URL, and where there is nobody to look at one: over SSH, as root, without a display.
std::optional<ProgramStart> browser_start(const std::string& url, const Environment& environment,
                                          bool is_root);

}  // namespace influxctl
