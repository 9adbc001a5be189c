// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/base/environment.h"
#include "influxctl/cli/completion.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// Parses the arguments after the program's name. Throws Error{usage} with one message and, for a
/// near miss, the nearest right word.
Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment);

/// The commands and flags that parse_command_line knows, without what the help hides.
CommandOutline command_outline();

}  // namespace influxctl
