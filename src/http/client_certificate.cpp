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
#include "influxctl/base/text.h"
#include "influxctl/http/pem.h"

namespace influxctl {

namespace {

// The text of a PEM file for the client's side. OpenSSL would ask for the password of what is
// encrypted in it.
std::string read_plain_pem(const std::string& setting, const std::string& path) {
  std::string file = read_pem(setting, path);
  std::string_view text = file;
  while (const auto block = take_pem_block(text)) {
    if (block->label != "ENCRYPTED PRIVATE KEY" &&
        block->text.find("Proc-Type: 4,ENCRYPTED") == std::string_view::npos) {
      continue;
    }
    throw Error(
        ErrorKind::config,
        setting + ": " + shown(path) + " is encrypted, and this program asks for no password",
        {"store it without one, readable by you alone: openssl pkey -in FILE -out NEW"});
  }
  return file;
}

}  // namespace

#ifdef INFLUXCTL_TRUST_LOOKUP

namespace {

struct Deleter {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
template <typename Object>
using Owner = std::unique_ptr<Object, Deleter>;

// OpenSSL's pem_password_cb: there is none.
int no_password(char* /*buffer*/, int /*size*/, int /*encrypts*/, void* /*data*/) noexcept {
  return -1;
}

// The first object of its kind in a PEM file, read with OpenSSL's function for that kind.
template <typename Object>
Owner<Object> first_in(Object* (*read)(BIO*, Object**, pem_password_cb*, void*),
                       const std::string& setting, const std::string& path,
                       const std::string& kind) {
  const std::string text = read_plain_pem(setting, path);
  const Owner<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) throw std::bad_alloc();
  Owner<Object> object(read(bio.get(), nullptr, &no_password, nullptr));
  if (object != nullptr) return object;
  throw Error(ErrorKind::config,
              setting + ": " + shown(path) + " holds no " + kind + " that can be read");
}

}  // namespace

void check_client_certificate(const TlsSettings& tls) {
  if (tls.cert.empty() || tls.key.empty()) return;
  const auto certificate = first_in(&PEM_read_bio_X509, tls.names.cert, tls.cert, "certificate");
  const auto key = first_in(&PEM_read_bio_PrivateKey, tls.names.key, tls.key, "private key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    throw Error(ErrorKind::config, tls.names.key + ": " + shown(tls.key) +
                                       " does not belong to the certificate in " + shown(tls.cert));
  }
}

void forbid_prompts() {
  static UI_METHOD* const method = [] {
    UI_METHOD* const created = UI_create_method("no prompts");
    if (created == nullptr) throw std::bad_alloc();
    UI_method_set_opener(created, [](UI* /*ui*/) noexcept { return 0; });
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

void check_client_certificate(const TlsSettings& tls) {
  if (tls.cert.empty() || tls.key.empty()) return;
  (void)read_plain_pem(tls.names.cert, tls.cert);
  (void)read_plain_pem(tls.names.key, tls.key);
}
void forbid_prompts() {}
bool peer_names(void* /*ssl*/, const std::string& /*host*/) noexcept { return true; }

#endif

}  // namespace influxctl
