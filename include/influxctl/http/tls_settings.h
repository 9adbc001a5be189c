// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace influxctl {

/// What users call the settings that a message points to. This area reads no configuration and no
/// flags: whoever does says their names.
struct SettingNames {
  std::string ca = "the CA file";
  std::string cert = "the client certificate";
  std::string key = "the client key";
  std::string disable = "plain http";
  std::string time_limit = "time limit";
};

/// How a connection is secured. A relative path is relative to the current directory. Empty means
/// unset; `cert` and `key` are set together or not at all. Whether the files exist is not checked
/// here.
struct TlsSettings {
  bool insecure = false;  ///< do not verify the server's certificate
  bool disable = false;   ///< http instead of https
  std::string cert = {};  ///< client certificate (PEM)
  std::string key = {};   ///< client key (PEM)
  std::string ca = {};    ///< replaces the system's roots (PEM)
  SettingNames names = {};
};

}  // namespace influxctl
