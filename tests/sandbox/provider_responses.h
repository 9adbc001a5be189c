// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "response.h"

namespace influxctl::sandbox {

/// Whose ways the stand-in OAuth provider has.
enum class ProviderKind { keycloak, auth0, entra };

/// What the command line says about the provider.
struct ProviderSettings {
  ProviderKind kind = ProviderKind::keycloak;
  std::string url;  ///< the server's, without a path
  std::chrono::seconds code_lifetime{600};
  std::chrono::seconds interval{1};
  std::chrono::seconds access_lifetime{300};
  bool refresh_tokens = true;
  std::optional<std::chrono::seconds> approve_after;  ///< nothing: codes wait for a command
};

/// The one client that the provider knows.
constexpr const char* provider_client_id = "influxctl-sandbox";

/// The `error` that says that the person refused.
std::string denial(ProviderKind kind);

/// An error response (RFC 6749, 5.2) with the provider's status for that error.
Response oauth_error(ProviderKind kind, const std::string& error, const std::string& description);

/// The response of the device endpoint (RFC 8628, 3.2).
Response device_response(const ProviderSettings& settings, const std::string& device_code,
                         const std::string& user_code);

/// New tokens; `refresh` is empty where there is none.
struct Tokens {
  std::string access;
  std::string refresh;
  std::string scope;
};
/// Random tokens of the provider's form.
Tokens random_tokens(const ProviderSettings& settings, const std::string& scope);

/// The response of the token endpoint (RFC 6749, 5.1).
Response token_response(const ProviderSettings& settings, const Tokens& tokens);

}  // namespace influxctl::sandbox
