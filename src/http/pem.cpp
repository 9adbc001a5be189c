// SPDX-License-Identifier: MIT
#include "influxctl/http/pem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/file.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::size_t kPiece = 32U << 10U;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

// Where a line that starts so begins; npos when there is none.
std::size_t find_line(std::string_view text, std::string_view start) {
  std::size_t at = text.find(start);
  while (at != std::string_view::npos && at != 0 && text[at - 1] != '\n') {
    at = text.find(start, at + 1);
  }
  return at;
}

// The label of a whole BEGIN line; empty where it is none.
std::string_view label_of(std::string_view line) {
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.remove_suffix(1);
  line.remove_prefix(std::min(kBegin.size(), line.size()));
  if (!line.ends_with(kDashes)) return {};
  line.remove_suffix(kDashes.size());
  return line;
}

constexpr unsigned char kSpace = 64;
constexpr unsigned char kPadding = 65;
constexpr unsigned char kInvalid = 66;

constexpr std::array<unsigned char, 256> kBase64 = [] {
  std::array<unsigned char, 256> values{};
  values.fill(kInvalid);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned char value = 0;
  for (const char digit : kAlphabet) values[static_cast<unsigned char>(digit)] = value++;
  for (const char space : {' ', '\t', '\r', '\n'})
    values[static_cast<unsigned char>(space)] = kSpace;
  values['='] = kPadding;
  return values;
}();

// ASN.1 tags (X.690 section 8.1.2, X.680 section 8).
constexpr unsigned char kInteger = 0x02;
constexpr unsigned char kOid = 0x06;
constexpr unsigned char kUniversalString = 0x1c;
constexpr unsigned char kBmpString = 0x1e;
constexpr unsigned char kConstructed = 0x20;
constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kSet = 0x31;
constexpr unsigned char kVersion = 0xa0;

struct Element {
  unsigned char tag = 0;
  std::string_view whole;
  std::string_view content;
};

// Takes the next element off `der`. None where it is not whole (with `cut`, its header will do), or
// has a form that DER does not have.
std::optional<Element> take_element(std::string_view& der, bool cut = false) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(der[at]); };
  if (der.size() < 2) return std::nullopt;
  std::size_t header = 2;
  std::size_t length = byte(1);
  if (length >= 0x80) {
    const std::size_t count = length - 0x80;
    if (count == 0 || count > 4 || der.size() < 2 + count) return std::nullopt;
    length = 0;
    for (; header < 2 + count; ++header) length = length << 8U | byte(header);
  }
  if (length > der.size() - header) {
    if (!cut) return std::nullopt;
    length = der.size() - header;
  }
  const Element element{byte(0), der.substr(0, header + length), der.substr(header, length)};
  der.remove_prefix(header + length);
  return element;
}

std::optional<Element> take(std::string_view& der, unsigned char tag, bool cut = false) {
  auto element = take_element(der, cut);
  return element && element->tag == tag ? element : std::nullopt;
}

constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325U;

std::uint64_t mix(std::uint64_t hash, unsigned char byte) { return (hash ^ byte) * 0x100000001b3U; }

// OpenSSL compares strings as UTF-8, with ASCII in lower case and without superfluous spaces
// (asn1_string_canon). What is common to all forms of a string are its ASCII characters.
std::uint64_t mix_value(std::uint64_t hash, const Element& value) {
  const std::size_t width = value.tag == kUniversalString ? 4 : (value.tag == kBmpString ? 2 : 1);
  for (std::size_t at = 0; at + width <= value.content.size(); at += width) {
    const auto character = value.content.substr(at, width);
    const bool is_wide =
        std::any_of(character.begin(), character.end() - 1, [](char byte) { return byte != '\0'; });
    auto byte = static_cast<unsigned char>(character.back());
    const bool is_space = byte == ' ' || (byte >= '\t' && byte <= '\r');
    if (is_wide || byte >= 0x80 || is_space) continue;
    if (byte >= 'A' && byte <= 'Z') byte |= 0x20U;
    hash = mix(hash, byte);
  }
  return hash;
}

}  // namespace

bool PemBlock::is_certificate() const {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
}

std::optional<PemBlock> take_pem_block(std::string_view& text) {
  while (true) {
    const std::size_t begin = find_line(text, kBegin);
    // Without one the last line may still become one.
    text.remove_prefix(begin != std::string_view::npos ? begin : text.rfind('\n') + 1);
    const std::size_t line_end = text.find('\n');
    if (begin == std::string_view::npos || line_end == std::string_view::npos) return std::nullopt;
    const std::string_view label = label_of(text.substr(0, line_end));
    std::string_view body = text.substr(line_end + 1);
    const std::size_t end = find_line(body, kDashes);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view block = body.substr(0, end);
    body.remove_prefix(end);
    const std::string last = std::string(kEnd).append(label).append(kDashes);
    if (body.size() < last.size() && last.starts_with(body)) return std::nullopt;
    text = body;
    if (!body.starts_with(last)) continue;
    text.remove_prefix(last.size());
    return PemBlock{label, block};
  }
}

std::string read_pem(const std::string& setting, const std::string& path) {
  std::string text = read_regular_file(path, setting, kPemFileLimit);
  if (text.find(kBegin) != std::string::npos) return text;
  throw Error(ErrorKind::config,
              setting + ": " + shown(path) +
                  " is not a PEM file: it has no line that begins with " +
                  std::string(kBegin.substr(0, kBegin.size() - 1)),
              {"openssl can convert it from DER or PKCS #12"});
}

PemFile::PemFile(const std::string& path) {
  // O_NONBLOCK: the open of a FIFO without a writer returns at once.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (file.is_open() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) {
    file_ = std::move(file);
  }
}

// Reads as much again as is left: however long a block is, it is looked at a few times only.
bool PemFile::read_more() {
  buffer_.erase(0, buffer_.size() - rest_.size());
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + std::min(std::max(kPiece, kept), kPemFileLimit - read_));
  ssize_t count = 0;
  do {
    count = ::read(file_.get(), buffer_.data() + kept, buffer_.size() - kept);
  } while (count < 0 && errno == EINTR);
  buffer_.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  rest_ = buffer_;
  read_ += buffer_.size() - kept;
  return buffer_.size() > kept;
}

std::optional<PemBlock> PemFile::next() {
  if (!is_open()) return std::nullopt;
  do {
    if (auto block = take_pem_block(rest_)) return block;
  } while (read_more());
  return std::nullopt;
}

bool decode_base64(std::string_view text, std::size_t limit, std::string& bytes) {
  bytes.resize(std::min(limit, text.size()) + 3);
  char* out = bytes.data();
  const char* const end = out + limit;
  std::uint32_t quad = 0;
  unsigned digits = 0;
  for (const char character : text) {
    const unsigned char value = kBase64[static_cast<unsigned char>(character)];
    if (value == kPadding || (digits == 0 && out >= end)) break;
    if (value == kSpace) continue;
    if (value == kInvalid) return false;
    quad = quad << 6U | value;
    if (++digits < 4) continue;
    *out++ = static_cast<char>(quad >> 16U);
    *out++ = static_cast<char>(quad >> 8U);
    *out++ = static_cast<char>(quad);
    digits = 0;
  }
  if (digits >= 2) *out++ = static_cast<char>(quad >> (digits == 2 ? 4U : 10U));
  if (digits == 3) *out++ = static_cast<char>(quad >> 2U);
  bytes.resize(static_cast<std::size_t>(out - bytes.data()));
  return digits != 1;
}

std::optional<std::string_view> subject_of(std::string_view certificate) {
  const auto outer = take(certificate, kSequence, true);
  if (!outer) return std::nullopt;
  std::string_view rest = outer->content;
  const auto fields = take(rest, kSequence, true);
  if (!fields) return std::nullopt;
  rest = fields->content;
  if (!rest.empty() && static_cast<unsigned char>(rest.front()) == kVersion) {
    if (!take(rest, kVersion)) return std::nullopt;
  }
  // Serial number, algorithm, issuer, validity.
  for (const unsigned char tag : {kInteger, kSequence, kSequence, kSequence}) {
    if (!take(rest, tag)) return std::nullopt;
  }
  const auto subject = take(rest, kSequence);
  return subject ? std::optional(subject->whole) : std::nullopt;
}

std::optional<std::uint64_t> name_fingerprint(std::string_view name) {
  const auto sequence = take(name, kSequence);
  if (!sequence || !name.empty()) return std::nullopt;
  std::uint64_t sum = 0;  // of all attributes: within a set their order is not given
  std::string_view sets = sequence->content;
  while (!sets.empty()) {
    const auto set = take(sets, kSet);
    if (!set) return std::nullopt;
    std::string_view attributes = set->content;
    while (!attributes.empty()) {
      const auto attribute = take(attributes, kSequence);
      if (!attribute) return std::nullopt;
      std::string_view rest = attribute->content;
      const auto type = take(rest, kOid);
      const auto value = take_element(rest);
      if (!type || !value || (value->tag & kConstructed) != 0) return std::nullopt;
      std::uint64_t hash = kFnvBasis;
      for (const char byte : type->content) hash = mix(hash, static_cast<unsigned char>(byte));
      sum += mix_value(hash, *value);
    }
  }
  return sum;
}

}  // namespace influxctl
