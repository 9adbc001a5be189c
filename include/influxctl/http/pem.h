// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/io.h"

namespace influxctl {

/// A larger PEM file is refused.
inline constexpr std::size_t kPemFileLimit = 16U << 20U;

/// One block of a PEM file (RFC 7468).
struct PemBlock {
  std::string_view label;  ///< CERTIFICATE
  std::string_view text;   ///< base64 and white space

  /// CERTIFICATE and what OpenSSL takes for one: X509 CERTIFICATE, TRUSTED CERTIFICATE.
  bool is_certificate() const;
};

/// Takes the next whole block off `text`, which begins at the start of a line, and all before it.
/// Without one, leaves what may be the beginning of one. A block that does not end as it begins is
/// skipped.
std::optional<PemBlock> take_pem_block(std::string_view& text);

/// The text of a PEM file of the user's, of at most 16 MiB. Throws Error{config} that begins with
/// `setting`.
std::string read_pem(const std::string& setting, const std::string& path);

/// A PEM file, read piece by piece; its first 16 MiB count.
class PemFile {
 public:
  explicit PemFile(const std::string& path);

  /// It is a regular file that can be read.
  bool is_open() const { return file_.is_open(); }

  /// The next block, valid until the next call. Without one the file is at its end.
  std::optional<PemBlock> next();

 private:
  [[nodiscard]] bool read_more();

  Descriptor file_;
  std::string buffer_;
  std::string_view rest_;  // of the buffer
  std::size_t read_ = 0;
};

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
