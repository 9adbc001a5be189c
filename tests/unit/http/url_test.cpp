// SPDX-License-Identifier: MIT
#include "influxctl/http/url.h"

#include <gtest/gtest.h>

#include <string>

namespace influxctl::url_test {

namespace {

using namespace std::string_view_literals;

/// The parts, each in angle brackets.
std::string parts(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return "none";
  return "<" + url->scheme + "><" + (url->has_user ? "user" : "") + "><" + url->host + "><" +
         std::to_string(url->port) + "><" + url->path + "><" + url->fragment + ">";
}

TEST(ParseUrl, Parts) {
  EXPECT_EQ(parts("https://h.example"), "<https><><h.example><443></><>");
  EXPECT_EQ(parts("HTTP://h.example:8080/a"), "<http><><h.example><8080></a><>");
  EXPECT_EQ(parts("https://[::1]:1/a?b=c#d"), "<https><><::1><1></a><d>");
  EXPECT_EQ(parts("https://user@h.example/"), "<https><user><h.example><443></><>");
  EXPECT_EQ(parts("https://user:password@h.example/"), "<https><user><h.example><443></><>");
  EXPECT_EQ(parts("https://:password@h.example/"), "<https><user><h.example><443></><>");
  EXPECT_EQ(parts("https://h.example/a%2Fb/c"), "<https><><h.example><443></a%2Fb/c><>");
  EXPECT_EQ(parts("https://h.example/a/../b/./c"), "<https><><h.example><443></b/c><>");
  EXPECT_EQ(parts("https://h.example:65535"), "<https><><h.example><65535></><>");
}

TEST(ParseUrl, RefusesWhatIsNone) {
  for (const std::string_view text :
       {""sv, "h.example"sv, "/path"sv, "https:"sv, "https://"sv, "https:///path"sv,
        "https:/h.example"sv, "ftp://h.example"sv, "file:///etc/passwd"sv, "https://h.example:0"sv,
        "https://h.example:65536"sv, "https://h.example:x"sv, "https://h exam.ple"sv,
        "https://h.example/a\nb"sv, "https://h.example/\0"sv, "https://[::1"sv, " https://h"sv,
        "https://:443"sv, "https://h\\x/"sv}) {
    EXPECT_EQ(parts(text), "none") << text;
  }
}

}  // namespace

}  // namespace influxctl::url_test
