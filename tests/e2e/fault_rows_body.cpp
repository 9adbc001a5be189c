// SPDX-License-Identifier: MIT
// Whole responses with a wrong body.
#include "fault_row_makers.h"

namespace influxctl::e2e {

namespace {

std::string acted(const std::string& body) { return post(R"("act":true,"body":)" + body); }

std::string patch(const std::string& members) { return post(R"("patch":{)" + members + "}"); }

std::string replace(const std::string& from, const std::string& to, const std::string& more = "") {
  return post(R"("body_replace":[")" + from + R"(",")" + to + "\"]" + more);
}

FaultRow no_token(std::string name, std::string fault, std::string rule) {
  return response_lost(std::move(name), std::move(fault), std::move(rule),
                       "the response is not a token");
}

std::string nested(int depth) {
  return R"({\"deep\":)" + std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']') + ",";
}

std::vector<FaultRow> unreadable_rows() {
  return {
      no_token("Empty", "an empty body", acted(R"("")")),
      no_token("Text", "text", acted(R"("it is done")")),
      no_token("Html", "a page of a proxy", acted(R"("<html><body>Welcome</body></html>")")),
      no_token("Cut", "JSON cut in the middle, with a right length", acted(R"("{\"id\":\"a\"")")),
      no_token("TrailingJunk", "junk after the JSON", replace("}", "} x")),
      no_token("TrailingComma", "a comma before the closing brace", replace("}", ",}")),
      no_token("TwoDocuments", "two JSON documents", replace("}", "}{}")),
      no_token("Array", "the token in an array",
               post(R"("body_replace":["{","[{"],"length_delta":0)")),
      no_token("Null", "null", acted("null")),
      no_token("Number", "a number", acted("7")),
      no_token("String", "a JSON string", acted(R"("\"M.V1.x\"")")),
      no_token("EmptyObject", "an empty object", acted("{}")),
      no_token("Comment", "a comment in the JSON", replace("{", "{/* */")),
      no_token("Nan", "NaN in the JSON", replace("{", R"({\"a\":NaN,)")),
      no_token("InvalidUtf8", "invalid UTF-8 in the description",
               replace("fault matrix", R"(\u00ff)", R"(,"latin1":true)")),
      no_token("Utf16", "a body in UTF-16",
               post(R"("act":true,"latin1":true,"body":"\u00ff\u00fe{\u0000}\u0000")")),
      no_token("ErrorInSuccess", "an error's body with status 200",
               acted(R"({"code":500,"message":"no"})")),
      no_token("Wrapped", "the token within another object",
               acted(R"({"data":{"id":"a","token":"b"}})")),
      no_token("NoIdNoToken", "neither id nor token", patch(R"("id":null,"accessToken":null)")),
      no_token("TwoIdsNoToken", "two ids and no token",
               replace(R"(\"accessToken\")", R"(\"id\":\"other\",\"x\")")),
  };
}

std::vector<FaultRow> unusable_rows() {
  return {
      unusable("TokenMissing", "an id and no token", patch(R"("accessToken":null)")),
      unusable("TokenNull", "the token is null",
               replace(R"(\"accessToken\":)", R"(\"accessToken\":null,\"x\":)")),
      unusable("TokenNumber", "the token is a number", patch(R"("accessToken":12345)")),
      unusable("TokenObject", "the token is an object", patch(R"("accessToken":{"token":"abc"})")),
      unusable("TokenEmpty", "the token is empty", patch(R"("accessToken":"")")),
      unusable("TokenTooLong", "a token of 8 KiB",
               patch(R"("accessToken":")" + std::string(8192, 'a') + "\"")),
      unusable("TokenWithNewline", "a newline in the token",
               replace(R"(\"accessToken\":\")", R"(\"accessToken\":\"a\\n)")),
      unusable("TokenWithSpace", "a space in the token",
               replace(R"(\"accessToken\":\")", R"(\"accessToken\":\"a )")),
      unusable("TokenWithNul", "a NUL in the token",
               replace(R"(\"accessToken\":\")", R"(\"accessToken\":\"a\\u0000)")),
      unusable("TokenUtf8", "a letter outside ASCII in the token",
               replace(R"(\"accessToken\":\")", R"(\"accessToken\":\"é)")),
      unusable("TokenWithQuote", "a quote in the token",
               replace(R"(\"accessToken\":\")", R"(\"accessToken\":\"a\\\")")),
      unusable("TwoTokens", "accessToken twice, and they differ",
               replace("{", R"({\"accessToken\":\"abc\",)")),
      unusable("TokenAndAccessToken", "token and accessToken, and they differ",
               patch(R"("token":"abc")")),
  };
}

std::vector<FaultRow> usable_rows() {
  FaultRow no_sink_id{.name = "UndeliveredWithoutId",
                      .fault = "a token without its id, and the sink fails",
                      .rules = {patch(R"("id":null)")},
                      .exit_code = 8,
                      .holds = Holds::named,
                      .says = {"the token is live, as the response has no id", if_nobody},
                      .args = {"--", "/bin/false"}};
  FaultRow undelivered = unusable("Undelivered", "the sink fails", post(R"("times":0)"));
  undelivered.says = {"was created but not delivered: ", "the token has been revoked"};
  undelivered.args = {"--", "/bin/false"};
  return {
      delivered("IdMissing", "a token without its id", patch(R"("id":null)")),
      delivered("IdNumber", "the id is a number", patch(R"("id":7)")),
      delivered("TwoIds", "two ids", replace("{", R"({\"id\":\"other\",)")),
      delivered("TokenAlone", "no member but the token",
                patch(R"("id":null,"accountId":null,"description":null,"tokenPrefix":null,)"
                      R"("createdAt":null,"createdBy":null)")),
      delivered("NameIsToken", "`token` instead of `accessToken`",
                replace(R"(\"accessToken\")", R"(\"token\")")),
      delivered("ByteOrderMark", "a byte order mark", replace("{", R"(\ufeff{)")),
      delivered("DeepNesting", "an unknown member, nested 100,000 deep",
                replace("{", nested(100'000))),
      delivered("UnknownMembers", "unknown members",
                patch(R"("x":[1,{"accessToken":"no"}],"y":null)")),
      delivered("OddTimes", "times that are none", patch(R"("createdAt":"now","expiresAt":5)")),
      delivered("FarExpiry", "an expiry past the year 9999 in UTC",
                patch(R"("expiresAt":"9999-12-31T23:59:59-23:59")")),
      delivered("HostileDescription", "control characters in the description",
                patch(R"("description":"\u001b[2J\u202e\u0000")")),
      delivered("PlainContentType", "Content-Type: text/html",
                post(R"("headers":{"Content-Type":"text/html"})")),
      delivered("TrailingSpace", "white space after the JSON", post(R"("pad_body":1000)")),
      undelivered,
      no_sink_id,
  };
}

}  // namespace

std::vector<FaultRow> body_rows() {
  std::vector<FaultRow> rows = unreadable_rows();
  for (FaultRow& row : unusable_rows()) rows.push_back(std::move(row));
  for (FaultRow& row : usable_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace influxctl::e2e
