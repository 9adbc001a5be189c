// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "influxctl/api/management_api.h"
#include "influxctl/auth/credentials.h"
#include "influxctl/base/error.h"
#include "influxctl/http/http.h"

namespace influxctl {

/// True for a status that says that nothing was done: any 4xx, 501, 307 and 308.
bool is_refusal(int status);

/// Nothing was sent: Error{unreached}, or Error{config} for a file of ours.
Error not_sent(const HttpResult& result);

/// A whole answer that says no: Error{not_authorized} or Error{refused}. `names_token`: the request
/// named one token, so that a 404 speaks of it.
Error refusal(const HttpResult& result, const Credential& credential, bool names_token = false);

/// Sent, and no answer that can be relied on: Error{unknown}.
Error unknown(const HttpResult& result, const Credential& credential);

/// What the answer to a POST comes to.
CreateOutcome create_outcome(HttpResult& result, const Credential& credential);

/// The hints that are not empty.
std::vector<std::string> without_empty(std::initializer_list<std::string> hints);

}  // namespace influxctl
