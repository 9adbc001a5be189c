// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "influxctl/commands.h"
#include "influxctl/credentials.h"
#include "influxctl/http.h"
#include "influxctl/oauth.h"
#include "influxctl/profile.h"
#include "influxctl/token_cache.h"

namespace influxctl {

/// A profile's way to a credential through its OAuth provider.
class Login {
 public:
  /// The profile has [profile.auth.oauth2] and outlives this. Throws Error{config}.
  Login(const Profile& profile, const Options& options, const Edges& edges, const Log& log);
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;

  /// The token that was kept, refreshed where it has expired: parallel runs refresh once. Nothing
  /// when only a person can get one. Throws Error.
  std::optional<Credential> resume();

  /// Has the user approve a login in a browser, and keeps its tokens. Throws Error.
  Credential by_device();

  /// After a 401 from the cluster: forgets the access token, and tries the refresh token once.
  /// False, with the credential as it was, when that leads to no other token. Never throws.
  bool renew(Credential& credential) noexcept;

  const TokenCache& cache() const noexcept { return cache_; }

 private:
  /// What goes on with the lock held.
  bool refresh(CachedLogin& login, OnSignal on_signal);
  CachedLogin read();
  Credential credential(CachedLogin login) const;

  const Profile& profile_;
  const Edges& edges_;
  std::chrono::milliseconds timeout_;
  TokenCache cache_;
  HttpClient http_;
  OAuthProvider provider_;
};

/// Waits until the user has approved, and tells on stderr what to do meanwhile. Throws
/// Error{not_authorized} when that is declined or takes too long, Error{signals.kind()} when
/// cancelled.
OAuthTokens wait_for_approval(const OAuthProvider& provider, const Edges& edges);

}  // namespace influxctl
