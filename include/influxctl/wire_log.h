// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "influxctl/log.h"

namespace influxctl {

/// Traces header lines: the values of an allow-list of names, and of all others the name alone.
void trace_headers(const Log& log, std::string_view arrow, std::string_view lines);

/// Traces what libcurl says of a connection. A line that holds `credential`, or the value of a
/// proxy variable (it may have a password), is cut.
void trace_text(const Log& log, std::string_view lines, std::string_view credential);

}  // namespace influxctl
