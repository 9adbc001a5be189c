// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "certificate.h"
#include "provider_responses.h"

namespace influxctl::sandbox {

/// The command line of influxctl-sandbox.
struct Options {
  bool plain = false;
  int lifetime = 600;     ///< seconds
  std::string directory;  ///< empty: a temporary one
  std::string api_path;
  Flaw flaw = Flaw::none;
  int tls_version = 0;  ///< TLS1_x_VERSION, 0: 1.2 and newer
  bool require_client_certificate = false;
  std::size_t seed_tokens = 0;
  std::vector<std::string> faults;  ///< JSON texts
  std::optional<ProviderSettings> oauth;
};

/// Parses the command line, whose first word is the program's name. Returns the exit code where the
/// process is to end at once (--help, usage errors), and -1 otherwise.
int parse_options(const std::vector<std::string>& arguments, Options& options);

}  // namespace influxctl::sandbox
