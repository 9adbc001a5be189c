// SPDX-License-Identifier: MIT
// `management revoke` when something fails or is cancelled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::revoke_failure_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> revoke(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"management", "revoke"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

struct Failure {
  const char* name;
  const char* rule;
  int exit_code;
  const char* message;
};

void PrintTo(const Failure& row, std::ostream* out) { *out << row.rule; }

class RevokeFailure : public testing::TestWithParam<Failure> {};

TEST_P(RevokeFailure, EndsWithThisCodeAndMessage) {
  const Failure& row = GetParam();
  Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  json rule = json::parse(row.rule);
  if (!rule.contains("accept")) rule["on"] = "DELETE";
  sandbox.fault(rule);
  const RunResult result = sandbox.run(revoke({"--force", id, "--timeout", "3s"}));
  EXPECT_EQ(result.exit_code, row.exit_code);
  EXPECT_THAT(result.err, StartsWith("influxctl: error: token " + id + ": " + row.message));
  EXPECT_EQ(result.err.find("it is safe to revoke it again") != std::string::npos,
            row.exit_code == 7);
  EXPECT_LE(sandbox.requests("DELETE").size(), 1U);
}

constexpr const char* patient =
    "influxctl: cancelled: waiting up to 5 s for the response; a second signal ends the wait, and "
    "leaves open whether the token is revoked\n";
constexpr const char* unknown = "the outcome is unknown: the request was sent, but ";

INSTANTIATE_TEST_SUITE_P(
    Rows, RevokeFailure,
    testing::Values(Failure{"NoCredential", R"({"status":401})", 4,
                            "the cluster does not accept the credential (401): \"Unauthorized\"\n"},
                    Failure{"NotAllowed", R"({"status":403})", 4,
                            "the credential does not allow this (403): \"Forbidden\"\n"},
                    Failure{"Refused", R"({"status":409})", 5,
                            "the cluster refused (409): \"Conflict\"\n"},
                    Failure{"Redirected", R"({"status":308,"headers":{"Location":"/x"}})", 5,
                            "the cluster redirects elsewhere (308), to \"/x\""},
                    Failure{"Broken", R"({"status":500})", 7, unknown},
                    Failure{"Busy", R"({"status":503})", 7, unknown},
                    Failure{"Accepted", R"({"status":202})", 7, unknown},
                    Failure{"Moved", R"({"status":302,"headers":{"Location":"/x"}})", 7, unknown},
                    Failure{"Cut", R"({"act":true,"cut":20})", 7, unknown},
                    Failure{"CutFin", R"({"act":true,"cut":0,"close":"fin"})", 7, unknown},
                    Failure{"CutReset", R"({"act":true,"cut":0,"close":"rst"})", 7, unknown},
                    Failure{"Silent", R"({"act":true,"stall":true})", 7, unknown},
                    Failure{"Reset", R"({"accept":"reset"})", 6, "the cluster was not reached: "}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Revoke, SaysThatNobodyListens) {
  const Sandbox sandbox;
  const Descriptor deaf(::socket(AF_INET, SOCK_STREAM, 0));  // bound, so that it stays deaf
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(deaf.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(deaf.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::string text = read_file(sandbox.config());
  const std::string port = std::to_string(sandbox.port());
  text.replace(text.find(port), port.size(), std::to_string(ntohs(address.sin_port)));
  const TemporaryDirectory directory;
  const std::string config = directory.write("config.toml", text);
  const RunResult result = sandbox.run(revoke({"--force", "a", "--config", config}));
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_THAT(result.err, StartsWith("influxctl: error: token a: the cluster was not reached: "));
  EXPECT_THAT(result.err, HasSubstr("hint: nothing was sent, so it is safe to run this again\n"));
}

TEST(Revoke, CanBeCancelledAtTheQuestion) {
  Sandbox sandbox;
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}};
  options.meanwhile = signal_after(sandbox, "responded", 1);
  const RunResult result = sandbox.run(revoke({"a"}), options);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.terminal, EndsWith("influxctl: error: cancelled; nothing was revoked\n"));
  EXPECT_THAT(sandbox.requests("DELETE"), testing::IsEmpty());
}

TEST(Revoke, CanBeCancelledAtTheLookUp) {
  Sandbox sandbox;
  sandbox.fault({{"on", "GET"}, {"stall", true}});
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}};
  options.meanwhile = signal_after(sandbox, "request", 1);
  const RunResult result = sandbox.run(revoke({"a"}), options);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.terminal, "influxctl: error: cancelled; nothing was revoked\n");
}

TEST(Revoke, WaitsForTheResponseWhenCancelledAndLeavesTheRest) {
  Sandbox sandbox;
  const std::string a = new_token(sandbox).id;
  const std::string b = new_token(sandbox).id;
  sandbox.fault({{"on", "DELETE"}, {"hold", true}});
  const RunResult result =
      run_signalled(sandbox, {SIGINT}, "request", 3, revoke({"--force", a, b}));
  EXPECT_EQ(result.err,
            std::string(patient) + "influxctl: revoked " + a +
                "\ninfluxctl: error: cancelled; revoked 1 of 2 tokens; 1 was not tried\n");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(sandbox.live(), ElementsAre(b));
}

TEST(Revoke, IsDoneWhenTheOnlyResponseComesAfterTheSignal) {
  Sandbox sandbox;
  const std::string id = new_token(sandbox).id;
  sandbox.fault({{"on", "DELETE"}, {"hold", true}});
  const RunResult result = run_signalled(sandbox, {SIGINT}, "request", 2, revoke({"--force", id}));
  EXPECT_EQ(result.err, patient + ("influxctl: revoked " + id + "\n"));
  EXPECT_EQ(result.exit_code, 0);
}

TEST(Revoke, DoesNotKnowWhenASecondSignalEndsTheWait) {
  EXPECT_TRUE(takes_less(std::chrono::seconds(5), [] {  // the wait
    Sandbox sandbox;
    const std::string id = new_token(sandbox).id;
    sandbox.fault({{"on", "DELETE"}, {"stall", true}});
    std::chrono::steady_clock::time_point sent;
    RunOptions options;
    options.meanwhile = [&](pid_t pid) {
      EXPECT_TRUE(sandbox.wait_for("request", 2));
      sent = send_apart(pid, {SIGINT, SIGINT});
    };
    const RunResult result = sandbox.run(revoke({"--force", id, "b"}), options);
    EXPECT_THAT(result.err,
                StartsWith(patient + ("influxctl: error: token " + id + ": " + unknown) +
                           "the request was cancelled\n"));
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_EQ(sandbox.requests("DELETE").size(), 1U);
    return sent;
  }));
}

}  // namespace
}  // namespace influxctl::e2e::revoke_failure_test
