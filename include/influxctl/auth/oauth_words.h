// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace influxctl {

/// What a provider says for people, fit for a message: `: "WORDS"`, cut to 200 characters. Empty
/// when it repeats one of the secrets, as they are or percent-encoded; of a long run of characters
/// that is no word (a code, a token, an encoded request) only "[not shown]" is left.
std::string provider_words(std::string_view words, std::span<const std::string_view> secrets);

/// An OAuth error code (RFC 6749 section 5.2) for a message: `, "invalid_client"`; empty for a text
/// that is none, or repeats one of the secrets.
std::string provider_code(std::string_view code, std::span<const std::string_view> secrets);

}  // namespace influxctl
