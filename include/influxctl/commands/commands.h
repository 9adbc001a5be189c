// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// Runs what the arguments ask for, shows on stderr what fails, and returns the exit code.
int run(const std::vector<std::string>& arguments, const ProcessContext& context);

/// `management create`: creates one token and delivers it.
void create(const Options& options, const ProcessContext& context);

/// `management list`: prints all tokens, revoked ones included.
void list(const Options& options, const ProcessContext& context);

/// `management revoke`: revokes the tokens that are named. Goes on after a failure, reports each
/// one, and throws the first.
void revoke(const Options& options, const ProcessContext& context);

/// `management rotate`: creates a successor, delivers it, and then revokes the old token.
void rotate(const Options& options, const ProcessContext& context);

/// `auth login`: logs in through the profile's OAuth provider and keeps the tokens.
void login(const Options& options, const ProcessContext& context);

/// `auth logout`: removes the profile's tokens. That there are none is no failure.
void logout(const Options& options, const ProcessContext& context);

/// `auth status`: shows profile, URL, where the credential comes from, what is known of its expiry,
/// and whether the cluster accepts it. Throws Error{not_authorized} where it does not.
void auth_status(const Options& options, const ProcessContext& context);

/// `__complete`: prints what a shell's script reads at a TAB. Nothing is said about a failure.
void complete(const Options& options, const ProcessContext& context);

}  // namespace influxctl
