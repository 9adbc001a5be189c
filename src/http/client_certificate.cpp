// SPDX-License-Identifier: MIT
#include "influxctl/http/client_certificate.h"

#ifdef INFLUXCTL_TRUST_LOOKUP
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/ui.h>
#include <openssl/x509v3.h>
#endif

#include <memory>
#include <string_view>

#include "influxctl/base/error.h"
#include "influxctl/base/file.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wipe_guard.h"

namespace influxctl {

#ifdef INFLUXCTL_TRUST_LOOKUP

namespace {

constexpr std::size_t kFileLimit = 16U << 20U;

struct Deleter {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
template <typename Object>
using Owner = std::unique_ptr<Object, Deleter>;

// OpenSSL's pem_password_cb: notes that a password was wanted, and has none.
int refuse_password(char* /*buffer*/, int /*size*/, int /*encrypts*/, void* wanted) noexcept {
  *static_cast<bool*>(wanted) = true;
  return -1;
}

// Reads the first object of its kind in a PEM file, with OpenSSL's function for that kind.
template <typename Object>
Owner<Object> read_pem(Object* (*read)(BIO*, Object**, pem_password_cb*, void*),
                       const std::string& setting, const std::string& path,
                       const std::string& kind) {
  FileText file = read_regular_file(path, setting, kFileLimit);
  const WipeGuard guard(file.text);
  const auto refused = [&](const std::string& what, const std::string& hint = {}) {
    return Error(ErrorKind::config, setting + ": " + shown(path) + " " + what,
                 hint.empty() ? std::vector<std::string>{} : std::vector{hint});
  };
  if (file.text.find("-----BEGIN") == std::string::npos) {
    throw refused("is not a PEM file: it has no line that begins with -----BEGIN",
                  "openssl can convert it from DER or PKCS #12");
  }
  const Owner<BIO> bio(BIO_new_mem_buf(file.text.data(), static_cast<int>(file.text.size())));
  if (bio == nullptr) throw std::bad_alloc();
  bool encrypted = false;
  Owner<Object> object(read(bio.get(), nullptr, &refuse_password, &encrypted));
  if (object != nullptr) return object;
  if (encrypted || file.text.find("ENCRYPTED") != std::string::npos) {
    throw refused("is encrypted, and this program asks for no password",
                  "store it without one, readable by you alone: openssl pkey -in FILE -out NEW");
  }
  throw refused("holds no " + kind + " that can be read");
}

}  // namespace

void check_client_certificate(const TlsSettings& tls) {
  if (tls.cert.empty() || tls.key.empty()) return;
  const auto certificate =
      read_pem<X509>(&PEM_read_bio_X509, tls.names.cert, tls.cert, "certificate");
  const auto key =
      read_pem<EVP_PKEY>(&PEM_read_bio_PrivateKey, tls.names.key, tls.key, "private key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    throw Error(ErrorKind::config, tls.names.key + ": " + shown(tls.key) +
                                       " does not belong to the certificate in " + shown(tls.cert));
  }
}

void forbid_prompts() {
  static UI_METHOD* const method = [] {
    UI_METHOD* const created = UI_create_method("no prompts");
    if (created == nullptr) throw std::bad_alloc();
    UI_method_set_opener(created, [](UI* /*ui*/) { return 0; });
    return created;
  }();
  UI_set_default_method(method);
}

bool peer_names(void* ssl, const std::string& host) noexcept {
  const Owner<X509> certificate(SSL_get1_peer_certificate(static_cast<SSL*>(ssl)));
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);  // of a fully qualified name
  return certificate != nullptr &&
         (X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1 ||
          X509_check_host(certificate.get(), name.data(), name.size(),
                          X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1);
}

#else  // libcurl has another TLS library, which reads the files and checks the name itself

void check_client_certificate(const TlsSettings& /*tls*/) {}
void forbid_prompts() {}
bool peer_names(void* /*ssl*/, const std::string& /*host*/) noexcept { return true; }

#endif

}  // namespace influxctl
