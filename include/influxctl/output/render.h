// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/api/token_record.h"
#include "influxctl/base/secret.h"

namespace influxctl {

/// A time as people read it: whole seconds of RFC 3339 in UTC; what came in its place where it
/// cannot be read, safe to show; empty when it is not given.
std::string time_text(const ReportedTime& reported);
std::string time_text(Timestamp time);

/// The record of a new token as influxctl >= 2.11 shows it: a two-column table of id, description,
/// expires at and revoked at. Foreign text is made safe; an unset time is an empty cell. On a
/// terminal of so many columns the description is cut to fit, and one that is too narrow for the
/// frame gets lines `LABEL: VALUE`; 0: no terminal.
std::string record_table(const TokenRecord& record, std::size_t columns = 0);

/// The JSON object that `create --format json` prints, without a newline: the fields of influxctl's
/// `management list --format json` and `token`. ASCII only.
std::string created_json(const CreatedToken& created);

/// A long text piece by piece, of about 64 KiB each, as a whole one can be large; an empty piece is
/// its end. What it is made from outlives it.
using Pieces = std::function<std::string()>;

/// The table of `management list`: ID, DESCRIPTION, PREFIX, CREATED AT, EXPIRES AT, REVOKED AT, in
/// the order of the list, aligned for wide and combining characters. On a terminal of so many
/// columns it fits: DESCRIPTION is cut, then times become dates, then PREFIX, REVOKED AT (EXPIRES
/// AT says "revoked" then), CREATED AT and DESCRIPTION go, and last of all an expiry that cannot be
/// read is cut. With 0 columns nothing is cut.
Pieces list_table(const TokenList& tokens, std::size_t columns = 0);

/// The array of `management list --format json`, indented by two, with a newline; `[]` when empty.
/// ASCII only.
Pieces list_json(const TokenList& tokens);

/// What `auth status` shows. Texts are as they came: they are made safe here.
struct CredentialStatus {
  std::string profile;
  std::string config_path;
  std::string url;
  std::string credential;           ///< where it comes from; empty: there is none, shown as "none"
  std::vector<std::string> hidden;  ///< sources that are set too, and not used
  bool expiry_known = false;        ///< then no expires_at means that it never expires
  ReportedTime expires_at;
  std::optional<TokenRecord> token;  ///< of the list, where the credential is in it
  std::optional<bool> accepted;      ///< unset: the cluster did not say
  std::string note;                  ///< why, where there is something to say; safe to show
};

/// As a two-column table; `columns` as above.
std::string status_table(const CredentialStatus& status, Timestamp now, std::size_t columns);

/// {"profile", "config_path", "url", "credential", "hidden_credentials", "token_id", "description",
/// "expires_at", "never_expires", "accepted"}, one line of ASCII. What is not known is absent;
/// `accepted` is null then.
std::string status_json(const CredentialStatus& status);

/// What `create --dry-run` prints: {"method", "url", "body"}, one line. `body` is JSON text;
/// the member is absent when it is empty.
std::string dry_run_json(std::string_view method, std::string_view url, std::string_view body);

}  // namespace influxctl
