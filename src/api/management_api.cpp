// SPDX-License-Identifier: MIT
#include "influxctl/api/management_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "influxctl/api/management_response.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::string_view kDocumentedPath = "/api/v0/management-tokens";
constexpr std::string_view kDedicatedOrigin = "https://console.influxdata.com";
constexpr std::size_t kListLimit = 256U << 20U;

std::string checked_api_path(std::string_view path) {
  constexpr std::string_view kAllowed = "/%!$&'()*+,;=:@";  // RFC 3986 section 3.3
  const bool clean = std::all_of(path.begin(), path.end(), [&](char c) {
    return is_unreserved(c) || kAllowed.find(c) != std::string_view::npos;
  });
  bool escapes = true;  // "%2e" would be a dot again for whoever decodes it
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view digits = path.substr(at + 1, 2);
    escapes = escapes && digits.size() == 2 &&
              digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos &&
              digits != "2e" && digits != "2E";
  }
  const std::string bounded = std::string(path) + '/';
  const bool dots = bounded.find("/../") != std::string::npos ||
                    bounded.find("/./") != std::string::npos ||
                    path.find("//") != std::string_view::npos;
  if (!path.starts_with('/') || path == "/" || !clean || !escapes || dots) {
    throw Error(ErrorKind::usage, "--api-path " + quoted(path) + " is not an absolute URL path",
                {"write it like " + std::string(kDocumentedPath)});
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

}  // namespace

std::string path_segment(std::string_view text) {
  if (text == ".") return "%2E";
  if (text == "..") return "%2E%2E";
  return percent_encoded(text);
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

// A refusal for the credential's sake, of a request that had no effect.
bool ManagementApi::may_renew(const HttpResult& result) const {
  if (!renew_ || result.reach != Reach::complete || result.status != 401) return false;
  const auto created = parse_created_token(result.body);
  return !created || (created->token.empty() && created->record.id.empty());
}

HttpResult ManagementApi::send(HttpRequest request) const {
  request.address_setting = "host and port in config.toml";
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + request.timeout;
  const auto left = [until] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  };
  HttpResult result = http_.perform(request, credential_.token);
  for (int again = 0; again < 2 && may_renew(result) && left().count() > 0; ++again) {
    if (!renew_(left(), request.on_signal)) break;
    request.timeout = std::max(left(), std::chrono::milliseconds(1));
    result = http_.perform(request, credential_.token);
  }
  return result;
}

CreateOutcome ManagementApi::create(const CreateRequest& request,
                                    std::chrono::milliseconds timeout) const {
  HttpResult result = send({.method = "POST",
                            .url = url_,
                            .body = create_body(request),
                            .timeout = timeout,
                            .on_signal = OnSignal::grace});
  CreateOutcome outcome = create_outcome(result, credential_);
  wipe(result.body.data(), result.body.size());
  return outcome;
}

ManagementApi::Listing ManagementApi::list(std::chrono::milliseconds timeout, OnSignal on_signal,
                                           const Keep& keep) const {
  HttpResult result = send({.method = "GET",
                            .url = url_,
                            .body = {},
                            .timeout = timeout,
                            .body_limit = kListLimit,
                            .on_signal = on_signal});
  if (result.reach == Reach::not_sent) throw not_sent(result);
  if (result.reach == Reach::incomplete) {
    throw Error(ErrorKind::unreached, "the cluster did not answer: " + result.problem,
                without_empty({result.hint}));
  }
  const auto server_time = parse_http_date(result.date);
  if (result.status == 204) return {{}, 0, server_time};
  if (result.status != 200) throw refusal(result, credential_);
  KeepRecord wanted;
  if (keep) wanted = [&](const TokenRecord& record) { return keep(record, server_time); };
  auto list = parse_token_list(result.body, wanted);
  if (!list) throw Error(ErrorKind::refused, "the cluster's response is not a list of tokens");
  return {std::move(list->tokens), list->unreadable, server_time};
}

RevokeOutcome ManagementApi::revoke(const std::string& id, std::chrono::milliseconds timeout,
                                    OnSignal on_signal) const {
  const HttpResult result = send({.method = "DELETE",
                                  .url = url_ + "/" + path_segment(id),
                                  .body = {},
                                  .timeout = timeout,
                                  .on_signal = on_signal});
  if (result.reach == Reach::not_sent) return {false, not_sent(result)};
  if (result.reach == Reach::complete && (result.status == 200 || result.status == 204)) {
    return {.revoked = true};
  }
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {false, refusal(result, credential_, true), result.status};
  }
  return {false, unknown(result, credential_)};
}

}  // namespace influxctl
