// SPDX-License-Identifier: MIT
#include "influxctl/auth/oauth.h"

#include <algorithm>

#include "influxctl/auth/oauth_response.h"
#include "influxctl/base/text.h"
#include "influxctl/http/url.h"

namespace influxctl {

namespace {

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr const char* kDeviceUrl = "device_url";
constexpr const char* kTokenUrl = "token_url";
constexpr std::size_t kResponseLimit = 256U << 10U;

void add_field(std::string& form, std::string_view name, std::string_view value) {
  form += form.empty() ? "" : "&";
  form += percent_encoded(name) + '=' + percent_encoded(value);
}

std::string joined(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

bool is_https(const std::string& text) {
  const auto url = parse_url(text);
  return url && url->scheme == "https";
}

}  // namespace

bool speaks_http(const OAuthSettings& settings) {
  return !is_https(settings.token_url) || !is_https(settings.device_url);
}

// The program's own fields come first, and no parameter of config.toml repeats one of them: a field
// must not be sent twice (RFC 6749 section 3.1).
HttpResult OAuthProvider::post(const std::string& url, const char* url_key, const Fields& fields,
                               std::chrono::milliseconds timeout, OnSignal on_signal) const {
  const std::string scope = joined(settings_.scopes);
  Fields all = fields;
  all.emplace_back("client_id", settings_.client_id);
  if (!settings_.client_secret.empty()) {
    all.emplace_back("client_secret", settings_.client_secret.reveal());
  }
  if (!scope.empty()) all.emplace_back("scope", scope);
  for (const auto& parameter : settings_.parameters) {
    const bool taken = std::any_of(
        all.begin(), all.end(), [&](const auto& field) { return field.first == parameter.first; });
    if (!taken) all.emplace_back(parameter);
  }
  HttpRequest request{.method = "POST",
                      .url = url,
                      .body = {},
                      .timeout = timeout,
                      .body_limit = kResponseLimit,
                      .on_signal = on_signal,
                      .content_type = "application/x-www-form-urlencoded",
                      .body_is_secret = true,
                      .direct = !is_https(url),
                      .close_delimited_counts = true,
                      .address_setting = std::string(url_key) + " in " + settings_.config_name};
  for (const auto& [name, value] : all) add_field(request.body, name, value);
  request.on_wait = watcher_;
  return http_.perform(request, Secret());
}

DeviceAuthorization OAuthProvider::authorize() const {
  const HttpResult result = post(settings_.device_url, kDeviceUrl, {}, timeout_, OnSignal::stop);
  return read_device_authorization(result, {kDeviceUrl,
                                            settings_.device_url,
                                            {settings_.client_secret.reveal()},
                                            settings_.config_name});
}

TokenOutcome OAuthProvider::ask_for_tokens(const Fields& fields, const Secret& secret,
                                           std::chrono::milliseconds timeout,
                                           OnSignal on_signal) const {
  const HttpResult result = post(settings_.token_url, kTokenUrl, fields, timeout, on_signal);
  return read_tokens(result,
                     {kTokenUrl,
                      settings_.token_url,
                      {settings_.client_secret.reveal(), secret.reveal()},
                      settings_.config_name},
                     current_time());
}

TokenOutcome OAuthProvider::poll(const DeviceAuthorization& authorization,
                                 std::chrono::milliseconds left) const {
  return ask_for_tokens(
      {{"grant_type", kDeviceGrant}, {"device_code", authorization.device_code.reveal()}},
      authorization.device_code, std::min(timeout_, left), OnSignal::stop);
}

TokenOutcome OAuthProvider::refresh(const Secret& refresh_token, std::chrono::milliseconds timeout,
                                    OnSignal on_signal) const {
  return ask_for_tokens(
      {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}}, refresh_token,
      timeout, on_signal);
}

}  // namespace influxctl
