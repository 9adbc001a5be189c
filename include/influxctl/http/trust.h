// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/base/environment.h"
#include "influxctl/http/tls_settings.h"

namespace influxctl {

/// Where OpenSSL finds the roots that it trusts; all that is set counts.
struct TrustStore {
  std::string file;    ///< PEM
  std::string folder;  ///< hashed names
  std::string pem;     ///< the roots themselves, in place of a file
  std::string spare;   ///< PEM; read only where the others do not hold the issuer: see with_spare()
  std::string proxy_file;    ///< the same for a proxy that is spoken to over TLS: PEM
  std::string proxy_folder;  ///< hashed names
};

/// The system's roots: SSL_CERT_FILE and SSL_CERT_DIR where set; else a hashed folder
/// (`/etc/ssl/certs/*.0`), which OpenSSL reads lazily, and the bundle of the distribution to spare:
/// parsing a whole bundle takes longer than the rest of a run; else the bundle alone. Throws
/// Error{config} when there is none.
TrustStore system_trust_store(const Environment& environment);

/// The same store with its spare among the roots. Throws Error{config} when it cannot be read.
TrustStore with_spare(const TrustStore& store);

/// tls.ca in place of the system's roots where it is set; for a proxy (`https_proxy=https://...`)
/// the system's roots in any case, as with curl. Checks that the files of `[profile.tls]` can be
/// read and look like PEM. Throws Error{config} that names the key and the file.
TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment);

/// What vouches for the OAuth provider, which may be the organisation's own or a public one: the
/// system's roots, and tls.ca as well where it is set. Throws Error{config}.
TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment);

}  // namespace influxctl
