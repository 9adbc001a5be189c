// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "influxctl/base/log.h"

namespace influxctl {

/// Traces header lines: the values of an allow-list of names, and of all others the name alone. Of
/// a line that repeats the credential, or holds a management token, nothing is shown. `trusting`:
/// the server's own words are shown; without it, of its lines the status code and the values that
/// cannot hold a secret that it has just made.
void trace_headers(const Log& log, std::string_view arrow, std::string_view lines,
                   std::string_view credential, bool trusting = true);

/// What libcurl says, safe to tell: nothing of a line that repeats the credential; the user and
/// password of every URL, and what follows a proxy's name, left out.
std::string without_secrets(std::string_view line, std::string_view credential);

/// Traces what libcurl says of a connection, without_secrets().
void trace_text(const Log& log, std::string_view lines, std::string_view credential);

}  // namespace influxctl
