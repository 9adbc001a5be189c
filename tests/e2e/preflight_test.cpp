// SPDX-License-Identifier: MIT
// What can fail on this machine fails before a byte goes anywhere: neither the cluster nor the
// OAuth provider, which share the stand-in's ledger, see a connection. The login has expired in
// every row, so that a run which goes too far refreshes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <functional>
#include <ostream>

#include "login.h"
#include "outcome.h"

namespace influxctl::e2e::preflight_test {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

struct Row {
  const char* name;
  Arguments args;
  int exit_code;
  std::string err;                               ///< a part of stderr
  std::function<void(RunOptions&)> change = {};  ///< of the run
  std::string tls = {};                          ///< more lines of [profile.tls]
  std::string token_file = {};                   ///< what is in it; "none": it is missing
  std::string line = {};                         ///< takes the place of the one for its key
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

Arguments create(const Arguments& more) {
  Arguments all{"management", "create"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void close_stdout(RunOptions& options) { options.out = Stream::closed(); }
void abandon_stdout(RunOptions& options) { options.out = Stream::gone(); }
void no_cache(RunOptions& options) { options.environment["XDG_CACHE_HOME"] = "/nonexistent"; }
auto with_files(rlim_t number) {
  return [number](RunOptions& options) {
    options.before_exec = [number] {
      const rlimit limit{number, number};
      ::setrlimit(RLIMIT_NOFILE, &limit);
    };
  };
}
auto with_token(const std::string& token) {
  return [token](RunOptions& options) { options.environment["INFLUXCTL_MGMT_TOKEN"] = token; };
}

constexpr const char* closed_without_output =
    "standard output is closed\ninfluxctl: hint: redirect it\n";

void configure(const Row& row, const Sandbox& sandbox, const TemporaryDirectory& inputs) {
  std::string config = read_file(sandbox.config());
  const std::string heading = "[profile.tls]\n";
  config.insert(config.find(heading) + heading.size(), row.tls + "\n");
  if (!row.line.empty()) {
    const auto at = config.find("\n" + row.line.substr(0, row.line.find(' '))) + 1;
    config.replace(at, config.find('\n', at) - at, row.line);
  }
  for (auto at = config.find("CLIENT"); at != std::string::npos; at = config.find("CLIENT")) {
    config.replace(at, 6, sandbox.file("client"));
  }
  if (!row.token_file.empty()) {
    if (row.token_file != "none") inputs.write("token", row.token_file);
    config += "[profile.auth.token]\ntoken_file = \"" + inputs.file("token") + "\"\n";
  }
  std::ofstream(sandbox.config()) << config;
}

// The key of the stand-in's client certificate, encrypted by `openssl KIND` with FLAG.
auto with_encrypted_key(const std::string& kind, const std::string& flag) {
  return [kind, flag](RunOptions& options) {
    RunOptions encrypt;
    encrypt.program = "/usr/bin/openssl";
    const std::string key = options.environment.at("KEY");
    encrypt.args = {kind, flag, "-in", key, "-out", key + ".new", "-passout", "pass:xxxx"};
    EXPECT_EQ(e2e::run(encrypt).exit_code, 0);
    std::filesystem::rename(key + ".new", key);
  };
}

std::string in_utf16(const std::string& text) {
  std::string wide;
  for (const char c : text) wide += {c, '\0'};
  return wide;
}

constexpr const char* kClientCertificate = "cert = \"CLIENT.pem\"\nkey = \"CLIENT.key\"";

class Preflight : public testing::TestWithParam<Row> {};

TEST_P(Preflight, SendsNothing) {
  const Row& row = GetParam();
  if (influxctl_is_sanitized() &&
      std::string_view(row.name).find("OpenFiles") != std::string::npos) {
    GTEST_SKIP() << "the runtime of UBSan opens pipes of its own";
  }
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  std::ofstream(bench.home().file("there")) << "precious";
  std::ofstream(bench.home().file("no.pem")) << "no certificate";
  const TemporaryDirectory inputs;
  configure(row, bench.sandbox, inputs);
  const std::size_t before = bench.sandbox.ledger().size();
  RunOptions options;
  options.directory = bench.home().path();
  options.environment["KEY"] = bench.sandbox.file("client.key");
  if (row.change) row.change(options);
  const RunResult result = bench.run(row.args, options);
  EXPECT_EQ(result.exit_code, row.exit_code) << result.err;
  EXPECT_THAT(result.err, HasSubstr(row.err));
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(bench.sandbox.ledger().size(), before) << "something was sent";
  EXPECT_EQ(read_file(bench.home().file("there")), "precious");
  EXPECT_EQ(names_in(bench.home().path()), "influxctl no.pem there ") << "a stray file";
}

const std::string kPast = "2020-01-01T00:00:00Z";

INSTANTIATE_TEST_SUITE_P(
    Usage, Preflight,
    testing::Values(
        Row{"Flag", create({"--nonsense"}), 2, "--nonsense"},
        Row{"ApiPath", create({"--api-path", "not a path"}), 2, "--api-path"},
        Row{"ApiPathOfList", {"management", "list", "--api-path", "x"}, 2, "--api-path"},
        Row{"ApiPathOfRevoke",
            {"management", "revoke", "--force", "a", "--api-path", "/../x"},
            2,
            "--api-path"},
        Row{"ApiPathOfRotate",
            {"management", "rotate", "a", "--api-path", "/x?y"},
            2,
            "--api-path"},
        Row{"ExpiryPast", create({"--expires-at", kPast}), 2, "--expires-at"},
        Row{"ExpiryPastOfRotate",
            {"management", "rotate", "a", "--expires-at", kPast},
            2,
            "--expires-at"},
        Row{"QuestionWithoutATerminal", {"management", "revoke", "a"}, 2, "no terminal to ask on"},
        Row{"SinkMissing", create({"--", "no-such-program"}), 2, "no-such-program"},
        Row{"SinkIsADirectory", create({"--", "./influxctl"}), 2, "influxctl"},
        Row{"OutputInTheWay", create({"--output", "there"}), 2, "exists already"},
        Row{"OutputWithoutADirectory", create({"--output", "none/token"}), 2, "none/token"},
        Row{"OutputOfRotateInTheWay",
            {"management", "rotate", "a", "--output", "there"},
            2,
            "exists already"},
        Row{"StdoutClosed", create({}), 2,
            "standard output is closed\ninfluxctl: hint: redirect it, or name a file with "
            "--output\n",
            close_stdout},
        Row{"StdoutOfListClosed", {"management", "list"}, 2, closed_without_output, close_stdout},
        Row{"StdoutOfStatusClosed", {"auth", "status"}, 2, closed_without_output, close_stdout},
        Row{"StdoutOfVersionClosed", {"version"}, 2, closed_without_output, close_stdout},
        Row{"StdoutOfHelpClosed", {"help"}, 2, closed_without_output, close_stdout},
        Row{"StdoutOfCompletionClosed",
            {"completion", "bash"},
            2,
            closed_without_output,
            close_stdout},
        Row{"StdoutOfRotateClosed",
            {"management", "rotate", "a"},
            2,
            "or name a file with --output\n",
            close_stdout},
        Row{"NobodyReadsStdout", create({}), 2, "", abandon_stdout}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Configuration, Preflight,
    testing::Values(
        Row{"Profile", create({"--profile", "none"}), 3, "none"},
        Row{"File", create({"--config", "none.toml"}), 3, "none.toml"},
        Row{"CaOfList",
            {"management", "list"},
            3,
            "tls.cert",
            {},
            "cert = \"/none\"\nkey = \"/x\""},
        Row{"Certificate", create({}), 3, "tls.cert", {}, "cert = \"no.pem\"\nkey = \"no.pem\""},
        Row{"CertificateOfRevoke",
            {"management", "revoke", "--force", "a"},
            3,
            "tls.cert",
            {},
            "cert = \"/none\"\nkey = \"/none\""},
        Row{"KeyEncryptedInPkcs8", create({}), 3, "is encrypted",
            with_encrypted_key("pkcs8", "-topk8"), kClientCertificate},
        Row{"KeyEncryptedTraditionally",
            {"management", "list"},
            3,
            "is encrypted",
            with_encrypted_key("ec", "-aes128"),
            kClientCertificate},
        Row{"TokenFileMissing", create({}), 3, "cannot read token file", {}, "", "none"},
        Row{"TokenFileEmpty", create({}), 3, "is empty", {}, "", "\n"},
        Row{"TokenFileInUtf16",
            create({}),
            3,
            "is in UTF-16",
            {},
            "",
            "\xff\xfe" + in_utf16("M.V1.x\n")},
        Row{"TokenFileInUtf16WithoutMark",
            {"management", "list"},
            3,
            "token file",
            {},
            "",
            in_utf16("M.V1.x\n")},
        Row{"FourOpenFiles", create({}), 3,
            "this process may have only 4 files open, and needs 19\n"
            "influxctl: hint: raise the limit, which `ulimit -n` shows\n",
            with_files(4)},
        Row{"SevenOpenFiles", {"management", "list"}, 3, "only 7 files", with_files(7)},
        Row{"TenOpenFiles", create({"--output", "new"}), 3, "only 10 files", with_files(10)},
        Row{"TwelveOpenFiles", create({"--", "cat"}), 3, "only 12 files", with_files(12)},
        Row{"OpenFilesOfRotate", {"management", "rotate", "a"}, 3, "only 18 files", with_files(18)},
        Row{"OpenFilesOfLogin", {"auth", "login"}, 3, "only 5 files", with_files(5)},
        Row{"OpenFilesOfStatus", {"auth", "status"}, 3, "only 6 files", with_files(6)},
        Row{"Host", create({}), 3, "host", {}, "", "", "host = \"https://localhost\""},
        Row{"HostWithPort", create({}), 3, "host", {}, "", "", "host = \"localhost:443\""},
        Row{"HostWithUser",
            {"management", "list"},
            3,
            "host",
            {},
            "",
            "",
            "host = \"a@localhost\""},
        Row{"Port", create({}), 3, "port", {}, "", "", "port = 0"},
        Row{"ApiPathOfTheEnvironment", create({}), 2, "INFLUXCTL_API_PATH",
            [](RunOptions& options) { options.environment["INFLUXCTL_API_PATH"] = "not a path"; }},
        Row{"Credential", create({}), 3, "INFLUXCTL_MGMT_TOKEN", with_token("no token")},
        Row{"CredentialOfRotate",
            {"management", "rotate", "a"},
            3,
            "INFLUXCTL_MGMT_TOKEN",
            with_token("\"M.V1.x\"")}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Credential, Preflight,
    testing::Values(
        Row{"NoneForCreate", create({}), 4, "no credentials", no_cache},
        Row{"NoneForList", {"management", "list"}, 4, "no credentials", no_cache},
        Row{"NoneForRevoke",
            {"management", "revoke", "--force", "a"},
            4,
            "no credentials",
            no_cache},
        Row{"NoneForRotate", {"management", "rotate", "a"}, 4, "no credentials", no_cache}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    DryRun, Preflight,
    testing::Values(
        Row{"SinkMissing", create({"--dry-run", "--", "no-such-program"}), 2, "no-such-program"},
        Row{"OutputInTheWay", create({"--dry-run", "--output", "there"}), 2, "exists already"},
        Row{"OutputOfRotateInTheWay",
            {"management", "rotate", "a", "--dry-run", "--output", "there"},
            2,
            "exists already"},
        Row{"ExpiryPast", create({"--dry-run", "--expires-at", kPast}), 2, "--expires-at"},
        Row{"StdoutClosed", create({"--dry-run"}), 2, closed_without_output, close_stdout},
        Row{"StdoutClosedWithOutput", create({"--dry-run", "--output", "new"}), 2,
            closed_without_output, close_stdout},
        Row{"Certificate",
            create({"--dry-run"}),
            3,
            "tls.cert",
            {},
            "cert = \"/none\"\nkey = \"/none\""},
        Row{"NoCredential", create({"--dry-run"}), 4, "no credentials", no_cache},
        Row{"NoCredentialForRotate",
            {"management", "rotate", "a", "--dry-run"},
            4,
            "no credentials",
            no_cache}),
    [](const auto& row) { return row.param.name; });

TEST(Preflight, ADryRunWithAnExpiredLoginSendsNothingAndLeavesNothing) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  const std::size_t before = bench.sandbox.ledger().size();
  RunOptions options;
  options.directory = bench.home().path();
  for (const Arguments& sink : {Arguments{}, {"--output", "token"}, {"--", "cat"}}) {
    Arguments args = create({"--dry-run"});
    args.insert(args.end(), sink.begin(), sink.end());
    const RunResult result = bench.run(args, options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"method\":\"POST\""));
  }
  EXPECT_EQ(bench.sandbox.ledger().size(), before);
  EXPECT_EQ(names_in(bench.home().path()), "influxctl ");
}

}  // namespace
}  // namespace influxctl::e2e::preflight_test
