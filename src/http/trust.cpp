// SPDX-License-Identifier: MIT
#include "influxctl/http/trust.h"

#ifdef INFLUXCTL_TRUST_LOOKUP
#include <openssl/pem.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/http/pem.h"

namespace influxctl {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 6> kBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

bool holds_certificate(std::string_view text) {
  std::string bytes;
  while (const auto block = take_pem_block(text)) {
    if (block->is_certificate() && decode_base64(block->text, block->text.size(), bytes) &&
        subject_of(bytes)) {
      return true;
    }
  }
  return false;
}

void check_certificates(const std::string& setting, const std::string& path) {
  if (holds_certificate(read_pem(setting, path))) return;
  throw Error(ErrorKind::config, setting + ": " + shown(path) + " holds no certificate");
}

bool file_has_certificates(const std::string& path) {
  const auto text = read_pem_if_any(path);
  return text && holds_certificate(*text);
}

bool has_certificates(const std::string& path) {
  if (file_has_certificates(path)) return true;
  std::error_code failure;
  fs::directory_iterator entry(path, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    if (file_has_certificates(entry->path())) return true;
  }
  return false;
}

bool is_readable_file(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
         access(path, R_OK) == 0;
}

// Hints for a system without roots; the bundles that are of no use come first.
std::vector<std::string> hints_for_none(const std::string& setting) {
  std::vector<std::string> hints;
  for (const char* path : kBundles) {
    if (is_readable_file(path)) {
      hints.emplace_back(std::string(path) + " holds no certificate in PEM form");
    } else if (access(path, F_OK) == 0) {
      hints.emplace_back(std::string(path) + " is there, but is not a file that can be read");
    }
  }
  hints.emplace_back("install the package ca-certificates, or set " + setting +
                     " or SSL_CERT_FILE");
  return hints;
}

void check_named_file(const Environment& environment) {
  const std::string file = environment.get("SSL_CERT_FILE");
  if (!file.empty()) check_certificates("SSL_CERT_FILE", file);
}

// What the variables name, else the places of the distributions. Where they are `needed`, looks for
// a certificate there.
std::vector<std::string> find_roots(const TlsSettings& tls, const Environment& environment,
                                    bool needed) {
  std::vector<std::string> roots;
  const std::string file = environment.get("SSL_CERT_FILE");
  if (!file.empty()) roots.push_back(file);
  const std::string directories = environment.get("SSL_CERT_DIR");
  for (const std::string_view directory : split_at(":", directories)) {
    if (!directory.empty()) roots.emplace_back(directory);
  }
  const bool named = !roots.empty();
  if (!named) {
    const auto* const bundle =
        std::find_if(kBundles.begin(), kBundles.end(), [needed](const char* path) {
          return is_readable_file(path) && (!needed || file_has_certificates(path));
        });
    roots.assign(kSystemDirectories.begin(), kSystemDirectories.end());
    if (bundle != kBundles.end()) {
      roots.insert(roots.begin(), *bundle);
      return roots;
    }
  }
  if (!needed || !file.empty() || std::any_of(roots.begin(), roots.end(), has_certificates)) {
    return roots;
  }
  throw named
      ? Error(ErrorKind::config, "SSL_CERT_DIR: " + shown(directories) + " holds no certificate")
      : Error(ErrorKind::config, "this system has no CA certificates in any of the usual places",
              hints_for_none(tls.names.ca));
}

#ifdef INFLUXCTL_TRUST_LOOKUP
struct PemDeleter {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
template <typename Object>
using Owner = std::unique_ptr<Object, PemDeleter>;

// The first object of its kind in a PEM file of the client's, read with OpenSSL's function for it.
template <typename Object>
Owner<Object> first_in(Object* (*read)(BIO*, Object**, pem_password_cb*, void*),
                       const std::string& setting, const std::string& path,
                       const std::string& kind) {
  const std::string text = read_pem(setting, path);
  const Owner<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) throw std::bad_alloc();
  bool encrypted = false;
  constexpr auto kNoPassword = [](char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
  };
  Owner<Object> object(read(bio.get(), nullptr, kNoPassword, &encrypted));
  if (object != nullptr) return object;
  if (!encrypted) {
    throw Error(ErrorKind::config,
                setting + ": " + shown(path) + " holds no " + kind + " that can be read");
  }
  throw Error(ErrorKind::config,
              setting + ": " + shown(path) + " is encrypted, and this program asks for no password",
              {"store it without one, readable by you alone: openssl pkey -in FILE -out NEW"});
}
#endif

}  // namespace

void check_client_certificate(const TlsSettings& tls) {
  if (tls.cert.empty() || tls.key.empty()) return;
#ifdef INFLUXCTL_TRUST_LOOKUP
  const auto certificate =
      first_in(&PEM_read_bio_X509_AUX, tls.names.cert, tls.cert, "certificate");
  const auto key = first_in(&PEM_read_bio_PrivateKey, tls.names.key, tls.key, "private key");
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return;
  throw Error(ErrorKind::config, tls.names.key + ": " + shown(tls.key) +
                                     " does not belong to the certificate in " + shown(tls.cert));
#else  // libcurl has another TLS library, which reads them
  (void)read_pem(tls.names.cert, tls.cert);
  (void)read_pem(tls.names.key, tls.key);
#endif
}

TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment) {
  const bool needs_roots = !tls.disable && !tls.insecure && tls.ca.empty();
  TrustStore store{.sources = {}, .proxy_sources = find_roots(tls, environment, needs_roots)};
  if (tls.disable) return store;
  check_client_certificate(tls);
  if (!tls.ca.empty()) {
    check_certificates(tls.names.ca, tls.ca);
    store.sources = {tls.ca};
  } else if (needs_roots) {
    check_named_file(environment);
    store.sources = store.proxy_sources;
  }
  return store;
}

TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment) {
  const bool has_ca = !tls.ca.empty();
  if (has_ca) check_certificates(tls.names.ca, tls.ca);
  check_named_file(environment);
  const std::vector<std::string> roots = find_roots(tls, environment, !has_ca);
  TrustStore store{.sources = roots, .proxy_sources = roots};
  if (has_ca) store.sources.insert(store.sources.begin(), tls.ca);
  return store;
}

}  // namespace influxctl
