// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace influxctl {

struct OpenSslDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

template <typename Type>
using Owned = std::unique_ptr<Type, OpenSslDeleter>;

/// Bytes that OpenSSL writes to a BIO.
template <typename Write>
std::string written(Write write) {
  const Owned<BIO> memory(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(memory.get()), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class Issued;

/// What a certificate says.
struct Request {
  std::string name;
  const Issued* issuer = nullptr;  ///< self-signed without one
  const Issued* key_of = nullptr;  ///< has the key of another certificate; a new one without
  bool ca = true;
  bool key_ids = true;  ///< subject and authority key identifiers
  long from = -86'400;  ///< seconds from now
  long until = 86'400;
  int string_type = MBSTRING_UTF8;  ///< V_ASN1_BMPSTRING, ...
  std::string unit = {};            ///< OU, none when empty
  long serial = 0;                  ///< the next one when 0
};

/// A certificate and its key.
class Issued {
 public:
  explicit Issued(const Request& request) : certificate_(X509_new()) {
    static long next_serial = 1;
    if (request.key_of != nullptr) EVP_PKEY_up_ref(request.key_of->key());
    key_.reset(request.key_of != nullptr ? request.key_of->key() : EVP_EC_gen("P-256"));
    X509* x = get();
    const Issued& issuer = request.issuer == nullptr ? *this : *request.issuer;
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x),
                     request.serial != 0 ? request.serial : next_serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), request.from);
    X509_gmtime_adj(X509_getm_notAfter(x), request.until);
    X509_set_pubkey(x, key());
    add_name("O", "influxctl tests", MBSTRING_UTF8);
    if (!request.unit.empty()) add_name("OU", request.unit, MBSTRING_UTF8);
    add_name("CN", request.name, request.string_type);
    X509_set_issuer_name(x, X509_get_subject_name(issuer.get()));
    add(issuer, NID_basic_constraints, request.ca ? "critical,CA:TRUE" : "CA:FALSE");
    if (request.key_ids) {
      add(issuer, NID_subject_key_identifier, "hash");
      add(issuer, NID_authority_key_identifier, "keyid");
    }
    EXPECT_GT(X509_sign(x, issuer.key(), EVP_sha256()), 0);
  }

  X509* get() const { return certificate_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  const X509_NAME* subject() const { return X509_get_subject_name(get()); }

  std::string pem() const {
    return written([this](BIO* out) { return PEM_write_bio_X509(out, get()); });
  }
  std::string trusted_pem() const {
    return written([this](BIO* out) { return PEM_write_bio_X509_AUX(out, get()); });
  }
  std::string der() const {
    return written([this](BIO* out) { return i2d_X509_bio(out, get()); });
  }

 private:
  void add_name(const char* field, const std::string& text, int type) {
    EXPECT_EQ(X509_NAME_add_entry_by_txt(X509_get_subject_name(get()), field, type,
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         static_cast<int>(text.size()), -1, 0),
              1);
  }

  void add(const Issued& issuer, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer.get(), get(), nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    EXPECT_TRUE(extension != nullptr && X509_add_ext(get(), extension.get(), -1) == 1) << value;
  }

  Owned<X509> certificate_;
  Owned<EVP_PKEY> key_;
};

}  // namespace influxctl
