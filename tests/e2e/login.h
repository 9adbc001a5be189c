// SPDX-License-Identifier: MIT
// Runs that log in: a stand-in with an OAuth provider, and a cache that the runs share.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness.h"

namespace influxctl::e2e {

/// A stand-in whose config.toml names its OAuth provider, and a place for the cache.
class LoginBench {
 public:
  /// `kind` is keycloak, auth0 or entra; codes are approved at once unless `more` says otherwise.
  explicit LoginBench(const std::string& kind = "keycloak",
                      const std::vector<std::string>& more = {"--oauth-approve-after", "0"});

  Sandbox sandbox;

  /// Runs influxctl with the cache of this bench.
  RunResult run(const std::vector<std::string>& args, RunOptions options = {}) const;
  /// Runs it as often at once, with the cache of this bench.
  std::vector<RunResult> run_at_once(std::size_t times, const std::vector<std::string>& args) const;
  /// Creates a token for a command that reads nothing and fails, after `then` was called meanwhile.
  RunResult create_and_fail(const std::function<void()>& then) const;
  /// `auth login`, which must succeed.
  void log_in() const;

  std::string cache_directory() const { return home_.file("influxctl"); }
  /// The cache's JSON files.
  std::vector<std::string> cache_files() const;
  /// The one JSON file as a document.
  nlohmann::json cached() const;
  /// Writes changes (a merge patch) into it.
  void change_cache(const nlohmann::json& patch) const;
  /// The access token that is kept has expired.
  void expire_cache() const { change_cache({{"expiry", "2020-01-01T00:00:00Z"}}); }

  const TemporaryDirectory& home() const { return home_; }
  std::string url() const { return sandbox.url(); }

 private:
  TemporaryDirectory home_;
};

}  // namespace influxctl::e2e
