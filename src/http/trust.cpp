// SPDX-License-Identifier: MIT
#include "influxctl/http/trust.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/file.h"
#include "influxctl/base/text.h"
#include "influxctl/http/client_certificate.h"
#include "influxctl/http/pem.h"

namespace influxctl {

namespace {

namespace fs = std::filesystem;

// Debian, Ubuntu, Alpine, Arch, SUSE; Fedora, RHEL.
constexpr std::array<const char*, 2> kDirectories = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

constexpr std::array<const char*, 6> kBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

// The first bytes of a certificate, which tell it from what has its label alone.
bool is_certificate(const PemBlock& block) {
  constexpr std::size_t kBeginning = 4096;
  std::string bytes;
  return block.is_certificate() && decode_base64(block.text, kBeginning, bytes) &&
         subject_of(bytes).has_value();
}

void check_certificates(const std::string& setting, const std::string& path) {
  const std::string file = read_pem(setting, path);
  std::string_view text = file;
  while (const auto block = take_pem_block(text)) {
    if (is_certificate(*block)) return;
  }
  throw Error(ErrorKind::config, setting + ": " + shown(path) + " holds no certificate");
}

bool file_has_certificates(const std::string& path) {
  PemFile file(path);
  while (const auto block = file.next()) {
    if (is_certificate(*block)) return true;
  }
  return false;
}

bool has_certificates(const std::string& path) {
  if (file_has_certificates(path)) return true;
  std::error_code failure;
  fs::directory_iterator entry(path, failure);
  while (!failure && entry != fs::directory_iterator()) {
    if (file_has_certificates(entry->path())) return true;
    entry.increment(failure);
  }
  return false;
}

bool is_readable_file(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
         access(path, R_OK) == 0;
}

// What the variables name, else the places of the distributions; nothing is looked into.
std::vector<std::string> find_roots(const Environment& environment) {
  std::vector<std::string> roots;
  const std::string file = environment.get("SSL_CERT_FILE");
  if (!file.empty()) roots.push_back(file);
  std::istringstream directories(environment.get("SSL_CERT_DIR"));
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (!directory.empty()) roots.push_back(directory);
  }
  if (!roots.empty()) return roots;
  const auto* const bundle = std::find_if(kBundles.begin(), kBundles.end(), is_readable_file);
  if (bundle != kBundles.end()) roots.emplace_back(*bundle);
  roots.insert(roots.end(), kDirectories.begin(), kDirectories.end());
  return roots;
}

// The same, with the file that the user names looked at.
std::vector<std::string> check_roots(const Environment& environment) {
  const std::string file = environment.get("SSL_CERT_FILE");
  if (!file.empty()) check_certificates("SSL_CERT_FILE", file);
  return find_roots(environment);
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

// The roots of this system: SSL_CERT_FILE and SSL_CERT_DIR where one is set, else the bundle and
// the directories of the distribution.
std::vector<std::string> system_roots(const TlsSettings& tls, const Environment& environment) {
  std::vector<std::string> roots = check_roots(environment);
  const bool named =
      !environment.get("SSL_CERT_FILE").empty() || !environment.get("SSL_CERT_DIR").empty();
  if (named || std::any_of(roots.begin(), roots.end(), has_certificates)) return roots;
  throw Error(ErrorKind::config, "this system has no CA certificates in any of the usual places",
              hints_for_none(tls.names.ca));
}

}  // namespace

TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment) {
  TrustStore store{.sources = {}, .proxy_sources = find_roots(environment)};
  if (tls.disable) return store;
  check_client_certificate(tls);
  if (!tls.ca.empty()) {
    check_certificates(tls.names.ca, tls.ca);
    store.sources = {tls.ca};
  } else if (!tls.insecure) {
    store.sources = system_roots(tls, environment);
  }
  return store;
}

TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment) {
  TrustStore store{.sources = {}, .proxy_sources = find_roots(environment)};
  if (tls.ca.empty()) {
    store.sources = system_roots(tls, environment);
  } else {
    check_certificates(tls.names.ca, tls.ca);
    store.sources = check_roots(environment);
    store.sources.insert(store.sources.begin(), tls.ca);
  }
  return store;
}

}  // namespace influxctl
