// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "harness.h"

namespace influxctl::e2e {

/// How a connection came to its end, as the client saw it.
enum class Seen { notify, fin, reset, silence, no_handshake };

struct Exchange {
  std::string bytes;  ///< all that came, decrypted
  Seen end = Seen::silence;

  int status() const;        ///< of the first status line; 0 when there is none
  std::string head() const;  ///< up to and with the empty line
  std::string body() const;  ///< after the empty line
  nlohmann::json json() const { return nlohmann::json::parse(body(), nullptr, false); }
};

/// How the client connects.
struct Dial {
  std::string host = "localhost";  ///< the name to verify
  int tls_version = 0;             ///< TLS1_x_VERSION alone; 0: any
  bool client_certificate = false;
  std::chrono::milliseconds patience{60'000};  ///< silence after so long
};

/// Sends the text over a new connection (TLS, verified, unless the sandbox is plain) and reads
/// until the end or silence.
Exchange talk(const Sandbox& sandbox, const std::string& text, const Dial& dial = {});

/// The text of a request to the documented path plus `path`, with a credential (none where empty).
std::string request(const std::string& method, const std::string& path, const std::string& token,
                    const std::string& body = "");

}  // namespace influxctl::e2e
