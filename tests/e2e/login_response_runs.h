// SPDX-License-Identifier: MIT
// Runs of `auth login` whose login is kept in a directory of the test's.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "harness.h"

namespace influxctl::e2e {

inline const std::string device_path = "/oauth/device";
inline const std::string token_path = "/oauth/token";

/// Arguments of a sandbox whose user has approved at once.
inline std::vector<std::string> approving(const std::vector<std::string>& more = {}) {
  std::vector<std::string> args{"--oauth", "keycloak",         "--oauth-approve-after",
                                "0",       "--oauth-interval", "0"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

/// A run that keeps its logins in `cache`.
inline RunResult run_with(const Sandbox& sandbox, const TemporaryDirectory& cache,
                          const std::vector<std::string>& args) {
  RunOptions options;
  options.environment = {{"XDG_CACHE_HOME", cache.path()}};
  return sandbox.run(args, options);
}

inline RunResult login(const Sandbox& sandbox, const TemporaryDirectory& cache) {
  return run_with(sandbox, cache, {"auth", "login"});
}

/// The files with a login: all but the locks.
inline std::vector<std::string> kept(const TemporaryDirectory& cache) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cache.path())) {
    if (!entry.is_directory() && entry.path().extension() != ".lock") {
      files.push_back(entry.path());
    }
  }
  return files;
}

/// Nothing that a terminal obeys, and no token.
inline void expect_harmless(const Sandbox& sandbox, const std::string& err) {
  EXPECT_TRUE(std::none_of(err.begin(), err.end(), [](char c) {
    return (c >= '\0' && c < ' ' && c != '\n') || c == '\x7f';
  }));
  EXPECT_FALSE(sandbox.hold_issued_token(err));
}

}  // namespace influxctl::e2e
