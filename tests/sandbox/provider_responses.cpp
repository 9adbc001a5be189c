// SPDX-License-Identifier: MIT
#include "provider_responses.h"

#include <map>

#include "random.h"

namespace influxctl::sandbox {

namespace {

Response json_response(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

int status_of(ProviderKind kind, const std::string& error) {
  if (error == "invalid_client") return 401;
  if (kind != ProviderKind::auth0 || error == "unsupported_grant_type") return 400;
  return error == "slow_down" ? 429 : error == "invalid_request" ? 400 : 403;
}

/// The number that Entra ID gives an error.
int entra_code(const std::string& error) {
  static const std::map<std::string, int> codes{
      {"authorization_pending", 70016}, {"authorization_declined", 70017}, {"expired_token", 70020},
      {"invalid_client", 7000215},      {"invalid_grant", 70008},          {"slow_down", 70037},
      {"unsupported_grant_type", 70003}};
  const auto found = codes.find(error);
  return found == codes.end() ? 900144 : found->second;
}

/// In the form of a JWT; nobody signed it.
std::string random_jwt() {
  return "eyJhbGciOiJSUzI1NiJ9." + random_text(300) + "." + random_text(256);
}

}  // namespace

std::string denial(ProviderKind kind) {
  return kind == ProviderKind::entra ? "authorization_declined" : "access_denied";
}

Response oauth_error(ProviderKind kind, const std::string& error, const std::string& description) {
  Json body{{"error", error}, {"error_description", description}};
  if (kind == ProviderKind::entra) {
    const int code = entra_code(error);
    body["error_description"] = "AADSTS" + std::to_string(code) + ": " + description;
    body["error_codes"] = Json::array({code});
    body["trace_id"] = random_uuid();
    body["correlation_id"] = random_uuid();
  }
  return json_response(status_of(kind, error), body);
}

Response device_response(const ProviderSettings& settings, const std::string& device_code,
                         const std::string& user_code) {
  const std::string page = settings.url + "/oauth/activate";
  Json body{{"device_code", device_code}, {"user_code", user_code}, {"verification_uri", page}};
  if (settings.kind == ProviderKind::entra) {
    body["message"] = "To sign in, use a web browser to open the page " + page +
                      " and enter the code " + user_code + " to authenticate.";
  } else {
    body["verification_uri_complete"] = page + "?user_code=" + user_code;
  }
  body["expires_in"] = settings.code_lifetime.count();
  body["interval"] = settings.interval.count();
  return json_response(200, body);
}

Tokens random_tokens(const ProviderSettings& settings, const std::string& scope) {
  Tokens tokens{random_jwt(), "", scope};
  if (!settings.refresh_tokens) return tokens;
  // Characters that a form must encode: refresh tokens may have any printable one.
  tokens.refresh =
      settings.kind == ProviderKind::keycloak ? random_jwt() : "1." + random_text(64) + "+/=";
  return tokens;
}

Response token_response(const ProviderSettings& settings, const Tokens& tokens) {
  const auto lifetime = settings.access_lifetime.count();
  Json body{{"access_token", tokens.access}, {"token_type", "Bearer"}, {"expires_in", lifetime}};
  if (!tokens.refresh.empty()) body["refresh_token"] = tokens.refresh;
  body["scope"] = tokens.scope;
  if (settings.kind == ProviderKind::keycloak) {
    body["refresh_expires_in"] = tokens.refresh.empty() ? 0 : 1800;
    body["id_token"] = random_jwt();
  }
  if (settings.kind == ProviderKind::entra) body["ext_expires_in"] = lifetime;
  return json_response(200, body);
}

}  // namespace influxctl::sandbox
