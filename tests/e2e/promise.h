// SPDX-License-Identifier: MIT
// "No token is ever lost, and none is made twice", checked against the stand-in's ledger.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness.h"

namespace influxctl::e2e {

/// What one create did to the cluster, by its ledger.
struct Account {
  std::size_t posts = 0;                ///< requests that were read whole
  std::vector<nlohmann::json> created;  ///< the "created" events
  std::set<std::string> revoked;        ///< ids

  bool is_live(const nlohmann::json& token) const { return !revoked.contains(token.at("id")); }
  std::size_t live() const;
};

/// The account of these events, which must be all of one create and of no other.
Account account_of(const std::vector<nlohmann::json>& events);

/// The invariant. Every token that was created is delivered whole (and then the exit is 0), or
/// revoked, or named on stderr; where the look-up failed too, and only there, stderr says that one
/// may exist. Never two are created, stdout has a token or nothing, and stderr never has one.
/// Returns what is wrong; empty when the promise was kept.
std::string broken_promise(const Account& account, const RunResult& result);

/// True when the bytes are this "created" event's token.
bool is_token(const nlohmann::json& created, std::string_view bytes);

}  // namespace influxctl::e2e
