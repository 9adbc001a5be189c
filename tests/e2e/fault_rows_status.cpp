// SPDX-License-Identifier: MIT
// Whole responses of every status, and 429's wait.
#include "fault_row_makers.h"

namespace influxctl::e2e {

namespace {

std::string status_rule(int status, bool act) {
  return R"({"on":"POST","status":)" + std::to_string(status) + (act ? R"(,"act":true})" : "}");
}

std::string message_of(int status) {
  const std::string code = "(" + std::to_string(status) + ")";
  if (status == 401) return "the cluster does not accept the credential " + code;
  if (status == 403) return "the credential does not allow this " + code;
  if (status == 404) return "the cluster serves no management tokens at this path " + code;
  if (status == 307 || status == 308) return "the cluster redirects elsewhere " + code;
  return "the cluster refused " + code;
}

// What it comes to without Retry-After, whether the server says why or not.
void add_refusals(std::vector<FaultRow>& rows) {
  for (const int status :
       {307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414,
        415, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 494, 499, 501}) {
    const std::string code = std::to_string(status);
    rows.push_back(refused("Status" + code, "status " + code, status_rule(status, false),
                           message_of(status), status == 401 || status == 403 ? 4 : 5));
  }
}

void add_unknowns(std::vector<FaultRow>& rows) {
  for (const int status : {202, 204, 205, 300, 301, 302, 303, 304, 305, 306, 500, 502, 503,
                           504, 505, 506, 507, 508, 510, 511, 520, 522, 524, 530, 599}) {
    const std::string code = std::to_string(status);
    const std::string why = status == 205 ? "" : "the cluster responded with " + code;
    rows.push_back(nothing_made("Status" + code, "status " + code + ", nothing done",
                                status_rule(status, false), why));
    if (status == 205) continue;
    rows.push_back(response_lost("Status" + code + "Acted", "status " + code + ", and it was done",
                                 status_rule(status, true), why));
  }
}

// An interim status without the final one.
void add_interims(std::vector<FaultRow>& rows) {
  for (const int status : {100, 101, 102, 103, 199}) {
    const std::string code = std::to_string(status);
    rows.push_back(nothing_made("Status" + code, "status " + code + " alone, nothing done",
                                status_rule(status, false), ""));
    rows.push_back(response_lost("Status" + code + "Acted",
                                 "status " + code + " alone, and it was done",
                                 status_rule(status, true), ""));
  }
}

}  // namespace

std::vector<FaultRow> status_rows() {
  std::vector<FaultRow> rows;
  add_interims(rows);
  for (const int status : {200, 201, 203, 205, 206, 207, 226, 299}) {
    const std::string code = std::to_string(status);
    rows.push_back(delivered("Status" + code + "WithToken", "status " + code + " with a token",
                             status_rule(status, true)));
  }
  for (const int status : {200, 201, 203, 206, 226}) {
    const std::string code = std::to_string(status);
    rows.push_back(nothing_made("Status" + code + "Empty", "status " + code + " without a body",
                                status_rule(status, false), "the response is not a token"));
  }
  add_unknowns(rows);
  add_refusals(rows);
  rows.push_back(response_lost("TokenUnder500", "status 500 before a token",
                               R"({"on":"POST","status_line":"HTTP/1.1 500 Oops"})",
                               "the cluster responded with 500"));
  rows.push_back(nothing_made("RefusalCut", "a 403 that is cut",
                              R"({"on":"POST","status":403,"length_delta":9})", ""));
  rows.push_back(nothing_made("RefusalWithoutLength", "a 400 without a length",
                              R"({"on":"POST","status":400,"framing":"close"})",
                              "the response has no known length"));
  rows.push_back(nothing_made("LargeRefusal", "a 400 with a body over 1 MiB",
                              R"({"on":"POST","status":400,"pad_body":1048576})",
                              "the response is larger than this program accepts"));
  return rows;
}

namespace {

FaultRow waits(std::string name, std::string fault, const std::string& headers,
               const std::string& timeout = "10s") {
  FaultRow row = delivered(std::move(name), std::move(fault),
                           R"({"on":"POST","status":429,"headers":{)" + headers + "}}");
  row.posts = 2;
  row.timeout = timeout;
  return row;
}

FaultRow gives_up(std::string name, std::string fault, const std::string& headers) {
  return refused(std::move(name), std::move(fault),
                 R"({"on":"POST","status":429,"headers":{)" + headers + "}}",
                 "the cluster refused (429)")
      .with_timeout("3s");
}

}  // namespace

std::vector<FaultRow> retry_rows() {
  FaultRow forever = refused("Forever", "429 with Retry-After: 5, again and again",
                             R"({"on":"POST","status":429,"times":-1,"headers":{"Retry-After":5}})",
                             "the cluster refused (429)")
                         .with_timeout("9s");
  forever.posts = kAnyNumber;
  FaultRow then_500 = response_lost("Then500", "429 with Retry-After: 1, then 500, and it was done",
                                    R"({"on":"POST","status":429,"headers":{"Retry-After":1}})",
                                    "the cluster responded with 500");
  then_500.rules.emplace_back(R"({"on":"POST","status":500,"act":true})");
  then_500.posts = 2;
  FaultRow cut = nothing_made(
      "Cut", "a 429 with Retry-After: 1 that is cut",
      R"({"on":"POST","status":429,"headers":{"Retry-After":1},"length_delta":9})", "");
  return {
      waits("Seconds", "429 with Retry-After: 1", R"("Retry-After":1)"),
      waits("Zero", "429 with Retry-After: 0 (waits 1 s)", R"("Retry-After":0)"),
      waits(
          "Date", "429 with an HTTP-date 1 s after Date",
          R"("Date":"Tue, 24 Nov 2026 15:30:00 GMT","Retry-After":"Tue, 24 Nov 2026 15:30:01 GMT")"),
      waits("PastDate", "429 with an HTTP-date in the past (waits 1 s)",
            R"("Retry-After":"Tue, 24 Nov 2015 15:30:00 GMT")"),
      waits("LongestTimeout", "429 with Retry-After: 1, with the longest --timeout",
            R"("Retry-After":1)", "2562047h"),
      gives_up("Absent", "429 without Retry-After", ""),
      gives_up("Junk", "429 with Retry-After: soon", R"("Retry-After":"soon")"),
      gives_up("Negative", "429 with Retry-After: -1", R"("Retry-After":-1)"),
      gives_up("Fraction", "429 with Retry-After: 0.5", R"("Retry-After":0.5)"),
      gives_up("PastTheTimeout", "429 with a wait past the timeout", R"("Retry-After":60)"),
      gives_up("Huge", "429 with Retry-After: 2^63-1", R"("Retry-After":9223372036854775807)"),
      gives_up("WrapsToZero", "429 with a wait that is 0.4 s in 64 bits of nanoseconds",
               R"("Retry-After":18446744074)"),
      gives_up("TooHuge", "429 with Retry-After: 2^64", R"("Retry-After":"18446744073709551616")"),
      gives_up("FarDate", "429 with an HTTP-date in 9999",
               R"("Retry-After":"Fri, 31 Dec 9999 23:59:59 GMT")"),
      forever,
      then_500,
      cut,
  };
}

}  // namespace influxctl::e2e
