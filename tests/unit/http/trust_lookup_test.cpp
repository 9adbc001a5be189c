// SPDX-License-Identifier: MIT
// What OpenSSL accepts with the lookup, next to what it accepts with certificates that it read
// itself.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "certificates.h"
#include "influxctl/http/trust.h"
#include "temporary_directory.h"

namespace influxctl::trust_lookup_test {

namespace {

namespace fs = std::filesystem;
using Chain = std::vector<const Issued*>;  // as a server sends it, its own certificate first
using Paths = std::vector<std::string>;

constexpr std::size_t kFileLimit = 16U << 20U;

// X509_V_OK, or why it is refused.
int verdict_of(X509_STORE* store, const Chain& chain, unsigned long flags) {
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  STACK_OF(X509)* untrusted = sk_X509_new_null();
  for (const Issued* sent : chain) sk_X509_push(untrusted, sent->get());
  EXPECT_EQ(X509_STORE_CTX_init(context.get(), store, chain.front()->get(), untrusted), 1);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_STORE_CTX_set_flags(context.get(), flags);
  const int verified = X509_verify_cert(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  EXPECT_EQ(verified == 1, error == X509_V_OK);
  sk_X509_free(untrusted);
  return error;
}

int by_lookup(const Paths& sources, const Chain& chain, unsigned long flags = 0) {
  const Owned<X509_STORE> store(X509_STORE_new());
  EXPECT_TRUE(add_lookup(store.get(), sources));
  return verdict_of(store.get(), chain, flags);
}

int by_openssl(const std::string& file, const Chain& chain, unsigned long flags = 0) {
  const Owned<X509_STORE> store(X509_STORE_new());
  EXPECT_EQ(X509_STORE_load_file(store.get(), file.c_str()), 1);
  return verdict_of(store.get(), chain, flags);
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size())) {
    text.replace(at, old.size(), by);
  }
  return text;
}

std::string labelled(const Issued& certificate, std::string_view label) {
  return replaced(certificate.pem(), " CERTIFICATE", " " + std::string(label));
}

std::string body_of(const std::string& pem) {
  const std::size_t begin = pem.find('\n') + 1;
  return pem.substr(begin, pem.find("-----END") - begin);
}

std::string hash_of(const Issued& certificate, int number) {
  const unsigned long hash = X509_NAME_hash_ex(certificate.subject(), nullptr, nullptr, nullptr);
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%08lx.%d", hash, number);
  return name.data();
}

class TrustLookup : public testing::Test {
 protected:
  int with_file(const std::string& text) const {
    return by_lookup({directory_.write("ca.pem", text)}, {&leaf_});
  }

  TemporaryDirectory directory_;
  Issued root_{{.name = "Root"}};
  Issued other_{{.name = "Other"}};
  Issued impostor_{{.name = "Root"}};
  Issued leaf_{{.name = "leaf", .issuer = &root_, .ca = false}};
};

TEST_F(TrustLookup, ReadsTheseFiles) {
  const std::string pem = root_.pem();
  const std::string other = other_.pem();
  const std::string key = written([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, other_.key(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  const std::string junk = "-----BEGIN CERTIFICATE-----\nMIIBjunk\n-----END CERTIFICATE-----\n";
  const std::string no_base64 = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n";
  struct Row {
    const char* name;
    std::string text;
  };
  const std::vector<Row> rows = {
      {"one certificate", pem},
      {"the second of two", other + pem},
      {"the first of two", pem + other},
      {"twice the same", pem + pem},
      {"lines that end in CRLF", replaced(other + pem, "\n", "\r\n")},
      {"no newline at the end", pem.substr(0, pem.size() - 1)},
      {"spaces after the label", replaced(pem, "-----\n", "----- \t\n")},
      {"text between blocks", "Bag Attributes\n  friendlyName: x\n" + other + "# Root\n\n" + pem},
      {"dashes between blocks", "-----\n----------\n" + other + "-----BEGIN\n" + pem},
      {"X509 CERTIFICATE", labelled(root_, "X509 CERTIFICATE")},
      {"TRUSTED CERTIFICATE without settings", root_.trusted_pem()},
      {"base64 in one line", "-----BEGIN CERTIFICATE-----\n" + replaced(body_of(pem), "\n", "") +
                                 "\n-----END CERTIFICATE-----\n"},
      {"blank lines within", replaced(pem, "\n", "\n\n")},
      {"a key first", key + pem},
      {"a block that is not a certificate", junk + pem},
      {"a block that is not base64", no_base64 + pem},
      {"an empty block", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" + pem},
      {"another END", replaced(other, "END CERTIFICATE", "END X509 CRL") + pem},
      {"a cut block in the middle", other.substr(0, other.size() / 2) + "\n" + pem},
      {"a cut block at the end", pem + other.substr(0, other.size() / 2)},
      {"a cut END at the end", pem + other.substr(0, other.size() - 8)},
      {"NUL bytes between blocks", other + std::string(100, '\0') + "\n" + pem},
  };
  for (const Row& row : rows) EXPECT_EQ(with_file(row.text), X509_V_OK) << row.name;
}

TEST_F(TrustLookup, DoesNotTrustWhatItDoesNotFind) {
  const std::string pem = root_.pem();
  struct Row {
    const char* name;
    std::string text;
  };
  const std::vector<Row> rows = {
      {"an empty file", ""},
      {"another certificate", other_.pem()},
      {"a cut certificate", pem.substr(0, pem.size() - 60)},
      {"no END", pem.substr(0, pem.find("-----END"))},
      {"no BEGIN", pem.substr(pem.find('\n') + 1)},
      {"a label within a line", "x" + pem},
      {"another label", labelled(root_, "CERTIFICATE REQUEST")},
      {"another END", replaced(pem, "END CERTIFICATE", "END X509 CRL")},
      {"a byte that is not base64", replaced(pem, "\nMII", "\nM*I")},
      {"DER", root_.der()},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(with_file(row.text), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) << row.name;
  }
  EXPECT_EQ(by_lookup({}, {&leaf_}), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

TEST_F(TrustLookup, TheWrongRootWithTheRightNameIsRefused) {
  EXPECT_NE(with_file(impostor_.pem()), X509_V_OK);
  EXPECT_EQ(with_file(impostor_.pem() + root_.pem()), X509_V_OK);
  const Issued bare{{.name = "Root", .key_ids = false}};
  EXPECT_EQ(with_file(bare.pem()), X509_V_ERR_CERT_SIGNATURE_FAILURE);
}

TEST_F(TrustLookup, SettingsOfTrustCount) {
  const ASN1_OBJECT* server = OBJ_nid2obj(NID_server_auth);
  const Issued rejected{{.name = "Root", .key_of = &root_}};
  X509_add1_reject_object(rejected.get(), server);
  EXPECT_EQ(with_file(rejected.trusted_pem()), X509_V_ERR_CERT_REJECTED);
  X509_reject_clear(rejected.get());
  X509_add1_trust_object(rejected.get(), server);
  EXPECT_EQ(with_file(rejected.trusted_pem()), X509_V_OK);
}

TEST_F(TrustLookup, AFileCountsAsFarAs16MiB) {
  std::string text(kFileLimit - root_.pem().size(), '#');
  text.back() = '\n';
  EXPECT_EQ(with_file(text + root_.pem()), X509_V_OK);
  EXPECT_NE(with_file("##" + text + root_.pem()), X509_V_OK);
}

TEST_F(TrustLookup, FindsOneOf10000) {
  const std::string name = "Filler 00000";
  std::string der = Issued({.name = name}).der();
  const std::size_t first = der.find(name);
  const std::size_t second = der.find(name, first + 1);
  std::string bundle;
  for (int number = 0; number < 10'000; ++number) {
    const std::string digits = std::to_string(10'000 + number);
    der.replace(first + name.size() - 5, 5, digits);
    der.replace(second + name.size() - 5, 5, digits);
    bundle += written([&](BIO* out) {
      return PEM_write_bio(out, PEM_STRING_X509, "",
                           reinterpret_cast<const unsigned char*>(der.data()),
                           static_cast<long>(der.size())) > 0
                 ? 1
                 : 0;
    });
  }
  EXPECT_NE(with_file(bundle), X509_V_OK);
  EXPECT_EQ(with_file(bundle + root_.pem()), X509_V_OK);
}

TEST_F(TrustLookup, ReadsTheseDirectories) {
  const std::string hashed = hash_of(root_, 0);
  const std::string next = hash_of(root_, 1);
  struct Row {
    const char* name;
    bool accepted;
    std::vector<std::pair<std::string, std::string>> files;
  };
  const std::vector<Row> rows = {
      {"an empty one", false, {}},
      {"a hashed name", true, {{hashed, root_.pem()}}},
      {"the second of two with one hash", true, {{hashed, impostor_.pem()}, {next, root_.pem()}}},
      {"names without hashes", true, {{"a.pem", other_.pem()}, {"b.crt", root_.pem()}}},
      {"a bundle", true, {{"bundle.pem", other_.pem() + root_.pem()}}},
      {"hashed names, and a name without",
       false,
       {{hash_of(other_, 0), other_.pem()}, {"root.pem", root_.pem()}}},
      {"a hashed name of another certificate", false, {{hashed, other_.pem()}}},
      {"a gap in the numbers", false, {{next, root_.pem()}}},
      {"names that are nearly hashed",
       true,
       {{"0123456.0", other_.pem()}, {"01234567.r0", other_.pem()}, {"b.pem", root_.pem()}}},
  };
  for (const Row& row : rows) {
    const TemporaryDirectory directory;
    for (const auto& [name, text] : row.files) directory.write(name, text);
    EXPECT_EQ(by_lookup({directory.file("")}, {&leaf_}) == X509_V_OK, row.accepted) << row.name;
  }
}

TEST_F(TrustLookup, LooksPastWhatIsNotAFile) {
  const TemporaryDirectory directory;
  const std::string fifo = directory.file("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  fs::create_directory(directory.file("directory.pem"));
  fs::create_symlink("/none", directory.file("01234567.0"));
  const std::string pem = directory.write("root.pem", root_.pem());
  EXPECT_EQ(by_lookup({directory.file("")}, {&leaf_}), X509_V_OK);
  EXPECT_EQ(by_lookup({fifo, "/none", "/dev/null", "", pem}, {&leaf_}), X509_V_OK);
}

// OpenSSL goes on to the next number as long as there is something.
TEST_F(TrustLookup, LooksPastAHashedLinkThatLeadsNowhere) {
  const TemporaryDirectory directory;
  fs::create_symlink("/none", directory.file(hash_of(root_, 0)));
  directory.write(hash_of(root_, 1), root_.pem());
  EXPECT_EQ(by_lookup({directory.file("")}, {&leaf_}), X509_V_OK);
}

TEST_F(TrustLookup, OffersAllSources) {
  const TemporaryDirectory directory;
  directory.write(hash_of(root_, 0), impostor_.pem());
  const std::string file = directory_.write("root.pem", root_.pem());
  EXPECT_EQ(by_lookup({directory.file(""), file}, {&leaf_}), X509_V_OK);
  EXPECT_EQ(by_lookup({file, directory.file("")}, {&leaf_}), X509_V_OK);
}

// A file that was cut after it was looked at.
TEST_F(TrustLookup, ReadsWhatIsThereWhenItIsAsked) {
  const Owned<X509_STORE> store(X509_STORE_new());
  const Paths sources = {directory_.write("ca.pem", root_.pem())};
  ASSERT_TRUE(add_lookup(store.get(), sources));
  directory_.write("ca.pem", "");
  EXPECT_NE(verdict_of(store.get(), {&leaf_}, 0), X509_V_OK);
  directory_.write("ca.pem", root_.pem());
  EXPECT_EQ(verdict_of(store.get(), {&leaf_}, 0), X509_V_OK);
  fs::remove(sources.front());
  EXPECT_EQ(verdict_of(store.get(), {&leaf_}, 0), X509_V_OK) << "it is in OpenSSL's store by then";
}

TEST_F(TrustLookup, LeavesNoErrorBehind) {
  ERR_clear_error();
  EXPECT_NE(with_file("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"), X509_V_OK);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

std::string wide(const std::string& ascii, std::size_t width) {
  std::string text;
  for (const char character : ascii) text += std::string(width - 1, '\0') + character;
  return text;
}

// The issuer's name in a certificate, and its subject in the store, written differently.
TEST_F(TrustLookup, ComparesNamesAsOpensslDoes) {
  struct Row {
    const char* name;
    int type;
    std::string text;
    bool equal;
  };
  const std::vector<Row> rows = {
      {"the same", MBSTRING_UTF8, "Example Root", true},
      {"another case", MBSTRING_UTF8, "EXAMPLE root", true},
      {"more spaces", MBSTRING_UTF8, "  Example \t Root ", true},
      {"PrintableString", V_ASN1_PRINTABLESTRING, "Example Root", true},
      {"IA5String", V_ASN1_IA5STRING, "example  Root", true},
      {"TeletexString", V_ASN1_T61STRING, "Example Root", true},
      {"BMPString", V_ASN1_BMPSTRING, wide("Example Root", 2), true},
      {"UniversalString", V_ASN1_UNIVERSALSTRING, wide("Example Root", 4), true},
      {"no space", MBSTRING_UTF8, "ExampleRoot", false},
      {"another letter", MBSTRING_UTF8, "Example Boot", false},
      {"one letter more", MBSTRING_UTF8, "Example Roots", false},
      {"other characters of BMPString", V_ASN1_BMPSTRING, "Example Root", false},
      {"a name in the place of another", MBSTRING_UTF8, "Root Example", false},
  };
  const Issued named{{.name = "Example Root"}};
  const Issued leaf{{.name = "leaf", .issuer = &named, .ca = false}};
  for (const Row& row : rows) {
    const Issued root{{.name = row.text, .key_of = &named, .string_type = row.type}};
    EXPECT_EQ(X509_NAME_cmp(root.subject(), named.subject()) == 0, row.equal) << row.name;
    const std::string file = directory_.write("ca.pem", root.pem());
    EXPECT_EQ(by_lookup({file}, {&leaf}) == X509_V_OK, row.equal) << row.name;
    const Issued back{{.name = "leaf", .issuer = &root, .ca = false}};
    directory_.write("ca.pem", named.pem());
    EXPECT_EQ(by_lookup({file}, {&back}) == X509_V_OK, row.equal) << row.name << ", back";
  }
}

TEST_F(TrustLookup, ComparesNamesBeyondAscii) {
  const Issued named{{.name = "Z\xc3\xbcrich CA"}};
  const Issued leaf{{.name = "leaf", .issuer = &named, .ca = false}};
  using namespace std::string_literals;
  for (const auto& [type, text] : std::vector<std::pair<int, std::string>>{
           {V_ASN1_T61STRING, "Z\xfcrich CA"},
           {V_ASN1_BMPSTRING, "\0Z\0\xfc\0r\0i\0c\0h\0 \0C\0A"s},
           {MBSTRING_UTF8, "z\xc3\xbcRICH  ca"},
       }) {
    const Issued root{{.name = text, .key_of = &named, .string_type = type}};
    EXPECT_EQ(by_lookup({directory_.write("ca.pem", root.pem())}, {&leaf}), X509_V_OK) << type;
  }
}

// Its value is a sequence.
TEST_F(TrustLookup, AnOddNameIsLeftToOpenssl) {
  const Issued odd{
      {.name = std::string("\x30\x03\x02\x01\x05", 5), .string_type = V_ASN1_SEQUENCE}};
  const Issued leaf{{.name = "leaf", .issuer = &odd, .ca = false}};
  const std::string file = directory_.write("ca.pem", other_.pem() + odd.pem());
  EXPECT_EQ(by_lookup({file}, {&leaf}), by_openssl(file, {&leaf}));
}

// Everything that a test of chains needs, with or without key identifiers: without these OpenSSL
// cannot tell two certificates of one name apart.
struct Authorities {
  explicit Authorities(bool key_ids) : ids(key_ids) {}

  bool ids;
  Issued root{{.name = "A", .key_ids = ids}};
  Issued rekeyed{{.name = "A", .key_ids = ids}};
  Issued reissued{{.name = "A", .key_of = &root, .key_ids = ids, .until = 40L * 86'400}};
  Issued outdated{{.name = "A", .key_of = &root, .key_ids = ids, .from = -9000, .until = -60}};
  Issued second{{.name = "B", .key_ids = ids}};
  Issued cross{{.name = "A", .issuer = &second, .key_of = &root, .key_ids = ids}};
  Issued between{{.name = "between", .issuer = &root, .key_ids = ids}};
  Issued outdated_between{{.name = "between",
                           .issuer = &root,
                           .key_of = &between,
                           .key_ids = ids,
                           .from = -9000,
                           .until = -60}};
  Issued no_ca{{.name = "no CA", .issuer = &root, .ca = false, .key_ids = ids}};
  Issued leaf{{.name = "leaf", .issuer = &root, .ca = false, .key_ids = ids}};
  Issued leaf_of_rekeyed{{.name = "leaf", .issuer = &rekeyed, .ca = false, .key_ids = ids}};
  Issued leaf_of_between{{.name = "leaf", .issuer = &between, .ca = false, .key_ids = ids}};
  Issued leaf_of_no_ca{{.name = "leaf", .issuer = &no_ca, .ca = false, .key_ids = ids}};
  Issued outdated_leaf{
      {.name = "leaf", .issuer = &root, .ca = false, .key_ids = ids, .from = -9000, .until = -60}};
  Issued alone{{.name = "alone", .ca = false, .key_ids = ids}};

  std::vector<Chain> chains() const {
    return {{&leaf},
            {&leaf, &cross},
            {&leaf, &root},
            {&leaf_of_rekeyed},
            {&leaf_of_rekeyed, &rekeyed},
            {&leaf_of_between},
            {&leaf_of_between, &between},
            {&leaf_of_between, &between, &cross},
            {&leaf_of_between, &between, &root},
            {&leaf_of_between, &outdated_between},
            {&leaf_of_between, &outdated_between, &between},
            {&leaf_of_no_ca, &no_ca},
            {&outdated_leaf},
            {&alone}};
  }

  std::vector<Chain> stores() const {
    return {{&root},
            {&root, &root},
            {&rekeyed},
            {&rekeyed, &root},
            {&root, &rekeyed},
            {&reissued, &root},
            {&outdated},
            {&outdated, &root},
            {&root, &outdated},
            {&outdated, &reissued, &rekeyed, &root},
            {&second},
            {&second, &rekeyed},
            {&cross},
            {&cross, &second},
            {&between},
            {&outdated_between, &between},
            {&no_ca},
            {&leaf},
            {&alone}};
  }
};

class AsOpenssl : public testing::TestWithParam<bool> {};

TEST_P(AsOpenssl, AcceptsTheSameChains) {
  const Authorities all(GetParam());
  const TemporaryDirectory directory;
  int accepted = 0;
  int refused = 0;
  for (const Chain& held : all.stores()) {
    std::string text = Issued({.name = "unrelated"}).pem();
    for (const Issued* certificate : held) text += certificate->pem();
    const std::string file = directory.write("ca.pem", text);
    for (const Chain& chain : all.chains()) {
      for (const unsigned long flags :
           {0UL, static_cast<unsigned long>(X509_V_FLAG_PARTIAL_CHAIN)}) {
        const int expected = by_openssl(file, chain, flags);
        (expected == X509_V_OK ? accepted : refused) += 1;
        EXPECT_EQ(by_lookup({file}, chain, flags), expected)
            << "chain of " << chain.size() << " that ends in serial "
            << ASN1_INTEGER_get(X509_get_serialNumber(chain.back()->get())) << ", store " << text;
      }
    }
  }
  EXPECT_GE(accepted, 60);
  EXPECT_GE(refused, 60);
}

INSTANTIATE_TEST_SUITE_P(TrustLookup, AsOpenssl, testing::Bool(), [](const auto& row) {
  return row.param ? "WithKeyIdentifiers" : "WithoutKeyIdentifiers";
});

TEST(TrustLookupChains, ARootThatExistsTwice) {
  const Authorities all(true);
  const TemporaryDirectory directory;
  const std::string file = directory.write("ca.pem", all.rekeyed.pem() + all.root.pem());
  EXPECT_EQ(by_lookup({file}, {&all.leaf_of_between, &all.between}), X509_V_OK);
  EXPECT_EQ(by_lookup({file}, {&all.leaf_of_rekeyed}), X509_V_OK);
}

TEST(TrustLookupChains, ACrossSignedRoot) {
  const Authorities all(true);
  const TemporaryDirectory directory;
  const std::string file = directory.write("ca.pem", all.second.pem());
  EXPECT_EQ(by_lookup({file}, {&all.leaf_of_between, &all.between, &all.cross}), X509_V_OK);
  EXPECT_EQ(by_lookup({file}, {&all.leaf_of_between, &all.between}),
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

}  // namespace

}  // namespace influxctl::trust_lookup_test
