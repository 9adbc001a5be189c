// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace influxctl::sandbox {

template <auto Function>
struct Freed {
  template <typename Object>
  void operator()(Object* object) const {
    Function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

/// A P-256 key and the certificate for it.
struct Identity {
  Key key;
  Certificate certificate;

  std::string certificate_pem() const;
  std::string key_pem() const;
};

/// What can be wrong with the server's certificate.
enum class Flaw {
  none,
  expired,
  wrong_host,
  self_signed,
  common_name,     ///< no subjectAltName: the host is in the common name alone
  client_purpose,  ///< for clients (extended key usage)
  weak_key,        ///< RSA, 1024 bits
  weak_digest,     ///< signed with SHA-1
};

/// A certificate authority made at start, and what it signed. Nothing of it leaves this memory but
/// what the caller writes down.
struct Identities {
  Identity authority;
  Identity server;
  Identity client;
};
/// Throws std::runtime_error when OpenSSL refuses.
Identities make_identities(Flaw flaw);

/// The server's TLS. `version` is a TLS1_x_VERSION to allow alone, or 0 for 1.2 and newer.
/// Throws std::runtime_error when OpenSSL refuses.
TlsContext make_tls_context(const Identities& identities, int version, bool require_client);

}  // namespace influxctl::sandbox
