// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace influxctl {

/// One block of a PEM file (RFC 7468).
struct PemBlock {
  std::string_view label;  ///< CERTIFICATE
  std::string_view text;   ///< base64 and white space

  /// CERTIFICATE and what OpenSSL takes for one: X509 CERTIFICATE, TRUSTED CERTIFICATE.
  bool is_certificate() const;
};

/// Takes the next whole block off `text`, which begins at the start of a line, and all before it. A
/// block that does not end as it begins is skipped.
std::optional<PemBlock> take_pem_block(std::string_view& text);

/// The text of a PEM file of the user's, of at most 16 MiB. Throws Error{config} that begins with
/// `setting`.
std::string read_pem(const std::string& setting, const std::string& path);

/// The text of a file that may hold PEM. None where it is not a regular file of at most 16 MiB that
/// can be read.
std::optional<std::string> read_pem_if_any(const std::string& path);

/// Decodes base64 with white space in it, as far as `limit` bytes or a few more. False where it is
/// not base64.
[[nodiscard]] bool decode_base64(std::string_view text, std::size_t limit, std::string& bytes);

/// The subject of a certificate (RFC 5280 section 4.1), as a DER element. Needs no more of the
/// certificate than its beginning. None where that is too short, or not DER.
std::optional<std::string_view> subject_of(std::string_view certificate);

/// The same number for any two names that X509_NAME_cmp() calls equal, whatever string types, case
/// and spaces they are written in. None where only OpenSSL can say.
std::optional<std::uint64_t> name_fingerprint(std::string_view name);

}  // namespace influxctl
