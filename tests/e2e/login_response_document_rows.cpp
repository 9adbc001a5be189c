// SPDX-License-Identifier: MIT
#include "login_response_rows.h"

namespace influxctl::e2e {

namespace {

// "d d d ": so many of them.
std::string words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "d ";
  return text;
}

using nlohmann::json;

const std::string no_object = unusable("device_url", "it is not a JSON object");
const std::string html = "<html><body>Sign in</body></html>";

LoginResponseRow document(const std::string& name, const std::string& body) {
  return {.name = name, .fault = with_body(200, body), .err = no_object};
}

// The device response with a member's value spliced, so that it is no JSON any more.
LoginResponseRow broken(const std::string& name, const std::string& member, const std::string& old,
                        const std::string& value) {
  json fault = spliced(member, old, value);
  fault["latin1"] = true;
  return {.name = name, .fault = fault, .err = no_object};
}

LoginResponseRow status(int number, const json& fault, const std::string& err, int exit_code = 4) {
  json all = fault;
  all["status"] = number;
  return {
      .name = "Status" + std::to_string(number), .fault = all, .err = err, .exit_code = exit_code};
}

void add_documents(LoginResponseRows& rows) {
  const std::string object = R"({"device_code":"d","user_code":"u"})";
  for (const auto& [name, body] : std::vector<std::pair<std::string, std::string>>{
           {"NoBody", ""},
           {"Spaces", "  \n"},
           {"Array", "[]"},
           {"ArrayOfObjects", "[" + object + "]"},
           {"String", "\"device_code\""},
           {"Number", "7"},
           {"Null", "null"},
           {"TwoDocuments", object + object},
           {"TrailingJunk", object + "x"},
           {"CutObject", R"({"device_code":"d")"},
           {"SingleQuotes", "{'device_code':'d'}"},
           {"Form", "device_code=d&user_code=u"},
           {"NulAfter", object + std::string(1, '\0')},
           {"DeepNesting", std::string(50'000, '[') + std::string(50'000, ']')},
           {"DeepNestingOpen", std::string(100'000, '[')},
           {"DeepNestingInside", "{\"x\":" + std::string(100'000, '[') + "}"}}) {
    rows.push_back(document(name, body));
  }
  rows.push_back({"Html", with_body(200, html), web_page("device_url")});
  rows.push_back(broken("LoneSurrogate", "user_code", "\"", R"("\ud800)"));
  rows.push_back(broken("LoneLowSurrogate", "user_code", "\"", R"("\udc00)"));
  rows.push_back(broken("SwappedSurrogates", "verification_uri", "\"", R"("\udc00\ud800)"));
  rows.push_back(broken("BrokenUtf8", "user_code", "\"", "\"\u00ff"));
  rows.push_back(broken("Utf8CutShort", "device_code", "\"", "\"\u00e2\u0080"));
  rows.push_back(broken("OverlongUtf8", "verification_uri", "\"", "\"\u00c0\u00af"));
  rows.push_back(broken("RawNewline", "user_code", "\"", "\"\n"));
  rows.push_back(broken("Infinite", "expires_in", "600", "1e400"));
  rows.push_back(broken("NotANumber", "expires_in", "600", "NaN"));
}

void add_statuses(LoginResponseRows& rows) {
  rows.push_back(status(202, with_body(202, "{}"), unusable("device_url", "its status is 202")));
  rows.push_back(status(204, {}, unusable("device_url", "its status is 204")));
  for (const int number : {301, 302, 307}) {
    rows.push_back(
        status(number, {{"headers", {{"Location", "https://elsewhere.example/"}}}},
               told("the OAuth provider redirects elsewhere (" + std::to_string(number) + ") at {}",
                    check("device_url"))));
  }
  for (const int number : {400, 401, 403, 404}) {
    rows.push_back(status(number, with_body(number, html),
                          refused(std::to_string(number) + ") at {}", "device_url")));
  }
  rows.push_back(status(405, {{"body", ""}}, refused("405) at {}", "device_url")));
  rows.push_back(status(
      429, {}, told("the OAuth provider has too many requests (429)", "run this again later")));
  for (const int number : {500, 502, 503, 504}) {
    rows.push_back(status(number, with_body(number, html),
                          silent("failed (" + std::to_string(number) + ")"), 6));
  }
}

void add_errors(LoginResponseRows& rows) {
  const auto add = [&rows](const std::string& name, int number, const json& body,
                           const std::string& err, int exit_code = 4) {
    rows.push_back({name, with_body(number, body.dump()), err, exit_code});
  };
  const std::string client = "client_id and client_secret";
  add("ErrorWith200", 200, {{"error", "invalid_client"}},
      refused(R"(200, "invalid_client"))", client));
  add("ErrorUnknown", 400, {{"error", "teapot"}, {"error_description", "Short and stout"}},
      refused(R"(400, "teapot"): "Short and stout")", "device_url"));
  add("ErrorAsNumber", 400, {{"error", 7}}, unusable("device_url", "its error is not a string"));
  add("ErrorAsObject", 400, {{"error", {{"code", 7}}}},
      unusable("device_url", "its error is not a string"));
  add("ErrorEmpty", 400, {{"error", ""}}, refused("400) at {}", "device_url"));
  add("ErrorEmptyWith200", 200, {{"error", ""}}, unusable("device_url", "it has no device_code"));
  add("ErrorWithControls", 400, {{"error", "a\x1b[2J\n\u202e"}},
      refused(R"(400, "a\x1b[2J\n\u{202e}"))", "device_url"));
  add("ErrorTooLong", 400, {{"error", std::string(5000, 'e')}},
      refused(R"(400, "[not shown]"))", "device_url"));
  add("DescriptionWithControls", 400,
      {{"error", "invalid_scope"}, {"error_description", std::string("a\0\r\n\u0085\u2067b", 10)}},
      refused(R"(400, "invalid_scope"): "a\x00\r\n\x85\u{2067}b")", "scopes"));
  add("DescriptionTooLong", 400, {{"error", "invalid_request"}, {"error_description", words(2000)}},
      refused("400, \"invalid_request\"): \"" + words(100) + "…\"", "scopes and parameters"));
  add("DescriptionLikeACode", 400,
      {{"error", "invalid_request"},
       {"error_description", "got " + std::string(41, 'd') + ", sorry"}},
      refused(R"(400, "invalid_request"): "got [not shown], sorry")", "scopes and parameters"));
  add("DescriptionAsNumber", 400, {{"error", "invalid_client"}, {"error_description", 7}},
      refused(R"(400, "invalid_client"))", client));
  add("DescriptionLikeAToken", 400,
      {{"error", "invalid_client"}, {"error_description", "you sent M.V1.abc"}},
      refused(R"(400, "invalid_client"): "you sent [not shown]")", client));
  add("PendingAlready", 400, {{"error", "authorization_pending"}},
      unusable("device_url", "it belongs to another request"));
  add("SlowDownAlready", 400, {{"error", "slow_down"}},
      told("the OAuth provider has too many requests (400)", "run this again later"));
  add("ServerError", 400, {{"error", "server_error"}}, silent("failed (server_error)"), 6);
  add("Unavailable", 400,
      {{"error", "temporarily_unavailable"}, {"error_description", "back at 9"}},
      silent(R"(failed (temporarily_unavailable): "back at 9")"), 6);
  add("TooManyRequestsInAuth0sWay", 429, {{"error", "Too Many Requests"}, {"statusCode", 429}},
      told("the OAuth provider has too many requests (429)", "run this again later"));
}

// {} stands for words of libcurl's, which differ between its versions.
void add_wire(LoginResponseRows& rows) {
  const auto add = [&rows](const std::string& name, const json& fault,
                           const std::string& why = "{}") {
    rows.push_back({name, fault, silent("did not respond: " + why), 6});
  };
  const auto with = [](const std::string& name, const json& value) {
    return json{{"status", 200}, {"body", "{}"}, {name, value}};
  };
  add("CutHead", {{"cut", 20}}, "the response ended within its headers");
  add("CutAtOnce", {{"cut", 0}});
  add("CutBody", {{"cut", 250}});
  add("Reset", {{"cut", 0}, {"close", "rst"}});
  add("LengthTooLarge", with("length_delta", 5));
  add("TwoLengths", with("header_block", "Content-Length: 3\r\n"));
  add("Unfinished", with("framing", "chunked-unfinished"));
  rows.push_back(
      {"NoLength", with("framing", "close"), unusable("device_url", "it has no device_code")});
  add("InterimOnly", {{"interim", 1}, {"final", false}});
  add("Megabyte", {{"pad_body", 1U << 20U}}, "the response is larger than this program accepts");
  add("Garbage", {{"raw", "garbage\r\n\r\n"}}, "received HTTP/0.9 when not allowed");
  rows.push_back({"LengthTooSmall", {{"length_delta", -1}}, no_object});
  rows.push_back({"LengthAndChunks", with("framing", "both"),
                  unusable("device_url", "it has no device_code")});
}

}  // namespace

LoginResponseRows device_document_rows() {
  LoginResponseRows rows;
  add_documents(rows);
  add_statuses(rows);
  add_errors(rows);
  add_wire(rows);
  return rows;
}

}  // namespace influxctl::e2e
