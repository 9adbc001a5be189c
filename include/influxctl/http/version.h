// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace influxctl {

/// `influxctl 0.1.0 (Linux; x86_64)`, and in a second line the libraries that it uses:
/// `libcurl/7.88.1 OpenSSL/3.0.22 c-ares/1.18.1`. It reads no file.
std::string version_text();

/// The User-Agent header's value: `influxctl/0.1.0 (Linux; x86_64)`
std::string user_agent();

}  // namespace influxctl
