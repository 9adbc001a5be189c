// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/secret.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

/// What the cluster tells about a management token; an empty string or no value means unset. The
/// strings came from the server: shown() them.
struct TokenRecord {
  std::string id;
  std::string account_id;
  std::string token_prefix;
  std::string description;
  std::string created_by;
  std::optional<Timestamp> created_at;
  std::optional<Timestamp> expires_at;  ///< unset: never expires
  std::optional<Timestamp> revoked_at;
};

/// A list of any length, that does not move its records as it grows.
using TokenList = std::deque<TokenRecord>;

/// The answer to a create. `token` is empty unless it is usable: one RFC 6750 b64token.
struct CreatedToken {
  TokenRecord record;
  Secret token;
};

/// Reads one whole, strict JSON document that is an object. A field of a wrong type counts as
/// unset; a token that is given twice is not usable. Nothing for anything else.
std::optional<CreatedToken> parse_created_token(std::string_view text);

/// Reads one whole, strict JSON document that is an array of objects, each with an id. Linear in
/// time, and small: no document tree is built. Nothing for anything else.
std::optional<TokenList> parse_token_list(std::string_view text);

/// The `message` of v0's error answers, {"code", "message"}; empty when there is none.
std::string parse_error_message(std::string_view text);

}  // namespace influxctl
