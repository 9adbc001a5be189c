// SPDX-License-Identifier: MIT
// `auth login` and `auth logout`: the device authorization grant's states and the providers'
// quirks, with exact output, and the wire as the stand-in's ledger has it.
#include "login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>

namespace influxctl::e2e::login_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kDeviceGrant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
const std::vector<std::string> kLogin = {"auth", "login"};
const std::vector<std::string> kCreate = {"management", "create"};

std::string user_code_of(const std::string& err) {
  const auto place = err.find("enter the code:\n\n    ");
  return place == std::string::npos ? "" : err.substr(place + 21, 9);
}

std::string instructions(const LoginBench& bench, const std::string& user_code, bool complete) {
  const std::string page = bench.url() + "/oauth/activate";
  return "To log in, open this page in a browser, on this machine or another:\n\n    " + page +
         "\n\nand enter the code:\n\n    " + user_code + "\n\n" +
         (complete ? "Or open this page, and compare the code:\n\n    " + page +
                         "?user_code=" + user_code + "\n\n"
                   : "");
}

std::vector<std::string> poll_results(const Sandbox& sandbox) {
  std::vector<std::string> results;
  for (const json& event : sandbox.events("polled")) results.push_back(event.at("result"));
  return results;
}

// Milliseconds between two requests to /oauth/token.
long pause_before(const Sandbox& sandbox, std::size_t poll) {
  const auto polls = sandbox.events("polled");
  return polls.at(poll).at("ms").get<long>() - polls.at(poll - 1).at("ms").get<long>();
}

struct Kind {
  const char* name;
  bool complete;             // has verification_uri_complete
  const char* device_field;  // what is sent to both endpoints
};

void PrintTo(const Kind& row, std::ostream* out) { *out << row.name; }

class LoginKind : public testing::TestWithParam<Kind> {};

TEST_P(LoginKind, IsShownKeptAndUsed) {
  const LoginBench bench(GetParam().name);
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 0);
  EXPECT_EQ(login.out, "");
  ASSERT_THAT(bench.cache_files(), SizeIs(1));
  EXPECT_EQ(login.err, instructions(bench, user_code_of(login.err), GetParam().complete) +
                           "influxctl: logged in; the tokens are kept in " +
                           bench.cache_files().at(0) + "\n");
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 0) << created.err;
  EXPECT_TRUE(bench.sandbox.delivered_token_matches(created.out));
}

TEST_P(LoginKind, SendsFormsWithEverySpecialCharacterEncoded) {
  const LoginBench bench(GetParam().name);
  bench.log_in();
  const std::string secret = bench.sandbox.client_secret_sha256();
  const std::string client = std::string("client_id=influxctl-sandbox") +
                             (secret.empty() ? "" : "&client_secret=sha256:" + secret) +
                             GetParam().device_field;
  const std::string device_code =
      bench.sandbox.events("device_authorization").at(0).at("device_code_sha256");
  EXPECT_THAT(bench.sandbox.bodies("/oauth/device"), ElementsAre(client));
  EXPECT_THAT(bench.sandbox.bodies("/oauth/token"),
              ElementsAre(std::string("grant_type=") + kDeviceGrant +
                          "&device_code=sha256:" + device_code + "&" + client));
  for (const json& request : bench.sandbox.requests("POST")) {
    EXPECT_THAT(request.at("target").get<std::string>(), testing::StartsWith("/oauth/"));
    EXPECT_EQ(request.at("target").get<std::string>().find('?'), std::string::npos);
    EXPECT_EQ(request.at("headers").at("content-type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(request.at("headers").at("accept"), "application/json");
    EXPECT_FALSE(request.at("headers").contains("authorization"));
  }
}

TEST_P(LoginKind, RefreshesWithTheRotatedTokenAndTheSameFields) {
  const LoginBench bench(GetParam().name);
  bench.log_in();
  for (int round = 0; round < 2; ++round) {
    bench.expire_cache();
    const RunResult created = bench.run(kCreate);
    EXPECT_EQ(created.exit_code, 0) << created.err;
    EXPECT_THAT(created.err, Not(HasSubstr("log"))) << "a refresh is silent";
  }
  const auto issued = bench.sandbox.events("issued");
  const auto bodies = bench.sandbox.bodies("/oauth/token");
  ASSERT_THAT(bodies, SizeIs(3));
  ASSERT_THAT(issued, SizeIs(3));
  for (std::size_t round = 0; round < 2; ++round) {
    EXPECT_THAT(bodies.at(round + 1),
                testing::StartsWith("grant_type=refresh_token&refresh_token=sha256:" +
                                    issued.at(round).at("refresh_sha256").get<std::string>() +
                                    "&client_id=influxctl-sandbox"));
    EXPECT_THAT(bodies.at(round + 1), testing::EndsWith(GetParam().device_field));
  }
}

TEST_P(LoginKind, ADeclinedOneIsSaid) {
  LoginBench bench(GetParam().name, {});
  RunOptions options;
  options.meanwhile = [&](pid_t) {
    EXPECT_TRUE(bench.sandbox.wait_for("polled"));
    bench.sandbox.oauth("deny");
  };
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 4);
  EXPECT_THAT(login.err, HasSubstr("\ninfluxctl: error: the login was declined: \""));
  EXPECT_THAT(bench.cache_files(), IsEmpty());
  EXPECT_THAT(poll_results(bench.sandbox), testing::Contains("denied"));
}

INSTANTIATE_TEST_SUITE_P(
    Provider, LoginKind,
    testing::Values(Kind{"keycloak", true, "&scope=openid"},
                    Kind{"auth0", true,
                         "&audience=https%3A%2F%2Fsandbox.example%2Fapi%3Fa%3Db%26c%3Dd%2Be%2520f"},
                    Kind{"entra", false, "&scope=influxctl-sandbox%2F.default"}),
    [](const auto& row) { return row.param.name; });

TEST(Login, WaitsUntilItIsApproved) {
  LoginBench bench("keycloak", {});
  RunOptions options;
  options.meanwhile = [&](pid_t) {
    EXPECT_TRUE(bench.sandbox.wait_for("polled", 2));
    bench.sandbox.oauth("approve");
  };
  EXPECT_EQ(bench.run(kLogin, options).exit_code, 0);
  const auto results = poll_results(bench.sandbox);
  EXPECT_THAT(results, testing::Each(testing::AnyOf("pending", "granted")));
  EXPECT_EQ(results.back(), "granted");
  EXPECT_GE(results.size(), 3U);
  EXPECT_GE(pause_before(bench.sandbox, 1), 1000) << "the interval";
}

TEST(Login, SlowsDownForGood) {
  LoginBench bench;
  bench.sandbox.fault({{"path", "/oauth/token"},
                       {"status", 400},
                       {"act", true},
                       {"body", {{"error", "slow_down"}}}});
  bench.sandbox.fault(
      {{"path", "/oauth/token"}, {"status", 400}, {"body", {{"error", "authorization_pending"}}}});
  // The first poll takes effect, so that the ledger has its time; its response says slow_down.
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 4) << "the code was used by the first poll";
  const auto requests = bench.sandbox.requests("POST");
  ASSERT_THAT(requests, SizeIs(4));
  for (std::size_t i = 2; i < 4; ++i) {
    EXPECT_GE(requests.at(i).at("ms").get<long>() - requests.at(i - 1).at("ms").get<long>(), 6000);
  }
}

TEST(Login, BacksOffWhileNobodyResponds) {
  LoginBench bench;
  bench.sandbox.fault({{"accept", "close"}, {"skip", 1}, {"times", 2}});
  EXPECT_EQ(bench.run(kLogin).exit_code, 0);
  const auto connections = bench.sandbox.events("connection");
  ASSERT_THAT(connections, SizeIs(4));
  const auto pause = [&](std::size_t i) {
    return connections.at(i).at("ms").get<long>() - connections.at(i - 1).at("ms").get<long>();
  };
  EXPECT_GE(pause(2), 2000);
  EXPECT_GE(pause(3), 4000);
}

TEST(Login, TheClientWatchesTheTimeItself) {
  LoginBench bench("keycloak", {"--oauth-code-lifetime", "2"});
  bench.sandbox.fault({{"path", "/oauth/token"},
                       {"times", -1},
                       {"status", 400},
                       {"body", {{"error", "authorization_pending"}}}});
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 4);
  EXPECT_EQ(login.err, instructions(bench, user_code_of(login.err), true) +
                           "influxctl: error: the code expired before the login was approved\n"
                           "influxctl: hint: run this again for a new code\n");
}

TEST(Login, TheProvidersWordThatTheCodeExpiredCounts) {
  LoginBench bench("keycloak", {});
  RunOptions options;
  options.meanwhile = [&](pid_t) {
    EXPECT_TRUE(bench.sandbox.wait_for("polled"));
    bench.sandbox.oauth("expire_codes");
  };
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 4);
  EXPECT_EQ(login.err, instructions(bench, user_code_of(login.err), true) +
                           "influxctl: error: the code expired before the login was approved\n"
                           "influxctl: hint: run this again for a new code\n");
  EXPECT_EQ(poll_results(bench.sandbox).back(), "expired");
}

TEST(Login, ASignalEndsTheWaitAtOnce) {
  const std::vector<std::pair<int, int>> rows = {{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}};
  for (const auto& [signal, exit_code] : rows) {
    const LoginBench bench("keycloak", {"--oauth-interval", "600"});
    RunOptions options;
    options.timeout = std::chrono::seconds(60);
    options.meanwhile = [&, number = signal](pid_t pid) {
      EXPECT_TRUE(bench.sandbox.wait_for("responded"));
      ::kill(pid, number);
    };
    const RunResult login = bench.run(kLogin, options);
    EXPECT_EQ(login.exit_code, exit_code);
    EXPECT_THAT(login.err, HasSubstr("influxctl: error: cancelled; not logged in\n"));
    EXPECT_THAT(bench.cache_files(), IsEmpty());
  }
}

TEST(Login, ASignalEndsAPollWithoutAResponse) {
  LoginBench bench;
  bench.sandbox.fault({{"path", "/oauth/token"}, {"stall", true}});
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(bench.sandbox.wait_for("polled"));
    ::kill(pid, SIGINT);
  };
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 130);
  EXPECT_THAT(login.err, HasSubstr("influxctl: error: cancelled; not logged in\n"));
}

TEST(Login, OnATerminalTheWaitIsShown) {
  const LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--oauth-interval", "3"});
  RunOptions options;
  options.in = options.out = options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}};
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 0);
  EXPECT_THAT(login.terminal, HasSubstr("\rinfluxctl: waiting for approval: 2 s\x1b[K"));
  EXPECT_THAT(login.terminal, HasSubstr("\r\x1b[Kinfluxctl: logged in;"));
  options.environment["TERM"] = "dumb";
  const RunResult dumb = bench.run(kLogin, options);
  EXPECT_EQ(dumb.exit_code, 0);
  EXPECT_THAT(dumb.terminal, Not(HasSubstr("waiting")));
  EXPECT_THAT(dumb.terminal, Not(HasSubstr("\x1b")));
}

TEST(Login, AnotherCredentialThatComesFirstIsWarnedOf) {
  const LoginBench bench;
  RunOptions options;
  options.environment = {{"INFLUXCTL_MGMT_TOKEN", "abc"}};
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 0);
  EXPECT_THAT(login.err, testing::EndsWith("influxctl: warning: INFLUXCTL_MGMT_TOKEN is set and "
                                           "comes first: the login is not used\n"));
}

TEST(Login, WithoutAProviderIsAMistakeOfTheConfiguration) {
  const Sandbox sandbox;
  const RunResult login = sandbox.run(kLogin);
  EXPECT_EQ(login.exit_code, 3);
  EXPECT_EQ(login.err, "influxctl: error: profile \"default\" of " + sandbox.config() +
                           " has no OAuth provider to log in through\n"
                           "influxctl: hint: add [profile.auth.oauth2] with client_id, device_url "
                           "and token_url\n");
}

TEST(Login, APlainProviderIsForThisMachine) {
  const LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--plain"});
  bench.log_in();
}

TEST(Login, TheProviderIsAlwaysVerified) {
  const LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--certificate", "wrong-host"});
  std::string config = read_file(bench.sandbox.config());
  config.replace(config.find("[profile.tls]\n"), 14, "[profile.tls]\ninsecure = true\n");
  const RunResult login =
      bench.run({"auth", "login", "--config", bench.home().write("c.toml", config)});
  EXPECT_EQ(login.exit_code, 6);
  EXPECT_THAT(login.err, HasSubstr("influxctl: error: the OAuth provider was not reached: "));
  EXPECT_THAT(login.err, HasSubstr("influxctl: hint: the certificate is for another name (a common "
                                   "name does not count): check device_url in c.toml\n"));
  EXPECT_EQ(bench.sandbox.count("request"), 0U);
}

TEST(Login, TheSystemsRootsVouchForItToo) {
  // The cluster's private CA is one, the provider's another: SSL_CERT_FILE stands for the system.
  const LoginBench bench;
  const Sandbox other;
  std::string config = read_file(bench.sandbox.config());
  const std::string ca = bench.sandbox.ca();
  config.replace(config.find(ca), ca.size(), other.ca());
  RunOptions options;
  options.environment = {{"SSL_CERT_FILE", ca}};
  const std::string file = bench.home().write("c.toml", config);
  EXPECT_EQ(bench.run({"auth", "login", "--config", file}, options).exit_code, 0);
  EXPECT_EQ(bench.run({"management", "create", "--config", file}, options).exit_code, 6)
      << "tls.ca replaces the system's roots for the cluster";
}

TEST(Login, ItIsKeptToTheUser) {
  const LoginBench bench;
  RunOptions options;
  options.before_exec = [] { ::umask(0); };
  EXPECT_EQ(bench.run(kLogin, options).exit_code, 0);
  struct stat status {};
  EXPECT_EQ(::stat(bench.cache_directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  EXPECT_EQ(::stat(bench.cache_files().at(0).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(Login, NothingWasAskedWhereItCannotBeKept) {
  const LoginBench bench;
  bench.home().write("influxctl", "a file in its place");
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 3);
  EXPECT_THAT(login.err, HasSubstr("influxctl is not a directory, or it is a symbolic link\n"));
  EXPECT_EQ(bench.sandbox.count("connection"), 0U);
}

TEST(Logout, RemovesThisProfilesLoginAndSucceedsWithoutOne) {
  const LoginBench bench;
  const RunResult none = bench.run({"auth", "logout"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.err, "influxctl: there is no login of profile \"default\" to remove\n");
  bench.log_in();
  std::string config = read_file(bench.sandbox.config());
  config.replace(config.find("\"default\""), 9, "\"other\"");
  const std::string file = bench.home().write("c.toml", config);
  EXPECT_EQ(bench.run({"auth", "login", "--config", file, "--profile", "other"}).exit_code, 0);
  ASSERT_THAT(bench.cache_files(), SizeIs(2));
  const RunResult logout = bench.run({"auth", "logout"});
  EXPECT_EQ(logout.exit_code, 0);
  EXPECT_EQ(logout.out, "");
  EXPECT_EQ(logout.err, "influxctl: logged out\n");
  ASSERT_THAT(bench.cache_files(), SizeIs(1));
  EXPECT_THAT(bench.cache_files().at(0), HasSubstr("/other.json"));
  EXPECT_EQ(bench.run(kCreate).exit_code, 4);
}

}  // namespace
}  // namespace influxctl::e2e::login_test
