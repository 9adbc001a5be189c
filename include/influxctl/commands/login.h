// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "influxctl/auth/oauth.h"
#include "influxctl/auth/token_cache.h"
#include "influxctl/commands/commands.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"

namespace influxctl {

/// A profile's way to a credential through its OAuth provider. Among the commands, as it asks the
/// user, and names the command that logs in.
class Login {
 public:
  /// The profile has [profile.auth.oauth2] and outlives this. Throws Error{config}.
  Login(const Profile& profile, const Options& options, const ProcessContext& context,
        const Log& log);
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;

  /// Local: true when resume() has a token to return or to refresh with. Warns about a login that
  /// is there and does not count.
  bool can_resume();

  /// The token that was kept, refreshed where it has expired: parallel runs refresh once. Nothing
  /// when only a person can get one; why_not() says why. Throws Error.
  std::optional<Credential> resume();
  const std::optional<Error>& why_not() const noexcept { return why_not_; }

  /// Has the user approve a login in a browser, and keeps its tokens. That they can be kept is
  /// known before anybody is asked; where it fails anyway, `must_keep` makes it an Error, and
  /// otherwise a warning. Throws Error.
  Credential by_device(bool must_keep);

  /// After a 401 from the cluster: forgets the access token, and tries the refresh token unless
  /// this run has done so. Takes at most `left`; with OnSignal::never no signal ends it. False,
  /// with the token as it was and why in credential.renewal, when that leads to no other. Never
  /// throws.
  [[nodiscard]] bool renew(Credential& credential, std::chrono::milliseconds left,
                           OnSignal on_signal) noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool refresh(OAuthTokens& tokens, TokenCache::NewFile* file,
                             std::chrono::milliseconds timeout, OnSignal on_signal);
  [[nodiscard]] bool explain_failed_refresh(TokenOutcome outcome);
  [[nodiscard]] bool renew_locked(Credential& credential, Clock::time_point until,
                                  OnSignal on_signal);
  Error has_expired() const;
  std::optional<TokenCache::NewFile> forget_access_token(OAuthTokens& tokens, bool must_keep);
  [[nodiscard]] bool keep(TokenCache::NewFile& file, const OAuthTokens& tokens, bool must_keep);
  Credential credential(OAuthTokens tokens) const;

  const Profile& profile_;
  const ProcessContext& context_;
  std::chrono::milliseconds patience_;  ///< for the lock, and for a refresh
  std::string login_command_;           ///< with this run's global flags
  TokenCache cache_;
  HttpClient http_;
  OAuthProvider provider_;
  bool cancellation_told_ = false;
  bool from_provider_ = false;  ///< this run's token is new
  std::optional<Error> why_not_;
};

/// Waits until the user has approved, and says on stderr what to do. Throws
/// Error{not_authorized} when that is declined or takes too long, Error{unreached} when the
/// provider does not respond, Error{signals.kind()} when cancelled.
OAuthTokens wait_for_approval(const OAuthProvider& provider, const ProcessContext& context);

}  // namespace influxctl
