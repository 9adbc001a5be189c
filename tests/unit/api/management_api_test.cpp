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

Profile clustered(const std::string& host, std::uint16_t port = 443) {
  Profile profile;
  profile.host = host;
  profile.port = port;
  return profile;
}

Profile dedicated(const std::string& account, const std::string& cluster) {
  Profile profile;
  profile.product = Product::dedicated;
  profile.account_id = account;
  profile.cluster_id = cluster;
  return profile;
}

TEST(ManagementApi, Url) {
  const std::string path = "/api/v0/management-tokens";
  EXPECT_EQ(management_url(clustered("h.example"), ""), "https://h.example:443" + path);
  EXPECT_EQ(management_url(clustered("h.example", 8443), ""), "https://h.example:8443" + path);
  EXPECT_EQ(management_url(clustered("192.0.2.1"), ""), "https://192.0.2.1:443" + path);
  EXPECT_EQ(management_url(clustered("2001:db8::1"), ""), "https://[2001:db8::1]:443" + path);
  Profile plain = clustered("h.example", 80);
  plain.tls.disable = true;
  EXPECT_EQ(management_url(plain, ""), "http://h.example:80" + path);
  EXPECT_EQ(management_url(plain, "/x"), "http://h.example:80/x");
  EXPECT_EQ(management_url(dedicated("acc", "clu"), ""),
            "https://console.influxdata.com/api/v0/accounts/acc/management-tokens");
  EXPECT_EQ(management_url(dedicated("a/b", ".."), ""),
            "https://console.influxdata.com/api/v0/accounts/a%2Fb/management-tokens");
  EXPECT_EQ(management_url(dedicated("..", "clu"), ""),
            "https://console.influxdata.com/api/v0/accounts/%2E%2E/management-tokens");
  EXPECT_EQ(management_url(dedicated("acc", "clu"), "/x"), "https://console.influxdata.com/x");
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
    EXPECT_EQ(management_url(clustered("h"), row.path), "https://h:443" + row.result);
  }
}

TEST(ManagementApi, ApiPathRefused) {
  const std::vector<std::string> rows = {
      "x",     "x/y",     "https://h/x", "//h/x", "/a//b", "/a b",  "/a?b",   "/a#b",
      "/a\\b", "/a/../b", "/..",         "/a/.",  "/./a",  "/a[b]", R"(/a")", "/é",
      "?",     " /a",     "/<script>",   "/a|b",  "/a^b",  "/a`b",  "/{id}"};
  for (const auto& row : rows) {
    EXPECT_EQ(failure_of([&] { (void)management_url(clustered("h"), row); }),
              R"(2 --api-path ")" + row +
                  R"(" is not an absolute URL path | write it like /api/v0/management-tokens)");
    EXPECT_NE(failure_of([&] { (void)management_url(dedicated("a", "c"), row); }), "done") << row;
  }
  EXPECT_EQ(failure_of([] { (void)management_url(clustered("h"), "/a\r\nX: y"); }),
            "2 --api-path \"/a\\r\\nX: y\" is not an absolute URL path | "
            "write it like /api/v0/management-tokens");
}

TEST(ManagementApi, ApiPathRefusedByItsSource) {
  EXPECT_EQ(failure_of([] { (void)management_url(clustered("h"), "x", "INFLUXCTL_API_PATH"); }),
            "2 INFLUXCTL_API_PATH \"x\" is not an absolute URL path | "
            "write it like /api/v0/management-tokens");
}

TEST(ManagementApi, PathSegment) {
  struct Case {
    std::string text, segment;
  };
  const std::vector<Case> rows = {
      {"", ""},
      {"11111111-1111-1111-1111-111111111111", "11111111-1111-1111-1111-111111111111"},
      {"AZaz09-._~", "AZaz09-._~"},
      {".", "%2E"},
      {"..", "%2E%2E"},
      {"...", "..."},
      {"a/b", "a%2Fb"},
      {"../x", "..%2Fx"},
      {"a b?c#d%e", "a%20b%3Fc%23d%25e"},
      {"é", "%C3%A9"},
      {std::string("\0\r\n\xff", 4), "%00%0D%0A%FF"},
  };
  for (const auto& row : rows) EXPECT_EQ(path_segment(row.text), row.segment);
}

}  // namespace

}  // namespace influxctl::management_api_test
