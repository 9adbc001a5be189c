// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "wire.h"

namespace influxctl::sandbox {

/// One HTTP/1.1 request, as it came (RFC 9112).
struct HttpRequest {
  std::string method;
  std::string target;                                        ///< as on the request line
  std::string path;                                          ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> headers;  ///< in their order
  std::string body;

  /// The first value of the header, whatever the case of its name; empty without one.
  std::string header(std::string_view name) const;
};

/// What came of reading a request.
enum class RequestResult {
  complete,
  malformed,  ///< not HTTP/1.1, or larger than 1 MiB
  ended,      ///< the client went away before its end
};

/// Reads one request. Without a Content-Length or chunks it has no body (RFC 9112 section 6.3).
RequestResult read_request(Connection& connection, HttpRequest& request);

}  // namespace influxctl::sandbox
