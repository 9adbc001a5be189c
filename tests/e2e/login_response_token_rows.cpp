// SPDX-License-Identifier: MIT
#include "login_response_rows.h"

namespace influxctl::e2e {

namespace {

using nlohmann::json;

LoginResponseRow token_row(const std::string& name, const json& fault, const std::string& why) {
  return {.name = name, .fault = fault, .err = unusable("token_url", why)};
}

void add_wrong_token_types(LoginResponseRows& rows) {
  auto values = values_of_no_type();
  for (const auto& [type, value] : values) {
    rows.push_back(token_row("expires_in_" + type, patched("expires_in", value),
                             "its expires_in is not a number"));
  }
  values.emplace_back("Number", 7);
  for (const auto& [type, value] : values) {
    for (const std::string member : {"access_token", "refresh_token", "token_type"}) {
      rows.push_back(token_row(member + "_" + type, patched(member, value),
                               "its " + member + " is not a string"));
    }
  }
}

void add_access_tokens(LoginResponseRows& rows) {
  const std::string none = "it has no access_token";
  rows.push_back(token_row("access_token_Missing", patched("access_token", nullptr), none));
  rows.push_back(
      token_row("access_token_Null", spliced("access_token", "\"", R"(null,"x":")"), none));
  rows.push_back(token_row("access_token_Empty", patched("access_token", ""), none));
  for (const auto& [name, token] :
       std::vector<std::pair<std::string, std::string>>{{"Space", "a b"},
                                                        {"Header", "a\r\nX-Evil: 1"},
                                                        {"Nul", std::string("a\0b", 3)},
                                                        {"Escape", "\x1b[2J"},
                                                        {"Bidi", "a\u202eb"},
                                                        {"NotAscii", "\u00e9"},
                                                        {"Quote", "a\"b"},
                                                        {"PaddingFirst", "=a"},
                                                        {"PaddingWithin", "a=b"}}) {
    rows.push_back(token_row("access_token_" + name, patched("access_token", token),
                             "its access_token is not a token"));
  }
}

void add_large_access_tokens(LoginResponseRows& rows) {
  rows.push_back({.name = "access_token_Over64KiB",
                  .fault = patched("access_token", std::string(64U << 10U, 'a')),
                  .err = told("the OAuth provider's response cannot be used: its access_token is "
                              "longer than 65535 bytes, and no server takes such a header",
                              "ask for fewer scopes, or have the provider put fewer claims into "
                              "the token")});
}

void add_other_members(LoginResponseRows& rows) {
  rows.push_back(
      token_row("token_type_Missing", patched("token_type", nullptr), "it has no token_type"));
  for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{
           {"Empty", ""}, {"Mac", "mac"}, {"DPoP", "DPoP"}, {"Longer", "Bearer2"}}) {
    rows.push_back(token_row("token_type_" + name, patched("token_type", type),
                             "its token_type is not Bearer"));
  }
  const std::string odd = "its refresh_token has an unexpected character";
  rows.push_back(token_row("refresh_token_Newline", patched("refresh_token", "a\nb"), odd));
  rows.push_back(
      token_row("refresh_token_Nul", patched("refresh_token", std::string("a\0b", 3)), odd));
  rows.push_back(token_row("refresh_token_NotAscii", patched("refresh_token", "\u00e9"), odd));
  rows.push_back(token_row("refresh_token_TooLong",
                           patched("refresh_token", std::string((16U << 10U) + 1, 'a')),
                           "its refresh_token is too long"));
  for (const auto& [name, value] : std::vector<std::pair<std::string, json>>{
           {"Zero", 0}, {"Negative", -1}, {"BelowOne", 0.5}, {"ZeroAsText", "0"}}) {
    rows.push_back(token_row("expires_in_" + name, patched("expires_in", value),
                             "its expires_in is not a time ahead"));
  }
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"NoText", ""}, {"LettersAfter", "12abc"}, {"TwentyDigits", "99999999999999999999"}}) {
    rows.push_back(token_row("expires_in_" + name, patched("expires_in", text),
                             "its expires_in is not a number"));
  }
}

void add_token_documents(LoginResponseRows& rows) {
  json broken = spliced("access_token", "\"", "\"\u00ff");
  broken["latin1"] = true;
  const std::string why = "it is not a JSON object";
  rows.push_back(token_row("BrokenUtf8", broken, why));
  rows.push_back(token_row("LoneSurrogate", spliced("access_token", "\"", R"("\ud800)"), why));
  rows.push_back(token_row("Infinite", spliced("expires_in", "300", "1e400"), why));
  rows.push_back({.name = "Html", .fault = with_body(200, "<html>"), .err = web_page("token_url")});
  rows.push_back(token_row("NoBody", with_body(200, ""), why));
  rows.push_back(token_row("Array", with_body(200, "[]"), why));
  rows.push_back(token_row("DeepNesting", with_body(200, std::string(100'000, '[')), why));
  rows.push_back(token_row("Form", with_body(200, "access_token=a&token_type=bearer"), why));
  rows.push_back(token_row("Status202", {{"status", 202}, {"act", true}}, "its status is 202"));
  rows.push_back(token_row("Status204", {{"status", 204}}, "its status is 204"));
}

void add_refusals(LoginResponseRows& rows) {
  const auto add = [&rows](const std::string& name, const json& fault, const std::string& err) {
    rows.push_back({.name = name, .fault = fault, .err = err});
  };
  const auto add_error = [&](const std::string& name, int status, const json& body,
                             const std::string& err) {
    add(name, with_body(status, body.dump()), err);
  };
  const std::string client = "client_id and client_secret";
  const std::string grant =
      "influxctl: hint: the provider must allow this client the device authorization grant\n";
  add("Redirect", {{"status", 302}, {"headers", {{"Location", "/login"}}}},
      told("the OAuth provider redirects elsewhere (302) at {}", check("token_url")));
  add("NotFoundHtml", with_body(404, "<html>"), refused("404) at {}", "token_url"));
  add("UnauthorizedWithoutBody", with_body(401, ""), refused("401) at {}", "token_url"));
  add_error("TokensBesideAnError", 200,
            {{"access_token", "a"}, {"token_type", "Bearer"}, {"error", "invalid_client"}},
            refused(R"(200, "invalid_client"))", client));
  add_error("UnknownError", 400, {{"error", "teapot\x1b"}, {"error_description", "a\n\u202eb"}},
            refused(R"(400, "teapot\x1b"): "a\n\u{202e}b")", "token_url"));
  add_error("ErrorAsArray", 400, {{"error", json::array({"slow_down"})}},
            unusable("token_url", "its error is not a string"));
  add_error("InvalidGrant", 400, {{"error", "invalid_grant"}, {"error_description", 7}},
            refused(R"(400, "invalid_grant"))", client) + grant);
  add_error("UnauthorizedClient", 401, {{"error", "unauthorized_client"}},
            refused(R"(401, "unauthorized_client"))", client) + grant);
  add_error("Denied", 400, {{"error", "access_denied"}, {"error_description", "No\x1b[2J"}},
            told(R"(the login was declined: "No\x1b[2J")"));
  add_error("DeniedInEntrasWay", 400, {{"error", "authorization_declined"}},
            told("the login was declined"));
  add_error(
      "Expired", 400, {{"error", "expired_token"}},
      told("the code expired before the login was approved", "run this again for a new code"));
}

}  // namespace

LoginResponseRows token_response_rows() {
  LoginResponseRows rows;
  add_wrong_token_types(rows);
  add_access_tokens(rows);
  add_large_access_tokens(rows);
  add_other_members(rows);
  add_token_documents(rows);
  add_refusals(rows);
  return rows;
}

}  // namespace influxctl::e2e
