// SPDX-License-Identifier: MIT
#include "influxctl/auth/oauth.h"

#include <algorithm>

#include "influxctl/base/text.h"
#include "influxctl/http/url.h"

namespace influxctl {

namespace {

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
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

}  // namespace

OAuthQuestion OAuthProvider::question(const char* url_key, const std::string& url) const {
  return {url_key, url, {settings_.client_secret.reveal()}, settings_.config_name};
}

// The program's own fields come first, and no parameter of config.toml repeats one of them: a field
// must not be sent twice (RFC 6749 section 3.1).
HttpResult OAuthProvider::post(const OAuthQuestion& question, const Fields& fields,
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
  const auto url = parse_url(question.url);
  HttpRequest request{
      .method = "POST",
      .url = question.url,
      .body = {},
      .timeout = timeout,
      .body_limit = kResponseLimit,
      .on_signal = on_signal,
      .content_type = "application/x-www-form-urlencoded",
      .body_is_secret = true,
      .direct = url && url->scheme == "http",
      .close_delimited_counts = true,
      .address_setting = std::string(question.url_key) + " in " + question.config_name,
      .on_wait = watcher_};
  for (const auto& [name, value] : all) add_field(request.body, name, value);
  return http_.perform(request, Secret());
}

DeviceAuthorization OAuthProvider::authorize() const {
  const OAuthQuestion asked = question("device_url", settings_.device_url);
  return read_device_authorization(post(asked, {}, timeout_, OnSignal::stop), asked);
}

TokenOutcome OAuthProvider::ask_for_tokens(const Fields& fields, const Secret& secret,
                                           std::chrono::milliseconds timeout,
                                           OnSignal on_signal) const {
  OAuthQuestion asked = question("token_url", settings_.token_url);
  asked.secrets.push_back(secret.reveal());
  const HttpResult result = post(asked, fields, timeout, on_signal);
  return read_tokens(result, asked, current_time());
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
