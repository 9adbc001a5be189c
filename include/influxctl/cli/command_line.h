// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// The hidden command that the shells' scripts call: `influxctl __complete SHELL WORD...`.
inline constexpr std::string_view kCompleteCommand = "__complete";

/// Parses the arguments after the program's name. Throws Error{usage} with one message and, for a
/// near miss, the nearest right word.
Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment);

}  // namespace influxctl
