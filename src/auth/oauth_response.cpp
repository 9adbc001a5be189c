// SPDX-License-Identifier: MIT
#include "influxctl/auth/oauth_response.h"

#include <algorithm>
#include <cstdint>

#include "influxctl/auth/oauth_members.h"
#include "influxctl/auth/oauth_words.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using State = TokenOutcome::State;

constexpr std::size_t kLongestUri = 2048;
constexpr std::size_t kLongestUserCode = 128;
constexpr std::int64_t kLongestCode = 86'400;     // seconds
constexpr std::int64_t kLongestInterval = 3'600;  // seconds
constexpr std::int64_t kLongestToken =
    std::int64_t{366} * 86'400;  // seconds; a longer one is looked at again
constexpr const char* kSafe = "nothing was sent to the cluster, so it is safe to run this again";

bool is_web_url(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
  const auto rest = url.substr(url.find("://") + 3);
  return !rest.empty() && std::string_view("/?#").find(rest.front()) == std::string_view::npos &&
         url.size() <= kLongestUri &&
         std::all_of(url.begin(), url.end(), [](char c) {  // RFC 3986 section 2
           return is_unreserved(c) ||
                  std::string_view(":/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
         });
}

// Some providers say "url" where the RFC says "uri".
std::string uri(const OAuthMembers& members, const char* name, const char* other_name) {
  return std::string(members.text(members.has(name) ? name : other_name));
}

DeviceAuthorization device_authorization(const OAuthMembers& members) {
  DeviceAuthorization device;
  device.device_code = members.secret("device_code");
  if (device.device_code.empty()) throw Malformed("it has no device_code");
  device.user_code = members.text("user_code");
  if (device.user_code.empty()) throw Malformed("it has no user_code");
  if (device.user_code.size() > kLongestUserCode || shown(device.user_code) != device.user_code) {
    throw Malformed("its user_code cannot be shown");
  }
  device.verification_uri = uri(members, "verification_uri", "verification_url");
  if (device.verification_uri.empty()) throw Malformed("it has no verification_uri");
  if (!is_web_url(device.verification_uri)) {
    throw Malformed("its verification_uri is not an http or https URL");
  }
  device.verification_uri_complete =
      uri(members, "verification_uri_complete", "verification_url_complete");
  // Optional: one that no browser should be given is as good as none.
  if (!is_web_url(device.verification_uri_complete) ||
      shares_run(device.verification_uri_complete, device.device_code.reveal())) {
    device.verification_uri_complete.clear();
  }
  device.expires_in = members.seconds("expires_in", kLongestCode);
  if (members.has("interval")) {
    if (members.number("interval") == 0) {
      device.interval = std::chrono::seconds(1);
    } else {
      device.interval = members.seconds("interval", kLongestInterval);
    }
  }
  return device;
}

bool is_bearer(std::string_view type) {
  constexpr std::string_view kBearer = "bearer";
  return std::equal(type.begin(), type.end(), kBearer.begin(), kBearer.end(),
                    [](char a, char b) { return a == b || a == b - 'a' + 'A'; });
}

OAuthTokens issued_tokens(const OAuthMembers& members, Timestamp now) {
  OAuthTokens tokens;
  if (members.text("access_token").empty()) throw Malformed("it has no access_token");
  if (!is_b64token(members.text("access_token"))) {
    throw Malformed("its access_token is not a token");
  }
  tokens.access_token = Secret(members.text("access_token"));
  if (!members.has("token_type")) throw Malformed("it has no token_type");
  if (!is_bearer(members.text("token_type"))) throw Malformed("its token_type is not Bearer");
  tokens.refresh_token = members.secret("refresh_token");
  if (const auto lifetime = members.number("expires_in")) {
    if (*lifetime < 1) throw Malformed("its expires_in is not a time ahead");
    tokens.expires_at = Timestamp{now.seconds + std::min(*lifetime, kLongestToken), now.nanos};
  }
  return tokens;
}

std::string section_hint(const std::string& keys) {
  return "check " + keys + " under [profile.auth.oauth2] in config.toml";
}

std::vector<std::string> hints_for(std::string_view code, const char* url_key) {
  if (code == "invalid_client") return {section_hint("client_id and client_secret")};
  if (code == "unauthorized_client" || code == "unsupported_grant_type" ||
      code == "invalid_grant") {
    return {section_hint("client_id and client_secret"),
            "the provider must allow this client the device authorization grant"};
  }
  if (code == "invalid_scope") return {section_hint("scopes")};
  if (code == "invalid_request") return {section_hint("scopes and parameters")};
  return {section_hint(url_key)};
}

std::string provider_said(const OAuthMembers& members, const OAuthQuestion& question) {
  if (!members.has_text("error_description")) return "";  // the error counts, not this
  return provider_words(members.text("error_description"), question.secrets);
}

Error unusable(const std::string& why, const OAuthQuestion& question) {
  return {ErrorKind::not_authorized,
          "the OAuth provider's answer cannot be used: " + why,
          {section_hint(question.url_key)}};
}

Error declined(std::string_view code, const std::string& said) {
  if (code == "expired_token") {
    return {ErrorKind::not_authorized,
            "the code expired before the login was approved",
            {"for a new code run: influxctl auth login"}};
  }
  return {ErrorKind::not_authorized, "the login was declined" + said};
}

// An `error` in a whole answer (RFC 6749 section 5.2, RFC 8628 section 3.5).
TokenOutcome error_outcome(const OAuthMembers& members, const HttpResult& result,
                           const OAuthQuestion& question) {
  const std::string_view code = members.text("error");
  if (code == "authorization_pending") return {.state = State::pending};
  if (code == "slow_down") return {.state = State::slow_down};
  const std::string said = provider_said(members, question);
  if (code == "expired_token" || code == "access_denied" || code == "authorization_declined") {
    return {.state = State::refused, .failure = declined(code, said)};
  }
  if (code == "temporarily_unavailable" || code == "server_error") {
    return {
        .state = State::unreached,
        .failure = Error(ErrorKind::unreached,
                         "the OAuth provider failed (" + std::string(code) + ")" + said, {kSafe})};
  }
  if (result.status == 429) return {.state = State::slow_down};  // Auth0: "Too Many Requests"
  return {.state = State::refused,
          .failure = Error(ErrorKind::not_authorized,
                           "the OAuth provider refused (" + std::to_string(result.status) +
                               provider_code(code, question.secrets) + ")" + said,
                           hints_for(code, question.url_key)),
          .invalid_grant = code == "invalid_grant"};
}

// No answer that counts.
std::optional<TokenOutcome> silence(const HttpResult& result) {
  const bool complete = result.reach == Reach::complete;
  if (complete && result.status < 500) return std::nullopt;
  std::string what = complete ? "the OAuth provider failed (" + std::to_string(result.status) + ")"
                     : result.reach == Reach::not_sent
                         ? "the OAuth provider was not reached: " + result.problem
                         : "the OAuth provider did not answer: " + result.problem;
  std::vector<std::string> hints;
  if (!result.hint.empty()) hints.push_back(result.hint);
  if (!result.local) hints.emplace_back(kSafe);
  return TokenOutcome{.state = result.local || result.untrusted ? State::refused : State::unreached,
                      .failure = Error(result.local ? ErrorKind::config : ErrorKind::unreached,
                                       std::move(what), hints)};
}

// A status without a document that explains it.
TokenOutcome bare_status(const HttpResult& result, const OAuthQuestion& question) {
  if (result.status == 429) return {.state = State::slow_down};
  if (result.status / 100 == 2) {
    throw Malformed("its status is " + std::to_string(result.status));
  }
  const bool moved = result.status / 100 == 3;
  return {.state = State::refused,
          .failure = Error(ErrorKind::not_authorized,
                           (moved ? "the OAuth provider redirects elsewhere ("
                                  : "the OAuth provider refused (") +
                               std::to_string(result.status) + ")",
                           {section_hint(question.url_key)})};
}

// All that is not a success: `error` members come with any status, 200 included.
std::optional<TokenOutcome> failure_of(const OAuthMembers& members, const HttpResult& result,
                                       const OAuthQuestion& question) {
  const bool success = result.status == 200 || result.status == 201;
  if (members.is_object() && members.has("error") && !members.text("error").empty()) {
    return error_outcome(members, result, question);
  }
  if (!success) return bare_status(result, question);
  if (!members.is_object()) throw Malformed("it is not a JSON object");
  return std::nullopt;
}

}  // namespace

DeviceAuthorization read_device_authorization(HttpResult& result, const OAuthQuestion& question) {
  if (auto none = silence(result)) throw Error(std::move(*none->failure));
  try {
    const OAuthMembers members(result.body);
    auto failure = failure_of(members, result, question);
    if (!failure) return device_authorization(members);
    if (failure->failure) throw Error(std::move(*failure->failure));
    if (failure->state == State::pending) throw Malformed("it belongs to another request");
    throw Error(ErrorKind::not_authorized,
                "the OAuth provider has too many requests (" + std::to_string(result.status) + ")",
                {"run this again later"});
  } catch (const Malformed& malformed) {
    throw unusable(malformed.what(), question);
  }
}

TokenOutcome read_tokens(HttpResult& result, const OAuthQuestion& question, Timestamp now) {
  if (auto none = silence(result)) return std::move(*none);
  try {
    const OAuthMembers members(result.body);
    if (auto failure = failure_of(members, result, question)) return std::move(*failure);
    return {.state = State::granted, .tokens = issued_tokens(members, now)};
  } catch (const Malformed& malformed) {
    return {.state = State::refused, .failure = unusable(malformed.what(), question)};
  }
}

}  // namespace influxctl
