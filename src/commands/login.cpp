// SPDX-License-Identifier: MIT
#include "influxctl/commands/login.h"

#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/commands/session.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using State = TokenOutcome::State;

constexpr const char* kLoginAgain = "log in again with: influxctl auth login";
constexpr std::int64_t kExpiresSoon = 10;  // seconds: a request takes a while
// A refresh that is given up can cost the login: the provider may have replaced the token.
constexpr std::chrono::milliseconds kShortestRefresh = 10s;
constexpr std::chrono::milliseconds kPatience = 1h;  // of what was approved and is to be kept

// http is for a provider on this machine, which config.toml takes care of.
TlsSettings provider_tls(const OAuthSettings& oauth) {
  TlsSettings tls{.names = kSettingNames};
  tls.disable = speaks_http(oauth);
  return tls;
}

bool lies_ahead(const std::optional<Timestamp>& expires_at) {
  return !expires_at || expires_at->seconds > current_time().seconds + kExpiresSoon;
}

bool is_fresh(const OAuthTokens& tokens) {
  return !tokens.access_token.empty() && lies_ahead(tokens.expires_at);
}

Error has_expired(const Profile& profile) {
  return {ErrorKind::not_authorized,
          "the login of profile " + influxctl::quoted(profile.name) + " has expired",
          {kLoginAgain}};
}

// The provider refuses a refresh: whatever it says, a new login is the mend.
Error cannot_refresh(const Error& why) {
  return {why.kind(), "the login cannot be refreshed: " + why.message(), {kLoginAgain}};
}

Profile with_provider(const Options& options, const ProcessContext& context) {
  Profile profile = load_profile(options.profile, context.environment);
  if (profile.oauth2) return profile;
  throw Error(ErrorKind::config,
              "profile " + influxctl::quoted(profile.name) + " of " + shown(profile.config_path) +
                  " has no OAuth provider to log in through",
              {"add [profile.auth.oauth2] with client_id, device_url and token_url"});
}

}  // namespace

Login::Login(const Profile& profile, const Options& options, const ProcessContext& context,
             const Log& log)
    : profile_(profile),
      context_(context),
      timeout_(options.timeout),
      cache_(profile, context.environment),
      http_(provider_tls(*profile.oauth2), provider_trust_store(profile.tls, context.environment),
            context.signals, log),
      provider_(http_, *profile.oauth2, options.timeout) {}

Credential Login::credential(CachedLogin login) {
  expires_at_ = login.tokens->expires_at;
  return {std::move(login.tokens->access_token),
          "the login in " + shown(cache_.path()),
          cache_.path(),
          kLoginAgain,
          {},
          expires_at_};
}

bool Login::keep(TokenCache::Place& place, const OAuthTokens& tokens, bool must_keep) {
  try {
    place.keep(tokens);
    return true;
  } catch (const Error& error) {
    if (must_keep) throw;
    context_.console.warning("the login is good for this run alone: " + error.message());
    return false;
  }
}

// With the lock held. `place` is made before the request, as a token that was replaced and cannot
// be kept would be lost; without one the new tokens serve this run alone.
bool Login::refresh(CachedLogin& login, std::optional<TokenCache::Place> place,
                    std::chrono::milliseconds timeout, OnSignal on_signal) {
  OAuthTokens& old = *login.tokens;
  if (old.refresh_token.empty()) {
    why_not_ = has_expired(profile_);
    return false;
  }
  TokenOutcome outcome = provider_.refresh(old.refresh_token, timeout, on_signal);
  if (outcome.state == State::granted) {
    if (outcome.tokens.refresh_token.empty()) {
      outcome.tokens.refresh_token = std::move(old.refresh_token);
    }
    old = std::move(outcome.tokens);
    from_provider_ = true;
    if (place) (void)keep(*place, old, false);
    return true;
  }
  if (on_signal != OnSignal::never) context_.signals.stop_if_any("nothing was sent to the cluster");
  if (outcome.invalid_grant) {
    (void)cache_.remove();
    why_not_ = has_expired(profile_);
    return false;
  }
  if (outcome.state == State::refused && outcome.failure->kind() == ErrorKind::not_authorized) {
    why_not_ = cannot_refresh(*outcome.failure);
    return false;
  }
  if (outcome.failure) throw Error(std::move(*outcome.failure));
  throw Error(ErrorKind::unreached, "the OAuth provider has too many requests",
              {"nothing was sent to the cluster, so it is safe to run this again"});
}

bool Login::can_resume() {
  const CachedLogin login = cache_.read();
  if (!login.ignored.empty()) {
    context_.console.warning("the login in " + shown(cache_.path()) +
                             " is ignored, and the next one replaces it: " + login.ignored);
  }
  if (!login.tokens) return false;
  if (is_fresh(*login.tokens) || !login.tokens->refresh_token.empty()) return true;
  why_not_ = has_expired(profile_);
  return false;
}

std::optional<Credential> Login::resume() {
  CachedLogin login = cache_.read();
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens)) return credential(std::move(login));
  const auto lock = cache_.lock(std::max(timeout_, kShortestRefresh), &context_.signals);
  login = cache_.read();  // another run may have refreshed it meanwhile
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens) ||
      refresh(login, cache_.make_place(), std::max(timeout_, kShortestRefresh), OnSignal::grace)) {
    return credential(std::move(login));
  }
  return std::nullopt;
}

Credential Login::by_device(bool must_keep) {
  if (!context_.streams.err_open) {
    throw Error(ErrorKind::usage, "standard error is closed: nobody would see the code");
  }
  {
    const auto lock = cache_.lock(std::max(timeout_, kShortestRefresh), &context_.signals);
    (void)cache_.make_place();
  }
  CachedLogin login{.tokens = wait_for_approval(provider_, context_)};
  from_provider_ = true;
  const auto lock = cache_.lock(kPatience, &context_.signals);
  auto place = cache_.make_place();
  if (keep(place, *login.tokens, must_keep)) {
    context_.console.print("influxctl: logged in; the tokens are kept in " + shown(cache_.path()) +
                           "\n");
  }
  return credential(std::move(login));
}

bool Login::renew(Credential& credential, std::chrono::milliseconds left,
                  OnSignal on_signal) noexcept {
  try {
    why_not_.reset();
    if (renew_locked(credential, left, on_signal)) return true;
    if (why_not_) credential.renewal = why_not_->hints().front();
  } catch (const Error& error) {
    credential.renewal = "refreshing it failed: " + error.message();
  } catch (const std::exception&) {
    credential.renewal = "refreshing it failed: out of memory";
  }
  return false;
}

bool Login::renew_locked(Credential& credential, std::chrono::milliseconds left,
                         OnSignal on_signal) {
  const auto until = std::chrono::steady_clock::now() + left;
  const bool stoppable = on_signal != OnSignal::never;
  const auto lock = cache_.lock(left, stoppable ? &context_.signals : nullptr);
  CachedLogin login = cache_.read();
  if (!login.tokens) return false;
  const std::string_view kept = login.tokens->access_token.reveal();
  if (kept == credential.token.reveal() || !is_fresh(*login.tokens)) {
    // One that this run got anew and that is refused all the same is no matter of its age.
    const bool once_more = !(from_provider_ && lies_ahead(expires_at_));
    login.tokens->access_token = Secret();
    login.tokens->expires_at.reset();
    const bool useful = once_more && !login.tokens->refresh_token.empty();
    std::optional<TokenCache::Place> place;
    try {
      if (login.tokens->refresh_token.empty()) {
        (void)cache_.remove();
      } else {
        cache_.make_place().keep(*login.tokens);
        if (useful) place.emplace(cache_.make_place());
      }
    } catch (const Error& error) {  // the token counts for more than the file
      if (stoppable) throw;
    }
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (!useful || !refresh(login, std::move(place), std::max(rest, 1ms), on_signal)) return false;
  }
  expires_at_ = login.tokens->expires_at;
  credential.token = std::move(login.tokens->access_token);
  return true;
}

void login(const Options& options, const ProcessContext& context) {
  const Profile profile = with_provider(options, context);
  const Log log(options.log, context.console);
  warn_about_files(profile, nullptr, context);
  Login login(profile, options, context, log);
  (void)login.by_device(true);
  const auto sources = credential_sources(profile, context.environment);
  if (sources.size() > 1) {
    context.console.warning(sources.front() + " is set and comes first: the login is not used");
  }
}

void logout(const Options& options, const ProcessContext& context) {
  const Profile profile = load_profile(options.profile, context.environment);
  const std::size_t count =
      remove_logins(profile.name, context.environment, options.timeout, context.signals);
  context.console.print(count > 0 ? "influxctl: logged out\n"
                                  : "influxctl: there is no login of profile " +
                                        influxctl::quoted(profile.name) + " to remove\n");
}

}  // namespace influxctl
