// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "failure.h"
#include "influxctl/http/trust.h"
#include "temporary_directory.h"

namespace influxctl::client_certificate_test {

namespace {

struct Deleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter>;

template <typename Write>
std::string written(Write write) {
  const std::unique_ptr<BIO, Deleter> memory(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(memory.get()), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Key new_key() { return Key(EVP_EC_gen("P-256")); }

std::string certificate_of(const Key& key) {
  const std::unique_ptr<X509, Deleter> x509(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 60);
  X509_set_pubkey(x509.get(), key.get());
  EXPECT_GT(X509_sign(x509.get(), key.get(), EVP_sha256()), 0);
  return written([&](BIO* out) { return PEM_write_bio_X509(out, x509.get()); });
}

std::string pkcs8(const Key& key, const EVP_CIPHER* cipher = nullptr) {
  return written([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key.get(), cipher, cipher == nullptr ? nullptr : "x",
                                         cipher == nullptr ? 0 : 1, nullptr, nullptr);
  });
}

std::string traditional(const Key& key, const EVP_CIPHER* cipher = nullptr) {
  const std::string password = "xxxx";
  return written([&](BIO* out) {
    return PEM_write_bio_PrivateKey_traditional(
        out, key.get(), cipher, reinterpret_cast<const unsigned char*>(password.data()),
        cipher == nullptr ? 0 : static_cast<int>(password.size()), nullptr, nullptr);
  });
}

/// What the check says of files with these texts, without their paths.
std::string verdict(const std::string& certificate, const std::string& key) {
  const TemporaryDirectory directory;
  const TlsSettings tls{.cert = directory.write("cert", certificate),
                        .key = directory.write("key", key),
                        .names = {.cert = "tls.cert", .key = "tls.key"}};
  std::string text = failure_of([&] { check_client_certificate(tls); });
  for (auto at = text.find(directory.file("")); at != std::string::npos;
       at = text.find(directory.file(""))) {
    text.erase(at, directory.file("").size());
  }
  return text;
}

TEST(ClientCertificate, Taken) {
  const Key key = new_key();
  const std::string certificate = certificate_of(key);
  const std::string parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
      "-----END EC PARAMETERS-----\n";
  EXPECT_EQ(verdict(certificate, pkcs8(key)), "done");
  EXPECT_EQ(verdict(certificate, traditional(key)), "done");
  EXPECT_EQ(verdict(certificate, parameters + traditional(key)), "done");
  EXPECT_EQ(verdict("a comment\n" + certificate, "a comment\n" + pkcs8(key)), "done");
  const std::string both = certificate + pkcs8(key);
  EXPECT_EQ(verdict(both, both), "done") << "the key inside the certificate's file";
  const std::string key_first = pkcs8(key) + certificate;
  EXPECT_EQ(verdict(key_first, key_first), "done");
  EXPECT_EQ(verdict(certificate + certificate_of(new_key()), pkcs8(key)), "done") << "a chain";
  EXPECT_EQ(verdict(certificate + pkcs8(new_key(), EVP_aes_256_cbc()), pkcs8(key)), "done")
      << "a key in the certificate's file is not read";
  check_client_certificate({});
}

TEST(ClientCertificate, MayBeATrustedCertificate) {
  const Key key = new_key();
  std::string certificate = certificate_of(key);
  for (auto at = certificate.find("CERTIFICATE"); at != std::string::npos;
       at = certificate.find("CERTIFICATE", at + 20)) {
    certificate.insert(at, "TRUSTED ");
  }
  EXPECT_EQ(verdict(certificate, pkcs8(key)), "done");
}

TEST(ClientCertificate, NoPasswordIsAskedFor) {
  const Key key = new_key();
  const std::string certificate = certificate_of(key);
  const std::string encrypted =
      "3 tls.key: key is encrypted, and this program asks for no password | store it without one, "
      "readable by you alone: openssl pkey -in FILE -out NEW";
  EXPECT_EQ(verdict(certificate, pkcs8(key, EVP_aes_256_cbc())), encrypted);
  EXPECT_EQ(verdict(certificate, traditional(key, EVP_aes_128_cbc())), encrypted)
      << "Proc-Type: 4,ENCRYPTED";
  EXPECT_EQ(verdict(certificate, certificate + traditional(key, EVP_aes_128_cbc())), encrypted)
      << "after the certificate";
  const std::string secret = written([&](BIO* out) {
    return PEM_ASN1_write_bio(reinterpret_cast<i2d_of_void*>(i2d_PUBKEY), PEM_STRING_X509, out,
                              key.get(), EVP_aes_128_cbc(),
                              reinterpret_cast<const unsigned char*>("xxxx"), 4, nullptr, nullptr);
  });
  EXPECT_TRUE(verdict(secret, pkcs8(key)).starts_with("3 tls.cert: cert is encrypted"))
      << "even a certificate may be";
}

TEST(ClientCertificate, Refused) {
  const Key key = new_key();
  const std::string certificate = certificate_of(key);
  const std::string no_pem =
      " is not a PEM file: it has no line that begins with -----BEGIN | openssl can convert it "
      "from "
      "DER or PKCS #12";
  EXPECT_EQ(verdict(certificate, pkcs8(new_key())),
            "3 tls.key: key does not belong to the certificate in cert");
  EXPECT_EQ(verdict(certificate, certificate),
            "3 tls.key: key holds no private key that can be read");
  EXPECT_EQ(verdict(pkcs8(key), pkcs8(key)),
            "3 tls.cert: cert holds no certificate that can be read");
  EXPECT_EQ(verdict("junk", pkcs8(key)), "3 tls.cert: cert" + no_pem);
  EXPECT_EQ(verdict(certificate, ""), "3 tls.key: key" + no_pem);
  const std::string cut = pkcs8(key).substr(0, 60);
  EXPECT_EQ(verdict(certificate, cut), "3 tls.key: key holds no private key that can be read");
}

}  // namespace

}  // namespace influxctl::client_certificate_test
