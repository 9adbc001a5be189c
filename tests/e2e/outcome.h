// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "harness.h"

namespace influxctl::e2e {

/// Expects that no connection was made: what failed was seen before the request.
void expect_unsent(const Sandbox& sandbox);

/// Expects one POST and one token, which is live and to the last byte the one in `bytes`.
void expect_delivered(const Sandbox& sandbox, std::string_view bytes);

/// Expects one POST and one token, which is revoked.
void expect_revoked(const Sandbox& sandbox);

/// What stderr shows of the (undescribed) token created last, where it is not for a terminal.
/// `done` is what the line after the warning says; without it there is none.
std::string record_of(const Sandbox& sandbox, const std::string& done = {},
                      bool on_a_terminal = false);

/// All of stderr when the token created last was not delivered because of `why`.
std::string lost(const Sandbox& sandbox, const std::string& why);

/// The names in a directory, sorted, each followed by a space.
std::string names_in(const std::string& directory);

}  // namespace influxctl::e2e
