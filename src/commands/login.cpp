// SPDX-License-Identifier: MIT
#include "login.h"

#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/text.h"

namespace influxctl {

namespace {

using State = TokenOutcome::State;

constexpr const char* kLoginCommand = "log in again with: influxctl auth login";
constexpr std::int64_t kExpiresSoon = 10;  // seconds: a request takes a while
constexpr auto kRenewal = std::chrono::seconds(10);

// http is for a provider on this machine, which config.toml takes care of.
TlsSettings provider_tls(const OAuthSettings& oauth) {
  TlsSettings tls;
  tls.disable = oauth.token_url.starts_with("http:") || oauth.device_url.starts_with("http:");
  return tls;
}

bool is_fresh(const OAuthTokens& tokens) {
  if (tokens.access_token.empty()) return false;
  return !tokens.expires_at || tokens.expires_at->seconds > current_time().seconds + kExpiresSoon;
}

void warn_of_readable_secret(const Profile& profile, Console& console) {
  if (profile.oauth2->client_secret.empty() || !profile.config_readable_by_others) return;
  console.warning(shown(profile.config_path) +
                  " holds a secret and others can read it; mend it with chmod 600");
}

Profile with_provider(const Options& options, const Edges& edges) {
  Profile profile = load_profile(options.profile, edges.environment);
  if (profile.oauth2) return profile;
  throw Error(Kind::config,
              "profile " + influxctl::quoted(profile.name) + " of " + shown(profile.config_path) +
                  " has no OAuth provider to log in through",
              {"add [profile.auth.oauth2] with client_id, device_url and token_url"});
}

}  // namespace

Login::Login(const Profile& profile, const Options& options, const Edges& edges, const Log& log)
    : profile_(profile),
      edges_(edges),
      timeout_(options.timeout),
      cache_(profile, edges.environment),
      http_(provider_tls(*profile.oauth2), provider_trust_store(profile.tls, edges.environment),
            edges.signals, log),
      provider_(http_, *profile.oauth2, options.timeout) {}

CachedLogin Login::read() {
  CachedLogin login = cache_.read();
  if (!login.ignored.empty()) {
    edges_.console.warning("the login in " + shown(cache_.path()) +
                           " is ignored, and the next one replaces it: " + login.ignored);
  }
  return login;
}

Credential Login::credential(CachedLogin login) const {
  return {std::move(login.tokens->access_token), "the login in " + shown(cache_.path()),
          login.readable_by_others ? cache_.path() : "", kLoginCommand};
}

bool Login::refresh(CachedLogin& login, OnSignal on_signal) {
  OAuthTokens& old = *login.tokens;
  if (old.refresh_token.empty()) return false;
  warn_of_readable_secret(profile_, edges_.console);
  TokenOutcome outcome = provider_.refresh(old.refresh_token, on_signal);
  if (outcome.state == State::granted) {
    if (outcome.tokens.refresh_token.empty()) {
      outcome.tokens.refresh_token = std::move(old.refresh_token);
    }
    old = std::move(outcome.tokens);
    login.readable_by_others = false;
    cache_.write(old);
    return true;
  }
  if (outcome.invalid_grant) {
    (void)cache_.remove();
    return false;
  }
  edges_.signals.stop_if_any("nothing was sent to the cluster");
  if (outcome.failure) throw Error(std::move(*outcome.failure));
  throw Error(Kind::unreached, "the OAuth provider has too many requests",
              {"nothing was sent to the cluster, so it is safe to run this again"});
}

std::optional<Credential> Login::resume() {
  CachedLogin login = read();
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens)) return credential(std::move(login));
  const auto lock = cache_.lock(timeout_, &edges_.signals);
  login = cache_.read();  // another run may have refreshed it meanwhile
  if (!login.tokens) return std::nullopt;
  if (is_fresh(*login.tokens) || refresh(login, OnSignal::grace)) {
    return credential(std::move(login));
  }
  return std::nullopt;
}

Credential Login::by_device() {
  (void)cache_.lock(timeout_, &edges_.signals);  // whether it can be kept is known beforehand
  warn_of_readable_secret(profile_, edges_.console);
  CachedLogin login{.tokens = wait_for_approval(provider_, edges_)};
  const auto lock = cache_.lock(timeout_, &edges_.signals);
  cache_.write(*login.tokens);
  edges_.console.print("influxctl: logged in; the tokens are kept in " + shown(cache_.path()) +
                       "\n");
  return credential(std::move(login));
}

bool Login::renew(Credential& credential) noexcept {
  try {
    // No signal ends it: what has to be revoked waits for this.
    const auto lock = cache_.lock(kRenewal, nullptr);
    CachedLogin login = cache_.read();
    if (!login.tokens) return false;
    const std::string_view kept = login.tokens->access_token.reveal();
    const bool other = !kept.empty() && kept != credential.token.reveal();
    if (!other) {
      login.tokens->access_token = Secret();
      login.tokens->expires_at.reset();
      if (login.tokens->refresh_token.empty()) {
        (void)cache_.remove();
        return false;
      }
      cache_.write(*login.tokens);
      if (!refresh(login, OnSignal::never)) return false;
    }
    credential.token = std::move(login.tokens->access_token);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void login(const Options& options, const Edges& edges) {
  const Profile profile = with_provider(options, edges);
  const Log log(options.log, edges.console);
  Login login(profile, options, edges, log);
  (void)login.by_device();
  if (!edges.environment.get("INFLUXCTL_MGMT_TOKEN").empty()) {
    edges.console.warning("INFLUXCTL_MGMT_TOKEN is set and comes first: the login is not used");
  } else if (!profile.mgmt_token.empty() || !profile.token_file.empty()) {
    edges.console.warning(
        "the profile has another credential, which comes first: the login is "
        "not used");
  }
}

void logout(const Options& options, const Edges& edges) {
  const Profile profile = load_profile(options.profile, edges.environment);
  bool removed = false;
  if (profile.oauth2) {
    const TokenCache cache(profile, edges.environment);
    removed = cache.remove();
  }
  edges.console.print(removed ? "influxctl: logged out\n"
                              : "influxctl: there is no login of profile " +
                                    influxctl::quoted(profile.name) + " to remove\n");
}

}  // namespace influxctl
