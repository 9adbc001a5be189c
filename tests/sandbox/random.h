// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace influxctl::sandbox {

/// A new management token: `M.V1.` and 86 characters of URL-safe base64 (512 random bits).
std::string random_token();

/// So many random bytes as URL-safe base64 without padding.
std::string random_text(std::size_t bytes);

/// A code for a person to type (RFC 8628, 6.1): eight of twenty consonants, as in BCDF-GHJK.
std::string random_user_code();

/// A secret for an OAuth client, with all characters that a form or a TOML string must escape.
std::string random_client_secret();

/// A random UUID (RFC 9562, version 4), lower case.
std::string random_uuid();

/// The SHA-256 digest of the bytes, as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace influxctl::sandbox
