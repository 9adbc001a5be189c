// SPDX-License-Identifier: MIT
#include "influxctl/commands/login.h"

#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/auth/credentials.h"
#include "influxctl/base/text.h"
#include "influxctl/commands/session.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using State = TokenOutcome::State;

constexpr std::int64_t kExpiresSoon = 10;  // seconds: a request takes a while
// A refresh that ends early can cost the login: the provider may have replaced the token.
constexpr std::chrono::milliseconds kShortestRefresh = 10s;
constexpr std::chrono::milliseconds kLockPatience = 1h;  // to keep what was approved

bool lies_ahead(const std::optional<Timestamp>& expires_at) {
  return !expires_at || expires_at->seconds > current_time().seconds + kExpiresSoon;
}

bool is_fresh(const OAuthTokens& tokens) {
  return !tokens.access_token.empty() && lies_ahead(tokens.expires_at);
}

Profile with_provider(const Options& options, const ProcessContext& context) {
  Profile profile = load_profile(options.profile, context.environment, &context);
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
      patience_(std::max(options.timeout, kShortestRefresh)),
      login_command_(paste_command(options, "auth login")),
      cache_(profile, context.environment),
      // The URLs say which: config.toml allows http for a provider on this machine alone.
      http_({.disable = true, .names = kSettingNames},
            provider_trust_store(profile.tls, context.environment), context.signals, log),
      provider_(http_, *profile.oauth2, options.timeout) {
  provider_.watch([this](const RequestWait& wait) {
    Console& console = context_.console;
    if (wait.over) return console.clear_status();
    if (wait.waits_on() && !std::exchange(cancellation_told_, true)) {
      console.release();
      console.note(
          {"cancelled: waiting up to 5 s for the OAuth provider's response, as it may hold "
           "the next login; a second signal ends the wait, and may lose the login"});
    }
    console.show_wait("the OAuth provider's response", wait.elapsed);
  });
}

Error Login::has_expired() const {
  return {ErrorKind::not_authorized,
          "the login of profile " + influxctl::quoted(profile_.name) + " has expired",
          {"log in again with: " + login_command_}};
}

Credential Login::credential(OAuthTokens tokens) const {
  return {.token = std::move(tokens.access_token),
          .source = "the login in " + shown(cache_.path()),
          .file = cache_.path(),
          .renewal = "log in again with: " + login_command_,
          .expires_at = tokens.expires_at};
}

bool Login::keep(TokenCache::NewFile& file, const OAuthTokens& tokens, bool must_keep) {
  try {
    file.keep(tokens);
    return true;
  } catch (const Error& error) {
    if (must_keep) throw;
    context_.console.warning("the login is good for this run alone: " + error.message());
    return false;
  }
}

// With the lock held. `file` was made before, as a refresh token that the provider has replaced and
// that cannot be kept is lost; without it the new tokens serve this run alone.
bool Login::refresh(OAuthTokens& tokens, TokenCache::NewFile* file,
                    std::chrono::milliseconds timeout, OnSignal on_signal) {
  if (tokens.refresh_token.empty()) {
    why_not_ = has_expired();
    return false;
  }
  TokenOutcome outcome = provider_.refresh(tokens.refresh_token, timeout, on_signal);
  if (outcome.state != State::granted) {
    if (on_signal != OnSignal::never) {
      context_.signals.stop_if_any("nothing was sent to the cluster");
    }
    return explain_failed_refresh(std::move(outcome));
  }
  if (outcome.tokens.refresh_token.empty()) {
    outcome.tokens.refresh_token = std::move(tokens.refresh_token);
  }
  tokens = std::move(outcome.tokens);
  from_provider_ = true;
  if (file != nullptr) (void)keep(*file, tokens, false);
  return true;
}

// False with why_not_ where a new login is what helps; otherwise throws.
bool Login::explain_failed_refresh(TokenOutcome outcome) {
  if (outcome.invalid_grant) {
    (void)cache_.remove();
    why_not_ = has_expired();
    return false;
  }
  if (!outcome.failure) {
    throw Error(ErrorKind::unreached, "the OAuth provider has too many requests",
                {"nothing was sent to the cluster, so it is safe to run this again"});
  }
  Error& failure = *outcome.failure;
  if (outcome.state != State::refused || failure.kind() != ErrorKind::not_authorized) {
    throw Error(std::move(failure));
  }
  why_not_ =
      Error(failure.kind(), "the login cannot be refreshed: " + failure.message(), failure.hints());
  why_not_->add_hint("log in again with: " + login_command_);
  return false;
}

bool Login::can_resume() {
  const CachedLogin login = cache_.read();
  if (!login.ignored.empty()) {
    context_.console.warning("the login in " + shown(cache_.path()) +
                             " is ignored, and the next one replaces it: " + login.ignored);
  }
  if (!login.tokens) return false;
  if (is_fresh(*login.tokens) || !login.tokens->refresh_token.empty()) return true;
  why_not_ = has_expired();
  return false;
}

std::optional<Credential> Login::resume() {
  CachedLogin login = cache_.read();
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens)) return credential(std::move(*login.tokens));
  const auto lock = cache_.lock(patience_, &context_.signals);
  login = cache_.read();  // another run may have refreshed it meanwhile
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens)) return credential(std::move(*login.tokens));
  auto file = cache_.make_file();
  if (!refresh(*login.tokens, &file, patience_, OnSignal::grace)) return std::nullopt;
  return credential(std::move(*login.tokens));
}

Credential Login::by_device(bool must_keep) {
  if (!context_.streams.err_open) {
    throw Error(ErrorKind::usage, "standard error is closed: nobody would see the code");
  }
  {
    const auto lock = cache_.lock(patience_, &context_.signals);
    (void)cache_.make_file();
  }
  OAuthTokens tokens = wait_for_approval(provider_, context_);
  from_provider_ = true;
  const auto lock = cache_.lock(kLockPatience, &context_.signals);
  auto file = cache_.make_file();
  if (keep(file, tokens, must_keep)) {
    context_.console.note({"logged in; the tokens are kept in ", shown(cache_.path())});
  }
  return credential(std::move(tokens));
}

bool Login::renew(Credential& credential, std::chrono::milliseconds left,
                  OnSignal on_signal) noexcept {
  try {
    why_not_.reset();
    if (renew_locked(credential, Clock::now() + left, on_signal)) return true;
    if (why_not_) credential.renewal = why_not_->hints().front();
  } catch (const Error& error) {
    credential.renewal = "refreshing it failed: " + error.message();
  } catch (const std::exception&) {
    credential.renewal = "refreshing it failed: out of memory";
  }
  return false;
}

// Removes an access token that the cluster rejects, also from the cache, and gives the new file for
// its successor. Where it cannot be kept and that is no error, there is no file.
std::optional<TokenCache::NewFile> Login::forget_access_token(OAuthTokens& tokens, bool must_keep) {
  tokens.access_token = Secret();
  tokens.expires_at.reset();
  try {
    if (tokens.refresh_token.empty()) {
      (void)cache_.remove();
      return std::nullopt;
    }
    cache_.make_file().keep(tokens);
    return cache_.make_file();
  } catch (const Error&) {
    if (must_keep) throw;
    return std::nullopt;
  }
}

bool Login::renew_locked(Credential& credential, Clock::time_point until, OnSignal on_signal) {
  const auto left = [until] {
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()),
                    std::chrono::milliseconds(1));
  };
  const bool stoppable = on_signal != OnSignal::never;
  const auto lock = cache_.lock(left(), stoppable ? &context_.signals : nullptr);
  CachedLogin login = cache_.read();
  if (!login.tokens) return false;
  OAuthTokens& tokens = *login.tokens;
  const bool is_ours = tokens.access_token.reveal() == credential.token.reveal();
  if (is_ours || !is_fresh(tokens)) {
    auto file = forget_access_token(tokens, stoppable);
    // If a token fetched in this run is rejected too, expiry is not the cause.
    if (from_provider_ && lies_ahead(credential.expires_at)) return false;
    if (!refresh(tokens, file ? &*file : nullptr, left(), on_signal)) return false;
  }
  credential.token = std::move(tokens.access_token);
  credential.expires_at = tokens.expires_at;
  return true;
}

void login(const Options& options, const ProcessContext& context) {
  check_open_files_limit();
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
  const Profile profile = load_profile(options.profile, context.environment, &context);
  const TokenCache cache(profile, context.environment);
  bool removed = false;
  if (cache.exists()) {
    const auto lock = cache.lock(options.timeout, &context.signals);
    removed = cache.remove();
  }
  const std::string none =
      "there is no login of profile " + influxctl::quoted(profile.name) + " to remove";
  context.console.note({removed ? "logged out" : none});
}

}  // namespace influxctl
