// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "influxctl/api/management_api.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/session.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

/// What a command starts with.
struct Preflight {
  CreateRequest request;               ///< what the flags of create and rotate ask for
  std::unique_ptr<Delivery> delivery;  ///< of the result; null where there is none (revoke)
  std::unique_ptr<Session> session;    ///< not signed in yet
};

/// Every local check of a command that talks to the cluster, before the first byte goes over the
/// network, the OAuth provider included: expiry, config.toml, API path, a terminal where a question
/// will be asked, stdout, --output or the sink, CA, certificate, key and token files, and that
/// there is a credential, or a login to resume, or somebody to ask. --dry-run is this and a print.
/// Throws Error{usage}, Error{config}, Error{not_authorized}.
Preflight preflight(const Options& options, const ProcessContext& context);

/// What the flags ask the cluster for. Throws Error{usage} for an expiry that is not in the future.
CreateRequest checked_request(const Options& options, Timestamp now);

/// True when a question can be asked: stdin and stderr are terminals.
bool can_ask(const StandardStreams& streams);

}  // namespace influxctl
