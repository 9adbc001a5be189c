// SPDX-License-Identifier: MIT
// The table of exit codes, row by row, as far as create reaches it: stdout, stderr, exit code and
// the stand-in's ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness.h"
#include "outcome.h"

namespace influxctl::e2e::exit_code_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> kCreate = {"management", "create"};

std::vector<std::string> create(const std::vector<std::string>& flags) {
  std::vector<std::string> args = kCreate;
  args.insert(args.end(), flags.begin(), flags.end());
  return args;
}

// What the cluster holds after a run.
struct Holds {
  std::size_t posts = 0;
  std::size_t created = 0;
  std::size_t live = 0;
};

void expect_holds(const Sandbox& sandbox, const Holds& holds) {
  EXPECT_EQ(sandbox.requests("POST").size(), holds.posts);
  EXPECT_EQ(sandbox.count("created"), holds.created);
  EXPECT_EQ(sandbox.live().size(), holds.live);
}

struct UsageRow {
  const char* name;
  std::vector<std::string> args;
  std::string err;
};

void PrintTo(const UsageRow& row, std::ostream* out) { *out << row.name; }

class UsageError : public testing::TestWithParam<UsageRow> {};

TEST_P(UsageError, Exits2AndSendsNothing) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(GetParam().args);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, GetParam().err);
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    ExitCode, UsageError,
    testing::Values(
        UsageRow{"UnknownFlag", create({"--desciption", "x"}),
                 "influxctl: error: unknown flag \"--desciption\"\n"
                 "influxctl: hint: did you mean --description?\n"},
        UsageRow{"UnknownCommand",
                 {"managment", "create"},
                 "influxctl: error: unknown command \"managment\"\n"
                 "influxctl: hint: did you mean management?\n"},
        UsageRow{"CommandOfInfluxctl",
                 {"database", "list"},
                 "influxctl: error: \"database\" is a command of InfluxData's influxctl; this "
                 "program manages management tokens only\n"
                 "influxctl: hint: see influxctl --help\n"},
        UsageRow{"FlagTwice", create({"--description", "a", "--description", "b"}),
                 "influxctl: error: --description is given twice\n"},
        UsageRow{"Offset", create({"--expires-at", "2031-01-02T03:04:05+0000"}),
                 "influxctl: error: --expires-at \"2031-01-02T03:04:05+0000\" is not an RFC 3339 "
                 "date-time: the offset has no colon\n"
                 "influxctl: hint: write 2031-01-02T03:04:05+00:00\n"},
        UsageRow{"BothExpiries",
                 create({"--expires-at", "2999-01-01T00:00:00Z", "--expires-in", "1d"}),
                 "influxctl: error: --expires-at and --expires-in exclude each other\n"},
        UsageRow{"EmptyDescription", create({"--description="}),
                 "influxctl: error: --description is empty\n"
                 "influxctl: hint: leave the flag out, or set the shell variable that it is filled "
                 "from\n"},
        UsageRow{"ControlCharacter", create({"--description", "a\nb"}),
                 "influxctl: error: --description \"a\\nb\" has a control character\n"
                 "influxctl: hint: a newline or a tab is one too; write it on one line\n"},
        UsageRow{"NotUtf8", create({"--description", "a\xff"}),
                 "influxctl: error: --description \"a\\xff\" is not valid UTF-8\n"},
        UsageRow{"Format", create({"--format", "yaml"}),
                 "influxctl: error: --format \"yaml\" is neither table nor json\n"},
        UsageRow{"FormatMisspelt", create({"--format", "jsn"}),
                 "influxctl: error: --format \"jsn\" is neither table nor json\n"
                 "influxctl: hint: did you mean json?\n"},
        UsageRow{"ExpiresInYears", create({"--expires-in", "1y"}),
                 "influxctl: error: --expires-in \"1y\" has the unknown unit \"y\"\n"
                 "influxctl: hint: write 365d\n"},
        UsageRow{"ExpiresInDaysSpeltOut", create({"--expires-in", "90days"}),
                 "influxctl: error: --expires-in \"90days\" has the unknown unit \"days\"\n"
                 "influxctl: hint: write 90d\n"},
        UsageRow{"ExpiresNever", create({"--expires-in", "never"}),
                 "influxctl: error: --expires-in \"never\" is not a duration\n"
                 "influxctl: hint: for a token that never expires leave it out (create) or write "
                 "--no-expiry (rotate)\n"},
        UsageRow{"ExtraArgument",
                 {"management", "list", "extra"},
                 "influxctl: error: unexpected argument \"extra\"\n"
                 "influxctl: hint: see influxctl management list --help\n"},
        UsageRow{"Timeout", create({"--timeout", "60"}),
                 "influxctl: error: --timeout \"60\" has no unit\n"
                 "influxctl: hint: write 60s\n"},
        UsageRow{"SinkNotFound", create({"--", "no-such-program-anywhere"}),
                 "influxctl: error: the command \"no-such-program-anywhere\" is not found\n"
                 "influxctl: hint: install it, or write its path after --\n"},
        UsageRow{"ApiPath", create({"--api-path", "api/../x"}),
                 "influxctl: error: --api-path \"api/../x\" is not an absolute URL path\n"
                 "influxctl: hint: write it like /api/v0/management-tokens\n"}),
    [](const auto& row) { return row.param.name; });

TEST(ExitCode2, ASwitchWithAnotherValueThanTrueOrFalse) {
  const Sandbox sandbox;
  const std::vector<std::vector<std::string>> rows = {{"create", "--dry-run"},
                                                      {"create", "--debug"},
                                                      {"create", "--trace"},
                                                      {"create", "--quiet"},
                                                      {"create", "-dry-run"},
                                                      {"create", "--help"},
                                                      {"list", "--live"},
                                                      {"revoke", "a", "--force"},
                                                      {"rotate", "--self"},
                                                      {"rotate", "a", "--keep-old"},
                                                      {"rotate", "a", "--no-expiry"}};
  for (const auto& row : rows) {
    for (const char* value : {"-1", "-3", "0", "1", "2", "off", "on", "no", "-x", "TRUE", ""}) {
      std::vector<std::string> args = {"management"};
      args.insert(args.end(), row.begin(), row.end());
      args.back() += std::string("=") + value;
      const RunResult result = sandbox.run(args);
      EXPECT_EQ(result.exit_code, 2) << args.back();
      EXPECT_EQ(result.out, "");
      EXPECT_THAT(result.err, HasSubstr(" is a switch and takes no value \""));
    }
  }
  expect_unsent(sandbox);
}

TEST(ExitCode2, OutputFileInTheWay) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  const std::string path = directory.write("token", "precious");
  const RunResult result = sandbox.run(create({"--output", path}));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "influxctl: error: --output \"" + path +
                            "\" exists already\ninfluxctl: hint: nothing is ever overwritten: "
                            "move it away, or name another file\n");
  EXPECT_EQ(read_file(path), "precious");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(ExitCode2, StdoutClosed) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::closed();
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "influxctl: error: standard output is closed\n"
            "influxctl: hint: redirect it, or name a file with --output\n");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

struct ConfigRow {
  const char* name;
  std::string config;
  std::string err;  // {} stands for the file's path
};

void PrintTo(const ConfigRow& row, std::ostream* out) { *out << row.name; }

class ConfigError : public testing::TestWithParam<ConfigRow> {};

TEST_P(ConfigError, Exits3AndSendsNothing) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("config.toml", GetParam().config);
  RunOptions options;
  options.args = create({"--config", path});
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "");
  std::string expected = GetParam().err;
  for (auto at = expected.find("{}"); at != std::string::npos; at = expected.find("{}")) {
    expected.replace(at, 2, path);
  }
  EXPECT_THAT(result.err, StartsWith(expected));
}

INSTANTIATE_TEST_SUITE_P(
    ExitCode, ConfigError,
    testing::Values(
        ConfigRow{"UnknownKey", "[[profile]]\nname = \"default\"\nhots = \"h\"\n",
                  "influxctl: error: {}:3:1: unknown key \"hots\""},
        ConfigRow{"NoProfile", "[[profile]]\nname = \"other\"\nhost = \"h\"\n",
                  "influxctl: error: {}"},
        ConfigRow{"CaMissing",
                  "[[profile]]\nname = \"default\"\nhost = \"h\"\nmgmt_token = \"t\"\n"
                  "[profile.tls]\nca = \"/nonexistent/ca.pem\"\n",
                  "influxctl: error: cannot read tls.ca /nonexistent/ca.pem: No such file or "
                  "directory\n"},
        ConfigRow{"CaIsNoPem",
                  "[[profile]]\nname = \"default\"\nhost = \"h\"\nmgmt_token = \"t\"\n"
                  "[profile.tls]\nca = \"/etc/hostname\"\n",
                  "influxctl: error: tls.ca: /etc/hostname is not a PEM file"},
        ConfigRow{"TokenFileMissing",
                  "[[profile]]\nname = \"default\"\nhost = \"h\"\n"
                  "[profile.auth.token]\ntoken_file = \"/nonexistent/token\"\n",
                  "influxctl: error: cannot read token file /nonexistent/token: No such file or "
                  "directory\n"}),
    [](const auto& row) { return row.param.name; });

TEST(ExitCode3, NoConfigurationAtAllShowsWhereItGoes) {
  RunOptions options;
  options.args = kCreate;
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, StartsWith("influxctl: error: there is no configuration file /"));
  EXPECT_THAT(result.err, HasSubstr("/.config/influxctl/config.toml with:\n"));
  EXPECT_THAT(result.err, HasSubstr("host = \"cluster.example.com\"\n"));
}

TEST(ExitCode4, NoCredential) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.args = create({"--config", directory.write("config.toml",
                                                     "[[profile]]\nname = \"default\"\n"
                                                     "host = \"127.0.0.1\"\n")});
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("INFLUXCTL_MGMT_TOKEN"));
  EXPECT_THAT(result.err, HasSubstr("mgmt_token"));
}

TEST(ExitCode4, ACredentialThatTheClusterDoesNotKnow) {
  const Sandbox sandbox;
  RunOptions options;
  options.environment = {{"INFLUXCTL_MGMT_TOKEN", "M.V1.wrong"}};
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "influxctl: error: the cluster does not accept the credential (401): "
            "\"unauthorized\"\n"
            "influxctl: hint: the credential came from INFLUXCTL_MGMT_TOKEN; it may be wrong, "
            "expired or revoked, or too new to be valid everywhere\n");
  expect_holds(sandbox, {.posts = 1, .created = 0, .live = 0});
}

struct ResponseRow {
  const char* name;
  json fault;
  int exit_code;
  std::string err;  // the first line after "influxctl: error: "
  Holds holds;
};

void PrintTo(const ResponseRow& row, std::ostream* out) { *out << row.name; }

class Response : public testing::TestWithParam<ResponseRow> {};

TEST_P(Response, DecidesTheExitCode) {
  Sandbox sandbox;
  json fault = GetParam().fault;
  fault["on"] = "POST";
  sandbox.fault(fault);
  const RunResult result = sandbox.run(create({"--description", "x"}));
  EXPECT_EQ(result.exit_code, GetParam().exit_code);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: " + GetParam().err));
  expect_holds(sandbox, GetParam().holds);
  for (const std::string& id : sandbox.live()) EXPECT_THAT(result.err, HasSubstr(id));
}

constexpr Holds kNothing = {.posts = 1, .created = 0, .live = 0};
constexpr Holds kNamed = {.posts = 1, .created = 1, .live = 1};
constexpr Holds kRevoked = {.posts = 1, .created = 1, .live = 0};
constexpr const char* kUnknown = "the outcome is unknown: the request was sent, but ";

INSTANTIATE_TEST_SUITE_P(
    ExitCode, Response,
    testing::Values(
        ResponseRow{"Forbidden",
                    {{"status", 403}},
                    4,
                    "the credential does not allow this (403): \"Forbidden\"\n",
                    kNothing},
        ResponseRow{"BadRequest",
                    {{"status", 400}},
                    5,
                    "the cluster refused (400): \"Bad Request\"\n",
                    kNothing},
        ResponseRow{"NotFound",
                    {{"status", 404}},
                    5,
                    "the cluster serves no management tokens at this path (404)",
                    kNothing},
        ResponseRow{
            "TooManyWithoutATime", {{"status", 429}}, 5, "the cluster refused (429)", kNothing},
        ResponseRow{"NotImplemented", {{"status", 501}}, 5, "the cluster refused (501)", kNothing},
        ResponseRow{"TemporaryRedirect",
                    {{"status", 307}, {"headers", {{"Location", "https://elsewhere.example/"}}}},
                    5,
                    "the cluster redirects elsewhere (307), to \"https://elsewhere.example/\", and "
                    "redirects are not followed\n",
                    kNothing},
        ResponseRow{"PermanentRedirect",
                    {{"status", 308}, {"headers", {{"Location", "/x"}}}},
                    5,
                    "the cluster redirects elsewhere (308), to \"/x\"",
                    kNothing},
        ResponseRow{"ServerErrorBefore",
                    {{"status", 500}},
                    7,
                    std::string(kUnknown) + "the cluster responded with 500",
                    kNothing},
        ResponseRow{"ServerErrorAfter",
                    {{"status", 502}, {"act", true}},
                    7,
                    std::string(kUnknown) + "the cluster responded with 502",
                    kNamed},
        ResponseRow{"SeeOther",
                    {{"status", 303}, {"act", true}},
                    7,
                    std::string(kUnknown) + "the cluster responded with 303",
                    kNamed},
        ResponseRow{"Accepted",
                    {{"status", 202}, {"act", true}},
                    7,
                    std::string(kUnknown) + "the cluster responded with 202",
                    kNamed},
        ResponseRow{"ResponseCut", {{"cut", 200}}, 7, kUnknown, kNamed},
        ResponseRow{"ResponseUnreadable",
                    {{"body", "<html>"}, {"act", true}, {"status", 200}},
                    7,
                    std::string(kUnknown) + "the response is not a token: it is HTML, not JSON\n",
                    kNamed},
        ResponseRow{"NoToken", {{"patch", {{"accessToken", nullptr}}}}, 8, "token ", kRevoked},
        ResponseRow{
            "UnusableToken", {{"patch", {{"accessToken", "a\nb"}}}}, 8, "token ", kRevoked}),
    [](const auto& row) { return row.param.name; });

TEST(ExitCode6, NobodyListens) {
  Sandbox sandbox;
  const std::string config = read_file(sandbox.config());
  const TemporaryDirectory directory;
  const std::string token = directory.write("token", sandbox.admin_token());
  sandbox.stop();
  const std::string port = "port = " + std::to_string(sandbox.port());
  RunOptions options;
  options.args = create({"--config", directory.write("config.toml",
                                                     "[[profile]]\nname = \"default\"\nhost = "
                                                     "\"127.0.0.1\"\n" +
                                                         port +
                                                         "\n[profile.tls]\ndisable = true\n"
                                                         "[profile.auth.token]\ntoken_file = \"" +
                                                         token + "\"\n")});
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: the cluster was not reached: "));
  EXPECT_THAT(result.err,
              HasSubstr("influxctl: hint: nothing was sent, so it is safe to run this again\n"));
}

TEST(ExitCode6, ANameThatDoesNotResolve) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.environment = {{"INFLUXCTL_MGMT_TOKEN", "M.V1.x"}};
  options.args = create({"--config", directory.write("config.toml",
                                                     "[[profile]]\nname = \"default\"\n"
                                                     "host = \"cluster.invalid\"\n")});
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, StartsWith("influxctl: error: the cluster was not reached: could not "
                                     "resolve host: cluster.invalid\n"));
}

TEST(ExitCode6, AProxyThatRefuses) {
  const Sandbox sandbox;
  RunOptions options;
  options.environment = {{"https_proxy", "http://127.0.0.1:1"}};
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(ExitCode6, AServerThatNeverShakesHands) {
  Sandbox sandbox;
  sandbox.fault({{"accept", "stall"}});
  const RunResult result = sandbox.run(create({"--timeout", "500ms"}));
  EXPECT_EQ(result.exit_code, 6);
  expect_holds(sandbox, {});
}

TEST(ExitCode7, NoResponseInTime) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"stall", true}});
  const RunResult result = sandbox.run(create({"--timeout", "3s", "--description", "x"}));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(sandbox.live().at(0)));
  expect_holds(sandbox, kNamed);
}

TEST(ExitCode8, ADiskThatIsFull) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::file("/dev/full");
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "standard output: No space left on device"));
  expect_holds(sandbox, kRevoked);
}

TEST(ExitCode7, HoldsWhenTheListLiesAboutItsLength) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"act", true}, {"status", 500}});
  sandbox.fault({{"on", "GET"}, {"length_delta", 260'000'000}});
  const RunResult result = sandbox.run(create({"--timeout", "2s"}));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_THAT(result.err, HasSubstr("looking for it failed too: "));
}

TEST(ExitCode8, WritesARevokeCommandThatCanBePasted) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"patch", {{"id", "a; echo 'b'"}}}});
  sandbox.fault({{"on", "DELETE"}, {"status", 403}});
  RunOptions options;
  options.out = Stream::file("/dev/full");
  EXPECT_THAT(sandbox.run(kCreate, options).err,
              HasSubstr(R"(revoke it with: influxctl management revoke 'a; echo '\''b'\''')"));
}

TEST(ExitCode8, GoesOnRevokingAfterATooMany) {
  Sandbox sandbox;
  sandbox.fault({{"on", "DELETE"}, {"status", 429}});
  sandbox.fault({{"on", "DELETE"}, {"status", 404}});
  RunOptions options;
  options.out = Stream::file("/dev/full");
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr("; the token has been revoked\n"));
  expect_holds(sandbox, kRevoked);
}

TEST(ExitCode8, NamesATokenThatItCannotRevoke) {
  Sandbox sandbox;
  sandbox.fault({{"on", "DELETE"}, {"status", 403}, {"times", -1}});
  RunOptions options;
  options.out = Stream::file("/dev/full");
  const RunResult result = sandbox.run(kCreate, options);
  const std::string id = sandbox.created().at(0).at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr("; the token is live, as revoking it failed: "));
  EXPECT_THAT(
      result.err,
      HasSubstr("influxctl: hint: revoke it with: influxctl management revoke " + id + "\n"));
  expect_holds(sandbox, kNamed);
}

}  // namespace
}  // namespace influxctl::e2e::exit_code_test
