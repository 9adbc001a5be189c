// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace influxctl {

/// `influxctl 0.1.0 (Linux; x86_64)`
std::string version_text();

/// The User-Agent header's value: `influxctl/0.1.0 (Linux; x86_64)`
std::string user_agent();

}  // namespace influxctl
