// SPDX-License-Identifier: MIT
// The stand-in cluster's own behaviour: tokens, the ledger, TLS, and its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "build_paths.h"
#include "client.h"
#include "harness.h"

namespace influxctl::e2e::sandbox_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

json create(const Sandbox& sandbox, const std::string& body = "{}") {
  return talk(sandbox, request("POST", "", sandbox.admin_token(), body)).json();
}

TEST(Sandbox, CreatesATokenThatAuthenticatesAtOnce) {
  const Sandbox sandbox;
  const json made =
      create(sandbox, R"({"description":"nightly","expiresAt":"2090-01-02T03:04:05.500+01:00"})");
  const std::string token = made.at("accessToken");
  EXPECT_THAT(token, testing::MatchesRegex("M\\.V1\\.[A-Za-z0-9+/]{86}"));
  EXPECT_EQ(made.at("tokenPrefix"), token.substr(0, 9));
  EXPECT_EQ(made.at("expiresAt"), "2090-01-02T02:04:05.5Z");
  EXPECT_EQ(made.at("description"), "nightly");
  EXPECT_TRUE(sandbox.delivered_token_matches(token));
  EXPECT_FALSE(sandbox.delivered_token_matches(token + "\n"));
  const Exchange list = talk(sandbox, request("GET", "", token));
  EXPECT_EQ(list.status(), 200);
  json expected = made;
  expected.erase("accessToken");
  EXPECT_EQ(list.json(), json::array({expected}));
}

TEST(Sandbox, RevokesOnceAndForAll) {
  const Sandbox sandbox;
  const json made = create(sandbox);
  const std::string path = "/" + made.at("id").get<std::string>();
  EXPECT_THAT(sandbox.live(), ElementsAre(made.at("id")));
  for (int i = 0; i < 2; ++i) {
    const Exchange revoked = talk(sandbox, request("DELETE", path, sandbox.admin_token()));
    EXPECT_EQ(revoked.bytes, "HTTP/1.1 204 No Content\r\n\r\n");
  }
  EXPECT_EQ(sandbox.count("revoked"), 1U);
  EXPECT_THAT(sandbox.live(), ElementsAre());
  EXPECT_EQ(talk(sandbox, request("GET", "", made.at("accessToken"))).status(), 401);
  const json list = talk(sandbox, request("GET", "", sandbox.admin_token())).json();
  EXPECT_TRUE(list.at(0).contains("revokedAt"));
}

TEST(Sandbox, AnExpiredTokenIsUnauthorized) {
  Sandbox sandbox;
  const json made = create(sandbox, R"({"expiresAt":"2090-01-01T00:00:00Z"})");
  const std::string get = request("GET", "", made.at("accessToken"));
  EXPECT_EQ(talk(sandbox, get).status(), 200);
  sandbox.command({{"age_seconds", 2'000'000'000}});  // 63 years
  sandbox.command({{"age_seconds", 2'000'000'000}});
  EXPECT_EQ(talk(sandbox, get).json(), (json{{"code", 401}, {"message", "unauthorized"}}));
}

struct Refusal {
  const char* name;
  const char* method;
  const char* path;
  const char* body;
  bool credential;
  int status;
  const char* message;
};

void PrintTo(const Refusal& row, std::ostream* out) { *out << row.method << ' ' << row.path; }

class SandboxRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(SandboxRefuses, WithTheErrorOfTheApi) {
  const Refusal& row = GetParam();
  const Sandbox sandbox;
  const std::string token = row.credential ? sandbox.admin_token() : "";
  const Exchange refused = talk(sandbox, request(row.method, row.path, token, row.body));
  EXPECT_EQ(refused.status(), row.status);
  EXPECT_EQ(refused.json(), (json{{"code", row.status}, {"message", row.message}}));
  EXPECT_EQ(sandbox.count("request"), 1U);
  EXPECT_EQ(sandbox.count("created"), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SandboxRefuses,
    testing::Values(Refusal{"NoCredential", "POST", "", "{}", false, 401, "unauthorized"},
                    Refusal{"NoJson", "POST", "", "{", true, 400, "body is not a JSON object"},
                    Refusal{"NoBody", "POST", "", "", true, 400, "body is not a JSON object"},
                    Refusal{"Unknown", "POST", "", R"({"name":"a"})", true, 400,
                            "unknown field name"},
                    Refusal{"EmptyDescription", "POST", "", R"({"description":""})", true, 400,
                            "description must not be empty"},
                    Refusal{"Past", "POST", "", R"({"expiresAt":"2020-01-01T00:00:00Z"})", true,
                            400, "expiresAt is in the past"},
                    Refusal{"NotATime", "POST", "", R"({"expiresAt":"2090-02-30T00:00:00Z"})", true,
                            400, "expiresAt is not an RFC 3339 time"},
                    Refusal{"LowerCase", "POST", "", R"({"expiresAt":"2090-01-01t00:00:00z"})",
                            true, 400, "expiresAt is not an RFC 3339 time"},
                    Refusal{"UnknownId", "DELETE", "/nothing", "", true, 404, "token not found"},
                    Refusal{"UnknownPath", "GET", "s", "", true, 404, "not found"},
                    Refusal{"Method", "PUT", "", "{}", true, 405, "method not allowed"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Sandbox, WritesTheLedgerInOrderWithoutSecrets) {
  const Sandbox sandbox({"--plain"});
  const std::string token = sandbox.admin_token();
  const json made = create(sandbox, R"({"description":"a"})");
  std::vector<std::string> names;
  for (const json& event : sandbox.ledger()) names.push_back(event.at("event"));
  EXPECT_THAT(names, ElementsAre("connection", "request", "created", "responded"));
  const json seen = sandbox.events("request").at(0);
  EXPECT_EQ(seen.at("body"), R"({"description":"a"})");
  EXPECT_EQ(seen.at("target"), "/api/v0/management-tokens");
  EXPECT_EQ(seen.at("headers"),
            (json{{"host", "localhost"},
                  {"content-type", "application/json"},
                  {"content-length", "19"},
                  {"authorization", {{"scheme", "Bearer"}, {"sha256", sha256_hex(token)}}}}));
  const std::string text = read_file(sandbox.ledger_file());
  EXPECT_THAT(text, testing::Not(HasSubstr(token)));
  EXPECT_THAT(text, testing::Not(HasSubstr(made.at("accessToken").get<std::string>())));
}

TEST(Sandbox, ServesOtherPathsAndSeeds) {
  const Sandbox dedicated({"--seed-tokens", "20"});
  std::string text = request("GET", "", dedicated.admin_token());
  text.replace(text.find("/management"), 0, "/accounts/a");
  const json list = talk(dedicated, text).json();
  EXPECT_EQ(list.size(), 20U);
  const Sandbox moved({"--api-path", "/gateway/tokens"});
  EXPECT_EQ(talk(moved, request("GET", "", moved.admin_token())).status(), 404);
  text = request("GET", "", moved.admin_token());
  text.replace(text.find("/api"), std::string("/api/v0/management-tokens").size(),
               "/gateway/tokens");
  EXPECT_EQ(talk(moved, text).body(), "[]");
}

TEST(Sandbox, ShowsItsCertificate) {
  for (const char* flaw : {"expired", "wrong-host", "self-signed"}) {
    const Sandbox sandbox({"--certificate", flaw});
    EXPECT_EQ(talk(sandbox, "").end, Seen::no_handshake) << flaw;
    EXPECT_TRUE(sandbox.wait_for("handshake_failed")) << flaw;
  }
  const Sandbox elsewhere({"--certificate", "wrong-host"});
  EXPECT_EQ(
      talk(elsewhere, request("GET", "", elsewhere.admin_token()), {"elsewhere.example"}).status(),
      200);
}

TEST(Sandbox, SpeaksOneVersionOfTls) {
  const Sandbox old({"--tls", "1.1"});
  const std::string text = request("GET", "", old.admin_token());
  EXPECT_EQ(talk(old, text, {"localhost", TLS1_2_VERSION}).end, Seen::no_handshake);
  EXPECT_EQ(talk(old, text, {"localhost", TLS1_1_VERSION}).status(), 200);
  const Sandbox newest({"--tls", "1.3"});
  EXPECT_EQ(talk(newest, "", {"localhost", TLS1_2_VERSION}).end, Seen::no_handshake);
}

TEST(Sandbox, WantsAClientCertificateWhenTold) {
  const Sandbox sandbox({"--require-client-certificate"});
  const std::string text = request("GET", "", sandbox.admin_token());
  EXPECT_EQ(talk(sandbox, text).bytes, "");
  EXPECT_EQ(sandbox.count("request"), 0U);
  EXPECT_EQ(talk(sandbox, text, {"localhost", 0, true}).status(), 200);
}

TEST(Sandbox, KeepsItsFilesPrivateAndRemovesThem) {
  Sandbox sandbox;
  for (const char* name : {"admin-token", "config.toml", "client.key", "ledger.jsonl"}) {
    struct stat status {};
    ASSERT_EQ(::stat(sandbox.file(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
  const std::string directory = sandbox.directory();
  EXPECT_EQ(sandbox.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(Sandbox, EndsOnSignalsAndWithItsLifetime) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const TemporaryDirectory parent;
    const std::string directory = parent.file("sandbox");
    RunOptions options;
    options.program = SANDBOX_BINARY;
    options.args = {"--directory", directory};
    const Ends in = make_pipe();
    options.in = Stream::fd(in.read.get());
    options.meanwhile = [&directory, signal](pid_t pid) {
      wait_for_file(directory + "/config.toml");
      ::kill(pid, signal);
    };
    EXPECT_EQ(run(options).exit_code, 0) << signal;
    EXPECT_FALSE(std::filesystem::exists(directory)) << signal;
  }
  const Ends in = make_pipe();
  RunOptions options;
  options.program = SANDBOX_BINARY;
  options.args = {"--lifetime", "1"};
  options.in = Stream::fd(in.read.get());
  EXPECT_EQ(run(options).exit_code, 0);
}

#ifdef __linux__
TEST(Sandbox, EndsWithItsParent) {
  const TemporaryDirectory parent;
  const std::string directory = parent.file("sandbox");
  const Ends in = make_pipe();
  RunOptions options;
  options.program = "/bin/sh";
  options.args = {// A shell takes its own stdin away from what it starts in the background.
                  "-c", "exec 3<&0; " + std::string(SANDBOX_BINARY) + " --directory " + directory +
                            " <&3 3<&- & read -r line </dev/tty"};
  options.in = Stream::fd(in.read.get());
  options.err = Stream::terminal();
  options.meanwhile = [&directory](pid_t pid) {
    wait_for_file(directory + "/config.toml");
    ::kill(pid, SIGKILL);
  };
  EXPECT_EQ(run(options).signal, SIGKILL);
  EXPECT_TRUE(comes_true([&] { return !std::filesystem::exists(directory); }));
}
#endif

TEST(Sandbox, RefusesADirectoryThatExists) {
  const TemporaryDirectory directory;
  const std::string kept = directory.write("kept", "x");
  RunOptions options;
  options.program = SANDBOX_BINARY;
  options.args = {"--directory", directory.path()};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("exists"));
  EXPECT_EQ(read_file(kept), "x");
}

}  // namespace
}  // namespace influxctl::e2e::sandbox_test
