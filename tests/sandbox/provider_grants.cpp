// SPDX-License-Identifier: MIT
// What the provider's endpoints do for a known client.
#include "provider.h"
#include "random.h"

namespace influxctl::sandbox {

namespace {

constexpr std::chrono::milliseconds tolerance(100);  // for polls that come a little early
constexpr std::chrono::seconds slower(5);

}  // namespace

Response Provider::authorize_device(long number, const Form& form) {
  const std::string* scope = field(form, "scope");
  if (settings_.kind == ProviderKind::auth0 && field(form, "audience") == nullptr) {
    Response response = refuse("invalid_request", "Missing required parameter: audience");
    response.status = 403;
    return response;
  }
  if (settings_.kind == ProviderKind::entra && scope == nullptr) {
    return refuse("invalid_request", "The request body must contain the parameter 'scope'.");
  }
  const std::string device_code = random_text(32) + "+/=";  // what a form must encode
  const std::string digest = sha256_hex(device_code);
  codes_[digest] = {Clock::now(), settings_.interval, scope == nullptr ? "manage" : *scope,
                    State::pending, std::nullopt};
  ledger_.append("device_authorization", {{"request", number},
                                          {"device_code_sha256", digest},
                                          {"device_code_size", device_code.size()}});
  return device_response(settings_, device_code, random_user_code());
}

Response Provider::grant(long number, const Form& form) {
  const std::string* type = field(form, "grant_type");
  if (type == nullptr) return refuse("invalid_request", "Missing grant_type");
  if (*type == "urn:ietf:params:oauth:grant-type:device_code") return poll(number, form);
  if (*type == "refresh_token") return refresh(number, form);
  return refuse("unsupported_grant_type", "Unknown grant_type");
}

Response Provider::poll(long number, const Form& form) {
  const std::string* device_code = field(form, "device_code");
  if (device_code == nullptr) return refuse("invalid_request", "Missing device_code");
  const auto found = codes_.find(sha256_hex(*device_code));
  if (found == codes_.end() || found->second.state == State::used) {
    ledger_.append("polled", {{"request", number}, {"result", "unknown"}});
    return refuse("invalid_grant", "Unknown device code");
  }
  return poll_known(number, found->second);
}

Response Provider::poll_known(long number, Code& code) {
  const auto record = [this, number](const char* result) {
    ledger_.append("polled", {{"request", number}, {"result", result}});
  };
  const auto now = Clock::now();
  const bool too_soon = code.polled && now - *code.polled < code.interval - tolerance;
  code.polled = now;
  const State state = state_of(code, now);
  if (state == State::expired) {
    record("expired");
    return refuse("expired_token", "The device code has expired");
  }
  if (too_soon) {
    code.interval += slower;
    record("slow_down");
    return refuse("slow_down", "Slow down");
  }
  if (state == State::denied) {
    record("denied");
    return refuse(denial(settings_.kind), "The end user denied the authorization request");
  }
  if (state == State::pending) {
    record("pending");
    return refuse("authorization_pending", "The authorization request is still pending");
  }
  code.state = State::used;
  record("granted");
  return issue(number, code.scope, random_uuid());
}

Response Provider::refresh(long number, const Form& form) {
  const std::string* token = field(form, "refresh_token");
  if (token == nullptr) return refuse("invalid_request", "Missing refresh_token");
  const auto found = refresh_.find(sha256_hex(*token));
  const bool good = found != refresh_.end() && !found->second.spent;
  ledger_.append("refreshed",
                 {{"request", number}, {"result", good ? "granted" : "invalid_grant"}});
  if (good) {
    const Refresh old = found->second;
    found->second.spent = settings_.kind != ProviderKind::entra;
    return issue(number, old.scope, old.family);
  }
  if (found != refresh_.end()) {
    std::erase_if(refresh_, [family = found->second.family](const auto& entry) {
      return entry.second.family == family;
    });
  }
  return refuse("invalid_grant", "Unknown or invalid refresh token");
}

Response Provider::issue(long number, const std::string& scope, const std::string& family) {
  const Tokens tokens = random_tokens(settings_, scope);
  const std::string access_digest = sha256_hex(tokens.access);
  access_[access_digest] = Clock::now() + settings_.access_lifetime;
  Json refresh_digest;
  if (!tokens.refresh.empty()) {
    const std::string digest = sha256_hex(tokens.refresh);
    refresh_[digest] = {family, scope, false};
    refresh_digest = digest;
  }
  ledger_.append("issued", {{"request", number},
                            {"access_sha256", access_digest},
                            {"access_size", tokens.access.size()},
                            {"refresh_sha256", refresh_digest},
                            {"refresh_size", tokens.refresh.size()}});
  return token_response(settings_, tokens);
}

Provider::State Provider::state_of(const Code& code, Clock::time_point now) const {
  const bool open = code.state == State::pending || code.state == State::approved;
  if (open && now >= code.issued + settings_.code_lifetime) return State::expired;
  const auto& wait = settings_.approve_after;
  const bool approved = code.state == State::pending && wait && now >= code.issued + *wait;
  return approved ? State::approved : code.state;
}

}  // namespace influxctl::sandbox
