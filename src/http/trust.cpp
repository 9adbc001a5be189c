// SPDX-License-Identifier: MIT
#include "influxctl/http/trust.h"

#include <dirent.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/file.h"
#include "influxctl/base/text.h"

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
    throw Error(ErrorKind::config, key + ": " + shown(path) +
                                       " is not a PEM file: it has no line " + "that begins with " +
                                       std::string(kLabel));
  }
  return std::move(file.text);
}

bool is_readable_file(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
         access(path, R_OK) == 0;
}

// The distribution's bundle; empty when there is none.
std::string find_bundle() {
  const auto* const found = std::find_if(kBundles.begin(), kBundles.end(), is_readable_file);
  return found == kBundles.end() ? "" : *found;
}

// What the variables or the system name; nothing when there is nothing.
std::optional<TrustStore> find_system_store(const Environment& environment) {
  TrustStore chosen;
  chosen.file = environment.get("SSL_CERT_FILE");
  chosen.folder = environment.get("SSL_CERT_DIR");
  if (!chosen.file.empty() || !chosen.folder.empty()) return chosen;
  const auto* const folder = std::find_if(kHashedFolders.begin(), kHashedFolders.end(), is_hashed);
  if (folder != kHashedFolders.end()) chosen.folder = *folder;
  (chosen.folder.empty() ? chosen.file : chosen.spare) = find_bundle();
  if (chosen.file.empty() && chosen.folder.empty()) return std::nullopt;
  return chosen;
}

// The same, with the file that the user names looked at.
std::optional<TrustStore> checked_system_store(const Environment& environment) {
  auto store = find_system_store(environment);
  const std::string named = environment.get("SSL_CERT_FILE");
  if (!named.empty()) (void)check_pem("SSL_CERT_FILE", named);
  return store;
}

// Adds what vouches for a proxy, where a variable names one that is spoken to over TLS: it may not
// be the one of this request, and what it lacks matters only then. Through such a proxy libcurl
// does not tell why the server is not trusted, so a spare is put to use at once.
TrustStore with_proxy(TrustStore store, const Environment& environment) {
  const auto names_one = [&](const char* name) {
    constexpr std::string_view kScheme = "https://";
    return strncasecmp(environment.get(name).c_str(), kScheme.data(), kScheme.size()) == 0;
  };
  constexpr std::array kVariables = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                     "ALL_PROXY"};
  if (std::none_of(kVariables.begin(), kVariables.end(), names_one)) return store;
  TrustStore roots = find_system_store(environment).value_or(TrustStore{});
  store.proxy_file = roots.file.empty() ? std::move(roots.spare) : std::move(roots.file);
  store.proxy_folder = std::move(roots.folder);
  if (store.file.empty()) {
    store.file = std::exchange(store.spare, {});
  } else if (!store.spare.empty()) {
    store = with_spare(store);
  }
  return store;
}

// Hints for a system without roots; a bundle that is there all the same comes first.
std::vector<std::string> hints_for_none() {
  std::vector<std::string> hints;
  const auto* const there = std::find_if(kBundles.begin(), kBundles.end(),
                                         [](const char* path) { return access(path, F_OK) == 0; });
  if (there != kBundles.end()) {
    hints.emplace_back(std::string(*there) + " is there, but is not a file that can be read");
  }
  hints.emplace_back(
      "install the package ca-certificates, set ca under [profile.tls] in config.toml, or set "
      "SSL_CERT_FILE");
  return hints;
}

}  // namespace

TrustStore system_trust_store(const Environment& environment) {
  if (auto store = checked_system_store(environment)) return std::move(*store);
  throw Error(ErrorKind::config, "this system has no CA certificates in any of the usual places",
              hints_for_none());
}

TrustStore with_spare(const TrustStore& store) {
  TrustStore whole = store;
  whole.spare.clear();
  whole.file.clear();
  whole.pem = check_pem("the system's CA certificates", store.spare);
  if (!store.file.empty()) whole.pem += "\n" + check_pem("tls.ca", store.file);
  return whole;
}

TrustStore check_tls_files(const TlsSettings& tls, const Environment& environment) {
  if (tls.disable) return with_proxy({}, environment);
  if (!tls.cert.empty()) (void)check_pem("tls.cert", tls.cert);
  if (!tls.key.empty()) (void)check_pem("tls.key", tls.key);
  TrustStore store;
  if (!tls.ca.empty()) {
    (void)check_pem("tls.ca", tls.ca);
    store.file = tls.ca;
  } else if (!tls.insecure) {
    store = system_trust_store(environment);
  }
  return with_proxy(std::move(store), environment);
}

TrustStore provider_trust_store(const TlsSettings& tls, const Environment& environment) {
  if (tls.ca.empty()) return with_proxy(system_trust_store(environment), environment);
  (void)check_pem("tls.ca", tls.ca);
  TrustStore store = checked_system_store(environment).value_or(TrustStore{});
  const std::string system = std::exchange(store.file, tls.ca);
  if (!system.empty()) {  // OpenSSL takes one file
    store.spare = system;
    store = with_spare(store);
  }
  return with_proxy(std::move(store), environment);
}

}  // namespace influxctl
