// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certificate.h"

namespace influxctl::sandbox {

/// What a stand-in starts with.
struct Start {
  std::vector<std::string> arguments;      ///< the command line
  std::optional<Identities> identities{};  ///< without a flaw; others than the last start had
};

/// Starts a stand-in for each connection to the Unix socket that stdin is, until the reader of
/// stdout is gone. It is a process of its own, in which this returns. Its stdin and stdout are the
/// connection, whose first line is the command line, a JSON array. OpenSSL is ready in it already:
/// that, the libraries and the certificates take longer than all else of a start.
Start wait_for_start();

}  // namespace influxctl::sandbox
