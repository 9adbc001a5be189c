// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/commands/commands.h"
#include "influxctl/config/profile.h"

namespace influxctl {

/// The cluster for people: "HOST:PORT", or "account ID" for a dedicated one.
std::string cluster_name(const Profile& profile);

/// What a person is asked before tokens are revoked.
struct Question {
  const Profile& profile;
  std::vector<std::string> tokens;  ///< one line each, safe to show
  std::string text;                 ///< "Revoke 2 tokens for good?"
  std::string otherwise;            ///< what is true after a no: "nothing was revoked"
};

/// Asks on stderr and reads the reply from stdin, both of which are terminals. Throws Error{usage}
/// unless it is yes, and Error{signals.kind()} when cancelled.
void confirm(const Question& question, const ProcessContext& context);

}  // namespace influxctl
