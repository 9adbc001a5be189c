// SPDX-License-Identifier: MIT
#include "influxctl/trust.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>

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

bool is_hashed(const char* folder) {
  struct Closer {
    void operator()(DIR* handle) const { (void)closedir(handle); }
  };
  const std::unique_ptr<DIR, Closer> handle(opendir(folder));
  if (handle == nullptr) return false;
  while (const dirent* entry = readdir(handle.get())) {
    if (std::string_view(entry->d_name).ends_with(".0")) return true;
  }
  return false;
}

void check_pem(const std::string& key, const std::string& path, std::string_view label) {
  const FileText file = read_regular_file(path, key, kFileLimit);
  if (file.text.find(label) == std::string::npos) {
    throw Error(Kind::config, key + ": " + shown(path) + " is not a PEM file: it has no line " +
                                  "that begins with " + std::string(label));
  }
}

}  // namespace

TrustStore system_trust_store(const Environment& environment) {
  TrustStore chosen{.file = environment.get("SSL_CERT_FILE"),
                    .folder = environment.get("SSL_CERT_DIR")};
  if (!chosen.file.empty()) check_pem("SSL_CERT_FILE", chosen.file, "-----BEGIN");
  if (!chosen.file.empty() || !chosen.folder.empty()) return chosen;
  for (const char* folder : kHashedFolders) {
    if (is_hashed(folder)) return {.file = {}, .folder = folder};
  }
  for (const char* bundle : kBundles) {
    if (access(bundle, R_OK) == 0) return {.file = bundle, .folder = {}};
  }
  throw Error(Kind::config, "this system has no CA certificates in any of the usual places",
              {"install the package ca-certificates, set ca under [profile.tls] in config.toml, or "
               "set SSL_CERT_FILE"});
}

TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment) {
  if (tls.disable) return {};
  if (!tls.cert.empty()) check_pem("tls.cert", tls.cert, "-----BEGIN");
  if (!tls.key.empty()) check_pem("tls.key", tls.key, "-----BEGIN");
  if (!tls.ca.empty()) {
    check_pem("tls.ca", tls.ca, "-----BEGIN");
    return {.file = tls.ca, .folder = {}};
  }
  return tls.insecure ? TrustStore{} : system_trust_store(environment);
}

}  // namespace influxctl
