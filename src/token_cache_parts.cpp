// SPDX-License-Identifier: MIT
#include "token_cache_parts.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "influxctl/error.h"
#include "influxctl/text.h"
#include "wipe_guard.h"

namespace influxctl {

namespace {

using nlohmann::json;

constexpr std::size_t kNameLimit = 64;  // bytes of the profile's name in the file's

// FNV-1a over each text and its end: tells providers apart in a file name. What is in the file is
// compared too.
std::string digest(const std::vector<std::string>& texts) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto& text : texts) {
    for (const char c : text + '\0') hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
  std::string hex;
  for (unsigned shift = 64; shift > 0; shift -= 4) {
    hex += "0123456789abcdef"[(hash >> (shift - 4)) & 0xfU];
  }
  return hex;
}

}  // namespace

std::string cache_folder(const Environment& environment) {
#ifdef __APPLE__
  const std::string below_home = "/Library/Caches";
#else
  const std::string below_home = "/.cache";
  // A relative path is to be ignored (XDG Base Directory Specification).
  const std::string cache_home = environment.get("XDG_CACHE_HOME");
  if (cache_home.starts_with('/')) return cache_home + "/influxctl";
#endif
  const std::string home = environment.get("HOME");
  if (home.empty()) {
    throw Error(Kind::config, "cannot tell where logins are kept: HOME is not set", {"set HOME"});
  }
  return home + below_home + "/influxctl";
}

std::string cache_file_name(const Profile& profile) {
  const OAuthSettings& oauth = *profile.oauth2;
  std::vector<std::string> identity = {profile.name, oauth.token_url, oauth.client_id};
  identity.insert(identity.end(), oauth.scopes.begin(), oauth.scopes.end());
  identity.emplace_back();  // scopes end here
  for (const auto& [name, value] : oauth.parameters) {
    identity.push_back(name);
    identity.push_back(value);
  }
  std::string name = profile.name.substr(0, kNameLimit);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_unreserved(c) || c == '.'; }, '_');
  return name + "-" + digest(identity) + ".json";
}

std::string cache_text(const OAuthTokens& tokens, const std::string& token_url,
                       const std::string& client_id) {
  json object = {{"token_url", token_url}, {"client_id", client_id}};
  if (!tokens.access_token.empty()) object["access_token"] = tokens.access_token.reveal();
  if (!tokens.refresh_token.empty()) object["refresh_token"] = tokens.refresh_token.reveal();
  if (tokens.expires_at) object["expiry"] = format_rfc3339(*tokens.expires_at);
  return object.dump(2) + "\n";
}

std::optional<OAuthTokens> cached_tokens(const std::string& text, const std::string& token_url,
                                         const std::string& client_id) {
  json object = json::parse(text, nullptr, false);
  const auto member = [&](const char* name) -> std::string* {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : found->get_ptr<std::string*>();
  };
  const auto is = [&](const char* name, const std::string& value) {
    const std::string* const found = member(name);
    return found != nullptr && *found == value;
  };
  if (!object.is_object() || !is("token_url", token_url) || !is("client_id", client_id)) return {};
  OAuthTokens tokens;
  if (std::string* const access = member("access_token")) {
    const WipeGuard guard(*access);
    if (!is_b64token(*access)) return {};
    tokens.access_token = Secret(*access);
  }
  if (std::string* const refresh = member("refresh_token")) {
    const WipeGuard guard(*refresh);
    tokens.refresh_token = Secret(*refresh);
  }
  if (const std::string* const expiry = member("expiry")) {
    tokens.expires_at = parse_rfc3339(*expiry);
    if (!tokens.expires_at) return {};
  }
  if (tokens.access_token.empty() && tokens.refresh_token.empty()) return {};
  return tokens;
}

}  // namespace influxctl
