// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/base/secret.h"
#include "influxctl/http/trust.h"

namespace influxctl {

enum class Product { clustered, dedicated };

/// `[profile.auth.oauth2]`, for the device authorization grant (RFC 8628). The client id and both
/// URLs (https; http only to this machine) are set; no scope or parameter is empty.
struct OAuthSettings {
  std::string client_id;
  Secret client_secret;
  std::vector<std::string> scopes;
  std::map<std::string, std::string> parameters;
  std::string token_url;
  std::string device_url;
  std::string config_name = "config.toml";  ///< the file's name, safe to show, for hints
};

/// What messages call the settings.
inline const SettingNames kSettingNames{.ca = "tls.ca",
                                        .cert = "tls.cert",
                                        .key = "tls.key",
                                        .disable = "tls.disable",
                                        .time_limit = "--timeout"};

/// One `[[profile]]` of config.toml. Every value is validated for its use in a URL or a header.
struct Profile {
  std::string name;
  Product product = Product::clustered;
  std::string host;          ///< host name, IPv4 or IPv6 address without brackets; set if clustered
  std::uint16_t port = 443;  ///< 80 by default with tls.disable
  std::string account_id;    ///< printable ASCII, at most 128 characters; set if dedicated
  std::string cluster_id;    ///< the same
  Secret mgmt_token;         ///< as written; find_credential checks it
  TlsSettings tls{.names = kSettingNames};
  std::optional<OAuthSettings> oauth2;
  std::string token_file;   ///< `[profile.auth.token] token_file`; a path as in TlsSettings
  std::string config_path;  ///< the file that it came from
  std::string config_name;  ///< its name without directories, safe to show, for hints
};

/// Scheme, host and port of the profile's cluster, or of the console of dedicated ones.
std::string origin_of(const Profile& profile);

/// What the command line says about the profile; empty means not given.
struct ProfileRequest {
  std::string config_path;
  std::string profile;
  std::string account_id;
  std::string cluster_id;
};

/// Where config.toml is looked for: --config, else INFLUXCTL_CONFIG, else INFLUXCTL_PROFILE where
/// its value has a slash or ends in `.toml`, else
/// `${XDG_CONFIG_HOME:-~/.config}/influxctl/config.toml` (macOS: `~/Library/Application Support`).
/// Throws Error{config} when HOME is needed and not set.
std::string config_file_path(const ProfileRequest& request, const Environment& environment);

/// Reads config.toml and picks the profile: --profile, else INFLUXCTL_PROFILE where that names no
/// file, else `default`.
/// Throws Error{config} with `file:line:column` for anything that is not as documented; the
/// message never quotes a secret. The whole file, of at most 1 MiB, is checked; what a request
/// needs (host, ids) must be there in the profile that is picked. Throws Error{usage} for an
/// account or cluster id of the command line that is no id. `context`: of read_file().
Profile load_profile(const ProfileRequest& request, const Environment& environment,
                     const ProcessContext* context = nullptr);

/// The names of all profiles of config.toml, in its order. Throws as load_profile does, but asks
/// nothing of a profile that only a request needs.
std::vector<std::string> profile_names(const ProfileRequest& request,
                                       const Environment& environment);

/// load_profile on text that was read already, for tests. `path` is for messages only.
Profile parse_profile(std::string_view toml, std::string_view path, const ProfileRequest& request,
                      const Environment& environment);

}  // namespace influxctl
