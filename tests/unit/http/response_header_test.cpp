// SPDX-License-Identifier: MIT
#include "influxctl/http/response_header.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace influxctl::response_header_test {

namespace {

/// Reads a head line by line, each with its line end, as libcurl hands it over.
ResponseHeader head_of(std::string_view text) {
  ResponseHeader head;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    EXPECT_TRUE(head.add(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return head;
}

struct Whole {
  std::string name, head;
  std::uint64_t received;
};

TEST(ResponseHeader, BodyIsWhole) {
  const std::vector<Whole> rows = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 5},
      {"length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", 5},
      {"no reason", "HTTP/1.1 201\r\nContent-Length: 5\r\n\r\n", 5},
      {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\n", 5},
      {"lower case", "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\n", 5},
      {"upper case", "HTTP/1.1 200 OK\r\nCONTENT-LENGTH:\t5 \r\n\r\n", 5},
      {"the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
       5},
      {"leading zeros", "HTTP/1.1 200 OK\r\nContent-Length: 005\r\n\r\n", 5},
      {"the longest length", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
       18446744073709551615U},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 5},
      {"chunked, other case", "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", 5},
      {"chunked rules over a length",
       "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n", 5},
      {"trailers",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nContent-Length: x\r\nDate: x\r\n\r\n",
       5},
      {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 0},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 0},
      {"after an interim response",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 5},
      {"fields of an interim response do not count",
       "HTTP/1.1 103 Early Hints\r\nContent-Length: x\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
       5},
      {"fields of a proxy's response do not count",
       "HTTP/1.1 200 Connection established\r\nContent-Length: 9\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
       5},
      {"a field that looks like a status line",
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nHTTP/1.1 500: x\r\n\r\n", 5},
      {"an error's body", "HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\n", 5},
  };
  for (const auto& row : rows) {
    const ResponseHeader head = head_of(row.head);
    EXPECT_TRUE(head.finished()) << row.name;
    EXPECT_TRUE(head.body_is_whole(row.received)) << row.name;
  }
}

struct Cut {
  std::string name, head;
  std::uint64_t received;
  std::string missing;
};

constexpr auto kMalformed = "the length of the response is malformed";
constexpr auto kNoLength = "the response has no known length, so it may have been cut";
constexpr auto kWithinHead = "the response ended within its headers";

const std::vector<Cut>& cut_responses() {
  static const std::string ok = "HTTP/1.1 200 OK\r\n";
  static const std::string length = "Content-Length: ";
  static const std::string coding = "Transfer-Encoding: ";
  static const std::vector<Cut> rows = {
      {"nothing", "", 0, "the connection ended before a response"},
      {"no status", "HTTP/1.1\r\n\r\n", 0, "the connection ended before a response"},
      {"a status that is no number", "HTTP/1.1 OK\r\n\r\n", 0,
       "the connection ended before a response"},
      {"a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", 0,
       "the connection ended before a response"},
      {"a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", 0,
       "the connection ended before a response"},
      {"a line of white space", ok + length + "5\r\n \r\n", 5, kWithinHead},
      {"no blank line", ok + length + "5\r\n", 5, kWithinHead},
      {"cut in the first line", "HTTP/1.1 200", 0, kWithinHead},
      {"cut in a field", ok + length + "5", 5, kWithinHead},
      {"no content, but no blank line", "HTTP/1.1 204 No Content\r\n", 0, kWithinHead},
      {"interim response alone", "HTTP/1.1 100 Continue\r\n\r\n", 0, kWithinHead},
      {"interim response, then cut", "HTTP/1.1 100 Continue\r\n\r\n" + ok, 0, kWithinHead},
      {"too short", ok + length + "5\r\n\r\n", 4, "the response ended after 4 of 5 bytes"},
      {"too long", ok + length + "5\r\n\r\n", 6, "the response ended after 6 of 5 bytes"},
      {"no length", ok + "\r\n", 5, kNoLength},
      {"length in the trailers", ok + "\r\n" + length + "5\r\n\r\n", 5, kNoLength},
      {"space before the colon", ok + "Content-Length : 5\r\n\r\n", 5, kNoLength},
      {"folded field", ok + "Server: x\r\n Content-Length: 5\r\n\r\n", 5, kNoLength},
      {"folded length", ok + length + "\r\n 5\r\n\r\n", 5, kMalformed},
      {"no colon", ok + "Content-Length 5\r\n\r\n", 5, kNoLength},
      {"empty", ok + length + "\r\n\r\n", 0, kMalformed},
      {"negative", ok + length + "-5\r\n\r\n", 5, kMalformed},
      {"negative zero", ok + length + "-0\r\n\r\n", 0, kMalformed},
      {"signed", ok + length + "+5\r\n\r\n", 5, kMalformed},
      {"hexadecimal", ok + length + "0x5\r\n\r\n", 5, kMalformed},
      {"a list", ok + length + "5, 5\r\n\r\n", 5, kMalformed},
      {"a fraction", ok + length + "5.0\r\n\r\n", 5, kMalformed},
      {"over 64 bits", ok + length + "18446744073709551616\r\n\r\n", 0, kMalformed},
      {"contradicting", ok + length + "5\r\n" + length + "6\r\n\r\n", 6, kMalformed},
      {"contradicting, then not", ok + length + "5\r\n" + length + "6\r\n" + length + "6\r\n\r\n",
       6, kMalformed},
      {"junk, then a length", ok + length + "x\r\n" + length + "5\r\n\r\n", 5, kMalformed},
      {"another coding", ok + coding + "gzip\r\n\r\n", 5, kMalformed},
      {"two codings", ok + coding + "gzip, chunked\r\n\r\n", 5, kMalformed},
      {"chunked twice", ok + coding + "chunked\r\n" + coding + "chunked\r\n\r\n", 5, kMalformed},
      {"chunked, and junk as length", ok + coding + "chunked\r\n" + length + "x\r\n\r\n", 5,
       kMalformed},
  };
  return rows;
}

TEST(ResponseHeader, BodyIsNotWhole) {
  for (const auto& row : cut_responses()) {
    const ResponseHeader head = head_of(row.head);
    EXPECT_FALSE(head.body_is_whole(row.received)) << row.name;
    EXPECT_EQ(head.missing(row.received), row.missing) << row.name;
  }
}

TEST(ResponseHeader, Fields) {
  const ResponseHeader head = head_of(
      "HTTP/1.1 429 Too Many Requests\r\n"
      "retry-after: 7 \r\n"
      "DATE: Tue, 24 Nov 2026 15:30:00 GMT\r\n"
      "Location: https://elsewhere.example:8443/a:b\r\n"
      "X-Retry-After: 9\r\n"
      "Content-Length: 12\r\n"
      "\r\n");
  EXPECT_EQ(head.status(), 429);
  EXPECT_EQ(head.fields().retry_after, "7");
  EXPECT_EQ(head.fields().date, "Tue, 24 Nov 2026 15:30:00 GMT");
  EXPECT_EQ(head.fields().location, "https://elsewhere.example:8443/a:b");
  EXPECT_EQ(head.fields().content_length, 12U);
}

TEST(ResponseHeader, FieldsOfTheFinalResponseOnly) {
  const ResponseHeader head = head_of(
      "HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\nLocation: /a\r\n\r\n"
      "HTTP/1.1 200 OK\r\n\r\nDate: Tue, 24 Nov 2026 15:30:00 GMT\r\n");
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.fields().retry_after, "");
  EXPECT_EQ(head.fields().location, "");
  EXPECT_EQ(head.fields().date, "");
  EXPECT_FALSE(head.fields().content_length.has_value());
}

TEST(ResponseHeader, Bounded) {
  const std::string line = "X: " + std::string(1019, 'x') + "\r\n";
  ASSERT_EQ(line.size(), 1024U);
  ResponseHeader head;
  for (int i = 0; i < 256; ++i) ASSERT_TRUE(head.add(line));
  EXPECT_FALSE(head.add("\r\n"));
  ResponseHeader interim;
  for (int i = 0; i < 255; ++i) ASSERT_TRUE(interim.add(line));
  EXPECT_TRUE(interim.add("HTTP/1.1 100 Continue\r\n"));
  EXPECT_FALSE(interim.add(line));
}

}  // namespace

}  // namespace influxctl::response_header_test
