// SPDX-License-Identifier: MIT
#include "influxctl/http/trust.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "certificates.h"
#include "failure.h"
#include "temporary_directory.h"

namespace influxctl::trust_test {

namespace {

using Entries = std::vector<std::string>;
using Paths = std::vector<std::string>;

constexpr auto kKey = "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n";
constexpr auto kJunk = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";

std::string certificate() {
  static const std::string pem = Issued({.name = "CA"}).pem();
  return pem;
}

constexpr auto kNoPem =
    " is not a PEM file: it has no line that begins with -----BEGIN | openssl can convert it from "
    "DER or PKCS #12";

// The settings with the names that messages call them by.
TlsSettings named(TlsSettings tls) {
  tls.names = {.ca = "tls.ca", .cert = "tls.cert", .key = "tls.key"};
  return tls;
}

Paths system_roots(const Environment& environment) {
  return check_tls_files(named({}), environment).sources;
}

TEST(Trust, SystemRootsByEnvironment) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("ca.pem", certificate());
  const std::string by_file = "SSL_CERT_FILE=" + file;
  EXPECT_EQ(system_roots(Environment(Entries{by_file})), (Paths{file}));
  const std::string here = directory.path();
  EXPECT_EQ(system_roots(Environment(Entries{"SSL_CERT_DIR=/a:" + here})), (Paths{"/a", here}));
  EXPECT_EQ(system_roots(Environment(Entries{"SSL_CERT_DIR=:/a:", by_file})), (Paths{file, "/a"}));
}

TEST(Trust, SystemRootsByPlace) {
  Paths roots;
  const std::string failure = failure_of([&] { roots = system_roots(Environment()); });
  if (failure != "done") {
    EXPECT_EQ(failure,
              "3 this system has no CA certificates in any of the usual places | install the "
              "package ca-certificates, or set tls.ca or SSL_CERT_FILE");
    return;
  }
  ASSERT_GE(roots.size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(roots[0]));
  EXPECT_EQ(roots.back(), "/etc/pki/tls/certs");
}

TEST(Trust, AProxysRootsAreTheSystems) {
  const TemporaryDirectory directory;
  const std::string ca = directory.write("ca.pem", certificate());
  const TlsSettings tls{.cert = {}, .key = {}, .ca = ca};
  const Environment environment(Entries{"SSL_CERT_FILE=/none/ca.pem", "SSL_CERT_DIR=/a"});
  // A file that cannot be read matters only to the proxy, which may not be used.
  const TrustStore store = check_tls_files(tls, environment);
  EXPECT_EQ(store.sources, (Paths{ca}));
  EXPECT_EQ(store.proxy_sources, (Paths{"/none/ca.pem", "/a"}));
}

TEST(Trust, TheProvidersRootsAreTheSystemsAndTheCa) {
  const TemporaryDirectory directory;
  const std::string ca = directory.write("ca.pem", certificate());
  const std::string system = directory.write("system.pem", certificate());
  const Environment environment(Entries{"SSL_CERT_FILE=" + system, "SSL_CERT_DIR=/a"});
  EXPECT_EQ(provider_trust_store({.cert = {}, .key = {}, .ca = ca}, environment).sources,
            (Paths{ca, system, "/a"}));
  EXPECT_EQ(provider_trust_store({}, environment).sources, (Paths{system, "/a"}));
}

TEST(Trust, TlsFilesAccepted) {
  const TemporaryDirectory directory;
  const std::string ca = directory.write("ca.pem", certificate());
  const std::string key = directory.write("key.pem", kKey);
  const std::string chain = directory.write("chain.pem", "subject=x\n" + certificate());
  const std::string mixed = directory.write("mixed.pem", kJunk + certificate());
  const Environment environment(Entries{"SSL_CERT_FILE=" + chain});
  struct Case {
    std::string name;
    TlsSettings tls;
    Paths sources;
  };
  const std::vector<Case> rows = {
      {"nothing set", {}, {chain}},
      {"ca replaces the roots", {.cert = {}, .key = {}, .ca = ca}, {ca}},
      {"text before the certificate", {.cert = {}, .key = {}, .ca = chain}, {chain}},
      {"a block that is no certificate", {.cert = {}, .key = {}, .ca = mixed}, {mixed}},
      {"insecure needs no roots", {.insecure = true, .cert = {}, .key = {}, .ca = {}}, {}},
      {"insecure with a ca", {.insecure = true, .cert = {}, .key = {}, .ca = ca}, {ca}},
      {"disable needs no file",
       {.disable = true, .cert = "/none", .key = "/none", .ca = "/none"},
       {}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(check_tls_files(row.tls, environment).sources, row.sources) << row.name;
  }
}

TEST(Trust, TlsFilesRefused) {
  const TemporaryDirectory directory;
  const std::string good = directory.write("good.pem", certificate());
  const std::string junk = directory.write("junk.pem", "junk");
  const std::string no_certificate = directory.write("label.pem", kJunk);
  const std::string key = directory.write("key.pem", kKey);
  const std::string empty = directory.write("empty.pem", "");
  const std::string none = directory.file("none\n");
  const std::string no_pem = kNoPem;
  struct Case {
    TlsSettings tls;
    std::string failure;
  };
  const std::vector<Case> rows = {
      {{.cert = none, .key = key, .ca = {}},
       "3 cannot read tls.cert " + directory.file("none\\n") + ": No such file or directory"},
      {{.cert = good, .key = none, .ca = {}},
       "3 cannot read tls.key " + directory.file("none\\n") + ": No such file or directory"},
      {{.cert = {}, .key = {}, .ca = none},
       "3 cannot read tls.ca " + directory.file("none\\n") + ": No such file or directory"},
      {{.cert = junk, .key = good, .ca = {}}, "3 tls.cert: " + junk + no_pem},
      {{.cert = good, .key = junk, .ca = {}}, "3 tls.key: " + junk + no_pem},
      {{.cert = {}, .key = {}, .ca = empty}, "3 tls.ca: " + empty + no_pem},
      {{.cert = {}, .key = {}, .ca = no_certificate},
       "3 tls.ca: " + no_certificate + " holds no certificate"},
      {{.cert = {}, .key = {}, .ca = key}, "3 tls.ca: " + key + " holds no certificate"},
      {{.insecure = true, .cert = {}, .key = {}, .ca = junk}, "3 tls.ca: " + junk + no_pem},
      {{.cert = {}, .key = {}, .ca = "/dev/null"}, "3 tls.ca /dev/null is not a regular file"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(failure_of([&] { (void)check_tls_files(named(row.tls), Environment()); }),
              row.failure);
  }
}

TEST(Trust, SystemRootsRefused) {
  const TemporaryDirectory directory;
  EXPECT_EQ(failure_of([] { (void)system_roots(Environment(Entries{"SSL_CERT_DIR=/a:/b"})); }),
            "3 SSL_CERT_DIR: /a:/b holds no certificate");
  const std::string junk = directory.write("junk.pem", "junk");
  EXPECT_EQ(failure_of([&] { (void)system_roots(Environment(Entries{"SSL_CERT_FILE=" + junk})); }),
            "3 SSL_CERT_FILE: " + junk + kNoPem);
  EXPECT_EQ(
      failure_of([] { (void)system_roots(Environment(Entries{"SSL_CERT_FILE=/none/ca.pem"})); }),
      "3 cannot read SSL_CERT_FILE /none/ca.pem: No such file or directory");
}

}  // namespace

}  // namespace influxctl::trust_test
