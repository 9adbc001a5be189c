// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace influxctl::sandbox {

/// A new management token: `M.V1.` and 86 characters of URL-safe base64 (512 random bits).
std::string random_token();

/// A random UUID (RFC 9562, version 4), lower case.
std::string random_uuid();

/// The SHA-256 digest of the bytes, as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace influxctl::sandbox
