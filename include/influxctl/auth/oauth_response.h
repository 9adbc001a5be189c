// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "influxctl/auth/oauth.h"

namespace influxctl {

/// What was asked: for messages, and so that none of them repeats a secret.
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

}  // namespace influxctl
