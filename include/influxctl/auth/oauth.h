// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/secret.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

/// What a provider issued (RFC 6749 section 5.1).
struct OAuthTokens {
  Secret access_token;                  ///< a b64token (RFC 6750) below 64 KiB
  Secret refresh_token;                 ///< empty: none
  std::optional<Timestamp> expires_at;  ///< of the access token; unset: unknown
};

/// A login that waits for its user (RFC 8628 section 3.2). The texts are fit to be shown.
struct DeviceAuthorization {
  Secret device_code;
  std::string user_code;                  ///< printable, at most 128 bytes
  std::string verification_uri;           ///< http or https, printable ASCII without spaces
  std::string verification_uri_complete;  ///< the same, with the code in it; empty: none
  std::chrono::seconds expires_in{0};     ///< 1 s to a day
  std::chrono::seconds interval{5};       ///< least pause between two polls; 1 s to an hour
};

/// What a request for tokens comes to.
struct TokenOutcome {
  enum class State {
    granted,
    pending,    ///< the user has not decided yet
    slow_down,  ///< the same, and the interval grows by 5 s for good (RFC 8628 section 3.5)
    unreached,  ///< no response that counts: trying again may help
    refused,    ///< no; or a response that cannot be used
  };
  State state = State::unreached;
  OAuthTokens tokens = {};                      ///< with granted
  std::optional<Error> failure = std::nullopt;  ///< with unreached and refused
  bool invalid_grant = false;  ///< with refused: the refresh token is worth nothing
};

/// What was asked, for messages, so that none of them repeats a secret.
struct OAuthQuestion {
  const char* url_key;                    ///< the key of config.toml that the URL came from
  std::string url;                        ///< the URL
  std::vector<std::string_view> secrets;  ///< that were sent
  std::string config_name = "config.toml";
};

/// Reads the response to a device authorization request. Throws Error{unreached} or
/// Error{not_authorized}; also where what is to be shown would repeat the device code.
DeviceAuthorization read_device_authorization(const HttpResult& result,
                                              const OAuthQuestion& question);

/// Reads the response to a token request. `now` is what `expires_in` counts from.
TokenOutcome read_tokens(const HttpResult& result, const OAuthQuestion& question, Timestamp now);

/// An organisation's OAuth provider: the device authorization grant (RFC 8628) and refresh tokens
/// (RFC 6749 section 6). One request a call. Client id, client secret, scopes and parameters go
/// with each as form fields, never in a URL.
class OAuthProvider {
 public:
  /// `timeout` limits each request that names none. A URL with http uses no proxy.
  OAuthProvider(const HttpClient& http, const OAuthSettings& settings,
                std::chrono::milliseconds timeout)
      : http_(http), settings_(settings), timeout_(timeout) {}

  /// Has each request reported.
  void watch(std::function<void(const RequestWait&)> watcher) { watcher_ = std::move(watcher); }

  /// Begins a login. Throws Error{unreached} without a response, Error{not_authorized} for one that
  /// says no or cannot be used.
  DeviceAuthorization authorize() const;

  /// Asks whether the user has approved, and takes no longer than `left`.
  TokenOutcome poll(const DeviceAuthorization& authorization, std::chrono::milliseconds left) const;

  /// Gets a new access token. The provider may replace the refresh token too; where it does not,
  /// the response has none, and the old one stays valid.
  TokenOutcome refresh(const Secret& refresh_token, std::chrono::milliseconds timeout,
                       OnSignal on_signal) const;

 private:
  using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
  OAuthQuestion question(const char* url_key, const std::string& url) const;
  HttpResult post(const OAuthQuestion& question, const Fields& fields,
                  std::chrono::milliseconds timeout, OnSignal on_signal) const;
  TokenOutcome ask_for_tokens(const Fields& fields, const Secret& secret,
                              std::chrono::milliseconds timeout, OnSignal on_signal) const;

  const HttpClient& http_;
  const OAuthSettings& settings_;
  std::chrono::milliseconds timeout_;
  std::function<void(const RequestWait&)> watcher_;
};

}  // namespace influxctl
