// SPDX-License-Identifier: MIT
// Responses of an OAuth provider that `auth login` cannot use, and what it says of each.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace influxctl::e2e {

/// One response of one endpoint. The fault rule has no "path".
struct LoginResponseRow {
  std::string name;
  nlohmann::json fault;
  std::string err;  ///< stderr from "influxctl: error: " on; {} is any text
  int exit_code = 4;
};

inline void PrintTo(const LoginResponseRow& row, std::ostream* out) { *out << row.name; }

using LoginResponseRows = std::vector<LoginResponseRow>;

/// Responses of /oauth/device: members, then documents and the wire.
LoginResponseRows device_member_rows();
LoginResponseRows device_document_rows();
/// Responses of /oauth/token.
LoginResponseRows token_response_rows();

/// What has another type, by its name; none of them is a string or a number.
inline std::vector<std::pair<std::string, nlohmann::json>> values_of_no_type() {
  return {{"True", true}, {"Array", nlohmann::json::array({"x"})}, {"Object", {{"x", "y"}}}};
}

inline nlohmann::json patched(const std::string& member, const nlohmann::json& value) {
  return {{"patch", {{member, value}}}};
}

/// The member's value is this JSON text. `old` is how its true value begins; the rest of it comes
/// after `value`.
inline nlohmann::json spliced(const std::string& member, const std::string& old,
                              const std::string& value) {
  const std::string key = "\"" + member + "\":";
  return {{"body_replace", {key + old, key + value}}};
}

inline nlohmann::json with_body(int status, const std::string& body) {
  return {{"status", status}, {"body", body}};
}

inline std::string told(const std::string& error, const std::string& hint = "") {
  return "influxctl: error: " + error + "\n" +
         (hint.empty() ? "" : "influxctl: hint: " + hint + "\n");
}

inline std::string check(const std::string& keys) {
  return "check " + keys + " under [profile.auth.oauth2] in config.toml";
}

inline std::string unusable(const std::string& url_key, const std::string& why) {
  return told("the OAuth provider's response cannot be used: " + why, check(url_key));
}

inline std::string refused(const std::string& how, const std::string& keys) {
  return told("the OAuth provider refused (" + how, check(keys));
}

/// A page for people, such as a login page.
inline std::string web_page(const std::string& url_key) {
  return told(
      "the OAuth provider's response cannot be used: it is a web page, perhaps a login page",
      url_key +
          " must be an endpoint for programs, not a page for people: see the "
          "provider's /.well-known/openid-configuration");
}

/// No response that counts.
inline std::string silent(const std::string& what) {
  return told("the OAuth provider " + what,
              "nothing was sent to the cluster, so it is safe to run this again");
}

}  // namespace influxctl::e2e
