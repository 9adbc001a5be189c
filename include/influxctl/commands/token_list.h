// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/commands/session.h"

namespace influxctl {

/// Lists the tokens; a warning counts those whose record cannot be read. Throws Error.
TokenList list_tokens(const Session& session);

/// Neither revoked nor, as far as is known, expired.
bool is_live(const TokenRecord& token, Timestamp now);

/// True when it expires by then, and also when its expiry cannot be read.
bool expires_by(const TokenRecord& token, Timestamp then);

/// The live tokens whose prefix is the beginning of the credential in use: one, where the prefixes
/// are unlike and the credential is a management token of this cluster.
std::vector<TokenRecord> own_tokens(const TokenList& tokens, const ManagementApi& api,
                                    Timestamp now);

/// "expires at …", "expired at …", "never expires" or "revoked at …".
std::string fate(const TokenRecord& token, Timestamp now);

/// One token for people: its id, description and fate.
std::string token_summary(const TokenRecord& token, Timestamp now);

}  // namespace influxctl
