// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "influxctl/auth/oauth.h"

namespace influxctl {

/// What was asked: for messages, and so that none of them repeats a secret.
struct OAuthQuestion {
  const char* url_key;                    ///< the key of config.toml that the URL came from
  std::vector<std::string_view> secrets;  ///< that were sent
};

/// Reads the answer to a device authorization request. Throws Error{unreached} or
/// Error{not_authorized}.
DeviceAuthorization read_device_authorization(HttpResult& result, const OAuthQuestion& question);

/// Reads the answer to a token request. `now` is what `expires_in` counts from.
TokenOutcome read_tokens(HttpResult& result, const OAuthQuestion& question, Timestamp now);

}  // namespace influxctl
