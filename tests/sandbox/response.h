// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fault.h"

namespace influxctl::sandbox {

/// An HTTP response before it is framed.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// v0's error response: {"code": status, "message": message}.
Response error_response(int status, const std::string& message);

/// What the rule makes of a response: other status, headers or body. `real` is the true response of
/// a request that took effect, and a plain 200 for one that did not (see Rule::acts).
Response changed(Response real, const Rule& rule);

/// What goes over the wire for a response: these bytes, and then either silence or the end.
struct Transmission {
  std::string bytes;
  bool stalls = false;
};

/// Frames a response as the rule says; a default Rule gives a plain HTTP/1.1 response.
Transmission framed(const Response& response, const Rule& rule);

}  // namespace influxctl::sandbox
