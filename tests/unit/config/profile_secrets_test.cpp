// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/config/profile.h"

namespace influxctl::profile_secrets_test {

namespace {

constexpr std::string_view kSecret = "M.V1.Zq7xKw93PvTn5LdR";

// Lines after those of a complete profile; $ is the secret.
constexpr auto kMistakes = std::to_array<const char*>({
    "mgmt_token = $",
    "mgmt_token = '$",
    R"(mgmt_token = "$)",
    R"(mgmt_token = """$)",
    "mgmt_token = '''$",
    R"(mgmt_token = "$" x)",
    R"(mgmt_token = "$""$")",
    "mgmt_token = '$'$",
    R"(mgmt_token = "$\q")",
    R"(mgmt_token = "$\u12")",
    "mgmt_token = \"$\x01\"",
    "mgmt_token = \"$\xff\"",
    R"(mgmt_token = ["$")",
    R"(mgmt_token = ["$" "$"])",
    R"(mgmt_token = ["$"])",
    R"(mgmt_token = { token = "$")",
    R"(mgmt_token = { token = "$" })",
    "mgmt_token = { $ = 1, $ = 2 }",
    "mgmt_token = { '$' = 1, '$' = 2 }",
    "mgmt_token '$'",
    "mgmt_token: '$'",
    "mgmt_token.'$' = 1",
    "mgmt_token$ = 1",
    "mgmt_token = t$",
    "mgmt_token = f$",
    "mgmt_token = true$",
    "mgmt_token = inf$",
    "mgmt_token = 1$",
    "mgmt_token = 0x$",
    "mgmt_token = 1e$",
    "mgmt_token = 2031-01-02T$",
    "mgmt_token = +$",
    "mgmt_token = _$",
    "mgmt_token = %$",
    "mgmt_token = '$'\nmgmt_token = '$'",
    "mgmt_token = '$'\n[profile.mgmt_token]",
    "mgmt_token = '$'\n[profile.mgmt_token.'$']",
    "mgmt_token = '$'\nmgmt_token.x = '$'",
    "$",
    "'$'",
    R"("$)",
    "$ = 1",
    "'$' = 1",
    "'$' = 1\n'$' = 2",
    "'$'.x = 1\n'$' = 2",
    "'$' = 1\n'$'.x = 2",
    "[$]\n[$]",
    "['$']",
    "['$']\n['$']",
    "['$'\n",
    "['$'] x",
    "[['$']]\n['$']",
    "['$']\n[['$']]",
    "[profile.'$']",
    "[profile.'$']\n[profile.'$']",
    "[profile.tls.'$']",
    "tls = { '$' = 1 }\n[profile.tls.'$']",
    "[profile.auth.oauth2]\n'$' = 1",
    "[profile.auth.oauth2]\nparameters = { '$' = 1 }",
    "[profile.auth.oauth2]\nparameters = { a = \"$\\u0001\" }",
    "[profile.auth.oauth2]\nscopes = [ '$', 1 ]",
    "[profile.auth.oauth2]\nclient_secret = $",
    "[profile.auth.oauth2]\nclient_secret = '$'",
    "[profile.auth.oauth2]\ntoken_url = '$'",
    "[profile.auth.oauth2]\ntoken_url = 'https://$@h'",
    "[profile.auth.oauth2]\ntoken_url = 'https://u:$@h'",
    "[profile.auth.oauth2]\ntoken_url = 'http://h?$'",
    "product = '$'",
    "port = '$'",
    "database = '$'",
    "account_id = '$ '",
    "account_id = '$'",
    "cluster_id = '$'",
    "tls.ca = '$'",
    "tls.cert = '$'\ntls.key = '/k'",
    "tls.cert = '/c'\ntls.key = '/x/$'",
    "auth.token.token_file = '$'",
    "auth.oauth2.client_id = '$'",
    "auth.oauth2.scopes = ['a', '$']",
    "auth.oauth2.parameters = { a = '$' }",
    "[[profile]]\nname = '$'",
    "tls.insecure = '$'",
    R"(database = "$\n")",
    "[+$]",
    "[profile.$+]\n",
    "# $\x01",
    "# $\xff",
});

constexpr auto kHosts = std::to_array<const char*>({
    "$",
    "$:8086",
    "https://$",
    "https://u:$@h",
    "https://$@h",
    "https://$:x@h/p",
    "h/$",
    "h:$",
    "https://u:/$@h",
    " $ ",
    "$é",
    "[$]",
    "$.",
    "h?$",
    "https://u:$/x@h",
    "$@h",
    "h $",
});

std::string planted(std::string text) {
  for (std::size_t at = 0; (at = text.find('$', at)) != std::string::npos; at += kSecret.size()) {
    text.replace(at, 1, kSecret);
  }
  return text;
}

// What the user sees: the message and the hints.
std::string shown_for(const std::string& toml) {
  try {
    parse_profile(toml, "c.toml", {}, Environment(std::vector<std::string>{"HOME=/home/x"}));
  } catch (const Error& error) {
    std::string text = error.message();
    for (const auto& hint : error.hints()) text.append(" | ").append(hint);
    return text;
  }
  return "accepted";
}

void expect_secret_kept(const std::string& toml) {
  SCOPED_TRACE(toml);
  const std::string text = shown_for(planted(toml));
  EXPECT_EQ(text.substr(0, 7), "c.toml:");
  for (std::size_t i = 0; i + 6 <= kSecret.size(); ++i) {
    EXPECT_EQ(text.find(kSecret.substr(i, 6)), std::string::npos) << text;
  }
}

TEST(ProfileSecrets, MistakesQuoteNone) {
  const std::string profile = "[[profile]]\nname='default'\nhost='h'\n";
  for (const std::string mistake : kMistakes) {
    const std::string line = mistake + "\n";
    expect_secret_kept(profile + mistake);
    expect_secret_kept(profile + line);
    expect_secret_kept(line + profile);
  }
}

TEST(ProfileSecrets, ATokenHasAPlace) {
  for (const std::string key : {"host", "tls.ca", "auth.token.token_file", "account_id"}) {
    EXPECT_EQ(
        shown_for("[[profile]]\nname='default'\n" + key + "='apiv3_abcdefgh'\n"),
        "c.toml:3:" +
            std::string(key.starts_with("auth") ? "12"
                        : key == "tls.ca"       ? "5"
                                                : "1") +
            ": " + key +
            " must not hold a token | a management token goes into mgmt_token, or into a file "
            "that token_file names");
  }
}

TEST(ProfileSecrets, HostsQuoteNone) {
  for (const std::string host : kHosts) {
    expect_secret_kept("[[profile]]\nname='default'\nhost='" + host + "'\n");
  }
}

TEST(ProfileSecrets, AreRead) {
  const Profile profile = parse_profile(
      "[[profile]]\nname='default'\nhost='h'\ntoken='db'\nmgmt_token=\" M.V1.x \"\n"
      "[profile.auth.oauth2]\nclient_id='i'\nclient_secret='s'\ntoken_url='https://h'\n"
      "device_url='https://h'\n",
      "c.toml", {}, Environment());
  EXPECT_EQ(profile.mgmt_token.reveal(), " M.V1.x ");
  EXPECT_EQ(profile.oauth2->client_secret.reveal(), "s");
}

}  // namespace

}  // namespace influxctl::profile_secrets_test
