// SPDX-License-Identifier: MIT
#include "random.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <vector>

namespace influxctl::sandbox {

namespace {

std::vector<unsigned char> random_bytes(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
    throw std::runtime_error("no random numbers");
  }
  return bytes;
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xfU];
  }
  return text;
}

}  // namespace

std::string random_text(std::size_t bytes) {
  const auto random = random_bytes(bytes);
  std::vector<unsigned char> base64((bytes + 2) / 3 * 4 + 1);
  const int size = EVP_EncodeBlock(base64.data(), random.data(), static_cast<int>(bytes));
  std::string text(base64.begin(), std::next(base64.begin(), size));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text.substr(0, text.find('='));
}

// In base64 as the real ones, "+" and "/" in the prefix and in the end.
std::string random_token() {
  std::string text = random_text(64);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.front() = '+';
  text.back() = '/';
  return "M.V1." + text;
}

std::string random_user_code() {
  constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
  std::string code;
  for (const unsigned byte : random_bytes(8)) code += letters[byte % letters.size()];
  return code.insert(4, "-");
}

std::string random_client_secret() {
  return random_text(12) + R"(&=+% /%41"\'#?;:@,$<>{})" + random_text(12);
}

std::string random_uuid() {
  auto bytes = random_bytes(16);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);  // the RFC's variant
  std::string text = hexadecimal(bytes);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, "-");
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("no SHA-256");
  }
  return hexadecimal(std::span(digest).first(size));
}

}  // namespace influxctl::sandbox
