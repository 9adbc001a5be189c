// SPDX-License-Identifier: MIT
// TLS, trust and proxies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <ostream>

#include "build_paths.h"
#include "harness.h"

namespace influxctl::e2e::transport_test {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kCreate = {"management", "create"};

// A config.toml for the sandbox with a [profile.tls] of the test's own.
std::string config(const Sandbox& sandbox, const TemporaryDirectory& directory,
                   const std::string& tls, const std::string& host = "localhost") {
  return directory.write(
      "config.toml", "[[profile]]\nname = \"default\"\nhost = \"" + host + "\"\nport = \"" +
                         std::to_string(sandbox.port()) + "\"\n[profile.tls]\n" + tls +
                         "[profile.auth.token]\ntoken_file = \"" + sandbox.token_file() + "\"\n");
}

RunOptions with_config(const std::string& path) {
  RunOptions options;
  options.environment = {{"INFLUXCTL_CONFIG", path}};
  return options;
}

std::string ca(const Sandbox& sandbox) { return "ca = \"" + sandbox.ca() + "\"\n"; }

// The cluster is not reached: no request has arrived there.
void expect_not_sent(const Sandbox& sandbox, const RunResult& result) {
  EXPECT_EQ(result.exit_code, 6) << result.err;
  EXPECT_EQ(sandbox.count("request"), 0U) << result.err;
}

struct BadTls {
  const char* name;
  std::vector<std::string> sandbox;
  std::string problem;  // PORT stands for the port
  std::string hint;
};

void PrintTo(const BadTls& row, std::ostream* out) { *out << row.name; }

class TlsRefused : public testing::TestWithParam<BadTls> {};

TEST_P(TlsRefused, Exits6AndSendsNothing) {
  const Sandbox sandbox(GetParam().sandbox);
  const RunResult result = sandbox.run(kCreate);
  expect_not_sent(sandbox, result);
  EXPECT_EQ(result.out, "");
  std::string problem = GetParam().problem;
  if (const auto at = problem.find("PORT"); at != std::string::npos) {
    problem.replace(at, 4, std::to_string(sandbox.port()));
  }
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: the cluster was not reached: " + problem));
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: " + GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Tls, TlsRefused,
    testing::Values(
        BadTls{"Expired",
               {"--certificate", "expired"},
               "the certificate of localhost port PORT is not accepted: certificate has expired\n",
               "the certificate is not valid at this time: check the clock"},
        BadTls{"WrongHost",
               {"--certificate", "wrong-host"},
               "the certificate of localhost port PORT is not accepted: hostname mismatch\n",
               "the certificate is for another name (a common name does not count): check host and "
               "port in config.toml\n"},
        BadTls{"CommonNameAlone",
               {"--certificate", "common-name"},
               "the certificate of localhost port PORT is not accepted: hostname mismatch\n",
               "the certificate is for another name (a common name does not count): check host and "
               "port in config.toml\n"},
        BadTls{"SelfSigned",
               {"--certificate", "self-signed"},
               "the certificate of localhost port PORT is not accepted: self-signed certificate\n",
               "set tls.ca to the CA certificate that signed the server's\n"},
        BadTls{"ForClients",
               {"--certificate", "client-purpose"},
               "the certificate of localhost port PORT is not accepted: un",  // or unsuitable
               "the certificate is not for servers: "},
        BadTls{"WeakKey",
               {"--certificate", "weak-key"},
               "the certificate of localhost port PORT is not accepted: EE certificate key too "
               "weak\n",
               "the certificate has a key that is too short to be safe"},
        BadTls{"WeakDigest",
               {"--certificate", "weak-digest"},
               "the certificate of localhost port PORT is not accepted: CA signature digest "
               "algorithm too weak\n",
               "the certificate is signed with a digest that is too weak"},
        BadTls{"TooOld",
               {"--tls", "1.1"},
               "no TLS connection with localhost port PORT: ",
               "the server does not offer TLS 1.2 or newer"}),
    [](const auto& row) { return row.param.name; });

TEST(Tls, InsecureTakesACommonName) {
  const Sandbox sandbox({"--certificate", "common-name"});
  const TemporaryDirectory directory;
  EXPECT_EQ(
      sandbox.run(kCreate, with_config(config(sandbox, directory, "insecure = true\n"))).exit_code,
      0);
}

TEST(Tls, SpeaksOneDotTwo) {
  const Sandbox sandbox({"--tls", "1.2"});
  EXPECT_EQ(sandbox.run(kCreate).exit_code, 0);
}

TEST(Tls, VerifiesAnAddressToo) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, directory, ca(sandbox), "127.0.0.1")));
  EXPECT_EQ(result.exit_code, 0);
}

TEST(Tls, ShowsAClientCertificate) {
  const Sandbox sandbox({"--require-client-certificate"});
  const TemporaryDirectory directory;
  const std::string tls = ca(sandbox) + "cert = \"" + sandbox.file("client.pem") + "\"\nkey = \"" +
                          sandbox.file("client.key") + "\"\n";
  EXPECT_EQ(sandbox.run(kCreate, with_config(config(sandbox, directory, tls))).exit_code, 0);
}

TEST(Tls, TellsThatAClientCertificateIsMissing) {
  // Up to TLS 1.2 within the handshake; TLS 1.3 tells only after the request was sent.
  const Sandbox sandbox({"--require-client-certificate", "--tls", "1.2"});
  const TemporaryDirectory directory;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, directory, ca(sandbox))));
  expect_not_sent(sandbox, result);
}

TEST(Tls, TheConfiguredCaReplacesTheSystemsRoots) {
  const Sandbox sandbox;
  const Sandbox other;
  const TemporaryDirectory directory;
  RunOptions options = with_config(config(sandbox, directory, ca(other)));
  // The right CA among the system's roots does not help.
  options.environment["SSL_CERT_FILE"] = sandbox.ca();
  options.environment["SSL_CERT_DIR"] = sandbox.directory();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 6);
}

TEST(Tls, HonoursSslCertFile) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions options = with_config(config(sandbox, directory, ""));
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
  const TemporaryDirectory directory;
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
    const std::string store = directory.write("store.pem", row.store);
    const RunResult verified = openssl({"verify", "-partial_chain", "-no-CApath", "-no-CAstore",
                                        "-CAfile", store, sandbox.file("client.pem")});
    EXPECT_EQ(verified.exit_code == 0, row.accepted) << row.name << verified.err;
    RunOptions options = with_config(config(sandbox, directory, ""));
    options.environment["SSL_CERT_FILE"] = store;
    EXPECT_EQ(sandbox.run(kCreate, options).exit_code, row.accepted ? 0 : 6) << row.name;
  }
}

TEST(Tls, HonoursASslCertDirWithoutHashes) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions options = with_config(config(sandbox, directory, ""));
  options.environment["SSL_CERT_DIR"] = "/none:" + sandbox.directory();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
}

TEST(Tls, ACaFileWithoutACertificateSendsNothing) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  for (const std::string& text :
       {std::string("junk"), std::string("-----BEGIN CERTIFICATE-----\nMII=\n-----END "
                                         "CERTIFICATE-----\n")}) {
    const std::string file = directory.write("junk.pem", text);
    const RunResult result =
        sandbox.run(kCreate, with_config(config(sandbox, directory, "ca = \"" + file + "\"\n")));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.err, HasSubstr("tls.ca: " + file));
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Tls, HonoursAHashedSslCertDir) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions hash;
  hash.program = "/usr/bin/openssl";
  hash.args = {"x509", "-hash", "-noout", "-in", sandbox.ca()};
  std::string name = run(hash).out;
  name.pop_back();
  directory.write(name + ".0", read_file(sandbox.ca()));
  RunOptions options = with_config(config(sandbox, directory, ""));
  options.environment["SSL_CERT_DIR"] = directory.path();
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
}

TEST(Tls, InsecureWorksAndWarns) {
  const Sandbox sandbox({"--certificate", "self-signed"});
  const TemporaryDirectory directory;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, directory, "insecure = true\n")));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: warning: tls.insecure is set: "));
}

TEST(Tls, DisableWorksAndWarns) {
  const Sandbox sandbox({"--plain"});
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: warning: tls.disable is set: "));
}

TEST(Tls, TlsIsSpokenToAPlainPort) {
  const Sandbox sandbox({"--plain"});
  const TemporaryDirectory directory;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, directory, "insecure = true\n")));
  expect_not_sent(sandbox, result);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: the server does not speak TLS there: check "
                                    "host and port in config.toml; for plain http set "
                                    "tls.disable\n"));
}

TEST(Tls, PlainHttpIsSpokenToATlsPort) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  const RunResult result =
      sandbox.run(kCreate, with_config(config(sandbox, directory, "disable = true\n")));
  EXPECT_EQ(result.exit_code, 7) << "it was sent";
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: the server may expect TLS there: do not set "
                                    "tls.disable\n"));
  EXPECT_EQ(sandbox.count("created"), 0U);
}

// In a session of its own, where OpenSSL's prompt would find no terminal; stdin stays unread.
TEST(Tls, AnEncryptedKeyIsRefusedAtOnce) {
  const Sandbox sandbox({"--require-client-certificate"});
  const TemporaryDirectory directory;
  for (const char* kind : {"pkcs8", "rsa"}) {
    SCOPED_TRACE(kind);
    const std::string key = directory.file(kind);
    RunOptions encrypt;
    encrypt.program = "/usr/bin/openssl";
    encrypt.args = {std::string(kind) == "rsa" ? "ec" : "pkcs8",
                    "-in",
                    sandbox.file("client.key"),
                    "-out",
                    key,
                    "-passout",
                    "pass:xxxx"};
    if (std::string(kind) == "rsa") {
      encrypt.args.emplace_back("-aes128");
    } else {
      encrypt.args.emplace_back("-topk8");
    }
    ASSERT_EQ(run(encrypt).exit_code, 0);
    const std::string tls =
        ca(sandbox) + "cert = \"" + sandbox.file("client.pem") + "\"\nkey = \"" + key + "\"\n";
    for (const auto& args :
         std::vector<std::vector<std::string>>{kCreate, {"management", "list"}}) {
      const RunResult result = sandbox.run(args, with_config(config(sandbox, directory, tls)));
      EXPECT_EQ(result.exit_code, 3);
      EXPECT_EQ(result.out, "");
      EXPECT_THAT(result.err, HasSubstr("influxctl: error: tls.key: " + key +
                                        " is encrypted, and this program asks for no password\n"));
    }
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Tls, AKeyOfAnotherCertificateIsRefused) {
  const Sandbox sandbox;
  const Sandbox other;
  const TemporaryDirectory directory;
  const std::string tls = ca(sandbox) + "cert = \"" + sandbox.file("client.pem") + "\"\nkey = \"" +
                          other.file("client.key") + "\"\n";
  const RunResult result = sandbox.run(kCreate, with_config(config(sandbox, directory, tls)));
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr(" does not belong to the certificate in "));
  EXPECT_EQ(sandbox.count("connection"), 0U);
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
  const TemporaryDirectory directory;
  RunOptions options = with_config(config(sandbox, directory, ca(sandbox)));
  options.environment["SSL_CERT_FILE"] = other.ca();
  options.environment["https_proxy"] = "https://localhost:" + std::to_string(sandbox.port());
  const RunResult result = sandbox.run(kCreate, options);
  expect_not_sent(sandbox, result);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: it is the proxy's certificate; "));
}

TEST(Tls, TellsThatItIsTheProxyThatIsNotTrusted) {
  const Sandbox sandbox;
  const RunResult result = create_through_tls_proxy(sandbox, "unknown");
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: it is the proxy's certificate; "));
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

// What libcurl makes of it says neither why nor whose certificate it is.
TEST(Tls, TellsOfAServersCertificateBehindAProxy) {
  const Sandbox sandbox({"--certificate", "wrong-host"});
  const RunResult result = create_through_tls_proxy(sandbox, "trusted");
  expect_not_sent(sandbox, result);
  EXPECT_THAT(result.err, HasSubstr(std::to_string(sandbox.port()) +
                                    " is not accepted: hostname mismatch\ninfluxctl: hint: the "
                                    "certificate is for another name "));
}

TEST(Tls, TellsOfACaWithTheRightNameAndAnotherKey) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions openssl;
  openssl.program = "/bin/sh";
  openssl.args = {"-c",
                  "subject=$(openssl x509 -in \"$0\" -noout -subject -nameopt compat)\n"
                  "exec openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
                  "-keyout /dev/null -out \"$1\" -subj \"/${subject#*/}\" "
                  "-addext subjectKeyIdentifier=none -addext authorityKeyIdentifier=none",
                  sandbox.ca(), directory.file("ca.pem")};
  ASSERT_EQ(run(openssl).exit_code, 0);
  const RunResult result = sandbox.run(
      kCreate,
      with_config(config(sandbox, directory, "ca = \"" + directory.file("ca.pem") + "\"\n")));
  expect_not_sent(sandbox, result);
  EXPECT_THAT(result.err, HasSubstr(" is not accepted: certificate signature failure\n"
                                    "influxctl: hint: the certificate is not signed by the CA "));
}

TEST(Tls, WritesDownNoKeys) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions options;
  options.environment = {{"SSLKEYLOGFILE", directory.file("keys")}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(directory.file("keys")));
}

struct FileRow {
  const char* name;
  std::string file;  ///< with a $: one that holds the credential
  unsigned mode;
  std::string warning;  ///< FILE is its path; empty: none
  bool of_another = false;
};

void PrintTo(const FileRow& row, std::ostream* out) { *out << row.name; }

class Files : public testing::TestWithParam<FileRow> {};

TEST_P(Files, AreWarnedOfOnce) {
  FileRow row = GetParam();
  const Sandbox sandbox({"--require-client-certificate"});
  if (row.file.ends_with("$")) {
    row.file.pop_back();
    std::string text = read_file(sandbox.config());
    text.insert(text.find("host"), "mgmt_token = \"" + sandbox.admin_token() + "\"\n");
    std::ofstream(sandbox.config()) << text;
  }
  const std::string file = sandbox.file(row.file);
  ASSERT_EQ(::chmod(file.c_str(), row.mode), 0);
  if (row.of_another && (::geteuid() != 0 || ::chown(file.c_str(), 65534, 65534) != 0)) {
    GTEST_SKIP() << "only root can give a file away";
  }
  const RunResult result = sandbox.run({"management", "create", "--quiet"});
  EXPECT_EQ(result.exit_code, 0);
  for (auto at = row.warning.find("FILE"); at != std::string::npos; at = row.warning.find("FILE")) {
    row.warning.replace(at, 4, file);
  }
  EXPECT_EQ(result.err, row.warning.empty() ? "" : "influxctl: warning: " + row.warning + "\n");
}

const std::string kReadable = "FILE holds a secret and others can read it; run: chmod 600 FILE";
const std::string kWritable = "others can change FILE; run: chmod go-w FILE";
const std::string kOfAnother = "FILE belongs to another user, who can change it; run: chown 0 FILE";

INSTANTIATE_TEST_SUITE_P(
    Rows, Files,
    testing::Values(FileRow{"ConfigReadable", "config.toml$", 0644, kReadable},
                    FileRow{"ConfigReadableByItsGroup", "config.toml$", 0640, kReadable},
                    FileRow{"ConfigWithoutASecretReadable", "config.toml", 0644, ""},
                    FileRow{"ConfigWritable", "config.toml", 0622, kWritable},
                    FileRow{"ConfigWritableAndReadable", "config.toml$", 0666, kReadable},
                    FileRow{"ConfigOfAnother", "config.toml$", 0666, kOfAnother, true},
                    FileRow{"TokenReadable", "admin-token", 0604, kReadable},
                    FileRow{"TokenWritable", "admin-token", 0602, kWritable},
                    FileRow{"TokenOfAnother", "admin-token", 0600, kOfAnother, true},
                    FileRow{"KeyReadable", "client.key", 0644, kReadable},
                    FileRow{"KeyWritable", "client.key", 0602, kWritable},
                    FileRow{"KeyOfAnother", "client.key", 0600, kOfAnother, true},
                    FileRow{"CertificateReadable", "client.pem", 0644, ""},
                    FileRow{"CertificateWritable", "client.pem", 0646, kWritable},
                    FileRow{"CaReadable", "ca.pem", 0644, ""},
                    FileRow{"CaWritable", "ca.pem", 0666, kWritable},
                    FileRow{"CaOfAnother", "ca.pem", 0644, kOfAnother, true}),
    [](const auto& row) { return std::string(row.param.name); });

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
  const TemporaryDirectory directory;
  directory.write(".netrc", "default login user password secret\n");
  RunOptions options;
  options.environment = {{"HOME", directory.path()}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_EQ(sandbox.requests("POST").at(0).at("headers").at("authorization").at("scheme"),
            "Bearer");
}

// A port on which nothing listens: it is held, and not listened on.
class HeldPort {
 public:
  HeldPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.get(), any, size), 0);
    EXPECT_EQ(::getsockname(socket_.get(), any, &size), 0);
    number_ = ntohs(address.sin_port);
  }
  std::string number() const { return std::to_string(number_); }

 private:
  Descriptor socket_;
  int number_ = 0;
};

TEST(Connections, RefusedIsSaidPlainly) {
  const HeldPort port;
  const TemporaryDirectory directory;
  RunOptions options = with_config(directory.write(
      "config.toml", "[[profile]]\nname = \"default\"\nhost = \"127.0.0.1\"\nport = " +
                         port.number() + "\n[profile.tls]\ninsecure = true\n"));
  options.environment["INFLUXCTL_MGMT_TOKEN"] = "M.V1.x";
  options.args = kCreate;
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: the cluster was not reached: could not "
                                    "connect to 127.0.0.1 port " +
                                    port.number() + ": connection refused\n"));
}

TEST(Proxies, AnUnknownSchemeIsRefused) {
  const Sandbox sandbox;
  RunOptions options;
  options.environment["https_proxy"] = "foo://user:secret@localhost:1";
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(
      result.err,
      HasSubstr("a proxy is set that is no URL of http, https, socks4, socks4a, socks5 or socks5h\n"
                "influxctl: hint: check the proxy variables (https_proxy, "));
  EXPECT_THAT(result.err, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(Proxies, OneThatDoesNotSpeakTlsIsBlamedItself) {
  const Sandbox plain({"--plain"});
  const Sandbox secure;
  for (const auto& [cluster, variable] :
       {std::pair(&secure, "https_proxy"), std::pair(&plain, "http_proxy")}) {
    const Sandbox proxy({"--plain"});
    RunOptions options;
    options.environment[variable] = "https://localhost:" + std::to_string(proxy.port());
    const RunResult result = cluster->run(kCreate, options);
    EXPECT_EQ(result.exit_code, 6);
    EXPECT_THAT(result.err,
                HasSubstr("the cluster was not reached: no TLS connection with the proxy: "));
    EXPECT_THAT(result.err,
                HasSubstr("influxctl: hint: the proxy does not speak TLS: write http://"));
    EXPECT_EQ(cluster->count("connection"), 0U);
  }
}

// A stand-in that is not TLS serves as the proxy.
TEST(Proxies, A407OverPlainHttpIsTheProxys) {
  Sandbox sandbox({"--plain"});
  sandbox.fault({{"on", "POST"},
                 {"status", 407},
                 {"headers", {{"Proxy-Authenticate", "Basic realm=\"x\""}}}});
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("the proxy wants a user and a password (407)\n"
                                    "influxctl: hint: check the proxy variables (https_proxy, "));
  EXPECT_EQ(sandbox.count("created"), 0U);
}

// A gateway compresses anyway.
struct Compressed {
  const char* name;
  const char* on;
  int status;
  std::vector<std::string> args;
  int exit_code;
  const char* encoding = "gzip";
};

void PrintTo(const Compressed& row, std::ostream* out) { *out << row.name; }

class CompressedResponse : public testing::TestWithParam<Compressed> {};

TEST_P(CompressedResponse, IsSaidToBeCompressed) {
  const Compressed& row = GetParam();
  Sandbox sandbox;
  const std::string id =
      sandbox.run(kCreate).exit_code == 0 ? sandbox.created().at(0).at("id") : "";
  sandbox.fault({{"on", row.on},
                 {"status", row.status},
                 {"headers", {{"Content-Encoding", row.encoding}}},
                 {"body", "\x1f\x08\x01x"}});
  std::vector<std::string> args = row.args;
  if (row.on == std::string("DELETE")) args.push_back(id);
  const RunResult result = sandbox.run(args);
  EXPECT_EQ(result.exit_code, row.exit_code);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: the response is compressed although "
                                    "\"Accept-Encoding: identity\" was sent (Content-Encoding: \"" +
                                    std::string(row.encoding) + "\")"));
  EXPECT_THAT(result.err, testing::Not(HasSubstr("\\u{1f}")));
  EXPECT_EQ(sandbox.requests(row.on).back().at("headers").at("accept-encoding"), "identity");
}

const std::vector<std::string> kRevoke = {"management", "revoke", "--force"};
INSTANTIATE_TEST_SUITE_P(
    Gateways, CompressedResponse,
    testing::Values(Compressed{"Create", "POST", 201, kCreate, 7},
                    Compressed{"CreateBrotli", "POST", 200, kCreate, 7, "br"},
                    Compressed{"CreateForbidden", "POST", 403, kCreate, 4},
                    Compressed{"CreateRefused", "POST", 422, kCreate, 5, "zstd"},
                    Compressed{"CreateFailed", "POST", 502, kCreate, 7},
                    Compressed{"List", "GET", 200, {"management", "list"}, 5},
                    Compressed{"ListFailed", "GET", 500, {"management", "list"}, 5},
                    Compressed{"ListUnauthorized", "GET", 401, {"management", "list"}, 4},
                    Compressed{"RevokeFailed", "DELETE", 400, kRevoke, 5},
                    Compressed{"RevokeUnknown", "DELETE", 404, kRevoke, 5}),
    [](const auto& row) { return std::string(row.param.name); });

// names.py runs the program in namespaces of its own, with a DNS server and a resolv.conf; it
// prints how many queries came for each type, then the program's stderr.
RunResult run_with_dns(const std::string& server, const std::string& resolv_conf,
                       const std::vector<std::string>& flags = {}) {
  RunOptions options;
  options.program = SOURCE_DIRECTORY "/tests/e2e/names.py";
  options.args = {server, resolv_conf, SANDBOX_BINARY, influxctl_binary()};
  options.args.insert(options.args.end(), flags.begin(), flags.end());
  return run(options);
}

constexpr int kSkipped = 77;

TEST(Names, AnUnansweredAaaaQueryDoesNotHideAnARecord) {
  const RunResult result = run_with_dns("drop-aaaa", "options timeout:1 attempts:2\n");
  if (result.exit_code == kSkipped) GTEST_SKIP() << result.err;
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("created 1\n"));
}

// Without these options each would wait far longer than the time limit.
TEST(Names, TheOptionsOfResolvConfCount) {
  const RunResult result =
      run_with_dns("drop-all", "options timeout:1 attempts:1\n", {"--timeout", "30s"});
  if (result.exit_code == kSkipped) GTEST_SKIP() << result.err;
  EXPECT_EQ(result.exit_code, 6) << result.err;
  EXPECT_THAT(result.err, HasSubstr("could not resolve host: cluster.test\n"));
  EXPECT_THAT(result.out, HasSubstr("A 1\n"));
  const RunResult thrice =
      run_with_dns("drop-all", "options attempts:3 timeout:1\n", {"--timeout", "30s"});
  EXPECT_EQ(thrice.exit_code, 6) << thrice.err;
  EXPECT_THAT(thrice.out, HasSubstr("A 3\n"));
}

}  // namespace
}  // namespace influxctl::e2e::transport_test
