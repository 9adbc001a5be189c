// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "influxctl/base/log.h"

namespace influxctl {

/// Whose header lines they are.
enum class HeaderOf {
  request,
  response,
  response_with_secret,  ///< one that nobody else knows yet, which could be in any value
};

/// Traces header lines: the values of an allow-list of names, and of all others the name alone. Of
/// a line that repeats the credential, or holds a management token, nothing is shown; of a response
/// with a secret, the status code and the names on the list.
void trace_headers(const Log& log, HeaderOf of, std::string_view lines,
                   std::string_view credential);

/// What libcurl says, safe to tell: nothing of a line that repeats the credential; the user and
/// password of every URL, and what follows a proxy's name, left out.
std::string without_secrets(std::string_view line, std::string_view credential);

/// Traces what libcurl says of a connection, without_secrets().
void trace_text(const Log& log, std::string_view lines, std::string_view credential);

}  // namespace influxctl
