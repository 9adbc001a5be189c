// SPDX-License-Identifier: MIT
#include "influxctl/auth/credentials.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "influxctl/auth/token_cache.h"
#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr const char* kVariable = "INFLUXCTL_MGMT_TOKEN";
constexpr std::size_t kTokenFileLimit = 64UL * 1024;

std::vector<std::string> hints_for(std::string_view token) {
  if (token.starts_with('{')) return {"it looks like JSON: give only the value of access_token"};
  if (token.starts_with("Bearer ") || token.starts_with("bearer ")) {
    return {"leave out the word \"Bearer\""};
  }
  if (token.starts_with('"') || token.starts_with('\'')) return {"leave out the quotes"};
  return {};
}

// The text without white space around it (secret stores add a newline), when it is a b64token of
// less than `limit` bytes.
Secret checked_token(std::string_view text, const std::string& source, std::size_t limit) {
  const std::string_view token = trimmed(text);
  if (is_b64token(token, limit)) return Secret(token);
  const std::string fault =
      token.empty() ? "is empty or only white space"
      : token.size() >= limit
          ? "is longer than " + std::to_string(limit - 1) + " bytes"
          : "has a space, a newline or another character that no token has there";
  throw Error(ErrorKind::config, source + " is not a token: it " + fault, hints_for(token));
}

Secret token_of_json(std::string_view text, const std::string& source) {
  // Without exceptions: theirs quote the text.
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (object.is_discarded()) throw Error(ErrorKind::config, source + " is not valid JSON");
  for (const auto* const key : {"access_token", "token"}) {
    const auto member = object.find(key);
    if (member == object.end()) continue;
    const auto* const token = member->get_ptr<const std::string*>();
    if (token == nullptr) break;  // what cannot be read is not absent
    if (token->empty()) continue;
    return checked_token(*token, influxctl::quoted(key) + " of " + source, kOAuthTokenLimit);
  }
  throw Error(ErrorKind::config,
              source + R"( has no token: no "access_token" or "token" that is a string)");
}

Credential from_token_file(const std::string& path, const ProcessContext* context) {
  const std::string source = "token file " + shown(path);
  const std::string text = read_file(path, "token file", kTokenFileLimit, context);
  const bool is_json = trimmed(text).starts_with('{');
  return {is_json ? token_of_json(text, source) : checked_token(text, source, kOAuthTokenLimit),
          source, path};
}

std::string config_source(const Profile& profile) {
  return "mgmt_token in " + shown(profile.config_path);
}

}  // namespace

std::vector<std::string> credential_sources(const Profile& profile,
                                            const Environment& environment) {
  std::vector<std::string> sources;
  if (!environment.get(kVariable).empty()) sources.emplace_back(kVariable);
  if (!profile.mgmt_token.empty()) sources.push_back(config_source(profile));
  if (!profile.token_file.empty()) sources.push_back("token file " + shown(profile.token_file));
  if (!profile.oauth2) return sources;
  try {
    const TokenCache cache(profile, environment);
    if (cache.read().tokens) sources.push_back("the login in " + shown(cache.path()));
  } catch (const Error&) {  // no login that can be used
  }
  return sources;
}

std::optional<Credential> find_credential(Profile& profile, const Environment& environment,
                                          const ProcessContext* context) {
  if (const std::string variable = environment.get(kVariable); !variable.empty()) {
    return Credential{checked_token(variable, kVariable, kManagementTokenLimit), kVariable};
  }
  if (!profile.mgmt_token.empty()) {
    const std::string source = config_source(profile);
    const Secret written = std::move(profile.mgmt_token);
    return Credential{checked_token(written.reveal(), source, kManagementTokenLimit), source,
                      profile.config_path};
  }
  if (profile.token_file.empty()) return std::nullopt;
  return from_token_file(profile.token_file, context);
}

}  // namespace influxctl
