// SPDX-License-Identifier: MIT
#include "influxctl/trust.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "influxctl/error.h"
#include "influxctl/file.h"
#include "influxctl/text.h"

namespace influxctl {

namespace {

constexpr std::size_t kFileLimit = 16U << 20U;

// Debian, Ubuntu, Alpine, Arch, SUSE keep one; the names in it end in ".0".
constexpr std::array<const char*, 2> kHashedFolders = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

constexpr std::array<const char*, 6> kBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

// Names alone do not do: a folder copied into an image may hold links that lead nowhere.
bool is_hashed(const char* folder) {
  struct Closer {
    void operator()(DIR* handle) const { (void)closedir(handle); }
  };
  const std::unique_ptr<DIR, Closer> handle(opendir(folder));
  if (handle == nullptr) return false;
  while (const dirent* entry = readdir(handle.get())) {
    const bool named = std::string_view(entry->d_name).ends_with(".0");
    if (named && faccessat(dirfd(handle.get()), entry->d_name, R_OK, 0) == 0) return true;
  }
  return false;
}

// The text of a PEM file.
std::string check_pem(const std::string& key, const std::string& path) {
  constexpr std::string_view kLabel = "-----BEGIN";
  FileText file = read_regular_file(path, key, kFileLimit);
  if (file.text.find(kLabel) == std::string::npos) {
    throw Error(Kind::config, key + ": " + shown(path) + " is not a PEM file: it has no line " +
                                  "that begins with " + std::string(kLabel));
  }
  return std::move(file.text);
}

// What the variables or the system name; nothing when there is nothing.
std::optional<TrustStore> find_system_store(const Environment& environment) {
  TrustStore chosen{.file = environment.get("SSL_CERT_FILE"),
                    .folder = environment.get("SSL_CERT_DIR"),
                    .pem = {}};
  if (!chosen.file.empty()) (void)check_pem("SSL_CERT_FILE", chosen.file);
  if (!chosen.file.empty() || !chosen.folder.empty()) return chosen;
  for (const char* folder : kHashedFolders) {
    if (is_hashed(folder)) return TrustStore{.file = {}, .folder = folder, .pem = {}};
  }
  for (const char* bundle : kBundles) {
    if (access(bundle, R_OK) == 0) return TrustStore{.file = bundle, .folder = {}, .pem = {}};
  }
  return std::nullopt;
}

}  // namespace

TrustStore system_trust_store(const Environment& environment) {
  if (auto store = find_system_store(environment)) return std::move(*store);
  throw Error(Kind::config, "this system has no CA certificates in any of the usual places",
              {"install the package ca-certificates, set ca under [profile.tls] in config.toml, or "
               "set SSL_CERT_FILE"});
}

TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment) {
  if (tls.disable) return {};
  if (!tls.cert.empty()) (void)check_pem("tls.cert", tls.cert);
  if (!tls.key.empty()) (void)check_pem("tls.key", tls.key);
  if (!tls.ca.empty()) {
    (void)check_pem("tls.ca", tls.ca);
    return {.file = tls.ca, .folder = {}, .pem = {}};
  }
  return tls.insecure ? TrustStore{} : system_trust_store(environment);
}

TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment) {
  if (tls.ca.empty()) return system_trust_store(environment);
  std::string ca = check_pem("tls.ca", tls.ca);
  TrustStore store = find_system_store(environment).value_or(TrustStore{});
  if (store.file.empty()) {
    store.file = tls.ca;
  } else {  // OpenSSL takes one file
    store.pem = std::move(ca) + "\n" + check_pem("the system's CA certificates", store.file);
    store.file.clear();
  }
  return store;
}

}  // namespace influxctl
