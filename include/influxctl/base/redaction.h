// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace influxctl {

/// True when `text` has 16 or more bytes in a row of one of the secrets, or all of a shorter one,
/// as it is or in percent-encoding, hexadecimal or base64. Takes n log m steps, whatever they hold.
/// True as well when there is no memory to find out.
bool repeats_secret(std::string_view text, std::span<const std::string_view> secrets) noexcept;

/// True when `text` holds what begins like an InfluxDB token ("M.V1.", "apiv3_").
bool has_token_beginning(std::string_view text) noexcept;

/// has_token_beginning(), or `text` repeats the credential.
bool reads_secret(std::string_view text, std::string_view credential) noexcept;

/// True when `text` has a run of 20 or more characters of a token that is neither a UUID nor made
/// of words, numbers and versions (a host name, a path), or the beginning of an InfluxDB token.
bool has_token_run(std::string_view text);

/// What may be shown of a text that came from a server: empty when it repeats a secret, otherwise
/// the text with "[not shown]" for every such run. It still wants shown() or quoted().
std::string redacted(std::string_view text, std::span<const std::string_view> secrets);

}  // namespace influxctl
