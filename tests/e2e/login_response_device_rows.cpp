// SPDX-License-Identifier: MIT
#include "login_response_rows.h"

namespace influxctl::e2e {

namespace {

using nlohmann::json;

LoginResponseRow device_row(const std::string& name, const json& fault, const std::string& why) {
  return {.name = name, .fault = fault, .err = unusable("device_url", why)};
}

void add_wrong_types(LoginResponseRows& rows) {
  auto values = values_of_no_type();
  for (const auto& [type, value] : values) {
    for (const std::string member : {"expires_in", "interval"}) {
      rows.push_back(device_row(member + "_" + type, patched(member, value),
                                "its " + member + " is not a number"));
    }
  }
  values.emplace_back("Number", 7);
  for (const auto& [type, value] : values) {
    for (const std::string member :
         {"device_code", "user_code", "verification_uri", "verification_uri_complete"}) {
      rows.push_back(device_row(member + "_" + type, patched(member, value),
                                "its " + member + " is not a string"));
    }
  }
}

void add_missing(LoginResponseRows& rows) {
  for (const std::string member : {"device_code", "user_code", "verification_uri", "expires_in"}) {
    const std::string why = "it has no " + member;
    rows.push_back(device_row(member + "_Missing", patched(member, nullptr), why));
    if (member == "expires_in") {
      rows.push_back(device_row(member + "_Null", spliced(member, "600", "null"), why));
    } else {
      rows.push_back(device_row(member + "_Null", spliced(member, "\"", R"(null,"x":")"), why));
      rows.push_back(device_row(member + "_Empty", patched(member, ""), why));
    }
  }
}

void add_user_codes(LoginResponseRows& rows) {
  const std::string why = "its user_code cannot be shown";
  for (const auto& [name, code] :
       std::vector<std::pair<std::string, std::string>>{{"Newline", "AB\nCD"},
                                                        {"CarriageReturn", "AB\rCD"},
                                                        {"Tab", "AB\tCD"},
                                                        {"Escape", "\x1b[2JAB"},
                                                        {"WindowTitle", "\x1b]0;x\aAB"},
                                                        {"Delete", "AB\x7f"},
                                                        {"C1", "AB\u009b2J"},
                                                        {"Nul", std::string("AB\0CD", 5)},
                                                        {"BidiOverride", "AB\u202eDC"},
                                                        {"BidiIsolate", "AB\u2066DC"},
                                                        {"ZeroWidth", "AB\u200bCD"},
                                                        {"LineSeparator", "AB\u2028CD"},
                                                        {"TooLong", std::string(129, 'A')}}) {
    rows.push_back(device_row("user_code_" + name, patched("user_code", code), why));
  }
}

void add_uris(LoginResponseRows& rows) {
  const std::string why = "its verification_uri is not an http or https URL";
  for (const auto& [name, uri] : std::vector<std::pair<std::string, std::string>>{
           {"Javascript", "javascript:alert(1)"},
           {"File", "file:///etc/passwd"},
           {"Data", "data:text/html,x"},
           {"NoScheme", "provider.example/device"},
           {"NoHost", "https://"},
           {"NoHostButPath", "https:///device"},
           {"Space", "https://provider.example/a b"},
           {"LeadingSpace", " https://provider.example/"},
           {"Newline", "https://provider.example/\nevil"},
           {"Escape", "https://provider.example/\x1b[31m"},
           {"Nul", std::string("https://a\0b", 11)},
           {"BidiOverride", "https://provider.example/\u202egpj"},
           {"NotAscii", "https://pr\u00f6vider.example/"},
           {"TooLong", "https://provider.example/" + std::string(2024, 'a')}}) {
    rows.push_back(device_row("verification_uri_" + name, patched("verification_uri", uri), why));
  }
}

void add_device_codes(LoginResponseRows& rows) {
  const std::string why = "its device_code has an unexpected character";
  rows.push_back(device_row("device_code_Newline", patched("device_code", "a\nb"), why));
  rows.push_back(device_row("device_code_Escape", patched("device_code", "\x1b[2J"), why));
  rows.push_back(
      device_row("device_code_Nul", patched("device_code", std::string("a\0b", 3)), why));
  rows.push_back(device_row("device_code_NotAscii", patched("device_code", "\u00e9"), why));
  rows.push_back(device_row("device_code_TooLong",
                            patched("device_code", std::string((16U << 10U) + 1, 'a')),
                            "its device_code is too long"));
}

// Whoever holds the device code can take the login over: nothing that is shown may repeat it.
void add_echoed_device_codes(LoginResponseRows& rows) {
  const std::string code = "GmRhm-Lt9+x/0EEwMyV2";
  const std::string encoded = "GmRhm-Lt9%2Bx%2F0EEwMyV2";
  const auto add = [&](const std::string& name, const std::string& member,
                       const std::string& value) {
    rows.push_back(device_row(member + "_" + name,
                              {{"patch", {{"device_code", code}, {member, value}}}},
                              "its " + member + " repeats the device_code, which is a secret"));
  };
  add("IsTheDeviceCode", "user_code", code);
  add("HasTheDeviceCode", "user_code", "AB " + code + " CD");
  add("HasMostOfTheDeviceCode", "user_code", code.substr(2, 16));
  add("HasTheDeviceCodeEncoded", "user_code", encoded);
  add("HasTheDeviceCode", "verification_uri", "https://provider.example/?c=" + code);
  add("HasTheDeviceCodeEncoded", "verification_uri", "https://provider.example/" + encoded);
}

void add_numbers(LoginResponseRows& rows) {
  const std::string seconds = " is not between 1 and ";
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Zero", "0"},
                                                        {"Negative", "-1"},
                                                        {"BelowOne", "0.5"},
                                                        {"OverADay", "86401"},
                                                        {"Exponent", "1e18"},
                                                        {"HugeExponent", "-1e300"},
                                                        {"TwentyDigits", "99999999999999999999"},
                                                        {"ZeroAsText", "\"0\""}}) {
    rows.push_back(device_row("expires_in_" + name, spliced("expires_in", "600", value),
                              "its expires_in" + seconds + "86400 seconds"));
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, json>>{
           {"Negative", -1}, {"OverAnHour", 3601}, {"Exponent", 1e18}}) {
    rows.push_back(device_row("interval_" + name, patched("interval", value),
                              "its interval" + seconds + "3600 seconds"));
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"Letters", "abc"},
           {"LettersAfter", "12abc"},
           {"SpaceAfter", "600 "},
           {"NoText", ""},
           {"TwentyDigitsAsText", "99999999999999999999"}}) {
    rows.push_back(device_row("expires_in_" + name, patched("expires_in", value),
                              "its expires_in is not a number"));
    rows.push_back(
        device_row("interval_" + name, patched("interval", value), "its interval is not a number"));
  }
}

}  // namespace

LoginResponseRows device_member_rows() {
  LoginResponseRows rows;
  add_wrong_types(rows);
  add_missing(rows);
  add_user_codes(rows);
  add_uris(rows);
  add_device_codes(rows);
  add_echoed_device_codes(rows);
  add_numbers(rows);
  return rows;
}

}  // namespace influxctl::e2e
