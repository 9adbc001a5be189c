// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/cli.h"
#include "influxctl/console.h"
#include "influxctl/environment.h"
#include "influxctl/log.h"
#include "influxctl/signals.h"

namespace influxctl {

/// The edges of the process, made by main.
struct Edges {
  const Environment& environment;
  const StandardStreams& streams;
  Console& console;
  const Signals& signals;
};

/// Runs what the arguments ask for, shows on stderr what fails, and returns the exit code.
int run(const std::vector<std::string>& arguments, const Edges& edges);

/// `management create`: creates one token and delivers it.
void create(const Options& options, const Edges& edges);

/// `management list`: prints all tokens, revoked ones included.
void list(const Options& options, const Edges& edges);

/// `management revoke`: revokes the tokens that are named. Goes on after a failure, reports each
/// one, and throws the first.
void revoke(const Options& options, const Edges& edges);

/// `management rotate`: creates a successor, delivers it, and then revokes the old token.
void rotate(const Options& options, const Edges& edges);

/// `auth login`: logs in through the profile's OAuth provider and keeps the tokens.
void login(const Options& options, const Edges& edges);

/// `auth logout`: removes the profile's tokens. That there are none is no failure.
void logout(const Options& options, const Edges& edges);

}  // namespace influxctl
