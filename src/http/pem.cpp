// SPDX-License-Identifier: MIT
#include "influxctl/http/pem.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::size_t kFileLimit = 16U << 20U;
constexpr std::string_view kBegin = "-----BEGIN ";
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
  std::fill_n(values.begin(), ' ' + 1, kSpace);  // OpenSSL skips control characters too
  values['='] = kPadding;
  return values;
}();

// ASN.1 tags (X.690 section 8.1.2, X.680 section 8).
constexpr unsigned char kInteger = 0x02;
constexpr unsigned char kUniversalString = 0x1c;
constexpr unsigned char kBmpString = 0x1e;
constexpr unsigned char kConstructed = 0x20;
constexpr unsigned char kLongTag = 0x1f;
constexpr unsigned char kSequence = 0x30;
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
  if (der.size() < 2 || (byte(0) & kLongTag) == kLongTag) return std::nullopt;
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

// The same of one tag.
std::optional<Element> take(std::string_view& der, unsigned char tag, bool cut = false) {
  const auto element = take_element(der, cut);
  return element && element->tag == tag ? element : std::nullopt;
}

// OpenSSL compares strings as UTF-8, with ASCII in lower case and without superfluous spaces
// (asn1_string_canon). What is common to all forms of a string are its ASCII characters.
std::uint64_t hash_of(const Element& value) {
  const std::size_t width = value.tag == kUniversalString ? 4 : (value.tag == kBmpString ? 2 : 1);
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (std::size_t at = 0; at + width <= value.content.size(); at += width) {
    const auto character = value.content.substr(at, width);
    const bool is_wide =
        std::any_of(character.begin(), character.end() - 1, [](char byte) { return byte != '\0'; });
    const char byte = ascii_lower(character.back());
    const bool is_space = byte == ' ' || (byte >= '\t' && byte <= '\r');
    if (is_wide || (byte & 0x80) != 0 || is_space) continue;
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  return hash;
}

// Adds up the hashes of all types and values below elements of these tags: within a set their order
// is not given. False where an element is not DER, or has another tag.
bool add_values(std::string_view der, std::string_view tags, std::uint64_t& sum) {
  while (!der.empty()) {
    const auto element = take_element(der);
    if (!element) return false;
    if (tags.empty() && (element->tag & kConstructed) == 0) {
      sum += hash_of(*element);
    } else if (tags.empty() || static_cast<char>(element->tag) != tags.front() ||
               !add_values(element->content, tags.substr(1), sum)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool PemBlock::is_certificate() const {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
}

std::optional<PemBlock> take_pem_block(std::string_view& text) {
  while (true) {
    text.remove_prefix(std::min(find_line(text, kBegin), text.size()));
    const std::size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos) return std::nullopt;
    const std::string_view label = label_of(text.substr(0, line_end));
    const std::string_view body = text.substr(line_end + 1);
    const std::size_t end = find_line(body, kDashes);
    text = body.substr(std::min(end, body.size()));
    const std::string last = std::string("-----END ").append(label).append(kDashes);
    if (!text.starts_with(last)) continue;
    text.remove_prefix(last.size());
    return PemBlock{label, body.substr(0, end)};
  }
}

std::string read_pem(const std::string& setting, const std::string& path) {
  std::string text = read_regular_file(path, setting, kFileLimit);
  if (text.find(kBegin) != std::string::npos) return text;
  throw Error(ErrorKind::config,
              setting + ": " + shown(path) +
                  " is not a PEM file: it has no line that begins with " +
                  std::string(kBegin.substr(0, kBegin.size() - 1)),
              {"openssl can convert it from DER or PKCS #12"});
}

std::optional<std::string> read_pem_if_any(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) return std::nullopt;
  try {
    return read_regular_file(path, "PEM file", kFileLimit);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool decode_base64(std::string_view text, std::size_t limit, std::string& bytes) {
  limit = std::min(limit, text.size());
  bytes.resize(limit + 3);
  char* out = bytes.data();
  const char* const end = out + limit;
  std::uint32_t quad = 0;
  unsigned digits = 0;
  const auto value = [text](std::size_t at) {
    return kBase64[static_cast<unsigned char>(text[at])];
  };
  const auto put = [&out](std::uint32_t bits) {
    for (const unsigned shift : {16U, 8U, 0U}) *out++ = static_cast<char>(bits >> shift);
  };
  for (std::size_t at = 0; at < text.size() && (digits != 0 || out < end);) {
    if (digits == 0 && text.size() - at >= 4) {  // nearly always four digits
      const std::array<std::uint32_t, 4> four{value(at), value(at + 1), value(at + 2),
                                              value(at + 3)};
      if ((four[0] | four[1] | four[2] | four[3]) < kSpace) {
        put(four[0] << 18U | four[1] << 12U | four[2] << 6U | four[3]);
        at += 4;
        continue;
      }
    }
    const unsigned char next = value(at++);
    if (next == kPadding) break;
    if (next == kSpace) continue;
    if (next == kInvalid) return false;
    quad = quad << 6U | next;
    if (++digits < 4) continue;
    put(quad);
    digits = 0;
  }
  if (digits >= 2) *out++ = static_cast<char>(quad >> (digits == 2 ? 4U : 10U));
  if (digits == 3) *out++ = static_cast<char>(quad >> 2U);
  bytes.resize(static_cast<std::size_t>(out - bytes.data()));
  return digits != 1;
}

std::optional<std::string_view> subject_of(std::string_view certificate) {
  std::string_view rest = certificate;
  std::optional<Element> element;
  for (int level = 0; level < 2; ++level) {  // Certificate, TBSCertificate
    element = take(rest, kSequence, true);
    if (!element) return std::nullopt;
    rest = element->content;
  }
  if (rest.starts_with(static_cast<char>(kVersion)) && !take(rest, kVersion)) return std::nullopt;
  // Serial number, algorithm, issuer, validity, subject.
  for (const unsigned char tag : {kInteger, kSequence, kSequence, kSequence, kSequence}) {
    element = take(rest, tag);
    if (!element) return std::nullopt;
  }
  return element->whole;
}

std::optional<std::uint64_t> name_fingerprint(std::string_view name) {
  constexpr std::string_view kTags = "\x30\x31\x30";  // sequence of sets of sequences of two
  std::uint64_t sum = 0;
  return !name.empty() && add_values(name, kTags, sum) ? std::optional(sum) : std::nullopt;
}

}  // namespace influxctl
