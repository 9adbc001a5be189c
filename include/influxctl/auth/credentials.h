// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"

namespace influxctl {

/// Every source that is set, in order of precedence: the first one is used. An OAuth login counts
/// where it was made and is in the cache.
std::vector<std::string> credential_sources(const Profile& profile, const Environment& environment);

/// First that is set: INFLUXCTL_MGMT_TOKEN, mgmt_token (moved out of the profile), token_file (a
/// bare token, or a JSON object with `access_token` or `token`; at most 64 KiB, UTF-8, a byte order
/// mark is skipped). White space around it is dropped. Throws Error{config} that never quotes the
/// value for one that is no b64token (RFC 6750) or a file that is not as it should be. Nothing when
/// none of them is set: what is left then is an OAuth login. `context`: of
/// read_file().
std::optional<Credential> find_credential(Profile& profile, const Environment& environment,
                                          const ProcessContext* context = nullptr);

}  // namespace influxctl
