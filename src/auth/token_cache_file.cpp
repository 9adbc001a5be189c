// SPDX-License-Identifier: MIT
#include "influxctl/auth/token_cache_file.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wiped_json.h"

namespace influxctl {

namespace {

using nlohmann::json;

constexpr std::size_t kDigestSize = 16;
constexpr std::string_view kSuffix = ".json";
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

std::string name_prefix(const std::string& profile) {
  std::string name = profile.substr(0, kNameLimit);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_unreserved(c) || c == '.'; }, '_');
  return name + "-";
}

const std::string* text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

// The parser takes a NUL for the end of the text.
json parsed(const std::string& text) {
  return text.find('\0') == std::string::npos ? json::parse(text, nullptr, false) : json();
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
  if (!home.starts_with('/')) {
    throw Error(ErrorKind::config,
                "cannot tell where logins are kept: HOME is not " +
                    std::string(home.empty() ? "set" : "an absolute path"),
                {"set HOME"});
  }
  return home + below_home + "/influxctl";
}

std::string cache_file_name(const Profile& profile) {
  const OAuthSettings& oauth = *profile.oauth2;
  std::vector<std::string> identity = {profile.name, oauth.token_url, oauth.client_id};
  identity.insert(identity.end(), oauth.scopes.begin(), oauth.scopes.end());
  identity.emplace_back();  // the scopes end here
  for (const auto& [name, value] : oauth.parameters) {
    identity.push_back(name);
    identity.push_back(value);
  }
  return name_prefix(profile.name) + digest(identity) + std::string(kSuffix);
}

bool is_cache_file_name(const std::string& name, const std::string& profile) {
  const std::string prefix = name_prefix(profile);
  return name.size() == prefix.size() + kDigestSize + kSuffix.size() && name.starts_with(prefix) &&
         name.ends_with(kSuffix) &&
         name.find_first_not_of("0123456789abcdef", prefix.size()) == prefix.size() + kDigestSize;
}

std::string cache_text(const OAuthTokens& tokens, const CacheLabel& label) {
  WipedJson object(json{
      {"profile", label.profile}, {"token_url", label.token_url}, {"client_id", label.client_id}});
  if (!tokens.access_token.empty()) object.value["access_token"] = tokens.access_token.reveal();
  if (!tokens.refresh_token.empty()) object.value["refresh_token"] = tokens.refresh_token.reveal();
  if (tokens.expires_at) object.value["expiry"] = format_rfc3339(*tokens.expires_at);
  return object.value.dump(2);
}

std::optional<OAuthTokens> cached_tokens(const std::string& text, const CacheLabel& label) {
  const WipedJson document(parsed(text));
  const json& object = document.value;
  const auto is = [&](const char* name, const std::string& value) {
    const std::string* const found = text_of(object, name);
    return found != nullptr && *found == value;
  };
  if (!is("profile", label.profile) || !is("token_url", label.token_url) ||
      !is("client_id", label.client_id)) {
    return {};
  }
  OAuthTokens tokens;
  if (const std::string* const access = text_of(object, "access_token")) {
    if (!is_b64token(*access)) return {};
    tokens.access_token = Secret(*access);
  }
  if (const std::string* const refresh = text_of(object, "refresh_token")) {
    tokens.refresh_token = Secret(*refresh);
  }
  if (const std::string* const expiry = text_of(object, "expiry")) {
    tokens.expires_at = parse_rfc3339(*expiry);
    if (!tokens.expires_at) return {};
  }
  if (tokens.access_token.empty() && tokens.refresh_token.empty()) return {};
  return tokens;
}

std::string cached_profile(const std::string& text) {
  const WipedJson document(parsed(text));
  const std::string* const profile = text_of(document.value, "profile");
  return profile == nullptr ? "" : *profile;
}

}  // namespace influxctl
