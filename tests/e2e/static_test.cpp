// SPDX-License-Identifier: MIT
// The static program on systems that have next to nothing: in directories that become its root. For
// the program that was built along, which is not static, all of this is skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "harness.h"

namespace influxctl::e2e::static_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::vector<std::string> kCreate{"management", "create"};

// A root with the program, and no other file yet.
class Root {
 public:
  Root() { fs::copy_file(influxctl_binary(), directory_.file("influxctl")); }

  std::string file(const std::string& path) const { return directory_.path().string() + path; }

  /// Writes a file at a path that begins with a slash.
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(file(path)).parent_path());
    static_cast<void>(directory_.write(path.substr(1), text));
  }

  /// A config.toml for the sandbox, at /config.toml.
  void configure(const Sandbox& sandbox, const std::string& tls,
                 const std::string& host = "localhost") const {
    write("/config.toml", "[[profile]]\nname = \"default\"\nproduct = \"clustered\"\nhost = \"" +
                              host + "\"\nport = " + std::to_string(sandbox.port()) +
                              "\n[profile.tls]\n" + tls);
    token_ = sandbox.admin_token();
  }

  RunResult run(const std::vector<std::string>& args,
                const std::map<std::string, std::string>& environment = {},
                RunOptions options = {}) const {
    options.program = "/usr/bin/env";
    if (::geteuid() != 0) options.args = {"unshare", "-r"};
    options.args.insert(options.args.end(), {"chroot", directory_.path(), "/influxctl"});
    options.args.insert(options.args.end(), args.begin(), args.end());
    options.environment = environment;
    options.environment.try_emplace("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    options.environment.try_emplace("INFLUXCTL_CONFIG", "/config.toml");
    options.environment.try_emplace("INFLUXCTL_MGMT_TOKEN", token_);
    return e2e::run(options);
  }

 private:
  TemporaryDirectory directory_;
  mutable std::string token_;
};

class Static : public testing::Test {
 protected:
  void SetUp() override {
    if (!influxctl_is_static()) GTEST_SKIP() << "the program under test is not static";
    const RunResult probe = Root().run({"--version"});
    if (probe.err.starts_with("unshare:")) GTEST_SKIP() << probe.err;
  }

  /// Creates a token, which has to arrive.
  static void expect_create(const Sandbox& sandbox, const Root& root,
                            const std::map<std::string, std::string>& environment = {}) {
    const RunResult result = root.run(kCreate, environment);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  }
};

TEST_F(Static, RunsWhereThereIsNothing) {
  const Root root;
  const RunResult result = root.run({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, testing::StartsWith("influxctl "));
  EXPECT_EQ(result.err, "");
}

TEST_F(Static, CreatesWithACaFileAlone) {
  const Sandbox sandbox;
  const Root root;
  root.write("/ca.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "ca = \"/ca.pem\"\n");
  expect_create(sandbox, root);
}

// Nothing else takes the place of a closed stderr: messages would be written into it.
TEST_F(Static, AClosedStreamStaysClosedWhereThereIsNoDevNull) {
  Sandbox sandbox;
  const Root root;
  root.write("/ca.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "ca = \"/ca.pem\"\n");
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  RunOptions options;
  options.err = Stream::closed();
  fs::path place;
  std::error_code failure;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(sandbox.wait_for("request", 1));
    place = fs::read_symlink("/proc/" + std::to_string(pid) + "/fd/2", failure);
    sandbox.release();
  };
  EXPECT_EQ(root.run(kCreate, {}, options).exit_code, 0);
  if (failure == std::errc::permission_denied) {
    GTEST_SKIP() << "nobody but root with CAP_SYS_PTRACE can look";
  }
  EXPECT_EQ(place, fs::path(root.file("")));
}

TEST_F(Static, FindsTheSystemsCertificates) {
  for (const char* bundle :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    SCOPED_TRACE(bundle);
    const Sandbox sandbox;
    const Root root;
    root.write(bundle, read_file(sandbox.ca()));
    root.configure(sandbox, "");
    expect_create(sandbox, root);
  }
}

TEST_F(Static, FindsADirectoryOfHashedNames) {
  const Sandbox sandbox;
  RunOptions openssl;
  openssl.program = "/usr/bin/env";
  openssl.args = {"openssl", "x509", "-noout", "-subject_hash", "-in", sandbox.ca()};
  const std::string hash = run(openssl).out;
  for (const std::string directory : {"/etc/ssl/certs/", "/etc/pki/tls/certs/"}) {
    SCOPED_TRACE(directory);
    const Root root;
    root.write(directory + hash.substr(0, hash.find('\n')) + ".0", read_file(sandbox.ca()));
    root.configure(sandbox, "");
    expect_create(sandbox, root);
  }
}

// What is left of Debian's directory when it is copied without what its links lead to.
TEST_F(Static, LooksPastLinksThatLeadNowhere) {
  const Sandbox sandbox;
  const Root root;
  root.write("/etc/ssl/certs/ca-certificates.crt", read_file(sandbox.ca()));
  fs::create_symlink("/usr/share/ca-certificates/one.crt", root.file("/etc/ssl/certs/01234567.0"));
  root.configure(sandbox, "");
  expect_create(sandbox, root);
}

// A CA of one's own is often put into the bundle alone, over Debian's, and the directory stays as
// it is.
TEST_F(Static, ReadsTheBundleAndTheDirectory) {
  const Sandbox sandbox;
  const Sandbox other;
  const Root root;
  root.write("/etc/ssl/certs/01234567.0", read_file(other.ca()));
  fs::create_directory(root.file("/etc/ssl/certs/89abcdef.0"));
  root.configure(sandbox, "");
  const RunResult without = root.run(kCreate);
  EXPECT_EQ(without.exit_code, 6);
  for (const std::string& bundle : {read_file(other.ca()), std::string("no certificate"),
                                    std::string("-----BEGIN CERTIFICATE-----\nx\n-----END")}) {
    root.write("/etc/ssl/certs/ca-certificates.crt", bundle);
    const RunResult useless = root.run(kCreate);
    EXPECT_EQ(useless.exit_code, 6);
    EXPECT_EQ(useless.err, without.err);
  }
  EXPECT_EQ(sandbox.count("connection"), 4U) << "one a run";
  EXPECT_EQ(sandbox.count("request"), 0U);
  root.write("/etc/ssl/certs/ca-certificates.crt", read_file(other.ca()) + read_file(sandbox.ca()));
  expect_create(sandbox, root);
  EXPECT_EQ(sandbox.count("created"), 1U);
}

// As on Fedora and RHEL, where certificates of servers lie in that directory.
TEST_F(Static, TakesFromASystemsDirectoryWhatHasAHashedName) {
  const Sandbox sandbox;
  const Sandbox other;
  const Root root;
  root.write("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", read_file(other.ca()));
  root.write("/etc/pki/tls/certs/localhost.crt", read_file(sandbox.ca()));
  root.configure(sandbox, "");
  EXPECT_EQ(root.run(kCreate).exit_code, 6);
  EXPECT_EQ(sandbox.count("request"), 0U);
}

TEST_F(Static, LooksPastABundleWithoutACertificate) {
  const Sandbox sandbox;
  const Root root;
  root.write("/etc/ssl/certs/ca-certificates.crt", "# none yet\n");
  root.write("/etc/ssl/cert.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "");
  expect_create(sandbox, root);
}

// A proxy that is not used, or not for this cluster, needs no roots; one that is used does.
TEST_F(Static, AProxyMattersWhereItIsUsed) {
  const Sandbox sandbox;
  const Root root;
  root.write("/ca.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "ca = \"/ca.pem\"\n");
  expect_create(sandbox, root, {{"https_proxy", "https://localhost:1"}, {"no_proxy", "localhost"}});
  expect_create(sandbox, root, {{"http_proxy", "https://localhost:1"}});
  const std::string itself = "https://localhost:" + std::to_string(sandbox.port());
  const RunResult used = root.run(kCreate, {{"https_proxy", itself}});
  EXPECT_EQ(used.exit_code, 6);
  EXPECT_THAT(used.err, HasSubstr("influxctl: hint: it is the proxy's certificate; "));
}

// What Docker makes of a mount whose source is missing: a directory.
TEST_F(Static, LooksPastWhatIsNotABundle) {
  const Sandbox sandbox;
  const Root root;
  fs::create_directories(root.file("/etc/ssl/certs/ca-certificates.crt"));
  root.write("/etc/pki/tls/certs/ca-bundle.crt", "");
  root.configure(sandbox, "");
  const RunResult result = root.run(kCreate);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("influxctl: hint: /etc/ssl/certs/ca-certificates.crt is there, "
                                    "but is not a file that can be read\n"));
  root.write("/etc/ssl/cert.pem", "no certificate");
  const RunResult junk = root.run(kCreate);
  EXPECT_EQ(junk.exit_code, 3);
  EXPECT_THAT(junk.err, HasSubstr("influxctl: hint: /etc/ssl/cert.pem holds no certificate in PEM "
                                  "form\n"));
  root.write("/etc/ssl/cert.pem", read_file(sandbox.ca()));
  expect_create(sandbox, root);
}

TEST_F(Static, SaysThatThereAreNoCertificates) {
  const Sandbox sandbox;
  const Root root;
  root.configure(sandbox, "");
  const RunResult result = root.run(kCreate);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err,
            "influxctl: error: this system has no CA certificates in any of the usual places\n"
            "influxctl: hint: install the package ca-certificates, or set tls.ca or "
            "SSL_CERT_FILE\n");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST_F(Static, SaysThatThereIsNoResolver) {
  const Sandbox sandbox;
  const Root root;
  root.write("/ca.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "ca = \"/ca.pem\"\n", "cluster.invalid");
  const RunResult result = root.run({"management", "create", "--timeout", "20s"});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("could not resolve host: cluster.invalid\n"));
  EXPECT_THAT(result.err,
              HasSubstr("influxctl: hint: /etc/resolv.conf, which names the DNS servers, cannot be "
                        "read; /etc/hosts does without\n"));
}

TEST_F(Static, ReadsTheHostsFile) {
  const Sandbox sandbox({"--certificate", "wrong-host"});
  const Root root;
  root.write("/etc/hosts", "127.0.0.1 cluster.invalid\n");
  root.configure(sandbox, "insecure = true\n", "cluster.invalid");
  expect_create(sandbox, root);
}

// A configuration that would have OpenSSL load what is not there, or refuse every protocol.
TEST_F(Static, IgnoresOpensslsConfiguration) {
  const Sandbox sandbox;
  const Root root;
  root.write("/ca.pem", read_file(sandbox.ca()));
  root.configure(sandbox, "ca = \"/ca.pem\"\n");
  const std::string configuration =
      "openssl_conf = all\n[all]\nssl_conf = ssl\nproviders = some\nengines = some\n"
      "config_diagnostics = 1\n[some]\nabsent = one\n[one]\nactivate = 1\nmodule = /absent.so\n"
      "dynamic_path = /absent.so\n[ssl]\nsystem_default = limits\n[limits]\n"
      "MaxProtocol = TLSv1.1\n";
  for (const char* path : {"/usr/lib/ssl/openssl.cnf", "/etc/ssl/openssl.cnf", "/own.cnf"}) {
    root.write(path, configuration);
  }
  expect_create(sandbox, root);
  expect_create(sandbox, root,
                {{"OPENSSL_CONF", "/own.cnf"}, {"OPENSSL_MODULES", "/"}, {"OPENSSL_ENGINES", "/"}});
}

}  // namespace
}  // namespace influxctl::e2e::static_test
