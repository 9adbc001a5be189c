// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/base/secret.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

/// The credential for the cluster, and where it came from. Sources are texts that are safe to show:
/// "INFLUXCTL_MGMT_TOKEN", "mgmt_token in PATH", "token file PATH", "the login in PATH".
struct Credential {
  Secret token;
  std::string source;
  std::string file = {};     ///< that holds it; empty for the environment
  std::string renewal = {};  ///< the command that gets a better one, for hints; empty if none
  std::optional<Timestamp> expires_at = std::nullopt;  ///< what an OAuth provider said of it
};

}  // namespace influxctl
