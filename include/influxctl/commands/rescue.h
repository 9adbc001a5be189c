// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/api/management_api.h"
#include "influxctl/base/error.h"
#include "influxctl/base/signals.h"

namespace influxctl {

/// Revokes a token and goes on trying for 10 s, whatever signals come: DELETE is idempotent.
RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id);

/// A create has an unknown outcome: looks once for what it may have left, within 10 s. Returns
/// `why` with what was found: the live tokens with this description that the cluster created since
/// `started` (or does not say when), or that there is none.
Error find_lost_tokens(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                       const Error& why);

/// The command that revokes the token, fit to be pasted into a shell whatever the id is.
std::string revoke_command(const std::string& id);

/// The id for people: visible, and cut at 256 bytes.
std::string shown_id(const std::string& id);

/// A token was created and cannot be handed over: revokes it, within 10 s and whatever signals
/// come. `why` says what went wrong. Returns the error to end with: exit code 8, or the signal's
/// when that is why and the token is revoked. Where it may still be live its id is named; one that
/// the answer did not tell is looked for as find_lost_tokens does.
Error revoke_lost_token(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                        const TokenRecord& record, const Error& why);

}  // namespace influxctl
