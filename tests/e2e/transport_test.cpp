// SPDX-License-Identifier: MIT
// TLS, trust and proxies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "build_paths.h"
#include "harness.h"

namespace influxctl::e2e::transport_test {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kCreate = {"management", "create"};

// A config.toml for the sandbox with a [profile.tls] of the test's own.
std::string config(const Sandbox& sandbox, const TemporaryFolder& folder, const std::string& tls,
                   const std::string& host = "localhost") {
  return folder.write("config.toml",
                      "[[profile]]\nname = \"default\"\nhost = \"" + host + "\"\nport = \"" +
                          std::to_string(sandbox.port()) + "\"\n[profile.tls]\n" + tls +
                          "[profile.auth.token]\ntoken_file = \"" + sandbox.token_file() + "\"\n");
}

RunOptions with_config(const std::string& path) {
  RunOptions options;
  options.environment = {{"INFLUXCTL_CONFIG", path}};
  return options;
}

std::string ca(const Sandbox& sandbox) { return "ca = \"" + sandbox.ca() + "\"\n"; }

struct BadTls {
  const char* name;
  std::vector<std::string> sandbox;
  std::string phrase;
};

class TlsRefused : public testing::TestWithParam<BadTls> {};

TEST_P(TlsRefused, Exits6AndSendsNothing) {
  const Sandbox sandbox(GetParam().sandbox);
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(GetParam().phrase));
  EXPECT_EQ(sandbox.count("request"), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Tls, TlsRefused,
    testing::Values(BadTls{"Expired", {"--certificate", "expired"}, "certificate has expired"},
                    BadTls{"WrongHost", {"--certificate", "wrong-host"}, "localhost"},
                    BadTls{"SelfSigned", {"--certificate", "self-signed"}, "self-signed"},
                    BadTls{"TooOld", {"--tls", "1.1"}, "the cluster was not reached: "}),
    [](const auto& row) { return row.param.name; });

TEST(Tls, SpeaksOneDotTwo) {
  const Sandbox sandbox({"--tls", "1.2"});
  EXPECT_EQ(sandbox.run(kCreate).exit_code, 0);
}

TEST(Tls, VerifiesAnAddressToo) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, folder, ca(sandbox), "127.0.0.1")));
  EXPECT_EQ(result.exit_code, 0);
}

TEST(Tls, ShowsAClientCertificate) {
  const Sandbox sandbox({"--require-client-certificate"});
  const TemporaryFolder folder;
  const std::string tls = ca(sandbox) + "cert = \"" + sandbox.file("client.pem") + "\"\nkey = \"" +
                          sandbox.file("client.key") + "\"\n";
  EXPECT_EQ(sandbox.run(kCreate, with_config(config(sandbox, folder, tls))).exit_code, 0);
}

TEST(Tls, TellsThatAClientCertificateIsMissing) {
  // Up to TLS 1.2 within the handshake; TLS 1.3 tells only after the request was sent.
  const Sandbox sandbox({"--require-client-certificate", "--tls", "1.2"});
  const TemporaryFolder folder;
  const RunResult result = sandbox.run(kCreate, with_config(config(sandbox, folder, ca(sandbox))));
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_EQ(sandbox.count("request"), 0U);
}

TEST(Tls, TheConfiguredCaReplacesTheSystemsRoots) {
  const Sandbox sandbox;
  const Sandbox other;
  const TemporaryFolder folder;
  RunOptions options = with_config(config(sandbox, folder, ca(other)));
  // The right CA among the system's roots does not help.
  options.environment["SSL_CERT_FILE"] = sandbox.ca();
  options.environment["SSL_CERT_DIR"] = sandbox.folder();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 6);
}

TEST(Tls, HonoursSslCertFile) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  RunOptions options = with_config(config(sandbox, folder, ""));
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 6);
  options.environment["SSL_CERT_FILE"] = sandbox.ca();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
}

RunResult openssl(const std::vector<std::string>& args) {
  RunOptions options;
  options.program = "/usr/bin/openssl";
  options.args = args;
  return run(options);
}

// The client's certificate of the sandbox has the server's issuer.
TEST(Tls, AcceptsWhatOpensslVerifyAccepts) {
  const Sandbox sandbox;
  const Sandbox other;
  const TemporaryFolder folder;
  const std::string ca = read_file(sandbox.ca());
  const std::string unrelated = read_file(other.ca());
  const std::string trusted = openssl({"x509", "-trustout", "-in", sandbox.ca()}).out;
  std::string crlf;
  for (const char byte : ca) crlf += byte == '\n' ? std::string("\r\n") : std::string(1, byte);
  struct Row {
    const char* name;
    std::string store;
    bool accepted;
  };
  const std::vector<Row> rows = {
      {"the CA", ca, true},
      {"another CA", unrelated, false},
      {"the CA after another", unrelated + ca, true},
      {"the CA before another", ca + unrelated, true},
      {"the CA twice", ca + ca, true},
      {"CRLF", crlf, true},
      {"TRUSTED CERTIFICATE", trusted, true},
      {"text around it", "Issuer: x\n" + unrelated + "\nSubject: y\n" + ca + "end\n", true},
      {"no newline at the end", ca.substr(0, ca.size() - 1), true},
      {"a client's certificate", read_file(other.file("client.pem")), false},
  };
  for (const Row& row : rows) {
    const std::string store = folder.write("store.pem", row.store);
    const RunResult verified = openssl({"verify", "-partial_chain", "-no-CApath", "-no-CAstore",
                                        "-CAfile", store, sandbox.file("client.pem")});
    EXPECT_EQ(verified.exit_code == 0, row.accepted) << row.name << verified.err;
    RunOptions options = with_config(config(sandbox, folder, ""));
    options.environment["SSL_CERT_FILE"] = store;
    EXPECT_EQ(sandbox.run(kCreate, options).exit_code, row.accepted ? 0 : 6) << row.name;
  }
}

TEST(Tls, HonoursASslCertDirWithoutHashes) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  RunOptions options = with_config(config(sandbox, folder, ""));
  options.environment["SSL_CERT_DIR"] = "/none:" + sandbox.folder();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
}

TEST(Tls, ACaFileWithoutACertificateSendsNothing) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  for (const std::string& text :
       {std::string("junk"), std::string("-----BEGIN CERTIFICATE-----\nMII=\n-----END "
                                         "CERTIFICATE-----\n")}) {
    const std::string file = folder.write("junk.pem", text);
    const RunResult result =
        sandbox.run(kCreate, with_config(config(sandbox, folder, "ca = \"" + file + "\"\n")));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.err, HasSubstr("tls.ca: " + file));
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Tls, HonoursAHashedSslCertDir) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  RunOptions hash;
  hash.program = "/usr/bin/openssl";
  hash.args = {"x509", "-hash", "-noout", "-in", sandbox.ca()};
  std::string name = run(hash).out;
  name.pop_back();
  folder.write(name + ".0", read_file(sandbox.ca()));
  RunOptions options = with_config(config(sandbox, folder, ""));
  options.environment["SSL_CERT_DIR"] = folder.path();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
}

TEST(Tls, InsecureWorksAndWarns) {
  const Sandbox sandbox({"--certificate", "self-signed"});
  const TemporaryFolder folder;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, folder, "insecure = true\n")));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: warning: tls.insecure is set: "));
}

TEST(Tls, DisableWorksAndWarns) {
  const Sandbox sandbox({"--plain"});
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: warning: tls.disable is set: "));
}

TEST(Tls, PlainTextIsNotSpokenToAServerThatWantsIt) {
  const Sandbox sandbox({"--plain"});
  const TemporaryFolder folder;
  EXPECT_EQ(
      sandbox.run(kCreate, with_config(config(sandbox, folder, "insecure = true\n"))).exit_code, 6);
  EXPECT_EQ(sandbox.count("request"), 0U);
}

// A create through a proxy that is spoken to over TLS: TRUST is of tls_proxy.py.
RunResult create_through_tls_proxy(const Sandbox& sandbox, const std::string& trust) {
  RunOptions options;
  options.program = SOURCE_DIRECTORY "/tests/e2e/tls_proxy.py";
  return sandbox.run({trust, influxctl_binary(), "management", "create"}, options);
}

TEST(Tls, GoesThroughAProxyThatTheSystemsRootsVouchFor) {
  const Sandbox sandbox;
  const RunResult result = create_through_tls_proxy(sandbox, "trusted");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(result.err, testing::StartsWith(
                              "proxy: CONNECT localhost:" + std::to_string(sandbox.port()) + "\n"));
}

// tls.ca vouches for the server alone, the system's roots for the proxy alone.
TEST(Tls, AProxyIsNotTrustedForTheCasSake) {
  const Sandbox sandbox;
  const Sandbox other;
  const TemporaryFolder folder;
  RunOptions options = with_config(config(sandbox, folder, ca(sandbox)));
  options.environment["SSL_CERT_FILE"] = other.ca();
  options.environment["https_proxy"] = "https://localhost:" + std::to_string(sandbox.port());
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: it is the proxy's certificate; "));
  EXPECT_EQ(sandbox.count("request"), 0U);
}

TEST(Tls, TellsThatItIsTheProxyThatIsNotTrusted) {
  const Sandbox sandbox;
  const RunResult result = create_through_tls_proxy(sandbox, "unknown");
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: it is the proxy's certificate; "));
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Tls, WritesDownNoKeys) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  RunOptions options;
  options.environment = {{"SSLKEYLOGFILE", folder.file("keys")}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder.file("keys")));
}

TEST(Files, OneWarningForASecretThatOthersCanRead) {
  const Sandbox sandbox;
  std::filesystem::permissions(sandbox.token_file(), std::filesystem::perms(0644));
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  const std::string warning = "influxctl: warning: " + sandbox.token_file() +
                              " holds a secret and others can read it; run: chmod 600 " +
                              sandbox.token_file() + "\n";
  EXPECT_EQ(result.err.substr(0, warning.size()), warning);
  EXPECT_EQ(result.err.find("warning: ", warning.size()), std::string::npos);
}

TEST(Requests, AreNeitherRedirectedNorCarryCookies) {
  Sandbox sandbox;
  for (const int status : {301, 302, 303, 307, 308}) {
    sandbox.fault({{"on", "POST"},
                   {"status", status},
                   {"headers", {{"Location", sandbox.url()}, {"Set-Cookie", "a=b"}}}});
    (void)sandbox.run(kCreate);
  }
  EXPECT_EQ(sandbox.requests("POST").size(), 5U);
  for (const auto& request : sandbox.events("request")) {
    EXPECT_FALSE(request.at("headers").contains("cookie"));
    EXPECT_EQ(request.at("target"), "/api/v0/management-tokens");
  }
}

TEST(Requests, IgnoreNetrc) {
  const Sandbox sandbox;
  const TemporaryFolder folder;
  folder.write(".netrc", "default login user password secret\n");
  RunOptions options;
  options.environment = {{"HOME", folder.path()}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_EQ(sandbox.requests("POST").at(0).at("headers").at("authorization").at("scheme"),
            "Bearer");
}

}  // namespace
}  // namespace influxctl::e2e::transport_test
