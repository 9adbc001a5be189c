// SPDX-License-Identifier: MIT
#include "promise.h"

#include <algorithm>
#include <string_view>

namespace influxctl::e2e {

namespace {

using nlohmann::json;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool shows_token(const json& created, std::string_view text) {
  return contains_secret(text, created.at("size"), created.at("sha256"));
}

std::string fate_of(const json& token, const Account& account, const RunResult& result) {
  const auto id = token.at("id").get<std::string>();
  const bool delivered = is_token(token, result.out);
  if (shows_token(token, result.err)) return "stderr shows the token " + id;
  if (delivered && result.exit_code != 0) return id + " was delivered, and the exit is not 0";
  if (delivered && !account.is_live(token)) return id + " was delivered and revoked";
  const bool named = has(result.err, id) || has(result.err, "looking for it failed too") ||
                     has(result.err, "of the listed tokens cannot be read, and may be it");
  if (delivered || !account.is_live(token) || named) return {};
  return id + " is live, and neither delivered nor named";
}

}  // namespace

std::size_t Account::live() const {
  return static_cast<std::size_t>(std::count_if(
      created.begin(), created.end(), [this](const json& token) { return is_live(token); }));
}

Account account_of(const std::vector<json>& events) {
  Account account;
  for (const json& event : events) {
    const std::string name = event.at("event");
    if (name == "request" && event.at("method") == "POST") ++account.posts;
    if (name == "created") account.created.push_back(event);
    if (name == "revoked") account.revoked.insert(event.at("id").get<std::string>());
  }
  return account;
}

bool is_token(const json& created, std::string_view bytes) {
  return created.at("size") == bytes.size() && created.at("sha256") == sha256_hex(bytes);
}

std::string broken_promise(const Account& account, const RunResult& result) {
  if (account.created.size() > 1) return "more than one token was created";
  if (account.created.empty() && !result.out.empty()) return "stdout has what is no token";
  if (account.created.empty() && result.exit_code == 0) return "exit 0, and no token was created";
  for (const json& token : account.created) {
    std::string wrong = fate_of(token, account, result);
    if (!wrong.empty()) return wrong;
    if ((result.exit_code == 0) != is_token(token, result.out)) return "exit and stdout disagree";
    if (result.exit_code != 0 && !result.out.empty()) return "stdout has what is no token";
    const bool cancelled = result.exit_code > 128 && !account.is_live(token);
    if (!cancelled && result.exit_code != 0 && result.exit_code != 7 && result.exit_code != 8) {
      return "a token was created, and the exit is " + std::to_string(result.exit_code);
    }
    if (result.exit_code == 8 && account.is_live(token) && !result.err.empty() &&
        !has(result.err, "live")) {
      return "a live token is not said to be live";
    }
  }
  return {};
}

}  // namespace influxctl::e2e
