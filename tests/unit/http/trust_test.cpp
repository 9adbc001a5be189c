// SPDX-License-Identifier: MIT
#include "influxctl/http/trust.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "failure.h"
#include "temporary_folder.h"

namespace influxctl::trust_test {

namespace {

using Entries = std::vector<std::string>;

constexpr auto kCertificate = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
constexpr auto kKey = "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n";

/// "FILE,FOLDER" of what a run gives.
std::string text(const TrustStore& store) { return store.file + "," + store.folder; }

TEST(Trust, SystemStoreByEnvironment) {
  const TemporaryFolder folder;
  const std::string file = folder.write("ca.pem", kCertificate);
  EXPECT_EQ(text(system_trust_store(Environment(Entries{"SSL_CERT_FILE=" + file}))), file + ",");
  EXPECT_EQ(text(system_trust_store(Environment(Entries{"SSL_CERT_DIR=/a:/b"}))), ",/a:/b");
  EXPECT_EQ(
      text(system_trust_store(Environment(Entries{"SSL_CERT_DIR=/a", "SSL_CERT_FILE=" + file}))),
      file + ",/a");
}

TEST(Trust, SystemStoreByPlace) {
  TrustStore store;
  const std::string failure = failure_of([&] { store = system_trust_store(Environment()); });
  if (failure != "done") {
    EXPECT_EQ(failure,
              "3 this system has no CA certificates in any of the usual places | install the "
              "package ca-certificates, set ca under [profile.tls] in config.toml, or set "
              "SSL_CERT_FILE");
    return;
  }
  EXPECT_NE(store.file.empty(), store.folder.empty());
  EXPECT_TRUE(std::filesystem::exists(store.file.empty() ? store.folder : store.file));
}

TEST(Trust, AProxysRootsAreTheSystems) {
  const TemporaryFolder folder;
  const std::string ca = folder.write("ca.pem", kCertificate);
  const std::string system = folder.write("system.pem", kCertificate);
  const auto proxy_of = [&](const std::string& variable) {
    const Environment environment(
        Entries{variable, "SSL_CERT_FILE=" + system, "SSL_CERT_DIR=/folder"});
    const TrustStore store = check_tls_files({.cert = {}, .key = {}, .ca = ca}, environment);
    EXPECT_EQ(text(store), ca + ",") << variable;
    return store.proxy_file + "," + store.proxy_folder;
  };
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"}) {
    EXPECT_EQ(proxy_of(std::string(name) + "=https://proxy"), system + ",/folder");
  }
  EXPECT_EQ(proxy_of("https_proxy=HTTPS://proxy"), system + ",/folder");
  EXPECT_EQ(proxy_of("https_proxy=http://proxy"), ",");
  EXPECT_EQ(proxy_of("https_proxy=proxy"), ",");
  // A file that cannot be read matters only to the proxy, which may not be used.
  const Environment broken(Entries{"https_proxy=https://proxy", "SSL_CERT_FILE=/none/ca.pem"});
  EXPECT_EQ(check_tls_files({.cert = {}, .key = {}, .ca = ca}, broken).proxy_file, "/none/ca.pem");
}

TEST(Trust, ASpareJoinsTheOthers) {
  const TemporaryFolder folder;
  TrustStore store;
  store.folder = "/folder";
  store.spare = folder.write("bundle.pem", std::string("bundle ") + kCertificate);
  const TrustStore whole = with_spare(store);
  EXPECT_EQ(text(whole), ",/folder");
  EXPECT_EQ(whole.pem, std::string("bundle ") + kCertificate);
  EXPECT_EQ(whole.spare, "");
  store.file = folder.write("ca.pem", kCertificate);
  EXPECT_EQ(with_spare(store).pem, std::string("bundle ") + kCertificate + "\n" + kCertificate);
  store.spare = folder.write("junk.pem", "junk");
  EXPECT_EQ(failure_of([&] { (void)with_spare(store); }),
            "3 the system's CA certificates: " + store.spare +
                " is not a PEM file: it has no line that begins with -----BEGIN");
}

TEST(Trust, TlsFilesAccepted) {
  const TemporaryFolder folder;
  const std::string ca = folder.write("ca.pem", kCertificate);
  const std::string key = folder.write("key.pem", kKey);
  const std::string chain = folder.write("chain.pem", std::string("subject=x\n") + kCertificate);
  const Environment environment(Entries{"SSL_CERT_FILE=" + chain});
  struct Case {
    std::string name;
    TlsSettings tls;
    std::string store;
  };
  const std::vector<Case> rows = {
      {"nothing set", {}, chain + ","},
      {"ca replaces the roots", {.cert = {}, .key = {}, .ca = ca}, ca + ","},
      {"client certificate", {.cert = ca, .key = key, .ca = {}}, chain + ","},
      {"text before the certificate", {.cert = {}, .key = {}, .ca = chain}, chain + ","},
      {"insecure needs no roots", {.insecure = true, .cert = {}, .key = {}, .ca = {}}, ","},
      {"insecure with a ca", {.insecure = true, .cert = {}, .key = {}, .ca = ca}, ca + ","},
      {"disable needs no file",
       {.disable = true, .cert = "/none", .key = "/none", .ca = "/none"},
       ","},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(text(check_tls_files(row.tls, environment)), row.store) << row.name;
  }
}

TEST(Trust, TlsFilesRefused) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.pem", kCertificate);
  const std::string junk = folder.write("junk.pem", "junk");
  const std::string empty = folder.write("empty.pem", "");
  const std::string none = folder.path("none\n");
  const std::string no_pem = " is not a PEM file: it has no line that begins with -----BEGIN";
  struct Case {
    TlsSettings tls;
    std::string failure;
  };
  const std::vector<Case> rows = {
      {{.cert = none, .key = good, .ca = {}},
       "3 cannot read tls.cert " + folder.path("none\\n") + ": No such file or directory"},
      {{.cert = good, .key = none, .ca = {}},
       "3 cannot read tls.key " + folder.path("none\\n") + ": No such file or directory"},
      {{.cert = {}, .key = {}, .ca = none},
       "3 cannot read tls.ca " + folder.path("none\\n") + ": No such file or directory"},
      {{.cert = junk, .key = good, .ca = {}}, "3 tls.cert: " + junk + no_pem},
      {{.cert = good, .key = junk, .ca = {}}, "3 tls.key: " + junk + no_pem},
      {{.cert = {}, .key = {}, .ca = empty}, "3 tls.ca: " + empty + no_pem},
      {{.insecure = true, .cert = {}, .key = {}, .ca = junk}, "3 tls.ca: " + junk + no_pem},
      {{.cert = {}, .key = {}, .ca = "/dev/null"}, "3 tls.ca /dev/null is not a regular file"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(failure_of([&] { (void)check_tls_files(row.tls, Environment()); }), row.failure);
  }
}

TEST(Trust, SystemStoreRefused) {
  const TemporaryFolder folder;
  const std::string junk = folder.write("junk.pem", "junk");
  EXPECT_EQ(
      failure_of([&] { (void)system_trust_store(Environment(Entries{"SSL_CERT_FILE=" + junk})); }),
      "3 SSL_CERT_FILE: " + junk +
          " is not a PEM file: it has no line that begins with -----BEGIN");
  EXPECT_EQ(failure_of([] {
              (void)system_trust_store(Environment(Entries{"SSL_CERT_FILE=/none/ca.pem"}));
            }),
            "3 cannot read SSL_CERT_FILE /none/ca.pem: No such file or directory");
}

}  // namespace

}  // namespace influxctl::trust_test
