// SPDX-License-Identifier: MIT
// What a successful create prints where, and what it sends.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <regex>

#include "encodings.h"
#include "harness.h"
#include "outcome.h"

namespace influxctl::e2e::create_test {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kCreate = {"management", "create"};

std::vector<std::string> create(const std::vector<std::string>& flags) {
  std::vector<std::string> args = kCreate;
  args.insert(args.end(), flags.begin(), flags.end());
  return args;
}

constexpr const char* kWarning = "warn\tthe cluster will not show this token again\n";
constexpr const char* kWarningOnATerminal =
    "warn\tplease copy the token and store in a safe place\n"
    "warn\tthis is the *only time* you will see the token\n";

std::string record(const std::string& id, const std::string& description,
                   const std::string& expires_at) {
  const auto row = [](const std::string& label, const std::string& value) {
    return "| " + label + " | " + value + std::string(36 - value.size(), ' ') + " |\n";
  };
  const std::string border = "+-------------+--------------------------------------+\n";
  return border + row("         id", id) + row("description", description) +
         row(" expires at", expires_at) + row(" revoked at", "") + border;
}

TEST(Create, TheDocumentedCommandRunsWordForWord) {
  const Sandbox sandbox;
  const TemporaryDirectory bin;
  std::filesystem::create_symlink(influxctl_binary(), bin.path() / "influxctl");
  RunOptions options;
  options.program = "/bin/sh";
  options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()},
                         {"PATH", bin.path().string() + ":/usr/bin:/bin"}};
  options.args = {"-c",
                  "influxctl management create \\\n"
                  "  --expires-at $(date -d +1day -Iseconds) \\\n"
                  "  --description \"Example token description\""};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  const json created = sandbox.created().at(0);
  EXPECT_EQ(
      result.err,
      record(created.at("id"), "Example token description", created.at("expires_at")) + kWarning);
}

TEST(Create, APipeGetsTheTokensBytesAndNoNewline) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_EQ(result.out.find_first_of(" \r\n"), std::string::npos);
  EXPECT_EQ(result.err, record(sandbox.created().at(0).at("id"), "", "") + kWarning);
}

TEST(Create, ATerminalGetsTheRecordTheWarningAndTheTokenInThatOrder) {
  const Sandbox sandbox;
  RunOptions options;
  options.in = options.out = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}};
  const RunResult result = sandbox.run(create({"--description", "CI"}), options);
  EXPECT_EQ(result.exit_code, 0);
  const std::string before =
      record(sandbox.created().at(0).at("id"), "CI", "") + kWarningOnATerminal;
  ASSERT_EQ(result.terminal.substr(0, before.size()), before);
  ASSERT_EQ(result.terminal.back(), '\n');
  const std::string token =
      result.terminal.substr(before.size(), result.terminal.size() - before.size() - 1);
  EXPECT_TRUE(sandbox.delivered_token_matches(token));
}

TEST(Create, QuietShowsNothingButTheToken) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create({"--quiet"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_EQ(result.err, "");
}

// `2>&1 | store`: one pipe for both gets the token and nothing else.
TEST(Create, OnePipeForBothStreamsGetsTheTokenAlone) {
  Sandbox sandbox;
  std::filesystem::permissions(sandbox.token_file(), std::filesystem::perms(0644));
  for (const char* more : {"", " --debug", " --expires-at 2999-01-02T03:04:05Z"}) {
    SCOPED_TRACE(more);
    sandbox.fault({{"on", "POST"}, {"patch", {{"expiresAt", nullptr}}}});
    RunOptions options;
    options.program = "/bin/sh";
    options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()}};
    options.args = {"-c", influxctl_binary() + " management create" + more + " 2>&1"};
    const TemporaryDirectory directory;
    EXPECT_TRUE(sandbox.delivered_token_matches(run(options).out));
    options.args[1] += " | cat";
    EXPECT_TRUE(sandbox.delivered_token_matches(run(options).out));
    options.out = Stream::file(directory.file("token"));
    options.args[1] = influxctl_binary() + " management create" + more + " 2>&1";
    EXPECT_EQ(run(options).exit_code, 0);
    EXPECT_TRUE(sandbox.delivered_token_matches(read_file(directory.file("token"))));
  }
}

TEST(Create, OnePipeForBothStreamsGetsTheErrorOfAFailure) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 500}, {"act", true}});
  RunOptions options;
  options.program = "/bin/sh";
  options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()}};
  options.args = {"-c", influxctl_binary() + " management create 2>&1"};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_THAT(result.out, HasSubstr("influxctl: error: the outcome is unknown"));
  EXPECT_THAT(result.out, HasSubstr(sandbox.live().at(0)));
}

TEST(Create, AnIdThatCannotBeReadIsSaidToBeOne) {
  for (const json& id : {json(5), json(nullptr), json::array({"a"})}) {
    Sandbox sandbox;
    sandbox.fault({{"on", "POST"}, {"act", true}, {"patch", {{"id", id}}}});
    const RunResult result = sandbox.run(kCreate);
    EXPECT_EQ(result.exit_code, 0) << id;
    EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
    EXPECT_THAT(result.err,
                HasSubstr("influxctl: warning: the response has no id that can be read; "
                          "it is in: influxctl management list\n"));
  }
}

// Two runs with one description: the token of the first is not lost.
TEST(Create, ADeliveredTokenIsNotCalledLost) {
  for (const std::vector<std::string>& described :
       {std::vector<std::string>{}, {"--description", "nightly"}}) {
    Sandbox sandbox;
    EXPECT_EQ(sandbox.run(create(described)).exit_code, 0);
    sandbox.command({{"age_seconds", -60}});  // a busy machine is slow to run the next
    sandbox.fault({{"on", "POST"}, {"status", 500}});
    const RunResult result = sandbox.run(create(described));
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_THAT(result.err, HasSubstr("token " + sandbox.live().at(0) + " was created at "));
    EXPECT_THAT(result.err, HasSubstr(described.empty() ? " without a description, and may be "
                                                          "another run's; if nobody uses it, "
                                                        : " with this description, and may be "
                                                          "another run's; if nobody uses it, "));
    EXPECT_THAT(result.err, HasSubstr("give each run a --description of its own"));
  }
}

// A reader of stderr that does not read delays the token by a second at most.
TEST(Create, AStuckStderrDoesNotKeepTheToken) {
  const Sandbox sandbox;
  const Ends stuck = make_pipe();
  ASSERT_EQ(::fcntl(stuck.write.get(), F_SETFL, O_NONBLOCK), 0);
  const std::string junk(4096, 'x');
  while (::write(stuck.write.get(), junk.data(), junk.size()) > 0) {
  }
  ASSERT_EQ(::fcntl(stuck.write.get(), F_SETFL, 0), 0);
  RunOptions options;
  options.err = Stream::fd(stuck.write.get());
  const RunResult result = sandbox.run(create({"--debug"}), options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
}

// What is waited for, and for how long; the line is gone in the end.
TEST(Create, ALongWaitIsShownOnATerminal) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"delay_ms", 4000}});
  RunOptions options;
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  const RunResult result = sandbox.run(kCreate, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.terminal, HasSubstr("\rinfluxctl: waiting for the cluster's response: "));
  EXPECT_THAT(result.terminal, HasSubstr("\r\x1b[K+-----"));
  options.environment["TERM"] = "dumb";
  sandbox.fault({{"on", "POST"}, {"delay_ms", 3000}});
  EXPECT_THAT(sandbox.run(kCreate, options).terminal, Not(HasSubstr("waiting")));
}

TEST(Create, TheConfigurationMayComeThroughAPipe) {
  const Sandbox sandbox;
  RunOptions options;
  options.program = "/bin/bash";
  options.args = {"-c", R"("$0" --config <(cat "$1") management create)", influxctl_binary(),
                  sandbox.config()};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_delivered(sandbox, result.out);
}

TEST(Create, AConfigurationThatTakesItsTimeIsWaitedForAndShown) {
  const Sandbox sandbox;
  RunOptions options;
  options.program = "/bin/bash";
  options.args = {"-c", R"("$0" --config <(sleep 3; cat "$1") management create)",
                  influxctl_binary(), sandbox.config()};
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 0) << result.terminal;
  EXPECT_THAT(result.terminal,
              HasSubstr("\rinfluxctl: waiting for the configuration file: 2 s\x1b[K"));
  expect_delivered(sandbox, result.out);
}

// A hint's command addresses the cluster of this run.
TEST(Create, ACommandInAHintRepeatsTheGlobalFlags) {
  Sandbox sandbox;
  for (const char* rule :
       {R"({"on":"POST","status":500,"act":true})", R"({"on":"DELETE","status":403})"}) {
    sandbox.fault(json::parse(rule));
    RunOptions options;
    options.environment = {{"INFLUXCTL_CONFIG", "/none"}};
    const RunResult result = sandbox.run(
        {"--config", sandbox.config(), "management", "create", "--profile=default", "--", "false"},
        options);
    EXPECT_THAT(result.err,
                HasSubstr("influxctl --config " + sandbox.config() +
                          " --profile default management revoke " + sandbox.live().back()));
  }
}

TEST(Create, ColoursATerminalAndNothingElse) {
  const Sandbox sandbox;
  RunOptions options;
  options.err = Stream::terminal();
  options.environment = {{"TERM", "xterm"}};
  EXPECT_THAT(sandbox.run(kCreate, options).terminal, HasSubstr("\x1b[1;33mwarn\x1b[0m\t"));
  options.environment = {{"TERM", "dumb"}};
  EXPECT_THAT(sandbox.run(kCreate, options).terminal, Not(HasSubstr("\x1b")));
  options.environment = {{"NO_COLOR", "1"}, {"TERM", "xterm"}};
  EXPECT_THAT(sandbox.run(kCreate, options).terminal, Not(ContainsRegex("\x1b\\[[0-9;]*m")));
  options.err = Stream::pipe();
  options.environment = {{"TERM", "xterm"}};
  EXPECT_THAT(sandbox.run(kCreate, options).err, Not(HasSubstr("\x1b")));
}

TEST(Create, JsonIsOneObjectAndANewline) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(
      create({"--format", "json", "--description", "Zürich 東京", "--expires-in", "1d"}));
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_EQ(result.out.back(), '\n');
  EXPECT_EQ(result.out.find('\n'), result.out.size() - 1);
  const auto object = nlohmann::ordered_json::parse(result.out);
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  EXPECT_THAT(keys, testing::ElementsAre("id", "account_id", "token_prefix", "created_at",
                                         "expires_at", "description", "created_by", "token"));
  EXPECT_EQ(object.at("description"), "Zürich 東京");
  EXPECT_TRUE(object.at("expires_at").at("seconds").is_number());
  EXPECT_FALSE(object.at("expires_at").contains("nanos"));
  EXPECT_TRUE(sandbox.delivered_token_matches(object.at("token").get<std::string>()));
  EXPECT_THAT(result.err, Not(HasSubstr(object.at("token").get<std::string>())));
}

TEST(Create, SendsWhatTheContractSays) {
  const Sandbox sandbox;
  struct Row {
    std::vector<std::string> flags;
    std::string body;
  };
  const std::vector<Row> rows = {
      {{}, "{}"},
      {{"--description", "a \"b\" ü"}, "{\"description\":\"a \\\"b\\\" ü\"}"},
      {{"--expires-at", "2999-01-02T03:04:05.250000+01:00"},
       "{\"expiresAt\":\"2999-01-02T02:04:05.25Z\"}"},
      {{"--expires-at", "2999-01-02t03:04:05z", "--description", "x"},
       "{\"description\":\"x\",\"expiresAt\":\"2999-01-02T03:04:05Z\"}"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.body);
    EXPECT_EQ(sandbox.run(create(row.flags)).exit_code, 0);
    const json request = sandbox.requests("POST").back();
    EXPECT_EQ(request.at("body"), row.body);
    EXPECT_EQ(request.at("target"), "/api/v0/management-tokens");
    const json& headers = request.at("headers");
    EXPECT_EQ(headers.at("accept"), "application/json");
    EXPECT_EQ(headers.at("content-type"), "application/json");
    EXPECT_EQ(headers.at("authorization").at("scheme"), "Bearer");
    EXPECT_EQ(headers.at("authorization").at("sha256"), sha256_hex(sandbox.admin_token()));
    EXPECT_TRUE(std::regex_match(headers.at("user-agent").get<std::string>(),
                                 std::regex(R"(influxctl/\d+\.\d+\.\d+ \(\w+; \w+\))")));
    EXPECT_EQ(headers.at("accept-encoding"), "identity");
    EXPECT_FALSE(headers.contains("expect"));
    EXPECT_FALSE(headers.contains("cookie"));
  }
}

TEST(Create, ExpiresInCountsFromNow) {
  const Sandbox sandbox;
  const std::time_t before = std::time(nullptr);
  EXPECT_EQ(sandbox.run(create({"--expires-in", "2w"})).exit_code, 0);
  const std::time_t after = std::time(nullptr);
  const std::string sent =
      json::parse(sandbox.requests("POST").at(0).at("body").get<std::string>()).at("expiresAt");
  std::tm utc{};
  ASSERT_NE(strptime(sent.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc), nullptr) << sent;
  const std::time_t expiry = timegm(&utc);
  EXPECT_GE(expiry, before + std::time_t{14} * 86400);
  EXPECT_LE(expiry, after + std::time_t{14} * 86400 + 1);
}

TEST(Create, TheNewTokenIsACredentialAtOnce) {
  const Sandbox sandbox;
  const RunResult first = sandbox.run(kCreate);
  RunOptions options;
  options.environment = {{"INFLUXCTL_MGMT_TOKEN", first.out}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_EQ(sandbox.requests("POST").at(1).at("headers").at("authorization").at("sha256"),
            sha256_hex(first.out));
}

TEST(Create, GlobalFlagsStandBeforeAndAfterTheCommand) {
  const Sandbox sandbox({"--api-path", "/gateway/tokens"});
  RunOptions options;
  options.environment = {{"INFLUXCTL_CONFIG", "/nonexistent"}};
  EXPECT_EQ(sandbox
                .run({"--config", sandbox.config(), "--api-path", "/gateway/tokens", "management",
                      "create"},
                     options)
                .exit_code,
            0);
  EXPECT_EQ(
      sandbox.run(create({"--config", sandbox.config(), "--api-path=/gateway/tokens"}), options)
          .exit_code,
      0);
  options.environment = {{"INFLUXCTL_API_PATH", "/gateway/tokens"},
                         {"INFLUXCTL_CONFIG", sandbox.config()}};
  EXPECT_EQ(sandbox.run(kCreate, options).exit_code, 0);
  EXPECT_EQ(sandbox.count("created"), 3U);
}

TEST(Create, WarnsWhenTheClusterSetAnotherExpiry) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"patch", {{"expiresAt", nullptr}}}});
  const RunResult result = sandbox.run(create({"--expires-at", "2999-01-02T03:04:05Z"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err,
              HasSubstr("influxctl: warning: the token was to expire at 2999-01-02T03:04:05Z, but "
                        "the cluster says that it never expires\n"));
}

TEST(Create, WarnsWhenTheClusterSetAnExpiryThatNobodyAskedFor) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"patch", {{"expiresAt", "2999-01-02T03:04:05Z"}}}});
  const RunResult result = sandbox.run(create({"--quiet"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err,
            "influxctl: warning: the token was to never expire, but the cluster says "
            "2999-01-02T03:04:05Z\n");
}

TEST(Create, MakesTextOfTheClusterVisible) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"patch", {{"description", "\u202e\x1b[2J\n\x7f"}}}});
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("| \\u{202e}\\x1b[2J\\n\\x7f"));
}

TEST(Create, WaitsForATooManyRequestsThatNamesATime) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 429}, {"headers", {{"Retry-After", "1"}}}});
  const RunResult result = sandbox.run(kCreate);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_EQ(sandbox.requests("POST").size(), 2U);
  EXPECT_EQ(sandbox.count("created"), 1U);
}

TEST(DryRun, PrintsTheRequestAndSendsNothing) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(
      create({"--dry-run", "--description", "x", "--expires-at", "2999-01-02T03:04:05+01:00"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "{\"method\":\"POST\",\"url\":\"" + sandbox.url() +
                            "/api/v0/management-tokens\",\"body\":{\"description\":\"x\","
                            "\"expiresAt\":\"2999-01-02T02:04:05Z\"}}\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

TEST(DryRun, NamesTheUrlOfADedicatedCluster) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.args =
      create({"--dry-run", "--config",
              directory.write("config.toml",
                              "[[profile]]\nname = \"default\"\nproduct = \"dedicated\"\n"
                              "account_id = \"acc\"\ncluster_id = \"clu\"\n")});
  options.environment = {{"INFLUXCTL_MGMT_TOKEN", "M.V1.x"}};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("\"url\":\"https://console.influxdata.com/api/v0/accounts/acc/"
                                    "management-tokens\""));
}

TEST(Trace, TellsMuchAndNoSecret) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create({"--trace", "--description", "x"}));
  ASSERT_EQ(result.exit_code, 0);
  EXPECT_GT(std::count(result.err.begin(), result.err.end(), '\n'), 20);
  EXPECT_THAT(result.err, HasSubstr("> POST /api/v0/management-tokens HTTP/1.1\n"));
  EXPECT_THAT(result.err, HasSubstr("> Authorization: [not shown]\n"));
  EXPECT_THAT(result.err, HasSubstr("< HTTP/1.1 200 OK\n"));
  EXPECT_THAT(result.err, HasSubstr("timings: "));
  for (const std::string& secret : {result.out, sandbox.admin_token()}) {
    for (const std::string& form : encodings(secret)) {
      EXPECT_THAT(result.err, Not(HasSubstr(form)));
    }
  }
}

TEST(Debug, TellsStepsAndNoSecret) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create({"--debug"}));
  ASSERT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("influxctl: debug: "));
  EXPECT_THAT(result.err, HasSubstr("response 200, "));
  EXPECT_THAT(result.err, Not(HasSubstr("influxctl: trace: ")));
  EXPECT_THAT(result.err, Not(HasSubstr(result.out)));
  EXPECT_THAT(result.err, Not(HasSubstr(sandbox.admin_token())));
}

TEST(Trace, HidesAProxysPassword) {
  const Sandbox sandbox;
  RunOptions options;
  options.environment = {{"https_proxy", "http://user:hunter22@127.0.0.1:1"}};
  const RunResult result = sandbox.run(create({"--trace"}), options);
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, HasSubstr("Uses proxy env variable https_proxy"));
  EXPECT_THAT(result.err, Not(HasSubstr("hunter22")));
}

TEST(Errors, HideAProxysPassword) {
  const Sandbox sandbox;
  for (const char* proxy :
       {"foo://user:hunter22@127.0.0.1:1", "http://user:hunter22@127.0.0.1:99999"}) {
    RunOptions options;
    options.environment = {{"https_proxy", proxy}};
    const RunResult result = sandbox.run(create({"--trace"}), options);
    EXPECT_EQ(result.exit_code, 6);
    EXPECT_THAT(result.err,
                HasSubstr("influxctl: error: the cluster was not reached: a proxy is set "));
    EXPECT_THAT(result.err, Not(HasSubstr("hunter22")));
  }
}

TEST(Errors, HideACredentialThatTheClusterRepeats) {
  Sandbox sandbox;
  const std::string token = sandbox.admin_token();
  const std::string part = token.substr(7, 30);
  const std::vector<json> faults = {
      {{"status", 401}, {"body", {{"message", "bad " + token}}}},
      {{"status", 401}, {"body", {{"message", "bad " + part}}}},
      {{"status", 401}, {"status_line", "HTTP/1.1 401 " + token}},
      {{"status", 307}, {"headers", {{"Location", "/x?t=" + token}}}},
      {{"status", 403}, {"headers", {{"Server", token}}}},
  };
  for (json fault : faults) {
    fault["on"] = "POST";
    sandbox.fault(fault);
    const RunResult result = sandbox.run(create({"--trace"}));
    EXPECT_THAT(result.err, Not(HasSubstr(part))) << fault;
    EXPECT_NE(result.exit_code, 0);
  }
}

TEST(Errors, NeverShowTheNewTokenThatTheClusterRepeats) {
  Sandbox sandbox;
  const std::string token = "M.V1.0123456789abcdefghijklmnopqrstuvwxyz";
  sandbox.fault({{"on", "POST"},
                 {"status", 200},
                 {"body", {{"id", token}, {"description", token}, {"accessToken", token}}}});
  const RunResult result = sandbox.run(create({"--trace"}));
  EXPECT_EQ(result.out, token);
  EXPECT_THAT(result.err, Not(HasSubstr(token)));
}

// Neither in the words about the token nor in the command that revokes it, nor in a URL.
TEST(Errors, NeverShowAnIdThatIsTheNewToken) {
  for (const std::string token :
       {"M.V1.0123456789abcdefghijklmnopqrstuvwxyz", "0123456789abcdefghijklmnopqrstuvwxyz"}) {
    for (const std::vector<std::string>& flags : std::vector<std::vector<std::string>>{
             {}, {"--trace"}, {"--trace", "--", "false"}, {"--trace", "--format", "json"}}) {
      Sandbox sandbox;
      sandbox.fault({{"on", "POST"}, {"status", 200}, {"body", {{"id", token}, {"token", token}}}});
      const RunResult result = sandbox.run(create(flags));
      EXPECT_THAT(result.err, Not(HasSubstr(token)));
      EXPECT_THAT(result.exit_code, testing::AnyOf(0, 8));
      for (const json& request : sandbox.events("request")) {
        EXPECT_THAT(request.at("target").get<std::string>(), Not(HasSubstr(token)));
      }
    }
  }
}

// There is no usable token then, and the id may be the secret: it is not shown as a whole.
TEST(Errors, NeverShowAnIdThatLooksLikeAToken) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"body_replace", {R"("accessToken":")", R"("x":1,"id":")"}}});
  const RunResult result = sandbox.run(create({"--trace"}));
  EXPECT_THAT(result.exit_code, testing::AnyOf(7, 8));
  EXPECT_THAT(result.err, Not(HasSubstr("M.V1.")));
}

TEST(Help, IsAskedForOnStdoutAndOtherwiseOnStderr) {
  for (const std::vector<std::string>& args : {std::vector<std::string>{"--help"},
                                               {"help"},
                                               {"management", "-h"},
                                               {"h", "management"},
                                               {"management", "create", "--help"},
                                               {"help", "management", "create"}}) {
    RunOptions options;
    options.args = args;
    const RunResult result = run(options);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out, HasSubstr("Usage:\n  influxctl"));
    EXPECT_THAT(result.out, HasSubstr("Example:\n"));
    EXPECT_EQ(result.err, "");
  }
  for (const std::vector<std::string>& args : {std::vector<std::string>{}, {"management"}}) {
    RunOptions options;
    options.args = args;
    const RunResult result = run(options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("Usage:\n  influxctl"));
  }
}

TEST(Version, NamesTheVersionTheArchitectureAndTheLibraries) {
  for (const char* word : {"version", "--version"}) {
    RunOptions options;
    options.args = {word};
    const RunResult result = run(options);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_TRUE(std::regex_match(result.out,
                                 std::regex("influxctl \\d+\\.\\d+\\.\\d+ \\(\\w+; \\w+\\)\n"
                                            "libcurl/\\d+\\.\\d+\\.\\d+( [\\w()-]+/[\\w.-]+)*\n")))
        << result.out;
    if (influxctl_is_static()) {
      EXPECT_THAT(result.out, HasSubstr(" c-ares/"));
    }
    EXPECT_EQ(result.err, "");
  }
}

// Debian's libcurl has LDAP, whose library reads these where libcurl's own text of versions is
// asked for. A pipe that nobody writes to would stop it.
TEST(Version, ReadsNoConfiguration) {
  const TemporaryDirectory directory;
  for (const char* name : {"ldaprc", ".ldaprc", "ldap.conf", "config.toml", "openssl.cnf"}) {
    ASSERT_EQ(::mkfifo(directory.file(name).c_str(), 0600), 0);
  }
  RunOptions options;
  options.args = {"version"};
  options.directory = directory.path();
  options.environment = {{"HOME", directory.path()},
                         {"LDAPCONF", directory.file("ldap.conf")},
                         {"LDAPRC", "ldaprc"},
                         {"INFLUXCTL_CONFIG", directory.file("config.toml")}};
  const RunResult result = run(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, testing::StartsWith("influxctl "));
}

}  // namespace
}  // namespace influxctl::e2e::create_test
