// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/base/process_context.h"

namespace influxctl {

/// The program that opens a URL in this user's browser (`xdg-open`, macOS: `open`); empty where
/// there is nobody to look at one: over SSH, as root, without a display.
std::string browser_opener(const Environment& environment, bool is_root);

/// Starts it with an http or https URL, and does not wait for it. False when it did not start.
bool open_in_browser(const std::string& opener, const std::string& url,
                     const Environment& environment);

}  // namespace influxctl
