// SPDX-License-Identifier: MIT
// Faults of the response's framing and of its head.
#include "fault_row_makers.h"

namespace influxctl::e2e {

namespace {

std::string block(const std::string& lines) { return post(R"("header_block":")" + lines + "\""); }

std::string first_line(const std::string& line) { return post(R"("status_line":")" + line + "\""); }

}  // namespace

std::vector<FaultRow> framing_rows() {
  const std::string no_token = "the response is not a token";
  const std::string no_length = "the response has no known length";
  const std::string malformed = "the length of the response is malformed";
  return {
      response_lost("LengthTooLong", "Content-Length is 7 too long", post(R"("length_delta":7)"),
                    ""),
      response_lost("LengthOneTooLong", "Content-Length is 1 too long", post(R"("length_delta":1)"),
                    ""),
      response_lost("LengthTooShort", "Content-Length is 7 too short", post(R"("length_delta":-7)"),
                    no_token),
      response_lost("LengthOneTooShort", "Content-Length is 1 too short",
                    post(R"("length_delta":-1)"), no_token),
      response_lost("LengthZero", "Content-Length: 0 before a body",
                    block(R"(Content-Length: 0\r\n)"), ""),
      response_lost("LengthJunk", "Content-Length: abc",
                    post(R"("framing":"close","header_block":"Content-Length: abc\r\n")"), ""),
      response_lost("LengthNegative", "Content-Length: -1",
                    post(R"("framing":"close","header_block":"Content-Length: -1\r\n")"), ""),
      response_lost(
          "LengthHuge", "Content-Length: 2^64",
          post(R"("framing":"close","header_block":"Content-Length: 18446744073709551616\r\n")"),
          ""),
      response_lost("LengthTwice", "two Content-Length that differ",
                    block(R"(Content-Length: 5\r\n)"), ""),
      delivered("Chunked", "chunked", post(R"("framing":"chunked")")),
      response_lost("ChunkedUnfinished", "chunked, and the last chunk is missing",
                    post(R"("framing":"chunked-unfinished")"), ""),
      response_lost("ChunkedUnfinishedFin", "the same, closed without close_notify",
                    post(R"("framing":"chunked-unfinished","close":"fin")"), ""),
      response_lost("ChunkedCut", "cut within a chunk",
                    post(R"("framing":"chunked","cut":150,"close":"fin")"), ""),
      response_lost("ChunkSizeJunk", "a chunk's size is no number",
                    post(R"("framing":"close","header_block":"Transfer-Encoding: chunked\r\n")"),
                    ""),
      response_lost("CloseDelimited", "no length, ends with close_notify",
                    post(R"("framing":"close")"), no_length),
      response_lost("CloseDelimitedFin", "no length, closed without close_notify",
                    post(R"("framing":"close","close":"fin")"), ""),
      response_lost("CloseDelimitedHttp10", "HTTP/1.0 without a length",
                    post(R"("framing":"close","status_line":"HTTP/1.0 200 OK")"), no_length),
      delivered("LengthAndChunked", "a length, and chunked: chunked rules (RFC 9112, 6.3)",
                post(R"("framing":"both")")),
      response_lost("OtherCoding", "Transfer-Encoding: gzip, and it is not",
                    block(R"(Transfer-Encoding: gzip\r\n)"), ""),
      response_lost("IdentityCoding", "Transfer-Encoding: identity",
                    block(R"(Transfer-Encoding: identity\r\n)"), malformed),
      delivered("LyingGzip", "Content-Encoding: gzip before a plain body",
                block(R"(Content-Encoding: gzip\r\n)")),
      delivered("LyingBrotli", "Content-Encoding: br before a plain body",
                block(R"(Content-Encoding: br\r\n)")),
      delivered("Interim", "three interim responses (103) first", post(R"("interim":3)")),
      delivered("Continue", "100 Continue first, unasked",
                post(R"("interim":1,"interim_status":100)")),
      response_lost("InterimAlone", "an interim response and no other",
                    post(R"("interim":1,"final":false)"), ""),
      response_lost("InterimThenSilence", "an interim response, then silence",
                    post(R"("interim":1,"stall":true)"), "operation timed out")
          .with_timeout("2s"),
      response_lost("InterimFlood", "20,000 interim responses", post(R"("interim":20000)"),
                    "the response is larger than this program accepts"),
      response_lost("LargeBody", "a body over 1 MiB", post(R"("pad_body":1048576)"),
                    "the response is larger than this program accepts"),
      response_lost("LargeChunkedBody", "a chunked body over 1 MiB",
                    post(R"("pad_body":1048576,"framing":"chunked")"),
                    "the response is larger than this program accepts"),
      delivered("LongBody", "a body just below 1 MiB", post(R"("pad_body":1000000)")),
  };
}

std::vector<FaultRow> head_rows() {
  return {
      response_lost("HeaderWithoutColon", "a header without a colon", block(R"(no colon here\r\n)"),
                    ""),
      response_lost("HeaderWithNul", "a NUL in a header", block(R"(X-A: a\u0000b\r\n)"), ""),
      delivered("HeaderWithControls", "control characters in a header, not shown",
                block(R"(X-A: \u001b[31m\u0007\r\n)")),
      delivered("BareLineFeeds", "header lines that end in LF alone", block(R"(X-A: a\nX-B: b\n)")),
      delivered("BareCarriageReturn", "a CR within a header", block(R"(X-A: a\rX-B: b\r\n)")),
      delivered("FoldedHeader", "a folded header", block(R"(X-A: a\r\n b: c\r\n)")),
      delivered("BlankFold", "a folded header whose second line is blank",
                block(R"(X-A: a\r\n \t\r\nX-B: b\r\n)")),
      delivered("EmptyName", "a header without a name", block(R"(: a\r\n)")),
      response_lost("EarlyBlankLine", "a blank line before Content-Length",
                    post(R"("framing":"close","header_block":"\r\nContent-Length: 5\r\n")"), ""),
      response_lost("HugeHeader", "one header of 150 KiB", post(R"("pad_header":153600)"), ""),
      response_lost("HugeHead", "300 KiB of headers, 50 KiB each",
                    post(R"("pad_header":51200,"pad_headers":6)"),
                    "the response is larger than this program accepts"),
      delivered("ManyHeaders", "1,000 headers", post(R"("pad_header":1,"pad_headers":1000)")),
      response_lost("TooManyHeaders", "30,000 headers",
                    post(R"("pad_header":1,"pad_headers":30000)"),
                    ""),  // libcurl 8.14 has a limit, and words, of its own
      response_lost(
          "SecondStatusLine", "a line of the head that looks like a refusal",
          post(R"("framing":"close","header_block":"HTTP/1.1 401 No\r\nContent-Length: 0\r\n")"),
          ""),
      response_lost("Http09", "a body without a head (HTTP/0.9)",
                    R"({"on":"POST","act":true,"raw":"{\"id\":\"x\",\"accessToken\":\"y\"}"})", ""),
      response_lost("Http2Preface", "the preface of HTTP/2",
                    R"({"on":"POST","act":true,"raw":"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})", ""),
      response_lost("OtherProtocol", "another protocol's greeting",
                    R"({"on":"POST","act":true,"raw":"220 mail.example.com ESMTP\r\n"})", ""),
      response_lost(
          "Binary", "random bytes",
          R"({"on":"POST","act":true,"latin1":true,"raw":"\u0000\u00ff\u00fe\u0001\u0080"})", ""),
      response_lost("Status099", "status 099", first_line("HTTP/1.1 099 Odd"), ""),
      response_lost("Status000", "status 000", first_line("HTTP/1.1 000 Odd"), ""),
      response_lost("Status600", "status 600", first_line("HTTP/1.1 600 Odd"), ""),
      response_lost("Status999", "status 999", first_line("HTTP/1.1 999 Odd"), ""),
      response_lost("StatusWord", "status abc", first_line("HTTP/1.1 abc Odd"), ""),
      response_lost("StatusMissing", "no status", first_line("HTTP/1.1"), ""),
      response_lost("StatusOfFourDigits", "status 2000", first_line("HTTP/1.1 2000 OK"), ""),
      response_lost("RefusalOfFourDigits", "status 4010", first_line("HTTP/1.1 4010 No"), ""),
      response_lost("StatusOfTwoDigits", "status 20", first_line("HTTP/1.1 20 OK"), ""),
      response_lost("StatusNegative", "status -200", first_line("HTTP/1.1 -200 OK"), ""),
      delivered("StatusWithoutReason", "a status line without a reason",
                first_line("HTTP/1.1 200")),
      delivered("Http10", "HTTP/1.0 with a length", first_line("HTTP/1.0 200 OK")),
  };
}

}  // namespace influxctl::e2e
