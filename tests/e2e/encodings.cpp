// SPDX-License-Identifier: MIT
#include "encodings.h"

#include <openssl/evp.h>

#include <cstdio>

namespace influxctl::e2e {

namespace {

std::string hexadecimal(std::string_view bytes, const char* format) {
  std::string text;
  for (const char c : bytes) {
    char digits[8];  // NOLINT(modernize-avoid-c-arrays)
    (void)std::snprintf(digits, sizeof digits, format, static_cast<unsigned char>(c));
    text += digits;
  }
  return text;
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),         // NOLINT
                  reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT
                  static_cast<int>(bytes.size()));
  return text;
}

}  // namespace

std::vector<std::string> encodings(std::string_view secret) {
  std::vector<std::string> forms = {
      std::string(secret), std::string(secret.rbegin(), secret.rend()), hexadecimal(secret, "%02x"),
      hexadecimal(secret, "%02X"), hexadecimal(secret, "%%%02X")};
  for (std::size_t skip = 0; skip < 3; ++skip) {
    // Whole groups only: the last one depends on what follows.
    const std::string_view part = secret.substr(skip);
    forms.push_back(base64(part.substr(0, part.size() / 3 * 3)));
  }
  return forms;
}

}  // namespace influxctl::e2e
