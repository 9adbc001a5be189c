// SPDX-License-Identifier: MIT
#include "influxctl/api/management_api.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "failure.h"

namespace influxctl::management_api_test {

namespace {

TEST(ManagementApi, CreateBody) {
  struct Case {
    CreateRequest request;
    std::string body;
  };
  const std::vector<Case> rows = {
      {{std::nullopt, std::nullopt}, "{}"},
      {{"CI", std::nullopt}, R"({"description":"CI"})"},
      {{std::nullopt, Timestamp{1795534200, 0}}, R"({"expiresAt":"2026-11-24T15:30:00Z"})"},
      {{"CI", Timestamp{1795534200, 250'000'000}},
       R"({"description":"CI","expiresAt":"2026-11-24T15:30:00.25Z"})"},
      {{R"(a"b\c/d)", std::nullopt}, R"({"description":"a\"b\\c/d"})"},
      {{"Grüße 日本 😀", std::nullopt}, R"({"description":"Grüße 日本 😀"})"},
      {{" as it is ", std::nullopt}, R"({"description":" as it is "})"},
  };
  for (const auto& row : rows) EXPECT_EQ(create_body(row.request), row.body);
}

std::string path_of(const std::string& api_path, const std::string& account_id = "") {
  return management_path(account_id, api_path, "--api-path");
}

TEST(ManagementApi, Path) {
  EXPECT_EQ(path_of(""), "/api/v0/management-tokens");
  EXPECT_EQ(path_of("", "acc"), "/api/v0/accounts/acc/management-tokens");
  EXPECT_EQ(path_of("", "a/b"), "/api/v0/accounts/a%2Fb/management-tokens");
  EXPECT_EQ(path_of("/x", "acc"), "/x");
}

TEST(ManagementApi, ApiPathAccepted) {
  struct Case {
    std::string path, result;
  };
  const std::vector<Case> rows = {
      {"/x", "/x"},         {"/api/v1/tokens", "/api/v1/tokens"},
      {"/x/", "/x"},        {"/a.b/..c/d..", "/a.b/..c/d.."},
      {"/a%20b", "/a%20b"}, {"/~a-b_c!$&'()*+,;=:@", "/~a-b_c!$&'()*+,;=:@"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(path_of(row.path), row.result);
  }
}

TEST(ManagementApi, ApiPathRefused) {
  const std::vector<std::string> rows = {
      "x",           "x/y",       "https://h/x", "//h/x",   "/a//b", "/a b",  "/a?b",   "/a#b",
      "/a\\b",       "/a/../b",   "/..",         "/a/.",    "/./a",  "/a[b]", R"(/a")", "/é",
      "?",           " /a",       "/<script>",   "/a|b",    "/a^b",  "/a`b",  "/{id}",  "/%2e",
      "/a/%2E%2e/b", "/a/..%2fb", "/a%2Fb",      "/a%5c..", "/%",    "/%2",   "/%zz"};
  for (const auto& row : rows) {
    EXPECT_EQ(failure_of([&] { (void)path_of(row); }),
              R"(2 --api-path ")" + row +
                  R"(" is not an absolute URL path | write it like /api/v0/management-tokens)");
    EXPECT_NE(failure_of([&] { (void)path_of(row, "a"); }), "done") << row;
  }
  EXPECT_EQ(failure_of([] { (void)path_of("/a\r\nX: y"); }),
            "2 --api-path \"/a\\r\\nX: y\" is not an absolute URL path | "
            "write it like /api/v0/management-tokens");
}

TEST(ManagementApi, ApiPathRefusedByItsSource) {
  EXPECT_EQ(failure_of([] { (void)management_path("", "x", "INFLUXCTL_API_PATH"); }),
            "2 INFLUXCTL_API_PATH \"x\" is not an absolute URL path | "
            "write it like /api/v0/management-tokens");
}

}  // namespace

}  // namespace influxctl::management_api_test
