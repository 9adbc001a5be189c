// SPDX-License-Identifier: MIT
#include "influxctl/http/pem.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "certificates.h"
#include "temporary_directory.h"

namespace influxctl::pem_test {

namespace {

using namespace std::string_literals;

// "LABEL:TEXT" of each block.
std::vector<std::string> blocks_of(std::string_view text) {
  std::vector<std::string> blocks;
  while (const auto block = take_pem_block(text)) {
    blocks.push_back(std::string(block->label) + ":" + std::string(block->text));
  }
  return blocks;
}

TEST(Pem, Blocks) {
  using Blocks = std::vector<std::string>;
  const std::string block = "-----BEGIN A-----\nAA\n-----END A-----";
  struct Row {
    std::string text;
    Blocks blocks;
  };
  const std::vector<Row> rows = {
      {"", {}},
      {"text\nmore", {}},
      {block, {"A:AA\n"}},
      {block + "\n" + block + "\n", {"A:AA\n", "A:AA\n"}},
      {"-----BEGIN A-----\r\nAA\r\n-----END A-----\r\n", {"A:AA\r\n"}},
      {"-----BEGIN A-----\nAA", {}},
      {"-----BEGIN A-----\nAA\n-----END", {}},
      {"-----BEGIN A-----\nAA\n-----END B-----\n", {}},
      {"-----BEGIN A-----\nAA\n" + block, {"A:AA\n"}},
      {" " + block, {}},
      {"-----BEGIN A\n" + block, {"A:AA\n"}},
      {"-----BEGIN", {}},
      {"-----BEGIN -----\n-----END -----", {":"}},
      {"-----BEGIN \n" + block, {"A:AA\n"}},
      {"-----BEGIN \nAA\n-----END -----", {":AA\n"}},
  };
  for (const Row& row : rows) EXPECT_EQ(blocks_of(row.text), row.blocks) << row.text;
}

TEST(Pem, ReadsWhatIsAFile) {
  const TemporaryDirectory directory;
  EXPECT_EQ(read_pem_if_any(directory.write("a.pem", "text")), "text");
  EXPECT_EQ(read_pem_if_any(directory.file("none")), std::nullopt);
  EXPECT_EQ(read_pem_if_any(directory.file("")), std::nullopt);
  EXPECT_EQ(read_pem_if_any("/dev/null"), std::nullopt);
}

TEST(Pem, Base64) {
  struct Row {
    std::string text;
    std::string bytes;
    bool good = true;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"AAEC", "\0\1\2"s},
      {"AA E\r\nC\t", "\0\1\2"s},
      {"/+8=", "\xff\xef"},
      {"/w==", "\xff"},
      {"/+8", "\xff\xef"},
      {"YWJj=YWJj", "abc"},
      {"Y", "", false},
      {"YW.j", "", false},
      {"YWJj\x80", "", false},
  };
  for (const Row& row : rows) {
    std::string bytes;
    EXPECT_EQ(decode_base64(row.text, row.text.size(), bytes), row.good) << row.text;
    EXPECT_EQ(row.good ? bytes : "", row.bytes) << row.text;
  }
  std::string bytes;
  EXPECT_TRUE(decode_base64("YWJjYWJjYWJj", 4, bytes));
  EXPECT_EQ(bytes, "abcabc");
}

TEST(Pem, SubjectOfACertificate) {
  const Issued issuer{{.name = "issuer"}};
  const Issued subject{{.name = "subject", .issuer = &issuer, .ca = false}};
  const std::string der = subject.der();
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  ASSERT_EQ(X509_NAME_get0_der(subject.subject(), &bytes, &size), 1);
  const std::string expected(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = der.find(expected) + size;
  EXPECT_EQ(subject_of(der), expected);
  EXPECT_EQ(subject_of(der.substr(0, end)), expected);
  for (std::size_t cut = 0; cut < end; ++cut) {
    EXPECT_EQ(subject_of(std::string_view(der).substr(0, cut)), std::nullopt) << cut;
  }
}

TEST(Pem, NotACertificate) {
  for (const std::string& der :
       {"\x30\x80\x30\x80\x02\x01\x01\x30\x00\x30\x00\x30\x00\x30\x00"s,  // of unknown length
        "\x30\x84\xff\xff\xff\xff\x30\x84\xff\xff\xff\xff\x02\x84\xff"s,  // larger than it is
        "\x30\x0a\x30\x08\xa0\x03\x02\x01\x02\x02\x05\x01"s,              // a cut serial number
        "\x31\x02\x30\x00"s, "\x30\x85\x00\x00\x00\x00\x02\x30\x00"s, "\x30"s}) {
    EXPECT_EQ(subject_of(der), std::nullopt);
  }
}

std::optional<std::uint64_t> fingerprint_of(const std::string& name, int type = MBSTRING_UTF8,
                                            const std::string& unit = {}) {
  const Issued certificate{{.name = name, .string_type = type, .unit = unit}};
  return name_fingerprint(*subject_of(certificate.der()));
}

TEST(Pem, FingerprintsOfNames) {
  const auto fingerprint = fingerprint_of("Example Root");
  ASSERT_TRUE(fingerprint);
  EXPECT_EQ(fingerprint_of(" example  ROOT"), fingerprint);
  EXPECT_EQ(fingerprint_of("Example Root", V_ASN1_PRINTABLESTRING), fingerprint);
  EXPECT_NE(fingerprint_of("Example Boot"), fingerprint);
  EXPECT_NE(fingerprint_of("Root Example"), fingerprint);
  EXPECT_NE(fingerprint_of("Example Root", MBSTRING_UTF8, "unit"), fingerprint);
  EXPECT_NE(fingerprint_of("Example", MBSTRING_UTF8, "Root"), fingerprint);
  for (const std::string& odd :
       {"\x30\x02\x31"s, "\x31\x00"s, "\x30\x00\x00"s, ""s,
        "\x30\x08\x31\x06\x30\x04\x06\x00\x30\x00"s,
        // OpenSSL takes these: a set that is not constructed, and tags in more than one byte.
        "\x30\x06\x11\x04\x30\x02\x06\x00"s, "\x30\x07\x31\x05\x30\x03\x1f\x06\x00"s}) {
    EXPECT_EQ(name_fingerprint(odd), std::nullopt);
  }
  EXPECT_EQ(name_fingerprint("\x30\x00"s), 0U);
}

}  // namespace

}  // namespace influxctl::pem_test
