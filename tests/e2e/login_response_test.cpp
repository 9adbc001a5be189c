// SPDX-License-Identifier: MIT
// Responses of an OAuth provider that `auth login` cannot use: exit code, words, and nothing is
// kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "login_response_rows.h"
#include "login_response_runs.h"

namespace influxctl::e2e::login_response_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// "{}" in what is expected is any text.
void expect_told(const std::string& err, const std::string& expected) {
  const auto gap = std::min(expected.find("{}"), expected.size());
  EXPECT_EQ(err.substr(0, gap), expected.substr(0, gap));
  EXPECT_THAT(err, testing::EndsWith(expected.substr(std::min(gap + 2, expected.size()))));
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'),
            std::count(expected.begin(), expected.end(), '\n'))
      << err;
}

void expect_refused(const LoginResponseRow& row, const std::string& path) {
  const TemporaryDirectory cache;
  Sandbox sandbox(approving());
  json fault = row.fault;
  fault["path"] = path;
  sandbox.fault(fault);
  const RunResult result = login(sandbox, cache);
  EXPECT_EQ(result.exit_code, row.exit_code);
  EXPECT_EQ(result.out, "");
  const std::string instructions = result.err.substr(0, result.err.find("influxctl: "));
  EXPECT_EQ(instructions.empty(), path == device_path) << instructions;
  expect_told(result.err.substr(instructions.size()), row.err);
  expect_harmless(sandbox, result.err);
  EXPECT_THAT(kept(cache), IsEmpty());
  EXPECT_THAT(sandbox.requests("POST"), SizeIs(path == device_path ? 1 : 2));
}

const auto name_of_row = [](const auto& row) { return row.param.name; };

class DeviceResponseRefused : public testing::TestWithParam<LoginResponseRow> {};
TEST_P(DeviceResponseRefused, KeepsNothing) { expect_refused(GetParam(), device_path); }
INSTANTIATE_TEST_SUITE_P(Member, DeviceResponseRefused, testing::ValuesIn(device_member_rows()),
                         name_of_row);
INSTANTIATE_TEST_SUITE_P(Document, DeviceResponseRefused, testing::ValuesIn(device_document_rows()),
                         name_of_row);

class TokenResponseRefused : public testing::TestWithParam<LoginResponseRow> {};
TEST_P(TokenResponseRefused, KeepsNothing) { expect_refused(GetParam(), token_path); }
INSTANTIATE_TEST_SUITE_P(Login, TokenResponseRefused, testing::ValuesIn(token_response_rows()),
                         name_of_row);

// Whoever holds the device code can take the login over.
TEST(TokenResponse, DoesNotRepeatTheDeviceCode) {
  const TemporaryDirectory cache;
  Sandbox sandbox(approving());
  const std::string code = "device-code-0123456789";
  sandbox.fault({{"path", device_path}, {"patch", {{"device_code", code}}}});
  const json body = {{"error", "no " + code}, {"error_description", "what is " + code + "?"}};
  sandbox.fault({{"path", token_path}, {"status", 400}, {"body", body}});
  const RunResult result = login(sandbox, cache);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, testing::EndsWith(refused("400)", "token_url")));
  EXPECT_THAT(result.err, testing::Not(HasSubstr(code)));
  EXPECT_THAT(kept(cache), IsEmpty());
}

// Without a response it asks again, until the code has expired.
class TokenResponseMissing : public testing::TestWithParam<LoginResponseRow> {};
TEST_P(TokenResponseMissing, EndsWithTheCode) {
  const TemporaryDirectory cache;
  Sandbox sandbox(approving({"--oauth-code-lifetime", "4"}));
  json fault = GetParam().fault;
  fault.update({{"path", token_path}, {"times", -1}});
  sandbox.fault(fault);
  const RunResult result = login(sandbox, cache);
  EXPECT_EQ(result.exit_code, GetParam().exit_code);
  EXPECT_EQ(result.out, "");
  expect_told(result.err.substr(result.err.find("influxctl: error: ")), GetParam().err);
  expect_harmless(sandbox, result.err);
  EXPECT_THAT(kept(cache), IsEmpty());
}

// The exit code is that of the last poll, as that is what went wrong.
LoginResponseRow missing(const char* name, const json& fault, const std::string& why) {
  return {name, fault,
          told("the code expired before the login was approved: the OAuth provider " + why,
               "nothing was sent to the cluster, so it is safe to run this again"),
          6};
}

INSTANTIATE_TEST_SUITE_P(
    Login, TokenResponseMissing,
    testing::Values(missing("Status500", {{"status", 500}}, "failed (500)"),
                    missing("Status503", {{"status", 503}}, "failed (503)"),
                    missing("ServerError", with_body(400, R"({"error":"server_error"})"),
                            "failed (server_error)"),
                    missing("Cut",
                            {{"status", 200}, {"body", "{}"}, {"pad_body", 1000}, {"cut", 300}},
                            "did not respond: {}"),
                    missing("Megabyte", {{"status", 200}, {"body", "{}"}, {"pad_body", 1U << 20U}},
                            "did not respond: the response is larger than this program accepts"),
                    missing("Unfinished",
                            {{"status", 200}, {"body", "{}"}, {"framing", "chunked-unfinished"}},
                            "did not respond: {}")),
    name_of_row);

}  // namespace
}  // namespace influxctl::e2e::login_response_test
