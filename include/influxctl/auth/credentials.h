// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "influxctl/base/environment.h"
#include "influxctl/base/secret.h"
#include "influxctl/config/profile.h"

namespace influxctl {

/// The credential for the cluster, and where it came from ("INFLUXCTL_MGMT_TOKEN", "mgmt_token in
/// PATH", "token file PATH", "the login in PATH"; safe to show).
struct Credential {
  Secret token;
  std::string source;
  std::string unsafe_file;  ///< a file that holds it and that others can read; empty if none
  std::string mend = {};    ///< the command that gets a better one, for hints; empty if none
};

/// First that is set: INFLUXCTL_MGMT_TOKEN, mgmt_token (moved out of the profile), token_file (a
/// bare token, or a JSON object with `access_token` or `token`; at most 64 KiB). White space around
/// it is dropped. Throws Error{config} that never quotes the value for one that is no b64token
/// (RFC 6750) or a file that is not as it should be. Nothing when none of them is set: what is left
/// then is the login of [profile.auth.oauth2].
std::optional<Credential> find_credential(Profile& profile, const Environment& environment);

}  // namespace influxctl
