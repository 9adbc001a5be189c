// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "influxctl/api/token_record.h"
#include "influxctl/base/secret.h"

namespace influxctl {

/// The record of a new token as influxctl >= 2.11 shows it: a two-column table of id, description,
/// expires at and revoked at. Foreign text is made safe; an unset time is an empty cell.
std::string record_table(const TokenRecord& record);

/// The JSON object that `create --format json` prints, without a newline: the fields of influxctl's
/// `management list --format json` and `token`. Holds the token: wipe() it after use. ASCII only.
std::string created_json(const CreatedToken& created);

/// The table of `management list`: ID, DESCRIPTION, PREFIX, CREATED AT, EXPIRES AT, REVOKED AT, in
/// the order of the list, aligned for wide and combining characters.
std::string list_table(const TokenList& tokens);

/// The array of `management list --format json`, `[]` when empty, without a newline. ASCII only.
std::string list_json(const TokenList& tokens);

/// What `create --dry-run` prints: {"method", "url", "body"}, one line. `body` is JSON text;
/// the member is absent when it is empty.
std::string dry_run_json(std::string_view method, std::string_view url, std::string_view body);

}  // namespace influxctl
