// SPDX-License-Identifier: MIT
#include "influxctl/http/wire_log.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "captured.h"

namespace influxctl::wire_log_test {

namespace {

/// What a run traces: its lines without the label and the time.
std::string traced(const std::function<void(const Log&)>& run, LogLevel level = LogLevel::trace) {
  CapturedConsole captured;
  run(Log(level, captured.console));
  const std::string text = captured.text();
  const std::size_t label = std::string("influxctl: trace: 12:34:56.789 ").size();
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin) + 1;
    lines += text.substr(begin + label, end - begin - label);
    begin = end;
  }
  return lines;
}

std::string headers(std::string_view lines) {
  return traced([&](const Log& log) { trace_headers(log, HeaderOf::request, lines, ""); });
}

std::string said(std::string_view lines, std::string_view credential = "M.V1.secret") {
  return traced([&](const Log& log) { trace_text(log, lines, credential); });
}

struct Row {
  std::string name, lines, traced;
};

TEST(WireLog, HeadersShown) {
  const std::vector<Row> rows = {
      {"request line", "POST /api/v0/management-tokens HTTP/1.1\r\n",
       "> POST /api/v0/management-tokens HTTP/1.1\n"},
      {"status line", "HTTP/1.1 200 OK\r\n", "> HTTP/1.1 200 OK\n"},
      {"status line without reason", "HTTP/1.1 200\r\n", "> HTTP/1.1 200\n"},
      {"tunnel", "CONNECT h.example:443 HTTP/1.1\r\n", "> CONNECT h.example:443 HTTP/1.1\n"},
      {"allowed", "Content-Type: application/json\r\n", "> Content-Type: application/json\n"},
      {"any case", "CONTENT-length:5\r\n", "> CONTENT-length:5\n"},
      {"all that are allowed",
       "Accept: 1\r\nAccept-Encoding: 12\r\nContent-Encoding: 13\r\nConnection: "
       "2\r\nContent-Length: 3\r\nContent-Type: 4\r\nDate: 5\r\n"
       "Expect: 6\r\nHost: 7\r\nRetry-After: 8\r\nServer: 9\r\nTransfer-Encoding: 10\r\n"
       "User-Agent: 11\r\n\r\n",
       "> Accept: 1\n> Accept-Encoding: 12\n> Content-Encoding: 13\n> Connection: 2\n> "
       "Content-Length: 3\n> Content-Type: 4\n> Date: 5\n"
       "> Expect: 6\n> Host: 7\n> Retry-After: 8\n> Server: 9\n> Transfer-Encoding: 10\n"
       "> User-Agent: 11\n"},
      {"blank line", "\r\n", ""},
      {"nothing", "", ""},
      {"control characters", "Server: a\x1b[2Jb\r\n", "> Server: a\\x1b[2Jb\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(headers(row.lines), row.traced) << row.name;
}

TEST(WireLog, HeadersNotShown) {
  const std::vector<Row> rows = {
      {"credential", "Authorization: Bearer M.V1.secret\r\n", "> Authorization: [not shown]\n"},
      {"any case", "AUTHORIZATION:Bearer M.V1.secret\r\n", "> AUTHORIZATION: [not shown]\n"},
      {"proxy's credential", "Proxy-Authorization: Basic c2VjcmV0\r\n",
       "> Proxy-Authorization: [not shown]\n"},
      {"cookie", "Set-Cookie: session=secret\r\n", "> Set-Cookie: [not shown]\n"},
      {"address with a secret", "Location: https://h/?token=secret\r\n",
       "> Location: [not shown]\n"},
      {"unknown name", "X-Request-Id: secret\r\n", "> X-Request-Id: [not shown]\n"},
      {"longer than an allowed name", "Hosts: secret\r\n", "> Hosts: [not shown]\n"},
      {"shorter than an allowed name", "Hos: secret\r\n", "> Hos: [not shown]\n"},
      {"space before the colon", "Authorization : Bearer M.V1.secret\r\n", "> [not shown]\n"},
      {"no colon", "Authorization Bearer M.V1.secret\r\n", "> [not shown]\n"},
      {"ends like a request line", "Cookie: secret HTTP/1.1\r\n", "> Cookie: [not shown]\n"},
      {"one word", "M.V1.secret\r\n", "> [not shown]\n"},
      {"no name", ": M.V1.secret\r\n", "> : [not shown]\n"},
      {"folded line", "Server: x\r\n M.V1.secret\r\n", "> Server: x\n> [not shown]\n"},
      {"among others", "Host: h\r\nAuthorization: Bearer M.V1.secret\r\nAccept: x\r\n\r\n",
       "> Host: h\n> Authorization: [not shown]\n> Accept: x\n"},
      {"no line end", "Authorization: Bearer M.V1.secret", "> Authorization: [not shown]\n"},
      {"bare line feeds", "Host: h\nAuthorization: M.V1.secret\n",
       "> Host: h\n> Authorization: [not shown]\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(headers(row.lines), row.traced) << row.name;
}

TEST(WireLog, HeadersThatRepeatASecret) {
  const std::string credential = "0123456789abcdefghij";
  for (const char* line :
       {"HTTP/1.1 401 0123456789abcdefghij\r\n", "Server: x456789abcdefghijx\r\n",
        "X-0123456789abcdefghij: y\r\n", "Date: M.V1.other\r\n"}) {
    EXPECT_EQ(
        traced([&](const Log& log) { trace_headers(log, HeaderOf::response, line, credential); }),
        "< [not shown]\n");
  }
}

TEST(WireLog, Text) {
  const std::vector<Row> rows = {
      {"a line", "Connected to h.example (192.0.2.1) port 443\n",
       "* Connected to h.example (192.0.2.1) port 443\n"},
      {"some lines", "a\n b \n\nc", "* a\n* b\n* c\n"},
      {"proxy with a password",
       "Uses proxy env variable https_proxy == 'http://user:secret@p:3128'\n",
       "* Uses proxy env variable https_proxy ==\n"},
      {"credential", "a\nsent Bearer M.V1.secret to it\nb\n", "* a\n* [not shown]\n* b\n"},
      {"credential alone", "M.V1.secret", "* [not shown]\n"},
      {"what reads like a token", "got M.V1.other", "* [not shown]\n"},
      {"unsupported proxy", "Unsupported proxy scheme for 'foo://u:secret@h:1'",
       "* Unsupported proxy scheme for\n"},
      {"control characters", "a\x1b[2J\u200f\n", "* a\\x1b[2J\\u{200f}\n"},
      {"nothing", "", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(said(row.lines), row.traced) << row.name;
  EXPECT_EQ(said("a\n", ""), "* a\n");
}

TEST(WireLog, SilentBelowTrace) {
  for (const LogLevel level : {LogLevel::off, LogLevel::debug}) {
    EXPECT_EQ(traced([](const Log& log) { trace_headers(log, HeaderOf::request, "Host: h\n", ""); },
                     level),
              "");
    EXPECT_EQ(traced([](const Log& log) { trace_text(log, "a", ""); }, level), "");
  }
}

// A provider may have just made a secret that nobody else knows.
TEST(WireLog, OfAResponseWithASecret) {
  const auto untrusted = [](std::string_view lines) {
    return traced(
        [&](const Log& log) { trace_headers(log, HeaderOf::response_with_secret, lines, ""); });
  };
  EXPECT_EQ(untrusted("HTTP/1.1 200 here-is-your-token\r\nServer: token\r\n"
                      "Content-Length: 5\r\nX-token: a\r\n"),
            "< HTTP/1.1 200\n< Server: [not shown]\n< Content-Length: [not shown]\n"
            "< [not shown]\n");
}

}  // namespace

}  // namespace influxctl::wire_log_test
