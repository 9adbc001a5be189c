// SPDX-License-Identifier: MIT
// A login at the worst moment: full disks, locks that are held, silent providers, echoes of
// secrets, proxies, and tokens that expire on the way. Nothing is lost, and nothing waits for ever.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "login.h"

namespace influxctl::e2e::login_trouble_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::vector<std::string> kLogin = {"auth", "login"};
const std::vector<std::string> kCreate = {"management", "create"};
const std::vector<std::string> kList = {"management", "list"};
constexpr const char* kTokens = "/api/v0/management-tokens";

// The longest file that the program can write.
std::function<void()> files_up_to(rlim_t bytes) {
  return [bytes] {
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
}

// Holds the lock of the one login for a while.
class HeldLock {
 public:
  explicit HeldLock(const LoginBench& bench) : path_(bench.cache_files().at(0)) {
    path_.replace(path_.rfind(".json"), 5, ".lock");
    lock_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_EQ(::flock(lock_.get(), LOCK_EX | LOCK_NB), 0);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Descriptor lock_;
};

std::size_t refreshes(const LoginBench& bench) { return bench.sandbox.count("refreshed"); }

TEST(LoginTrouble, AFullDiskIsMetBeforeAnybodyIsAsked) {
  const LoginBench bench;
  RunOptions options;
  options.before_exec = files_up_to(10'000);
  const RunResult login = bench.run(kLogin, options);
  EXPECT_EQ(login.exit_code, 3);
  EXPECT_THAT(login.err, HasSubstr("influxctl: error: cannot write "));
  EXPECT_EQ(bench.sandbox.count("connection"), 0U);
  EXPECT_THAT(bench.cache_files(), IsEmpty());
}

TEST(LoginTrouble, AFullDiskCostsNoRefreshToken) {
  const LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  RunOptions options;
  options.before_exec = files_up_to(10'000);
  EXPECT_EQ(bench.run(kList, options).exit_code, 3);
  EXPECT_EQ(refreshes(bench), 0U);
  EXPECT_EQ(bench.run(kList).exit_code, 0);
}

TEST(LoginTrouble, AFullDiskDoesNotKeepATokenFromBeingRevoked) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.fault({{"on", "DELETE"}, {"status", 401}});
  RunOptions options;
  options.before_exec = files_up_to(10'000);
  const RunResult created =
      bench.run({"management", "create", "--", "sh", "-c", "cat >/dev/null; exit 1"}, options);
  EXPECT_EQ(created.exit_code, 8);
  EXPECT_THAT(created.err, HasSubstr("the token has been revoked\n"));
  EXPECT_THAT(bench.sandbox.live(), IsEmpty());
}

TEST(LoginTrouble, NobodyIsAskedWhereNobodySees) {
  const LoginBench bench;
  RunOptions options;
  options.err = Stream::closed();
  EXPECT_EQ(bench.run(kLogin, options).exit_code, 2);
  EXPECT_EQ(bench.sandbox.count("connection"), 0U);
}

TEST(LoginTrouble, ADirectoryInItsPlaceIsRefusedBeforehand) {
  const LoginBench bench;
  bench.log_in();
  const std::string file = bench.cache_files().at(0);
  fs::remove(file);
  fs::create_directory(file);
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 3);
  EXPECT_THAT(login.err, HasSubstr("cannot write " + file + ": Is a directory\n"));
  EXPECT_EQ(bench.sandbox.count("device_authorization"), 1U) << "the first login's alone";
}

TEST(LoginTrouble, WhatWasApprovedWaitsForTheLock) {
  LoginBench bench;
  bench.log_in();
  const std::size_t responses = bench.sandbox.count("responded");
  RunOptions options;
  bench.sandbox.fault({{"path", "/oauth/token"}, {"hold", true}});
  options.meanwhile = [&](pid_t) {
    EXPECT_TRUE(bench.sandbox.wait_for("issued", 2));
    const HeldLock lock(bench);
    bench.sandbox.release();
    EXPECT_TRUE(bench.sandbox.wait_for("responded", responses + 2));
    std::this_thread::sleep_for(std::chrono::milliseconds(3500));
  };
  EXPECT_EQ(bench.run({"auth", "login", "--timeout", "3s"}, options).exit_code, 0);
}

TEST(LoginTrouble, ARenewalStaysWithinTheCallsTime) {
  EXPECT_TRUE(takes_less(std::chrono::seconds(30), [] {
    LoginBench bench;
    bench.log_in();
    bench.sandbox.oauth("expire_access");
    bench.sandbox.fault({{"path", "/oauth/token"}, {"stall", true}});
    const auto begin = std::chrono::steady_clock::now();
    const RunResult created = bench.run({"management", "create", "--timeout", "5s"});
    EXPECT_EQ(created.exit_code, 4);
    EXPECT_THAT(created.err, HasSubstr("influxctl: hint: refreshing it failed: "));
    return begin;
  }));
}

TEST(LoginTrouble, ASignalEndsARenewal) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.oauth("expire_access");
  bench.sandbox.fault({{"path", "/oauth/token"}, {"stall", true}});
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(bench.sandbox.wait_for("refreshed"));
    ::kill(pid, SIGINT);
  };
  EXPECT_EQ(bench.run({"management", "list", "--timeout", "55s"}, options).exit_code, 130);
}

TEST(LoginTrouble, ASignalEndsTheWaitForTheLock) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  const HeldLock lock(bench);
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    wait_until_open(pid, lock.path());
    ::kill(pid, SIGTERM);
  };
  EXPECT_EQ(bench.run(kList, options).exit_code, 143);
}

// The kept token is another one, but has expired too: it is no help.
TEST(LoginTrouble, AnotherRunsTokenThatHasExpiredIsRefreshed) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.fault({{"on", "DELETE"}, {"status", 401}});
  const RunResult created = bench.create_and_fail([&] {
    bench.change_cache({{"access_token", "another.old.one"}, {"expiry", "2020-01-01T00:00:00Z"}});
  });
  EXPECT_EQ(created.exit_code, 8);
  EXPECT_THAT(created.err, HasSubstr("the token has been revoked\n"));
  EXPECT_EQ(refreshes(bench), 1U);
}

TEST(LoginTrouble, ATokenThatIsNewIsNotRefreshedAgain) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.fault({{"path", kTokens}, {"status", 401}, {"times", -1}});
  EXPECT_EQ(bench.run(kList).exit_code, 4);
  EXPECT_EQ(refreshes(bench), 1U);
  EXPECT_FALSE(bench.cached().contains("access_token"));
  bench.sandbox.fault({{"on", "DELETE"}, {"status", 401}, {"times", -1}});
  const RunResult revoked = bench.run({"management", "revoke", "--force", "a", "b", "c"});
  EXPECT_EQ(revoked.exit_code, 4);
  EXPECT_EQ(refreshes(bench), 2U) << "once a run";
}

// A 401 that brings a token did not refuse: nothing is sent twice.
TEST(LoginTrouble, A401WithATokenInItIsNotRepeated) {
  LoginBench bench;
  bench.log_in();
  bench.sandbox.fault({{"on", "POST"}, {"path", kTokens}, {"status_line", "HTTP/1.1 401 x"}});
  EXPECT_NE(bench.run(kCreate).exit_code, 0);
  EXPECT_THAT(bench.sandbox.created(), SizeIs(1));
  EXPECT_EQ(refreshes(bench), 0U);
}

TEST(LoginTrouble, ARefusedRefreshNamesTheMend) {
  for (const char* const error :
       {"interaction_required", "access_denied", "expired_token", "odd"}) {
    SCOPED_TRACE(error);
    LoginBench bench;
    bench.log_in();
    bench.expire_cache();
    bench.sandbox.fault({{"path", "/oauth/token"}, {"status", 400}, {"body", {{"error", error}}}});
    const RunResult listed = bench.run(kList);
    EXPECT_EQ(listed.exit_code, 4);
    EXPECT_THAT(listed.err, HasSubstr("influxctl: error: the login cannot be refreshed: "));
    EXPECT_THAT(listed.err, HasSubstr("hint: log in again with: influxctl auth login\n"));
    EXPECT_EQ(bench.run(kList).exit_code, 0) << "it is kept";
  }
}

TEST(LoginTrouble, ACertificateThatIsNotTrustedEndsItAtOnce) {
  const LoginBench bench;
  const LoginBench untrusted("keycloak", {"--certificate", "wrong-host"});
  std::string config = read_file(bench.sandbox.config());
  const std::string url = bench.url() + "/oauth/token";
  config.replace(config.find(url), url.size(), untrusted.url() + "/oauth/token");
  const RunResult login =
      bench.run({"auth", "login", "--config", bench.home().write("c.toml", config)});
  EXPECT_EQ(login.exit_code, 6);
  EXPECT_THAT(login.err, HasSubstr("the OAuth provider was not reached: "));
}

TEST(LoginTrouble, WhoDoesNotRespondIsSaidOnce) {
  LoginBench bench;
  bench.sandbox.fault({{"path", "/oauth/token"}, {"status", 503}, {"times", 2}});
  const RunResult login = bench.run(kLogin);
  EXPECT_EQ(login.exit_code, 0);
  const std::string warning = "influxctl: warning: the OAuth provider failed (503); trying again\n";
  EXPECT_THAT(login.err, HasSubstr(warning));
  EXPECT_EQ(login.err.find(warning), login.err.rfind(warning));
}

TEST(LoginTrouble, APollWithoutAResponseEndsWithTheCode) {
  LoginBench bench("keycloak", {"--oauth-code-lifetime", "3"});
  bench.sandbox.fault({{"path", "/oauth/token"}, {"stall", true}, {"times", -1}});
  RunOptions options;
  options.timeout = std::chrono::seconds(50);
  const RunResult login = bench.run({"auth", "login", "--timeout", "10m"}, options);
  EXPECT_EQ(login.exit_code, 6);
  EXPECT_FALSE(login.timed_out);
}

TEST(LoginTrouble, WhoApprovesInTimeIsInTimeWhenTheResponseComesLater) {
  LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--oauth-interval", "8"});
  bench.sandbox.fault({{"path", "/oauth/device"}, {"patch", {{"expires_in", 4}}}});
  bench.sandbox.fault({{"path", "/oauth/token"}, {"delay_ms", 2000}});
  EXPECT_EQ(bench.run(kLogin).exit_code, 0);
}

TEST(LoginTrouble, PlainHttpGoesThroughNoProxy) {
  const LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--plain"});
  const Sandbox proxy({"--plain"});
  RunOptions options;
  for (const char* const name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
    options.environment[name] = proxy.url();
  }
  EXPECT_EQ(bench.run(kLogin, options).exit_code, 0);
  EXPECT_EQ(proxy.count("connection"), 0U);
}

TEST(LoginTrouble, EchoesOfSecretsAreNotShown) {
  LoginBench bench("auth0");
  bench.log_in();
  const std::string refresh = bench.cached().at("refresh_token");
  const std::string config = read_file(bench.sandbox.config());
  const auto place = config.find("client_secret = ") + 16;
  const std::string secret = json::parse(config.substr(place, config.find('\n', place) - place));
  const std::string encoded = [&] {
    std::string text;
    for (const char c : refresh + " " + secret) {
      text += std::isalnum(static_cast<unsigned char>(c)) != 0
                  ? std::string(1, c)
                  : std::string("%") + "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4U] +
                        "0123456789ABCDEF"[static_cast<unsigned char>(c) & 0xfU];
    }
    return text;
  }();
  for (const std::string& echo : {refresh, secret, encoded}) {
    bench.expire_cache();
    bench.sandbox.fault({{"path", "/oauth/token"},
                         {"status", 400},
                         {"headers", {{"Server", echo}, {"Retry-After", echo}}},
                         {"status_line", "HTTP/1.1 400 " + echo},
                         {"body", {{"error", echo}, {"error_description", "you sent " + echo}}}});
    const RunResult listed = bench.run({"management", "list", "--trace"});
    EXPECT_EQ(listed.exit_code, 4);
    for (std::size_t at = 0; at + 16 <= echo.size(); at += 8) {
      EXPECT_THAT(listed.err, Not(HasSubstr(echo.substr(at, 16))));
    }
    EXPECT_THAT(listed.err, HasSubstr("< HTTP/1.1 400\n"));
  }
}

TEST(LoginTrouble, ALeftoverOfARunThatWasKilledGoesWithTheLogout) {
  const LoginBench bench;
  bench.log_in();
  const std::string leftover = bench.cache_files().at(0) + ".new";
  fs::copy_file(bench.cache_files().at(0), leftover);
  EXPECT_EQ(bench.run({"auth", "logout"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(leftover));
}

TEST(LoginTrouble, ALogoutEndsWhatTheProfileHadBefore) {
  const LoginBench bench;
  bench.log_in();
  std::string config = read_file(bench.sandbox.config());
  config.resize(config.find("[profile.auth.oauth2]"));
  const RunResult logout =
      bench.run({"auth", "logout", "--config", bench.home().write("c.toml", config)});
  EXPECT_EQ(logout.err, "influxctl: logged out\n");
  EXPECT_THAT(bench.cache_files(), IsEmpty());
}

TEST(LoginTrouble, ALogoutWaitsForARefreshUnderWay) {
  LoginBench bench;
  bench.log_in();
  bench.expire_cache();
  bench.sandbox.fault({{"path", "/oauth/token"}, {"delay_ms", 1000}});
  std::thread refreshing([&] { EXPECT_EQ(bench.run(kList).exit_code, 0); });
  EXPECT_TRUE(bench.sandbox.wait_for("refreshed"));
  EXPECT_EQ(bench.run({"auth", "logout"}).exit_code, 0);
  refreshing.join();
  EXPECT_THAT(bench.cache_files(), IsEmpty());
}

}  // namespace
}  // namespace influxctl::e2e::login_trouble_test
