// SPDX-License-Identifier: MIT
#pragma once

#include "influxctl/commands/session.h"

namespace influxctl {

/// Creates one token and delivers it: at most one POST that a server could act on. When it returns
/// the token is where it belongs; otherwise it throws, and the token is revoked or named.
CreatedToken create_and_deliver(const CreateRequest& request, Timestamp started,
                                const Session& session);

}  // namespace influxctl
