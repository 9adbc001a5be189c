// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/secret.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

/// A time as the cluster gives it. What cannot be read is not absent: an expiry may be near, and a
/// revocation counts as one.
struct ReportedTime {
  std::optional<Timestamp> time;  ///< unset: absent, or unreadable
  std::string unreadable;         ///< the value as it came, where it is no time; shown() it

  bool given() const noexcept { return time.has_value() || !unreadable.empty(); }
};

/// A management token as the cluster describes it; an empty string means unset. The strings came
/// from the server: shown() them.
struct TokenRecord {
  std::string id;
  std::string account_id;
  std::string token_prefix;
  std::string description;
  std::string created_by;
  ReportedTime created_at;
  ReportedTime expires_at;              ///< not given: never expires
  ReportedTime revoked_at;              ///< given: revoked
  bool description_unreadable = false;  ///< given, and not a text
};

/// A list of any length, that does not move its records as it grows.
using TokenList = std::deque<TokenRecord>;

/// The response to a create. `token` is empty unless it is usable: one RFC 6750 b64token.
struct CreatedToken {
  TokenRecord record;
  Secret token;
};

/// Reads one whole, strict JSON document that is an object. A text of a wrong type counts as unset;
/// a token that is given twice is not usable. Nothing for anything else.
std::optional<CreatedToken> parse_created_token(std::string_view text);

/// The records of a list, in the cluster's order.
struct ParsedList {
  TokenList tokens;
  std::size_t unreadable = 0;  ///< elements that are no record, or have no id
};

/// Says which records of a list are wanted; the others take no memory.
using KeepRecord = std::function<bool(const TokenRecord&)>;

/// Reads a JSON array; `null` is an empty one. An element that is not strict JSON, not an object or
/// has no id is counted and left out. Linear in time; it takes at most 3 bytes for each of the
/// text's, or 64 MiB. Nothing for a text that is no array, or where that does not suffice.
std::optional<ParsedList> parse_token_list(std::string_view text, const KeepRecord& keep = {});

/// The `message` of v0's error responses, {"code", "message"}; empty when there is none.
std::string parse_error_message(std::string_view text);

}  // namespace influxctl
