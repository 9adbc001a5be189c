// SPDX-License-Identifier: MIT
// `management rotate` when something fails or is cancelled: the old token or the new one works, and
// the user is told which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::rotate_failure_test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> rotate(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"management", "rotate"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::string untouched(const std::string& id) {
  return "influxctl: hint: the old token " + id + " was not touched: it works as before\n";
}

struct Failure {
  const char* name;
  std::vector<const char*> rules;
  int exit_code;
  bool both_live;                 // else the old one alone
  std::vector<const char*> says;  // OLD and NEW stand for the ids
  std::vector<std::string> sink = {};
};

void PrintTo(const Failure& row, std::ostream* out) { *out << row.name; }

std::string with_ids(std::string text, const std::string& old_id, const std::string& new_id) {
  for (const auto& [word, id] : {std::pair("OLD", old_id), std::pair("NEW", new_id)}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      text.replace(at, 3, id);
    }
  }
  return text;
}

class RotateFailure : public testing::TestWithParam<Failure> {};

TEST_P(RotateFailure, LeavesTheOldOneAliveAndSaysSo) {
  const Failure& row = GetParam();
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  for (const char* rule : row.rules) sandbox.fault(json::parse(rule));
  std::vector<std::string> args = {old, "--description", "successor", "--timeout", "3s"};
  args.insert(args.end(), row.sink.begin(), row.sink.end());
  const RunResult result = sandbox.run(rotate(args));
  EXPECT_EQ(result.exit_code, row.exit_code);
  const std::string made = sandbox.created().back().at("id");
  for (const char* text : row.says) {
    EXPECT_THAT(result.err, HasSubstr(with_ids(text, old, made)));
  }
  auto live = std::vector<std::string>{old};
  if (row.both_live) live.push_back(made);
  EXPECT_EQ(sandbox.live(), live);
}

constexpr const char* old_untouched = "hint: the old token OLD was not touched: it works as before";
constexpr const char* look_up_failed = "hint: the old token OLD was not touched\n";
constexpr const char* new_lives = "hint: revoke it with: influxctl management revoke NEW\n";
constexpr const char* new_revoked = "; the token has been revoked\n";

INSTANTIATE_TEST_SUITE_P(
    BeforeTheCreate, RotateFailure,
    testing::Values(Failure{"ListRefused",
                            {R"({"on":"GET","status":403})"},
                            4,
                            false,
                            {"error: the credential does not allow this (403)", look_up_failed}},
                    Failure{
                        "ListBroken", {R"({"on":"GET","status":500})"}, 5, false, {look_up_failed}},
                    Failure{"ListCut",
                            {R"({"on":"GET","cut":90})"},
                            6,
                            false,
                            {"error: the cluster did not respond: ", look_up_failed}},
                    Failure{"ListIsNoList",
                            {R"({"on":"GET","status":200,"body":{}})"},
                            5,
                            false,
                            {"the cluster's response is not a list of tokens", look_up_failed}},
                    Failure{"NotReached", {R"({"accept":"reset"})"}, 6, false, {look_up_failed}}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    AtTheCreate, RotateFailure,
    testing::Values(
        Failure{"Refused",
                {R"({"on":"POST","status":400})"},
                5,
                false,
                {"error: the cluster refused (400)", old_untouched}},
        Failure{"NotReached",
                {R"({"on":"GET"})", R"({"accept":"reset","skip":1})"},
                6,
                false,
                {old_untouched}},
        Failure{"UnknownAndNone",
                {R"({"on":"POST","status":500})"},
                7,
                false,
                {"the outcome is unknown", "hint: the cluster lists no token", old_untouched}},
        Failure{"UnknownAndOne",
                {R"({"on":"POST","status":500,"act":true})"},
                7,
                true,
                {"the outcome is unknown", "hint: token NEW was created at ",
                 "influxctl management revoke NEW\n", old_untouched}},
        Failure{"Cut",
                {R"({"on":"POST","cut":100,"close":"rst"})"},
                7,
                true,
                {"hint: token NEW was created at ", old_untouched}},
        Failure{
            "Dies",
            {R"({"on":"POST","act":true,"cut":0})", R"({"accept":"close","skip":2,"times":-1})"},
            7,
            true,
            {"the outcome is unknown", "hint: looking for it failed too: ", old_untouched}},
        Failure{"Unusable",
                {R"({"on":"POST","patch":{"accessToken":null}})"},
                8,
                false,
                {"token NEW was created", new_revoked, old_untouched}},
        Failure{
            "UnusableAndStuck",
            {R"({"on":"POST","patch":{"accessToken":"a\nb"}})", R"({"on":"DELETE","status":403})"},
            8,
            true,
            {"; the token is live, as revoking it failed", new_lives, old_untouched}}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(AtTheDelivery, RotateFailure,
                         testing::Values(Failure{"SinkFails",
                                                 {},
                                                 8,
                                                 false,
                                                 {"token NEW was created but not delivered: ",
                                                  new_revoked, old_untouched},
                                                 {"--", "/bin/sh", "-c", "cat >/dev/null; exit 3"}},
                                         Failure{"SinkFailsAndRevokeToo",
                                                 {R"({"on":"DELETE","status":403})"},
                                                 8,
                                                 true,
                                                 {"; the token is live, as revoking it failed",
                                                  new_lives, old_untouched},
                                                 {"--", "false"}}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Rotate, RevokesTheNewOneWhenStandardOutputIsFull) {
  const Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  RunOptions options;
  options.out = Stream::file("/dev/full");
  const RunResult result = sandbox.run(rotate({old}), options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr("standard output: No space left on device; the token has been "
                                    "revoked\n" +
                                    untouched(old)));
  EXPECT_THAT(sandbox.live(), ElementsAre(old));
}

TEST(Rotate, RevokesTheNewOneWhenTheFileComesBetween) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  const TemporaryDirectory directory;
  RunOptions options;
  options.meanwhile = before_the_response(
      sandbox, [&] { std::filesystem::create_directory(directory.file("token")); }, 2);
  const RunResult result = sandbox.run(rotate({old, "--output", directory.file("token")}), options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr(new_revoked + untouched(old)));
  EXPECT_THAT(sandbox.live(), ElementsAre(old));
}

struct Half {
  const char* name;
  std::vector<const char*> rules;
  const char* says;  // OLD and NEW stand for the ids
  int refusals = 0;  // -1: always
};

void PrintTo(const Half& row, std::ostream* out) { *out << row.name; }

class RotateHalfDone : public testing::TestWithParam<Half> {};

TEST_P(RotateHalfDone, LeavesBothAliveAndNamesTheOldOne) {
  const Half& row = GetParam();
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.command({{"refuse_new", row.refusals}});
  for (const char* rule : row.rules) sandbox.fault(json::parse(rule));
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = old.token;
  const RunResult result = sandbox.run(rotate({"--self", "--timeout", "5s"}), options);
  const std::string made = sandbox.created().back().at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: the new token " + made + " was delivered"));
  EXPECT_THAT(result.err, HasSubstr(with_ids(row.says, old.id, made)));
  EXPECT_THAT(
      result.err,
      testing::EndsWith("revoke the old one with: influxctl management revoke " + old.id + "\n"));
  EXPECT_THAT(sandbox.live(), ElementsAre(old.id, made));
}

constexpr const char* not_revoked = "; the old token OLD was not revoked: it works as before\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, RotateHalfDone,
    testing::Values(
        Half{"NeverAccepted", {}, not_revoked, -1},
        Half{"ProbesAreLost", {R"({"on":"GET","skip":1,"times":-1,"cut":0})"}, not_revoked},
        Half{"TheLastProbeIsSilent",  // what the cluster said before it counts
             {R"({"on":"GET","skip":2,"times":-1,"stall":true})"},
             "did not accept it in time: the cluster does not accept the credential (401)",
             -1},
        Half{"ProbesFail", {R"({"on":"GET","skip":1,"times":-1,"status":503})"}, not_revoked},
        Half{"ProbesMeetALoginPage",
             {R"({"on":"GET","skip":1,"times":-1,"status":200,"body":"<html>log in"})"},
             not_revoked},
        Half{"ProbesAreForbiddenByAWebPage",
             {R"({"on":"GET","skip":1,"times":-1,"status":403,"body":"<!doctype html>"})"},
             not_revoked},
        Half{"ProbesMeetAnObject",
             {R"({"on":"GET","skip":1,"times":-1,"status":200,"body":"{}"})"},
             not_revoked},
        Half{"DiesAfterTheCreate", {R"({"accept":"close","skip":2,"times":-1})"}, not_revoked},
        Half{"DiesAfterTheAcceptance",
             {R"({"accept":"close","skip":3,"times":-1})"},
             "the old token OLD may be live, as revoking it failed: "},
        Half{
            "DiesAtTheRevocation",
            {R"({"on":"DELETE","act":false,"cut":0})", R"({"accept":"close","skip":4,"times":-1})"},
            "the old token OLD may be live, as revoking it failed: "},
        Half{"DoesNotKnowTheNewTokenInTime",
             {R"({"on":"DELETE","status":401,"times":-1})"},
             "may be live, as revoking it failed: "},
        Half{"RefusesTheRevocation",
             {R"({"on":"DELETE","status":403})"},
             "may be live, as revoking it failed: the credential does not allow this (403)"},
        Half{"CannotRevoke",
             {R"({"on":"DELETE","times":-1,"status":503})"},
             "may be live, as revoking it failed: "}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Rotate, ClearsUpALostResponseToTheRevocationWithTheNewToken) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault({{"on", "DELETE"}, {"act", true}, {"cut", 0}});
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = old.token;
  const RunResult result = sandbox.run(rotate({"--self"}), options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
  EXPECT_EQ(sandbox.requests("DELETE").size(), 2U);
}

TEST(Rotate, WaitsForAReplicaThatDoesNotKnowTheNewTokenYet) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault({{"on", "DELETE"}, {"status", 401}, {"times", 2}});
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = old.token;
  EXPECT_EQ(sandbox.run(rotate({"--self"}), options).exit_code, 0);
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

// The time limit of a revocation is --timeout, and no less.
class SlowRevocation : public testing::TestWithParam<const char*> {};

TEST_P(SlowRevocation, IsWaitedFor) {
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault(json::parse(GetParam()));
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = old.token;
  const RunResult result = sandbox.run(rotate({"--self"}), options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(sandbox.live(), ElementsAre(sandbox.created().back().at("id")));
}

INSTANTIATE_TEST_SUITE_P(Rotate, SlowRevocation,
                         testing::Values(R"({"on":"DELETE","delay_ms":10000})",
                                         // 9.1 s of pauses
                                         R"({"on":"DELETE","status":401,"times":7})"));

TEST(Rotate, RevokesOnceWhereTheClusterHasNoSuchToken) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  sandbox.fault({{"on", "DELETE"}, {"status", 404}, {"times", -1}});
  EXPECT_EQ(sandbox.run(rotate({old})).exit_code, 8);
  EXPECT_EQ(sandbox.requests("DELETE").size(), 1U);
}

struct Cancelled {
  const char* name;
  const char* rule;
  std::size_t at;  // the request: 4 is the GET with the new token, 5 the DELETE
  std::size_t signals;
  std::chrono::seconds limit;  ///< from the first signal to the end
  const char* tells;           // OLD and NEW stand for the ids
  const char* ends;
  int later_ms = 0;  // in the pause after that request
};

void PrintTo(const Cancelled& row, std::ostream* out) { *out << row.name; }

class RotateCancelled : public testing::TestWithParam<Cancelled> {};

// Returns the time of the first signal.
std::chrono::steady_clock::time_point expect_cancelled(const Cancelled& row) {
  std::chrono::steady_clock::time_point sent;
  Sandbox sandbox;
  const NewToken old = new_token(sandbox);
  sandbox.fault(json::parse(row.rule));
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = old.token;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(sandbox.wait_for("request", row.at));
    std::this_thread::sleep_for(std::chrono::milliseconds(row.later_ms));
    sent = send_apart(pid, std::vector<int>(row.signals, SIGINT));
  };
  const RunResult result = sandbox.run(rotate({"--self"}), options);
  const std::string made = sandbox.created().back().at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(result.err, HasSubstr("influxctl: cancelled: " + with_ids(row.tells, old.id, made)));
  EXPECT_THAT(result.err, HasSubstr("influxctl: error: the new token " + made + " was delivered" +
                                    with_ids(row.ends, old.id, made)));
  EXPECT_THAT(
      result.err,
      testing::EndsWith("revoke the old one with: influxctl management revoke " + old.id + "\n"));
  EXPECT_THAT(sandbox.live(), ElementsAre(old.id, made));
  return sent;
}

TEST_P(RotateCancelled, SaysWhatItDoesAndEndsSoon) {
  EXPECT_TRUE(takes_less(GetParam().limit, [] { return expect_cancelled(GetParam()); }));
}

constexpr const char* patient =
    "waiting up to 5 s for the response; a second signal ends the wait, and leaves open whether "
    "the token is revoked\n";
constexpr const char* last_try =
    "the new token NEW was delivered; one more try, of up to 4 s, to revoke the old one; a second "
    "signal "
    "ends it, and leaves both\n";
constexpr const char* may_be_live =
    " and works, but the old token OLD may be live, as revoking it failed: the outcome is unknown: "
    "the request was sent, but the request was cancelled\n";
constexpr const char* works_as_before =
    ", but this run was cancelled before the cluster accepted it; the old token OLD was not "
    "revoked: it works as before\n";
constexpr const char* silent_delete = R"({"on":"DELETE","times":-1,"stall":true,"act":false})";
constexpr const char* silent_probe = R"({"on":"GET","skip":1,"times":-1,"stall":true})";

INSTANTIATE_TEST_SUITE_P(
    Rows, RotateCancelled,
    testing::Values(
        Cancelled{"AtTheRevocation", silent_delete, 5, 1, 20s, patient, may_be_live},
        Cancelled{"TwiceAtTheRevocation", silent_delete, 5, 2, 5s, patient, may_be_live},
        Cancelled{"AtTheAcceptance", silent_probe, 4, 1, 20s, last_try, works_as_before},
        Cancelled{"TwiceAtTheAcceptance", silent_probe, 4, 2, 2s, last_try, works_as_before},
        Cancelled{"BetweenTwoRevocations", R"({"on":"DELETE","times":-1,"status":503})", 9, 1, 20s,
                  "", " and works, but the old token OLD may be live, as revoking it failed: ",
                  500}),  // of 1.6 s
    [](const auto& row) { return std::string(row.param.name); });

constexpr const char* waiting_sink =
    "cat >\"$0/token\"; touch \"$0/there\"; while [ ! -e \"$0/go\" ]; do sleep 0.05; done";

// The delivery is not cut short, and what comes after it is.
TEST(Rotate, EndsSoonWhereASignalCameDuringTheDelivery) {
  Sandbox sandbox;
  const TemporaryDirectory directory;
  const std::string old = new_token(sandbox).id;
  sandbox.fault(json::parse(silent_delete));
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    wait_for_file(directory.file("there"));
    send_signal(pid, SIGTERM);
    directory.write("go", "");
  };
  const RunResult result =
      sandbox.run(rotate({old, "--", "/bin/sh", "-c", waiting_sink, directory.path()}), options);
  const std::string made = sandbox.created().back().at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, HasSubstr("influxctl: cancelled: " + with_ids(last_try, old, made)));
  EXPECT_THAT(result.err, HasSubstr("the old token " + old + " may be live"));
  EXPECT_EQ(sandbox.requests("DELETE").size(), 1U);
}

TEST(Rotate, CanBeCancelledWhileTheNewOneIsNotAccepted) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  sandbox.command({{"refuse_new", -1}});
  RunOptions options;
  options.meanwhile = signal_after(sandbox, "responded", 5, SIGTERM);
  const RunResult result = sandbox.run(rotate({old}), options);
  const std::string made = sandbox.created().back().at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(result.err, HasSubstr("error: the new token " + made +
                                    " was delivered, but this run was cancelled before the "
                                    "cluster accepted it; the old token " +
                                    old + " was not revoked: it works as before\n"));
  EXPECT_THAT(sandbox.live(), ElementsAre(old, made));
}

TEST(Rotate, CanBeCancelledAtTheQuestion) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  RunOptions options;
  options.in = options.err = Stream::terminal();
  options.environment = {{"NO_COLOR", "1"}};
  options.meanwhile = signal_after(sandbox, "responded", 2);
  const RunResult result = sandbox.run(rotate({old}), options);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(sandbox.live(), ElementsAre(old));
}

TEST(Rotate, NamesTheOldOneWhenItCannotBeRevoked) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  sandbox.fault({{"on", "DELETE"}, {"status", 403}});
  const RunResult result = sandbox.run(rotate({old}));
  const std::string made = sandbox.created().back().at("id");
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_TRUE(sandbox.delivered_token_matches(result.out));
  EXPECT_THAT(
      result.err,
      testing::EndsWith("influxctl: error: the new token " + made +
                        " was delivered and works, but the old token " + old +
                        " may be live, as revoking it failed: the credential does not "
                        "allow this (403): \"Forbidden\"\n"
                        "influxctl: hint: revoke the old one with: influxctl management revoke " +
                        old + "\n"));
  EXPECT_THAT(sandbox.live(), ElementsAre(old, made));
}

TEST(Rotate, CanBeCancelledAtTheList) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  sandbox.fault({{"on", "GET"}, {"stall", true}});
  RunOptions options;
  options.meanwhile = signal_after(sandbox, "request", 2);
  const RunResult result = sandbox.run(rotate({old}), options);
  EXPECT_EQ(result.err,
            "influxctl: error: cancelled; no token was created, and none was revoked\n");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(sandbox.live(), ElementsAre(old));
}

TEST(Rotate, RevokesTheNewOneWhenCancelledAtTheCreate) {
  Sandbox sandbox;
  const std::string old = new_token(sandbox).id;
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  RunOptions options;
  options.meanwhile = signal_after(sandbox, "created", 2, SIGTERM);
  const RunResult result = sandbox.run(rotate({old}), options);
  EXPECT_THAT(result.err,
              testing::EndsWith("influxctl: error: cancelled; token " +
                                sandbox.created().back().at("id").get<std::string>() +
                                " had been created and has been revoked\n" + untouched(old)));
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(sandbox.live(), ElementsAre(old));
}

TEST(Rotate, LetsSignalsWaitForTheDeliveryAndTheRevoke) {
  Sandbox sandbox;
  const TemporaryDirectory directory;
  const std::string first = new_token(sandbox).id;
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    wait_for_file(directory.file("there"));
    send_signal(pid, SIGINT);
    directory.write("go", "");
  };
  const RunResult at_the_sink =
      sandbox.run(rotate({first, "--", "/bin/sh", "-c", waiting_sink, directory.path()}), options);
  EXPECT_EQ(at_the_sink.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(read_file(directory.file("token"))));
  const std::string second = sandbox.created().back().at("id");
  EXPECT_THAT(sandbox.live(), ElementsAre(second));

  sandbox.fault({{"on", "DELETE"}, {"hold", true}});
  options.meanwhile = signal_after(sandbox, "revoked", 2);
  const RunResult at_the_revoke = sandbox.run(rotate({second}), options);
  EXPECT_EQ(at_the_revoke.exit_code, 0);
  EXPECT_TRUE(sandbox.delivered_token_matches(at_the_revoke.out));
  EXPECT_EQ(sandbox.live().size(), 1U);
}

// As of a gateway that gives the same token again for the same description.
TEST(RotateOdd, TheIdOfTheOldTokenIsNotRevoked) {
  for (const std::vector<std::string>& sink :
       {std::vector<std::string>{}, std::vector<std::string>{"--", "false"}}) {
    Sandbox sandbox;
    const std::string old = new_token(sandbox).id;
    sandbox.fault({{"on", "POST"}, {"patch", {{"id", old}}}});
    std::vector<std::string> args = {old};
    args.insert(args.end(), sink.begin(), sink.end());
    const RunResult result = sandbox.run(rotate(args));
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("the response to the request for a new token has the id of "
                                      "the old one\n"));
    const std::string made = sandbox.created().back().at("id");
    EXPECT_THAT(result.err, HasSubstr("revoke it with: influxctl management revoke " + made));
    EXPECT_THAT(result.err, HasSubstr(untouched(old)));
    EXPECT_THAT(sandbox.live(), ElementsAre(old, made));
  }
}

}  // namespace
}  // namespace influxctl::e2e::rotate_failure_test
