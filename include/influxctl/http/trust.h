// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/http/tls_settings.h"

namespace influxctl {

/// Where the trusted certificates are: PEM files, and directories of PEM files, with or without
/// OpenSSL's hashed names. All of them count; what is missing holds none.
struct TrustStore {
  std::vector<std::string> sources;        ///< for the server
  std::vector<std::string> proxy_sources;  ///< for a proxy that is spoken to over TLS
};

/// The CA of the settings in place of the system's roots where it is set; for a proxy
/// (`https_proxy=https://...`) the system's roots in any case, as with curl. The system's are those
/// of SSL_CERT_FILE and SSL_CERT_DIR where one is set, else the bundle and the directories of the
/// distribution. Checks that the files of the settings can be read and hold what they should.
/// Throws Error{config} that names the setting and the file.
TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment);

/// What vouches for the OAuth provider, which may be the organisation's own or a public one: the
/// system's roots, and the CA of the settings as well where it is set. Throws Error{config}.
TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment);

}  // namespace influxctl
