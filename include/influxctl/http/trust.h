// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <vector>

#include "influxctl/base/process_context.h"

struct x509_store_st;  // X509_STORE

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

/// The system's directories: of Debian, Ubuntu, Alpine, Arch, SUSE; of Fedora, RHEL. As with
/// OpenSSL only what has a hashed name counts there: certificates of servers may lie beside it.
inline constexpr std::array<const char*, 2> kSystemDirectories = {"/etc/ssl/certs",
                                                                  "/etc/pki/tls/certs"};

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

/// Checks the files of `tls.cert` and `tls.key`, where set: PEM, a key without a password, which
/// belongs to the certificate. Throws Error{config} that names the setting and the file.
void check_client_certificate(const TlsSettings& tls);

/// Whom a connection trusts, and what came of it; the last two are set by the handshakes, where
/// libcurl has OpenSSL.
struct PeerTrust {
  const TrustStore& store;
  std::string host;       ///< of the server: a name, or an address without brackets
  bool at_proxy = false;  ///< the last handshake was that with a proxy
  int verdict = 0;        ///< why its certificate was not accepted: X509_V_ERR_*
};

/// Has a handle of libcurl (CURL*) trust these certificates and no others, the server's by its
/// subjectAltName alone (RFC 9525 section 2). Comes after CURLOPT_SSL_VERIFYPEER. `trust` outlives
/// its transfers. Sets CURLOPT_PROXY_SSLVERSION too. False when libcurl refuses.
[[nodiscard]] bool set_trust(void* handle, PeerTrust& trust);

/// Has OpenSSL ask `sources`, which outlive `store`, for the issuer that it wants: they are read
/// only then, and only certificates with that subject are parsed. All of these are offered. False
/// when memory runs out. Only where libcurl has OpenSSL.
[[nodiscard]] bool add_lookup(x509_store_st* store, const std::vector<std::string>& sources);

/// From now on OpenSSL fails where it would ask the terminal for a password.
void forbid_prompts();

}  // namespace influxctl
