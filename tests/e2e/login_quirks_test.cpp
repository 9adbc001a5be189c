// SPDX-License-Identifier: MIT
// Odd responses of an OAuth provider with which `auth login` gets on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "login_response_rows.h"
#include "login_response_runs.h"

namespace influxctl::e2e::login_quirks_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;

struct AcceptedRow {
  std::string name;
  std::string path;
  json fault;
  std::string shown = {};      // in stderr
  std::string not_shown = {};  // empty: nothing
  std::size_t polls = 1;
};

void PrintTo(const AcceptedRow& row, std::ostream* out) { *out << row.name; }

class LoginResponseAccepted : public testing::TestWithParam<AcceptedRow> {};

TEST_P(LoginResponseAccepted, LogsIn) {
  const AcceptedRow& row = GetParam();
  const TemporaryDirectory cache;
  Sandbox sandbox(approving());
  json fault = row.fault;
  fault["path"] = row.path;
  sandbox.fault(fault);
  const RunResult result = login(sandbox, cache);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  const auto files = kept(cache);
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(result.err,
              testing::EndsWith("influxctl: logged in; the tokens are kept in " + files[0] + "\n"));
  EXPECT_THAT(result.err, HasSubstr(row.shown));
  EXPECT_TRUE(row.not_shown.empty() || result.err.find(row.not_shown) == std::string::npos);
  expect_harmless(sandbox, result.err);
  EXPECT_EQ(sandbox.bodies(token_path).size(), row.polls);
  const RunResult created = run_with(sandbox, cache, {"management", "create"});
  EXPECT_EQ(created.exit_code, 0) << created.err;
  EXPECT_EQ(sandbox.count("created"), 1U);
}

json error_of(int status, const std::string& code) {
  return {{"status", status}, {"body", {{"error", code}}}};
}

const std::string pending = "authorization_pending";
const std::string page = "https://provider.example/device";
const std::string or_open = "Or open this page";

INSTANTIATE_TEST_SUITE_P(
    DeviceResponse, LoginResponseAccepted,
    testing::Values(
        AcceptedRow{
            "NumbersAsText", device_path, {{"patch", {{"expires_in", "600"}, {"interval", "1"}}}}},
        AcceptedRow{
            "Fractions", device_path, {{"patch", {{"expires_in", 599.9}, {"interval", 0.5}}}}},
        AcceptedRow{"LongestLife", device_path, patched("expires_in", 86400)},
        AcceptedRow{"NoInterval", device_path, patched("interval", nullptr)},
        AcceptedRow{"IntervalZero", device_path, patched("interval", 0)},
        AcceptedRow{"IntervalZeroAsText", device_path, patched("interval", "0")},
        AcceptedRow{"Url",
                    device_path,
                    {{"patch", {{"verification_uri", nullptr}, {"verification_url", page}}}},
                    "\n\n    " + page + "\n\n"},
        AcceptedRow{"UriBeforeUrl", device_path, patched("verification_url", page), "", page},
        AcceptedRow{"UrlComplete",
                    device_path,
                    {{"patch",
                      {{"verification_uri_complete", nullptr},
                       {"verification_url_complete", page + "?c=1"}}}},
                    or_open + ", and compare the code:\n\n    " + page + "?c=1\n\n"},
        AcceptedRow{"PlainHttp", device_path,
                    patched("verification_uri", "http://provider.example/"),
                    "    http://provider.example/\n"},
        AcceptedRow{"NoComplete", device_path, patched("verification_uri_complete", nullptr), "",
                    or_open},
        AcceptedRow{"EmptyComplete", device_path, patched("verification_uri_complete", ""), "",
                    or_open},
        AcceptedRow{"JavascriptComplete", device_path,
                    patched("verification_uri_complete", "javascript:alert(1)"), "", "javascript"},
        AcceptedRow{"EscapeInComplete", device_path,
                    patched("verification_uri_complete", "https://a/\x1b[2J"), "", or_open},
        AcceptedRow{"WideUserCode", device_path, patched("user_code", "コード-7"),
                    "    コード-7\n"},
        AcceptedRow{"LongestUserCode", device_path, patched("user_code", std::string(128, 'A')),
                    "    " + std::string(128, 'A') + "\n"},
        AcceptedRow{"ControlsInOtherMembers", device_path, patched("message", "\x1b[2J\n"), "",
                    "[2J"},
        AcceptedRow{"EmptyError", device_path, patched("error", "")},
        AcceptedRow{"DuplicateMembers", device_path,
                    spliced("interval", "0", R"(3600,"interval":0)")},
        AcceptedRow{"Created201", device_path, {{"status", 201}, {"act", true}}},
        AcceptedRow{"ByteOrderMark", device_path, {{"body_replace", {"{", "\ufeff{"}}}},
        AcceptedRow{"Chunked", device_path, {{"framing", "chunked"}}},
        AcceptedRow{"EndsWithTheConnection", device_path, {{"framing", "close"}}},
        AcceptedRow{
            "Http10", device_path, {{"framing", "close"}, {"status_line", "HTTP/1.0 200 OK"}}},
        AcceptedRow{"PaddedBody", device_path, {{"pad_body", 200'000}}},
        AcceptedRow{
            "WrongContentType", device_path, {{"headers", {{"Content-Type", "text/html"}}}}}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    TokenResponse, LoginResponseAccepted,
    testing::Values(
        AcceptedRow{"LowerCaseBearer", token_path, patched("token_type", "bearer")},
        AcceptedRow{"UpperCaseBearer", token_path, patched("token_type", "BEARER")},
        AcceptedRow{"ExpiryAsText", token_path, patched("expires_in", "300")},
        AcceptedRow{"ExpiryHuge", token_path, spliced("expires_in", "300", "99999999999999999999")},
        AcceptedRow{"ExpiryExponent", token_path, spliced("expires_in", "300", "1e18")},
        AcceptedRow{"NoExpiry", token_path, patched("expires_in", nullptr)},
        AcceptedRow{"NoRefreshToken", token_path, patched("refresh_token", nullptr)},
        AcceptedRow{"EmptyRefreshToken", token_path, patched("refresh_token", "")},
        AcceptedRow{"OtherMembers",
                    token_path,
                    {{"patch", {{"scope", 7}, {"x", {{"y", {1, 2}}}}, {"id_token", "\x1b[2J"}}}},
                    "",
                    "[2J"},
        AcceptedRow{"Status201", token_path, {{"status", 201}, {"act", true}}},
        AcceptedRow{"EndsWithTheConnection", token_path, {{"framing", "close"}}},
        AcceptedRow{
            "Http10", token_path, {{"framing", "close"}, {"status_line", "HTTP/1.0 200 OK"}}},
        AcceptedRow{"PendingEndsWithTheConnection",
                    token_path,
                    {{"framing", "close"}, {"status", 400}, {"body", {{"error", pending}}}},
                    "",
                    "",
                    2},
        AcceptedRow{"Pending400", token_path, error_of(400, pending), "", "", 2},
        AcceptedRow{"Pending401", token_path, error_of(401, pending), "", "", 2},
        AcceptedRow{"Pending403", token_path, error_of(403, pending), "", "", 2},
        AcceptedRow{"Pending428", token_path, error_of(428, pending), "", "", 2},
        AcceptedRow{"Pending429", token_path, error_of(429, pending), "", "", 2},
        AcceptedRow{"Pending200", token_path, error_of(200, pending), "", "", 2},
        AcceptedRow{"SlowDown", token_path, error_of(400, "slow_down"), "", "", 2},
        AcceptedRow{"Status429WithoutBody", token_path, with_body(429, ""), "", "", 2},
        AcceptedRow{"Status503", token_path, {{"status", 503}}, "", "", 2},
        AcceptedRow{"ServerError", token_path, error_of(400, "server_error"), "", "", 2}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace influxctl::e2e::login_quirks_test
