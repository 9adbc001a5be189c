// SPDX-License-Identifier: MIT
// The reading of PEM and DER, held against OpenSSL's: where both understand a certificate, they
// find the same subject, and names that OpenSSL calls equal have one fingerprint.
#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/http/pem.h"

namespace {

using influxctl::decode_base64;
using influxctl::name_fingerprint;
using influxctl::subject_of;
using influxctl::take_pem_block;

struct Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

void require(bool holds) {
  if (!holds) std::abort();
}

// The subject of the certificate, where it is one.
void check_certificate(std::string_view der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, Deleter> certificate(
      d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  ERR_clear_error();
  const auto subject = subject_of(der);
  if (!subject) return;
  const auto fingerprint = name_fingerprint(*subject);
  if (certificate == nullptr) return;
  // Read and written anew, it is DER for certain, and the same name.
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(subject->data());
  X509_NAME* read = d2i_X509_NAME(nullptr, &bytes, static_cast<long>(subject->size()));
  require(read != nullptr && X509_NAME_cmp(read, name) == 0);
  // Entry by entry, as an X509_NAME of OpenSSL's own making has it.
  X509_NAME* copy = X509_NAME_new();
  for (int at = 0; at < X509_NAME_entry_count(read); ++at) {
    require(X509_NAME_add_entry(copy, X509_NAME_get_entry(read, at), -1, 0) == 1);
  }
  unsigned char* written = nullptr;
  const int size = i2d_X509_NAME(copy, &written);
  if (size > 0 && X509_NAME_cmp(copy, name) == 0 && fingerprint) {
    const auto other =
        name_fingerprint({reinterpret_cast<const char*>(written), static_cast<std::size_t>(size)});
    require(!other || *other == *fingerprint);
  }
  OPENSSL_free(written);
  X509_NAME_free(copy);
  X509_NAME_free(read);
  ERR_clear_error();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_certificate(input);
  static_cast<void>(name_fingerprint(input));
  std::string bytes;
  std::string_view text = input;
  while (const auto block = take_pem_block(text)) {
    static_cast<void>(block->is_certificate());
    // A limit gives the beginning of the same.
    const std::size_t limit = size % 64;
    if (decode_base64(block->text, block->text.size(), bytes)) {
      const std::string all = bytes;
      require(decode_base64(block->text, limit, bytes) && all.starts_with(bytes) &&
              bytes.size() >= std::min(limit, all.size()));
    }
    if (decode_base64(block->text, block->text.size(), bytes)) check_certificate(bytes);
  }
  require(text.size() <= input.size());
  return 0;
}
