// SPDX-License-Identifier: MIT
#include "certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "random.h"

namespace influxctl::sandbox {

namespace {

constexpr long day = 86'400;

void require(bool done) {
  if (done) return;
  const char* reason = ERR_reason_error_string(ERR_get_error());
  throw std::runtime_error(std::string("OpenSSL: ") + (reason == nullptr ? "failed" : reason));
}

/// What a certificate says; `issuer` is null for a self-signed one.
struct Request {
  std::string name;
  const Identity* issuer = nullptr;
  std::vector<std::pair<int, std::string>> extensions;  // NID and value
  long valid_from = -day;                               // seconds from now
  long valid_until = day;
  bool weak_key = false;
  const EVP_MD* digest = EVP_sha256();
};

void add_name(X509_NAME* subject, const std::string& name) {
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(name.data()),
                                     static_cast<int>(name.size()), -1, 0) == 1);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Identity issue(const Request& request) {
  Identity made{Key(request.weak_key ? EVP_RSA_gen(1024U) : EVP_EC_gen("P-256")),
                Certificate(X509_new())};
  X509* certificate = made.certificate.get();
  require(made.key != nullptr && certificate != nullptr);
  X509* issuer = request.issuer == nullptr ? certificate : request.issuer->certificate.get();
  EVP_PKEY* signer = request.issuer == nullptr ? made.key.get() : request.issuer->key.get();
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U);
  X509_gmtime_adj(X509_getm_notBefore(certificate), request.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), request.valid_until);
  X509_set_pubkey(certificate, made.key.get());
  add_name(X509_get_subject_name(certificate), request.name);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  // Python 3.13 accepts no certificate without it (RFC 5280 section 4.2.1.1).
  add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  for (const auto& [nid, value] : request.extensions) {
    add_extension(certificate, issuer, nid, value);
  }
  require(X509_sign(certificate, signer, request.digest) > 0);
  return made;
}

template <typename Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, Freed<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  require(memory != nullptr && write(memory.get()) == 1);
  std::string text(BIO_ctrl_pending(memory.get()), '\0');
  require(BIO_read(memory.get(), text.data(), static_cast<int>(text.size())) > 0);
  return text;
}

Identity issue_server(const Identity& authority, Flaw flaw) {
  const bool common_name = flaw == Flaw::common_name;
  Request request{common_name ? "localhost" : "influxctl-sandbox server", &authority, {}};
  request.extensions = {
      {NID_ext_key_usage, flaw == Flaw::client_purpose ? "clientAuth" : "serverAuth"}};
  if (!common_name) {
    request.extensions.emplace_back(
        NID_subject_alt_name,
        flaw == Flaw::wrong_host ? "DNS:elsewhere.example" : "DNS:localhost,IP:127.0.0.1,IP:::1");
  }
  request.weak_key = flaw == Flaw::weak_key;
  if (flaw == Flaw::weak_digest) request.digest = EVP_sha1();
  if (flaw == Flaw::self_signed) request.issuer = nullptr;
  if (flaw == Flaw::expired) {
    request.valid_from = -2 * day;
    request.valid_until = -day;
  }
  return issue(request);
}

}  // namespace

std::string Identity::certificate_pem() const {
  return pem([this](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
}

std::string Identity::key_pem() const {
  return pem([this](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Identities make_identities(Flaw flaw) {
  // Two stand-ins are two authorities: OpenSSL looks them up by their names.
  Request authority{"influxctl-sandbox CA " + random_uuid().substr(0, 8), nullptr, {}};
  authority.extensions = {{NID_basic_constraints, "critical,CA:TRUE"},
                          {NID_key_usage, "critical,keyCertSign,cRLSign"}};
  authority.valid_from = -3 * day;
  Identities made;
  made.authority = issue(authority);
  made.server = issue_server(made.authority, flaw);
  made.client =
      issue({"influxctl-sandbox client", &made.authority, {{NID_ext_key_usage, "clientAuth"}}});
  return made;
}

TlsContext make_tls_context(const Identities& identities, int version, bool require_client) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  require(context != nullptr);
  SSL_CTX* tls = context.get();
  SSL_CTX_set_security_level(tls, 0);  // or OpenSSL would refuse the flaws, and TLS 1.1
  require(SSL_CTX_set_min_proto_version(tls, version == 0 ? TLS1_2_VERSION : version) == 1);
  require(SSL_CTX_set_max_proto_version(tls, version) == 1);
  require(SSL_CTX_use_certificate(tls, identities.server.certificate.get()) == 1);
  require(SSL_CTX_use_PrivateKey(tls, identities.server.key.get()) == 1);
  if (require_client) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), identities.authority.certificate.get());
    SSL_CTX_add_client_CA(tls, identities.authority.certificate.get());
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace influxctl::sandbox
