// SPDX-License-Identifier: MIT
#pragma once

#include "influxctl/api/management_api.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

/// Creates one token and delivers it: at most one POST that a server could act on. When it returns
/// the token is where it belongs; otherwise it throws, and the token is revoked or named.
CreatedToken create_and_deliver(const CreateRequest& request, Timestamp started,
                                const Options& options, const ProcessContext& context,
                                const ManagementApi& api, Delivery& delivery);

}  // namespace influxctl
