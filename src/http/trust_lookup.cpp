// SPDX-License-Identifier: MIT
// How OpenSSL comes to the certificates of a TrustStore.
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "influxctl/http/trust.h"

#ifdef INFLUXCTL_TRUST_LOOKUP

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/ui.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <new>

#include "influxctl/http/pem.h"

// An X509_LOOKUP that reads certificates when OpenSSL asks for them. To parse a whole bundle takes
// OpenSSL longer than the rest of a run.
namespace influxctl {

namespace {

namespace fs = std::filesystem;

// A subject is in the first bytes of nearly every certificate.
constexpr std::size_t kBeginning = 512;

struct X509Deleter {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
};

// XXXXXXXX.N, as c_rehash names certificates, and not a link that leads nowhere.
bool is_hashed_name(const fs::path& path) {
  constexpr std::size_t kDigits = 8;
  const std::string name = path.filename();
  return name.size() > kDigits + 1 && name.find_first_not_of("0123456789abcdef") == kDigits &&
         name[kDigits] == '.' &&
         name.find_first_not_of("0123456789", kDigits + 1) == std::string::npos &&
         access(path.c_str(), R_OK) == 0;
}

// One question of OpenSSL's.
class Search {
 public:
  Search(X509_STORE* store, const X509_NAME* name, const std::vector<std::string>& sources)
      : store_(store), name_(name), sources_(sources) {
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &bytes, &size) != 1) return;
    der_ = {reinterpret_cast<const char*>(bytes), size};
    fingerprint_ = name_fingerprint(der_);
  }

  void run() {
    for (const std::string& source : sources_) {
      std::error_code ignored;
      if (fs::is_directory(source, ignored)) {
        in_directory(source);
      } else {
        in_file(source);
      }
    }
  }

 private:
  // False when it is not a file that can be read.
  bool in_file(const std::string& path) {
    const auto text = read_pem_if_any(path);
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    while (const auto block = take_pem_block(rest)) {
      if (block->is_certificate() && may_match(*block)) offer(*block);
    }
    return text.has_value();
  }

  // Where one file has a hashed name, all have.
  void in_directory(const fs::path& directory) {
    const unsigned long hash = X509_NAME_hash_ex(name_, nullptr, nullptr, nullptr);
    std::array<char, 32> name{};
    std::error_code failure;
    bool found = false;
    for (int number = 0;; ++number) {
      (void)std::snprintf(name.data(), name.size(), "%08lx.%d", hash, number);
      const fs::path path = directory / name.data();
      if (!fs::exists(fs::symlink_status(path, failure))) break;
      found = in_file(path) || found;
    }
    const auto* const end = kSystemDirectories.end();
    if (found || std::find(kSystemDirectories.begin(), end, directory) != end) return;
    const fs::directory_iterator entries(directory, failure);
    if (failure) return;
    std::vector<std::string> paths;
    for (auto entry = entries; entry != fs::end(entries) && !failure; entry.increment(failure)) {
      if (is_hashed_name(entry->path())) return;
      // Debian's bundle is in its directory, and a source of its own.
      if (std::find(sources_.begin(), sources_.end(), entry->path()) == sources_.end()) {
        paths.push_back(entry->path());
      }
    }
    std::sort(paths.begin(), paths.end());  // the first of a certificate counts
    for (const std::string& path : paths) in_file(path);
  }

  // Whether the certificate's subject may be the name. True where only OpenSSL can say.
  bool may_match(const PemBlock& block) {
    for (const std::size_t limit : {kBeginning, block.text.size()}) {
      if (!decode_base64(block.text, limit, bytes_)) return false;
      const auto subject = subject_of(bytes_);
      if (!subject) continue;
      if (*subject == der_ || !fingerprint_) return true;
      const auto fingerprint = name_fingerprint(*subject);
      return !fingerprint || *fingerprint == *fingerprint_;
    }
    return true;
  }

  void offer(const PemBlock& block) {
    if (!decode_base64(block.text, block.text.size(), bytes_)) return;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes_.data());
    const auto size = static_cast<long>(bytes_.size());
    const std::unique_ptr<X509, X509Deleter> certificate(block.label.starts_with("TRUSTED")
                                                             ? d2i_X509_AUX(nullptr, &data, size)
                                                             : d2i_X509(nullptr, &data, size));
    if (certificate != nullptr &&
        X509_NAME_cmp(X509_get_subject_name(certificate.get()), name_) == 0) {
      (void)X509_STORE_add_cert(store_, certificate.get());
    }
  }

  X509_STORE* store_;
  const X509_NAME* name_;
  const std::vector<std::string>& sources_;
  std::string_view der_;
  std::optional<std::uint64_t> fingerprint_;
  std::string bytes_;
};

// Puts all certificates of that name into the store, where OpenSSL goes on to look for the one that
// fits, and gives it the first. 0 is none; a negative number would count as one.
int get_by_subject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name,
                   X509_OBJECT* result) noexcept {
  if (type != X509_LU_X509) return 0;
  X509_STORE* store = X509_LOOKUP_get_store(lookup);
  ERR_set_mark();
  try {
    const auto* sources =
        static_cast<const std::vector<std::string>*>(X509_LOOKUP_get_method_data(lookup));
    Search(store, name, *sources).run();
  } catch (...) {  // out of memory: what is not found is not trusted
  }
  ERR_pop_to_mark();
  X509_OBJECT* first =
      X509_OBJECT_retrieve_by_subject(X509_STORE_get0_objects(store), X509_LU_X509, name);
  X509* certificate = first == nullptr ? nullptr : X509_OBJECT_get0_X509(first);
  if (certificate == nullptr || X509_OBJECT_set1_X509(result, certificate) != 1) return 0;
  X509_free(certificate);  // the caller takes a reference of its own; the store has another
  return 1;
}

// The mark of a proxy's context; 0, the newest version, is a server's.
constexpr long kNewest = CURL_SSLVERSION_MAX_TLSv1_3;
constexpr long kProxyVersions = CURL_SSLVERSION_TLSv1_2 | kNewest;

// Has OpenSSL check the server's name too: libcurl 7.88 takes a certificate's common name where
// there is no subjectAltName.
bool expect_name(SSL_CTX* tls, const std::string& host) noexcept {
  std::string_view name = host;
  if (name.ends_with('.')) name.remove_suffix(1);  // of a fully qualified name
  X509_VERIFY_PARAM* expected = SSL_CTX_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1;
}

// As OpenSSL does it; but what it leaves in the queue of errors, libcurl would take for the reason
// of the failure.
int on_verify(X509_STORE_CTX* certificates, void* data) noexcept {
  const int accepted = X509_verify_cert(certificates);
  static_cast<PeerTrust*>(data)->verdict = X509_STORE_CTX_get_error(certificates);
  if (accepted != 1) ERR_clear_error();
  return accepted;
}

// libcurl calls it for the proxy's context and for the server's. Its own store stays empty: that of
// verification takes precedence, whatever libcurl puts into the other one.
CURLcode on_context(CURL* /*handle*/, void* context, void* data) noexcept {
  auto* tls = static_cast<SSL_CTX*>(context);
  auto& peer = *static_cast<PeerTrust*>(data);
  peer.at_proxy = SSL_CTX_get_max_proto_version(tls) == TLS1_3_VERSION;
  if (!peer.at_proxy && !expect_name(tls, peer.host)) return CURLE_OUT_OF_MEMORY;
  if (SSL_CTX_get_verify_mode(tls) != SSL_VERIFY_NONE) {
    SSL_CTX_set_cert_verify_callback(tls, &on_verify, data);
  }
  std::unique_ptr<X509_STORE, X509Deleter> store(X509_STORE_new());
  if (store == nullptr ||
      !add_lookup(store.get(), peer.at_proxy ? peer.store.proxy_sources : peer.store.sources)) {
    return CURLE_OUT_OF_MEMORY;
  }
  // wiping_free() does this too, unless a library has used OpenSSL before main() (libssh does).
  (void)SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
  // As libcurl has it: any certificate that is trusted will do, not roots alone.
  (void)X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  if (SSL_CTX_set0_verify_cert_store(tls, store.get()) != 1) return CURLE_OUT_OF_MEMORY;
  (void)store.release();
  return CURLE_OK;
}

}  // namespace

bool add_lookup(X509_STORE* store, const std::vector<std::string>& sources) {
  static X509_LOOKUP_METHOD* const method = X509_LOOKUP_meth_new("influxctl");
  if (method == nullptr || X509_LOOKUP_meth_set_get_by_subject(method, &get_by_subject) != 1) {
    return false;
  }
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store, method);
  if (lookup == nullptr) return false;
  // Only read; OpenSSL's pointer serves both ways.
  auto* data = const_cast<std::vector<std::string>*>(&sources);  // NOLINT(*-const-cast)
  return X509_LOOKUP_set_method_data(lookup, data) == 1;
}

bool set_trust(void* handle, PeerTrust& trust) {
  const std::array set = {
      curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr),
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr),
      curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, nullptr),
      curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, nullptr),
      curl_easy_setopt(handle, CURLOPT_PROXY_SSLVERSION, kProxyVersions),
      curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, &on_context),
      curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, &trust),
  };
  return std::all_of(set.begin(), set.end(), [](CURLcode code) { return code == CURLE_OK; });
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

}  // namespace influxctl

#else  // libcurl has another TLS library, reads the certificates and checks the name itself

namespace influxctl {

// libcurl takes one file and one list of directories, so that tls.ca takes the place of the
// system's bundle for the OAuth provider too. It copies the strings. A null pointer takes its own
// default away.
bool set_trust(void* handle, PeerTrust& trust) {
  const auto set = [handle](CURLoption file_option, CURLoption directories_option,
                            const std::vector<std::string>& sources) {
    std::string file;
    std::string directories;
    for (const std::string& source : sources) {
      std::error_code ignored;
      if (std::filesystem::is_directory(source, ignored)) {
        directories += (directories.empty() ? "" : ":") + source;
      } else if (file.empty()) {
        file = source;
      }
    }
    const auto text = [](const std::string& path) { return path.empty() ? nullptr : path.c_str(); };
    return curl_easy_setopt(handle, file_option, text(file)) == CURLE_OK &&
           curl_easy_setopt(handle, directories_option, text(directories)) == CURLE_OK;
  };
  return set(CURLOPT_CAINFO, CURLOPT_CAPATH, trust.store.sources) &&
         set(CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH, trust.store.proxy_sources) &&
         curl_easy_setopt(handle, CURLOPT_PROXY_SSLVERSION,
                          static_cast<long>(CURL_SSLVERSION_TLSv1_2)) == CURLE_OK;
}

void forbid_prompts() {}

}  // namespace influxctl

#endif
