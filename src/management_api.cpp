// SPDX-License-Identifier: MIT
#include "influxctl/management_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "influxctl/text.h"

namespace influxctl {

namespace {

constexpr std::string_view kDocumentedPath = "/api/v0/management-tokens";
constexpr std::string_view kDedicatedOrigin = "https://console.influxdata.com";
constexpr std::size_t kListLimit = 256U << 20U;

bool is_unreserved(char c) {  // RFC 3986 section 2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

std::string checked_api_path(std::string_view path) {
  constexpr std::string_view kAllowed = "/%!$&'()*+,;=:@";  // RFC 3986 section 3.3
  const bool clean = std::all_of(path.begin(), path.end(), [&](char c) {
    return is_unreserved(c) || kAllowed.find(c) != std::string_view::npos;
  });
  const std::string bounded = std::string(path) + '/';
  const bool dots = bounded.find("/../") != std::string::npos ||
                    bounded.find("/./") != std::string::npos ||
                    path.find("//") != std::string_view::npos;
  if (!path.starts_with('/') || !clean || dots) {
    throw Error(Kind::usage, "--api-path " + quoted(path) + " is not an absolute URL path",
                {"write it like " + std::string(kDocumentedPath)});
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

constexpr std::int64_t kLongestWait =
    366 * 86'400;  // s; far more does not fit into a clock's count

// Digits or an HTTP-date (RFC 9110 section 10.2.3); anything else is no wait that can be relied on.
std::optional<std::chrono::seconds> retry_after(const HttpResult& result) {
  const std::string& text = result.retry_after;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size() && !text.starts_with('-')) {
    return std::chrono::seconds(std::min(seconds, kLongestWait));
  }
  const auto until = parse_http_date(text);
  if (!until) return std::nullopt;
  const auto now = parse_http_date(result.date).value_or(current_time());
  return std::chrono::seconds(
      std::clamp<std::int64_t>(until->seconds - now.seconds, 0, kLongestWait));
}

// The server's own words, where they cannot hold a token: an error's message, or a short plain
// text.
std::string server_said(const HttpResult& result, const Credential& credential) {
  std::string text = parse_error_message(result.body);
  if (text.empty() && result.body.find_first_of("{<[") == std::string::npos) {
    text = trimmed(result.body);
  }
  const bool secret = text.find("M.V1.") != std::string::npos ||
                      text.find(credential.token.reveal()) != std::string::npos;
  return text.empty() || secret ? "" : ": " + quoted(text, 200);
}

std::vector<std::string> some(std::initializer_list<std::string> hints) {
  std::vector<std::string> list;
  for (const auto& hint : hints) {
    if (!hint.empty()) list.push_back(hint);
  }
  return list;
}

Error not_sent(const HttpResult& result) {
  if (result.local) return {Kind::config, "TLS could not be set up: " + result.problem};
  return {Kind::unreached, "the cluster was not reached: " + result.problem,
          some({result.hint, "nothing was sent, so it is safe to run this again"})};
}

// A whole answer that says no. Nothing was done.
Error refusal(const HttpResult& result, const Credential& credential, bool names_token = false) {
  const std::string status = std::to_string(result.status);
  const std::string said = server_said(result, credential);
  const bool moved = result.status == 307 || result.status == 308;
  if (moved || (result.status / 100 == 3 && !result.location.empty())) {
    return {Kind::refused,
            "the cluster redirects elsewhere (" + status + "), to " +
                influxctl::quoted(result.location) + ", and redirects are not followed",
            {"set host and port in config.toml, or --api-path, to where it points"}};
  }
  switch (result.status) {
    case 401:
      return {Kind::not_authorized,
              "the cluster does not accept the credential (401)" + said,
              {"the credential came from " + credential.source +
               "; it may be wrong, expired or revoked, or too new to be valid everywhere"}};
    case 403:
      return {Kind::not_authorized,
              "the credential does not allow this (403)" + said,
              {"the credential came from " + credential.source}};
    case 404:
      if (names_token) return {Kind::refused, "the cluster has no such token (404)" + said};
      return {Kind::refused,
              "the cluster serves no management tokens at this path (404)" + said,
              {"if a gateway serves the endpoint elsewhere, name its path with --api-path"}};
    default:
      return {Kind::refused,
              std::string("the cluster ") +
                  (result.status >= 500 && result.status != 501 ? "failed" : "refused") + " (" +
                  status + ")" + said};
  }
}

bool is_refusal(int status) {
  return (status >= 400 && status < 500) || status == 501 || status == 307 || status == 308;
}

// A status with which the answer's body can hold the new token: neither "later" (202) nor "nothing"
// (204) is among them.
bool may_hold_token(int status) {
  return status >= 200 && status < 300 && status != 202 && status != 204;
}

Error unknown(const HttpResult& result, const Credential& credential) {
  const std::string why = result.reach == Reach::complete
                              ? "the cluster answered " + std::to_string(result.status) +
                                    server_said(result, credential)
                              : result.problem;
  return {Kind::unknown, "the outcome is unknown: the request was sent, but " + why, {}};
}

Error unusable(const TokenRecord& record) {
  return {Kind::undelivered,
          "token " + shown(record.id) + " was created, but the answer has no usable token string"};
}

// What a success that is whole comes to.
CreateOutcome created_outcome(HttpResult& result, const Credential& credential) {
  using State = CreateOutcome::State;
  auto created = parse_created_token(result.body);
  if (created && !created->token.empty()) {
    return {State::created, std::move(*created), std::nullopt, std::nullopt};
  }
  if (created && !created->record.id.empty()) {
    Error failure = unusable(created->record);
    return {State::unusable, std::move(*created), std::move(failure), std::nullopt};
  }
  result.reach = Reach::incomplete;
  result.problem = "the answer is not a token";
  return {State::unknown, {}, unknown(result, credential), std::nullopt};
}

CreateOutcome create_outcome(HttpResult& result, const Credential& credential) {
  using State = CreateOutcome::State;
  if (result.reach == Reach::not_sent) return {State::not_sent, {}, not_sent(result), {}};
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {State::refused,
            {},
            refusal(result, credential),
            result.status == 429 ? retry_after(result) : std::nullopt};
  }
  if (result.reach == Reach::complete && may_hold_token(result.status)) {
    return created_outcome(result, credential);
  }
  return {State::unknown, {}, unknown(result, credential), {}};
}

}  // namespace

std::string path_segment(std::string_view text) {
  const bool dots = text == "." || text == "..";
  std::string segment;
  for (const char c : text) {
    if (is_unreserved(c) && !dots) {
      segment += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      segment += '%';
      segment += "0123456789ABCDEF"[byte >> 4U];
      segment += "0123456789ABCDEF"[byte & 0xfU];
    }
  }
  return segment;
}

std::string management_url(const Profile& profile, const std::string& api_path) {
  const std::string replaced = api_path.empty() ? "" : checked_api_path(api_path);
  if (profile.product == Product::dedicated) {
    return std::string(kDedicatedOrigin) +
           (api_path.empty()
                ? "/api/v0/accounts/" + path_segment(profile.account_id) + "/clusters/" +
                      path_segment(profile.cluster_id) + "/management-tokens"
                : replaced);
  }
  const bool ipv6 = profile.host.find(':') != std::string::npos;
  return (profile.tls.disable ? "http://" : "https://") +
         (ipv6 ? "[" + profile.host + "]" : profile.host) + ":" + std::to_string(profile.port) +
         (api_path.empty() ? std::string(kDocumentedPath) : replaced);
}

std::string create_body(const CreateRequest& request) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  if (request.description) body["description"] = *request.description;
  if (request.expires_at) body["expiresAt"] = format_rfc3339(*request.expires_at);
  return body.dump();
}

CreateOutcome ManagementApi::create(const CreateRequest& request,
                                    std::chrono::milliseconds timeout) const {
  HttpResult result = http_.perform({.method = "POST",
                                     .url = url_,
                                     .body = create_body(request),
                                     .timeout = timeout,
                                     .on_signal = OnSignal::grace},
                                    credential_.token);
  CreateOutcome outcome = create_outcome(result, credential_);
  wipe(result.body.data(), result.body.size());
  return outcome;
}

ManagementApi::Listing ManagementApi::list(std::chrono::milliseconds timeout,
                                           OnSignal on_signal) const {
  HttpResult result = http_.perform({.method = "GET",
                                     .url = url_,
                                     .body = {},
                                     .timeout = timeout,
                                     .body_limit = kListLimit,
                                     .on_signal = on_signal},
                                    credential_.token);
  if (result.reach == Reach::not_sent) throw not_sent(result);
  if (result.reach == Reach::incomplete) {
    throw Error(Kind::unreached, "the cluster did not answer: " + result.problem,
                some({result.hint}));
  }
  if (result.status != 200) throw refusal(result, credential_);
  auto tokens = parse_token_list(result.body);
  if (!tokens) throw Error(Kind::refused, "the cluster's answer is not a list of tokens");
  return {std::move(*tokens), parse_http_date(result.date)};
}

RevokeOutcome ManagementApi::revoke(const std::string& id, std::chrono::milliseconds timeout,
                                    OnSignal on_signal) const {
  const HttpResult result = http_.perform({.method = "DELETE",
                                           .url = url_ + "/" + path_segment(id),
                                           .body = {},
                                           .timeout = timeout,
                                           .on_signal = on_signal},
                                          credential_.token);
  if (result.reach == Reach::not_sent) return {false, not_sent(result)};
  if (result.reach == Reach::complete && (result.status == 200 || result.status == 204)) {
    return {true, std::nullopt};
  }
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {false, refusal(result, credential_, true)};
  }
  return {false, unknown(result, credential_)};
}

}  // namespace influxctl
