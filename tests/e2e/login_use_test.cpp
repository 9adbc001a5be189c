// SPDX-License-Identifier: MIT
// Commands whose credential is an OAuth login: who logs in by itself, what is refreshed when, and
// what is told to whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "login.h"

namespace influxctl::e2e::login_use_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::vector<std::string> kCreate = {"management", "create"};

std::vector<std::string> refresh_results(const Sandbox& sandbox) {
  std::vector<std::string> results;
  for (const json& event : sandbox.events("refreshed")) results.push_back(event.at("result"));
  return results;
}

RunOptions at_a_terminal() {
  RunOptions options;
  options.in = options.out = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}, {"TERM", "dumb"}};
  return options;
}

TEST(LoginUse, APersonAtATerminalIsAskedToLogIn) {
  const LoginBench bench;
  const RunResult created = bench.run(kCreate, at_a_terminal());
  EXPECT_EQ(created.exit_code, 0);
  EXPECT_THAT(created.terminal, testing::StartsWith("To log in, open this page in a browser"));
  EXPECT_EQ(bench.sandbox.live().size(), 1U);
  EXPECT_THAT(bench.cache_files(), SizeIs(1));
}

TEST(LoginUse, NobodyIsAskedWithoutATerminal) {
  struct Row {
    const char* name;
    Stream in;
    Stream err;
  };
  const std::vector<Row> rows = {{"neither", Stream::null(), Stream::pipe()},
                                 {"stdin alone", Stream::terminal(), Stream::pipe()},
                                 {"stderr alone", Stream::null(), Stream::terminal()}};
  const LoginBench bench;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RunOptions options;
    options.environment = {{"NO_COLOR", "1"}};
    options.in = row.in;
    options.err = row.err;
    const RunResult created = bench.run(kCreate, options);
    EXPECT_EQ(created.exit_code, 4);
    EXPECT_EQ(created.out, "");
    EXPECT_EQ(created.err + created.terminal,
              "influxctl: error: no credentials for profile \"default\"\n"
              "influxctl: hint: set INFLUXCTL_MGMT_TOKEN to a management token\n"
              "influxctl: hint: or set mgmt_token in " +
                  bench.sandbox.config() +
                  "\n"
                  "influxctl: hint: or log in with: influxctl auth login\n");
  }
  EXPECT_EQ(bench.sandbox.count("connection"), 0U);
}

TEST(LoginUse, TheLoginInAHintGoesToThisRunsProfile) {
  LoginBench bench;
  const std::vector<std::string> flags = {"--config", bench.sandbox.config(), "--profile",
                                          "default"};
  const std::string command =
      "influxctl --config " + bench.sandbox.config() + " --profile default auth login\n";
  std::vector<std::string> args = flags;
  args.insert(args.end(), kCreate.begin(), kCreate.end());
  EXPECT_THAT(bench.run(args).err, HasSubstr("hint: or log in with: " + command));
  bench.log_in();
  bench.sandbox.fault({{"path", "/api/v0/management-tokens"}, {"status", 401}, {"times", -1}});
  EXPECT_THAT(bench.run(args).err, HasSubstr("hint: log in again with: " + command));
  bench.expire_cache();
  bench.sandbox.oauth("revoke_refresh");
  EXPECT_THAT(bench.run(args).err, HasSubstr("hint: log in again with: " + command));
}

// A gateway in front of the provider compresses anyway.
class CompressedLoginResponse : public testing::TestWithParam<int> {};

TEST_P(CompressedLoginResponse, IsSaidToBeOne) {
  const int status = GetParam();
  LoginBench bench;
  const json gzip{
      {"status", status}, {"headers", {{"Content-Encoding", "gzip"}}}, {"body", "\x1f\x08\x01x"}};
  const auto compressed = HasSubstr(
      "hint: the response is compressed although \"Accept-Encoding: identity\" was sent "
      "(Content-Encoding: \"gzip\")");
  const int exit_code = status == 503 ? 6 : 4;
  for (const char* path : {"/oauth/device", "/oauth/token"}) {
    if (status == 503 && path == std::string("/oauth/token")) continue;  // it asks again
    json fault = gzip;
    fault["path"] = path;
    bench.sandbox.fault(fault);
    const RunResult login = bench.run({"auth", "login"});
    EXPECT_EQ(login.exit_code, exit_code) << path;
    EXPECT_THAT(login.err, compressed) << path;
  }
  bench.log_in();
  bench.expire_cache();
  json fault = gzip;
  fault["path"] = "/oauth/token";
  bench.sandbox.fault(fault);
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, exit_code);
  EXPECT_THAT(created.err, compressed);
  EXPECT_THAT(bench.sandbox.created(), IsEmpty());
  EXPECT_EQ(bench.run(kCreate).exit_code, 0) << "the refresh token is kept";
}

INSTANTIATE_TEST_SUITE_P(Status, CompressedLoginResponse,
                         testing::Values(200, 201, 302, 400, 403, 503));

// It may hold the next login.
TEST(LoginUse, ACancelledRefreshSaysThatItWaits) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"stall", true}});
  RunOptions options;
  const std::size_t requests = bench.sandbox.count("request");
  options.meanwhile = [&](pid_t pid) {
    ASSERT_TRUE(bench.sandbox.wait_for("request", requests + 1));
    ::kill(pid, SIGINT);
  };
  const RunResult result = bench.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err,
              HasSubstr("influxctl: cancelled: waiting up to 5 s for the OAuth provider's "
                        "response, as it may hold the next login; "));
  EXPECT_THAT(bench.sandbox.created(), IsEmpty());
}

// A line for what is waited for, which goes when the wait ends.
TEST(LoginUse, ASlowRefreshIsToldOnATerminal) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"delay_ms", 4000}});
  RunOptions terminal = at_a_terminal();
  terminal.environment["TERM"] = "xterm";
  const RunResult created = bench.run(kCreate, terminal);
  EXPECT_EQ(created.exit_code, 0);
  EXPECT_THAT(created.terminal,
              HasSubstr("\rinfluxctl: waiting for the OAuth provider's response: "));
  EXPECT_THAT(created.terminal, HasSubstr(" s\x1b[K\r\x1b[K"));
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"delay_ms", 3000}});
  EXPECT_THAT(bench.run(kCreate).err, testing::Not(HasSubstr("waiting")));
}

TEST(LoginUse, WhatCanFailHereFailsBeforeTheLogin) {
  const LoginBench bench;
  RunOptions options = at_a_terminal();
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--output", "/nonexistent/directory/file"},
        {"--expires-at", "2020-01-01T00:00:00Z"},
        {"--", "no-such-program"}}) {
    std::vector<std::string> args = kCreate;
    args.insert(args.end(), more.begin(), more.end());
    EXPECT_EQ(bench.run(args, options).exit_code, 2) << more.front();
  }
  EXPECT_EQ(bench.sandbox.count("connection"), 0U);
}

TEST(LoginUse, ManyAtOnceRefreshOnce) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"delay_ms", 300}, {"times", -1}});
  for (const RunResult& result : bench.run_at_once(8, kCreate)) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("granted"));
  EXPECT_EQ(bench.sandbox.live().size(), 8U);
}

TEST(LoginUse, ManyAtOnceRefreshOnceAfterA401) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.oauth("expire_access");
  for (const RunResult& result : bench.run_at_once(8, kCreate)) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("granted"));
  EXPECT_EQ(bench.sandbox.live().size(), 8U);
}

TEST(LoginUse, A401TriesTheRefreshTokenOnceAndThenNamesTheMend) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.fault({{"path", "/api/v0/management-tokens"}, {"status", 401}, {"times", -1}});
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 4);
  EXPECT_THAT(created.err,
              testing::EndsWith("influxctl: hint: log in again with: influxctl auth login\n"));
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("granted"));
  EXPECT_THAT(bench.sandbox.created(), IsEmpty());
}

TEST(LoginUse, A401RemovesTheAccessTokenThatIsKept) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.fault({{"path", "/api/v0/management-tokens"}, {"status", 401}});
  bench.sandbox.fault({{"path", "/oauth/token"}, {"status", 503}});
  EXPECT_EQ(bench.run(kCreate).exit_code, 4);
  EXPECT_FALSE(bench.cached().contains("access_token"));
  EXPECT_TRUE(bench.cached().contains("refresh_token"));
  EXPECT_EQ(bench.run(kCreate).exit_code, 0) << "the refresh token is still good";
}

TEST(LoginUse, A401WithoutARefreshTokenLeavesNothingBehind) {
  LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--oauth-no-refresh-token"});
  bench.log_in();
  EXPECT_EQ(bench.run(kCreate).exit_code, 0);
  bench.sandbox.oauth("expire_access");
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 4);
  EXPECT_THAT(created.err, HasSubstr("log in again with: influxctl auth login\n"));
  EXPECT_THAT(bench.cache_files(), IsEmpty());
}

TEST(LoginUse, ARefreshTokenThatEndedEndsTheLogin) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.oauth("revoke_refresh");
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 4);
  EXPECT_EQ(created.err,
            "influxctl: error: the login of profile \"default\" has expired\n"
            "influxctl: hint: log in again with: influxctl auth login\n"
            "influxctl: hint: or set INFLUXCTL_MGMT_TOKEN to a management token\n");
  EXPECT_THAT(bench.cache_files(), IsEmpty());
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("invalid_grant"));
  // A person logs in anew in the same run.
  EXPECT_EQ(bench.run(kCreate, at_a_terminal()).exit_code, 0);
}

TEST(LoginUse, ARefreshThatGetsNoResponseKeepsTheLogin) {
  struct Row {
    json fault;
    const char* err;
  };
  const std::vector<Row> rows = {
      {{{"accept", "close"}}, "influxctl: error: the OAuth provider was not reached: "},
      {{{"path", "/oauth/token"}, {"status", 200}, {"body", "{}"}, {"cut", 20}},
       "influxctl: error: the OAuth provider did not respond: "},
      {{{"path", "/oauth/token"}, {"status", 502}},
       "influxctl: error: the OAuth provider failed (502)\n"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.fault.dump());
    LoginBench bench;
    bench.log_in();
    bench.expire_cache();
    bench.sandbox.fault(row.fault);
    const RunResult created = bench.run(kCreate);
    EXPECT_EQ(created.exit_code, 6);
    EXPECT_THAT(created.err, HasSubstr(row.err));
    EXPECT_EQ(bench.sandbox.created().size(), 0U);
    EXPECT_EQ(bench.run(kCreate).exit_code, 0);
  }
}

TEST(LoginUse, AProviderThatDoesNotRotateKeepsItsRefreshToken) {
  LoginBench bench;
  bench.log_in();
  const std::string refresh = bench.cached().at("refresh_token");
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"patch", {{"refresh_token", nullptr}}}});
  EXPECT_EQ(bench.run(kCreate).exit_code, 0);
  EXPECT_EQ(bench.cached().at("refresh_token"), refresh);
}

// The token expires after the create and before its revocation: nothing is lost for that.
TEST(LoginUse, ATokenThatCannotBeDeliveredIsRevokedWithARefreshedLogin) {
  LoginBench bench;
  bench.log_in();
  const RunResult created = bench.create_and_fail([&] { bench.sandbox.oauth("expire_access"); });
  EXPECT_EQ(created.exit_code, 8);
  EXPECT_THAT(created.err, HasSubstr("exited with status 1; the token has been revoked\n"));
  EXPECT_THAT(bench.sandbox.live(), IsEmpty());
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("granted"));
}

TEST(LoginUse, AFileThatDoesNotCountIsWarnedOfAndReplaced) {
  const LoginBench bench;
  bench.log_in();
  const std::string file = bench.cache_files().at(0);
  const std::string text = read_file(file);
  std::ofstream(file, std::ios::trunc) << text.substr(0, text.size() / 2);
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 4);
  EXPECT_THAT(created.err,
              testing::StartsWith("influxctl: warning: the login in " + file +
                                  " is ignored, and the next one replaces it: it is broken, or of "
                                  "other settings of [profile.auth.oauth2]\n"));
  bench.log_in();
  EXPECT_EQ(bench.run(kCreate).exit_code, 0);
}

// RFC 9112 section 6.3: a body without a length ends with the connection.
TEST(LoginUse, ResponsesThatEndWithTheConnectionCount) {
  LoginBench bench;
  for (const char* path : {"/oauth/device", "/oauth/token"}) {
    bench.sandbox.fault({{"path", path}, {"framing", "close"}, {"times", -1}});
  }
  bench.log_in();
  for (const std::size_t tokens : {1U, 2U}) {
    const RunResult created = bench.run(kCreate);
    EXPECT_EQ(created.exit_code, 0) << created.err;
    EXPECT_EQ(bench.sandbox.live().size(), tokens);
    bench.expire_cache();
  }
  EXPECT_THAT(refresh_results(bench.sandbox), ElementsAre("granted"));
}

TEST(LoginUse, ResponsesThatEndTooEarlyDoNotCount) {
  for (const json& cut : {json{{"cut", 300}}, json{{"body_replace", {"}", ""}}}}) {
    for (const std::string path : {"/oauth/device", "/oauth/token"}) {
      SCOPED_TRACE(path + cut.dump());
      json rule = {{"path", path}, {"framing", "close"}, {"times", -1}};
      rule.update(cut);
      LoginBench first("keycloak", {"--oauth-approve-after", "0", "--oauth-code-lifetime", "2"});
      first.sandbox.fault(rule);
      EXPECT_NE(first.run({"auth", "login"}).exit_code, 0);
      EXPECT_THAT(first.cache_files(), IsEmpty());
      LoginBench bench;
      bench.log_in();
      bench.expire_cache();
      bench.sandbox.fault(rule);
      const RunResult created = bench.run(kCreate);
      EXPECT_EQ(created.exit_code, path == "/oauth/device" ? 0 : 6) << created.err;
      EXPECT_EQ(bench.sandbox.created().size(), path == "/oauth/device" ? 1U : 0U);
    }
  }
}

TEST(LoginUse, AFileThatOthersCanWriteIsRefused) {
  const LoginBench bench;
  bench.log_in();
  const std::string file = bench.cache_files().at(0);
  ASSERT_EQ(::chmod(file.c_str(), 0622), 0);
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 3);
  EXPECT_EQ(created.err,
            "influxctl: error: " + file +
                " can be written by others, so it is not trusted\n"
                "influxctl: hint: remove it, or if nobody has changed it run: chmod go-w " +
                file + "\n");
  EXPECT_EQ(bench.sandbox.created().size(), 0U);
  EXPECT_EQ(bench.run({"auth", "logout"}).exit_code, 0) << "it can be removed";
  bench.log_in();
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(file.c_str(), 65534, 65534), 0);
    const RunResult foreign = bench.run(kCreate);
    EXPECT_EQ(foreign.exit_code, 4);
    EXPECT_THAT(foreign.err, HasSubstr("warning: the login in " + file +
                                       " is ignored, and the "
                                       "next one replaces it: it belongs to another user\n"));
    ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  }
  ASSERT_EQ(::chmod(bench.cache_directory().c_str(), 0777), 0);
  EXPECT_EQ(bench.run(kCreate).exit_code, 3);
  EXPECT_EQ(bench.sandbox.created().size(), 0U);
}

TEST(LoginUse, AFileThatOthersCanReadIsWarnedOf) {
  const LoginBench bench;
  bench.log_in();
  const std::string file = bench.cache_files().at(0);
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  const RunResult created = bench.run(kCreate);
  EXPECT_EQ(created.exit_code, 0);
  EXPECT_THAT(created.err,
              HasSubstr("influxctl: warning: " + file +
                        " holds a secret and others can read it; run: chmod 600 " + file + "\n"));
}

// Neither the streams nor any file but the cache's hold a secret, and no argument or URL does.
TEST(LoginUse, NoSecretGoesWhereItDoesNotBelong) {
  for (const char* const kind : {"keycloak", "auth0", "entra"}) {
    SCOPED_TRACE(kind);
    LoginBench bench(kind);
    const RunResult login = bench.run({"auth", "login", "--trace"});
    ASSERT_EQ(login.exit_code, 0);
    bench.expire_cache();
    RunOptions options;
    std::string arguments;
    options.directory = bench.home().path();
    options.meanwhile = [&](pid_t pid) {
      arguments = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    };
    const RunResult created = bench.run({"management", "create", "--trace", "--", "env"}, options);
    std::string config = read_file(bench.sandbox.config());
    const auto place = config.find("client_secret = ");
    const std::string secret =
        place == std::string::npos
            ? ""
            : json::parse(config.substr(place + 16, config.find('\n', place) - place - 16));
    for (const std::string& text : {login.err, login.out, created.err, created.out, arguments}) {
      EXPECT_FALSE(bench.sandbox.hold_issued_token(text));
      if (!secret.empty()) {
        EXPECT_THAT(text, Not(HasSubstr(secret)));
      }
    }
    EXPECT_THAT(created.err, HasSubstr("application/x-www-form-urlencoded"));
    for (const auto& entry : fs::recursive_directory_iterator(bench.home().path())) {
      if (!entry.is_regular_file()) continue;
      const std::string path = entry.path().string();
      EXPECT_EQ(bench.sandbox.hold_issued_token(read_file(path)), path == bench.cache_files().at(0))
          << path;
    }
  }
}

TEST(LoginUse, ListRevokeAndRotateUseItToo) {
  LoginBench bench;
  bench.log_in();
  EXPECT_EQ(bench.run(kCreate).exit_code, 0);
  const std::string id = bench.sandbox.live().at(0);
  for (const std::vector<std::string>& args : {std::vector<std::string>{"management", "list"},
                                               {"management", "rotate", id},
                                               {"management", "revoke", "--force", id}}) {
    bench.sandbox.oauth("expire_access");
    const RunResult result = bench.run(args);
    EXPECT_TRUE(result.exit_code == 0) << result.err;
  }
  EXPECT_EQ(refresh_results(bench.sandbox).size(), 3U);
  EXPECT_EQ(bench.sandbox.live().size(), 1U);
}

}  // namespace
}  // namespace influxctl::e2e::login_use_test
