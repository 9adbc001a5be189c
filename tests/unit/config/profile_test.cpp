// SPDX-License-Identifier: MIT
#include "influxctl/config/profile.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "profile_rows.h"

namespace influxctl::profile_test {

namespace {

const Environment& home() {
  static const Environment environment(std::vector<std::string>{"HOME=/home/x"});
  return environment;
}

Profile parsed(std::string_view toml, const ProfileRequest& request = {},
               const Environment& environment = home()) {
  return parse_profile(toml, "c.toml", request, environment);
}

void add(std::string& text, const std::string& name, std::string_view value) {
  if (!value.empty()) text += " " + name + "=" + std::string(value);
}

void add_flag(std::string& text, const std::string& name, bool set) {
  if (set) text += " " + name;
}

std::string describe(const Profile& profile) {
  std::string text = profile.name +
                     (profile.product == Product::clustered ? " clustered " : " dedicated ") +
                     profile.host + ":" + std::to_string(profile.port);
  add(text, "account", profile.account_id);
  add(text, "cluster", profile.cluster_id);
  add_flag(text, "mgmt_token", !profile.mgmt_token.empty());
  add_flag(text, "insecure", profile.tls.insecure);
  add_flag(text, "disable", profile.tls.disable);
  add(text, "cert", profile.tls.cert);
  add(text, "key", profile.tls.key);
  add(text, "ca", profile.tls.ca);
  add(text, "token_file", profile.token_file);
  if (!profile.oauth2) return text;
  add(text, "client_id", profile.oauth2->client_id);
  add_flag(text, "client_secret", !profile.oauth2->client_secret.empty());
  for (const auto& scope : profile.oauth2->scopes) add(text, "scope", scope);
  for (const auto& [key, value] : profile.oauth2->parameters) add(text, "parameter:" + key, value);
  add(text, "token_url", profile.oauth2->token_url);
  add(text, "device_url", profile.oauth2->device_url);
  return text;
}

std::string joined(const std::vector<std::string>& hints) {
  std::string text;
  for (const auto& hint : hints) text += (text.empty() ? "" : " | ") + hint;
  return text;
}

Error refusal(std::string_view toml, const ProfileRequest& request = {},
              const Environment& environment = home()) {
  try {
    const Profile profile = parsed(toml, request, environment);
    return {ErrorKind::bug, "accepted: " + describe(profile)};
  } catch (const Error& error) {
    return error;
  }
}

TEST(Profile, Accepted) {
  for (const auto& row : profile_rows::kAccepted) {
    SCOPED_TRACE(row.name);
    try {
      EXPECT_EQ(describe(parsed(row.toml)), row.profile);
    } catch (const Error& error) {
      ADD_FAILURE() << error.message();
    }
  }
}

TEST(Profile, Refused) {
  for (const auto& row : profile_rows::kRefused) {
    SCOPED_TRACE(row.name);
    const Error error = refusal(row.toml);
    EXPECT_EQ(error.kind(), ErrorKind::config);
    if (row.message.ends_with("not valid TOML")) {  // the rest is the parser's own words
      EXPECT_TRUE(error.message().starts_with(row.message)) << error.message();
    } else {
      EXPECT_EQ(error.message(), row.message);
    }
    EXPECT_EQ(joined(error.hints()), row.hints);
  }
}

TEST(Profile, RefusedHosts) {
  const std::vector<std::string> hosts = {
      "https://x.example.com",
      "https://x.example.com:8086/api?q#f",
      "x.example.com:8086",
      "x.example.com:99999",
      "[::1]:8086",
      "x.example.com/",
      "user@x.example.com",
      "https://u:hunter2-hunter2/x@x.example.com",
      " x.example.com ",
      "x.example.com y",
      "x.example.com.",
      "a..b",
      "-a.b",
      "a-.b",
      "a*b",
      "999.1.1.1",
      "1.2.3",
      "0x7f000001",
      "fe80::1%eth0",
      "[1.2.3.4]",
      "[]",
      std::string(64, 'a'),
      std::string(63, 'a') + '.' + std::string(63, 'a') + '.' + std::string(63, 'a') + '.' +
          std::string(62, 'a'),
  };
  for (const auto& host : hosts) {
    SCOPED_TRACE(host);
    const Error error = refusal("[[profile]]\nname='default'\nhost='" + host + "'\n");
    EXPECT_EQ(error.message(),
              "c.toml:3:1: host must be a host name or an address, without scheme, port, path, "
              "user or space");
    EXPECT_EQ(joined(error.hints()),
              R"(write it like host = "cluster.example.com", and a port like port = 8086)");
  }
  const Error error = refusal("[[profile]]\nname='default'\nhost='bücher.example'\n");
  EXPECT_EQ(error.message(), "c.toml:3:1: host must be a host name in ASCII");
  EXPECT_EQ(joined(error.hints()), "write an international name in its form with xn--");
}

TEST(Profile, RefusedUrls) {
  const std::string what = "c.toml:4:1: auth.oauth2.token_url must be a URL";
  struct Row {
    std::string url, message, hints;
  };
  const std::vector<Row> rows = {
      {"http://h/t", " that begins with https://", "plain http is possible only to this machine"},
      {"http://127.0.0.1.example.com/t", " that begins with https://",
       "plain http is possible only to this machine"},
      {"http://localhost.example.com/t", " that begins with https://",
       "plain http is possible only to this machine"},
      {"h/t", " like https://HOST/PATH", ""},
      {"https:/h/t", " like https://HOST/PATH", ""},
      {"ftp://h/t", " like https://HOST/PATH", ""},
      {"file:///etc/passwd", " like https://HOST/PATH", ""},
      {"https://", " like https://HOST/PATH", ""},
      {"https:///t", " like https://HOST/PATH", ""},
      {"https://a..b/t", " like https://HOST/PATH", ""},
      {"https://h\\\\@evil/t", " without a user", ""},
      {"https://::1/t", " like https://HOST/PATH", ""},
      {"https://user:hunter2@h/t", " without a user", ""},
      {"https://h:0/t", " like https://HOST/PATH", ""},
      {"https://h:65536/t", " like https://HOST/PATH", ""},
      {"https://h/t#f", " without a fragment", ""},
      {"https://h/a b", " in ASCII, without white space", ""},
      {"https://h/é", " in ASCII, without white space", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const Error error = refusal("[[profile]]\nname='default'\n[profile.auth.oauth2]\ntoken_url=\"" +
                                row.url + "\"\n");
    EXPECT_EQ(error.message(), what + row.message);
    EXPECT_EQ(joined(error.hints()), row.hints);
  }
}

TEST(Profile, IsTheFlagsElseTheVariablesElseDefault) {
  const std::string toml =
      "[[profile]]\nname='default'\nhost='d'\n[[profile]]\nname='a'\nhost='a'\n"
      "[[profile]]\nname='b'\nhost='b'\n";
  ProfileRequest flag;
  flag.profile = "b";
  const Environment variable(std::vector<std::string>{"INFLUXCTL_PROFILE=a"});
  const Environment empty(std::vector<std::string>{"INFLUXCTL_PROFILE="});
  EXPECT_EQ(parsed(toml, flag, variable).host, "b");
  EXPECT_EQ(parsed(toml, {}, variable).host, "a");
  EXPECT_EQ(parsed(toml, {}, empty).host, "d");
  const Environment path(std::vector<std::string>{"INFLUXCTL_PROFILE=./a"});
  EXPECT_EQ(parsed(toml, {}, path).host, "d") << "it names the file";
  EXPECT_EQ(parsed(toml, flag, path).host, "b");
  flag.profile = "c\x1b";
  EXPECT_EQ(refusal(toml, flag).message(), R"(c.toml: there is no profile "c\x1b")");
}

TEST(Profile, NotFoundNamesTenAtMost) {
  std::string toml;
  for (char c = 'a'; c < 'm'; ++c) toml += std::string("[[profile]]\nname='") + c + "'\n";
  EXPECT_EQ(joined(refusal(toml).hints()),
            R"(the file has "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", …; )"
            "choose with --profile or INFLUXCTL_PROFILE");
}

TEST(Profile, FlagsOverrideTheIds) {
  const std::string toml = "[[profile]]\nname='default'\nproduct='dedicated'\naccount_id='x'\n";
  ProfileRequest request;
  request.account_id = "a";
  request.cluster_id = "c";
  EXPECT_EQ(describe(parsed(toml, request)), "default dedicated :443 account=a cluster=c");
  request.cluster_id = "c\n";
  const Error error = refusal(toml, request);
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.message(),
            "--cluster must be 1 to 128 printable ASCII characters without white space");
  request.cluster_id = ".";
  EXPECT_EQ(refusal(toml, request).message(), R"(--cluster must have no part "." or "..")");
  request.account_id = "../x";
  EXPECT_EQ(refusal(toml, request).message(), R"(--account must have no part "." or "..")");
}

TEST(Profile, HomeIsNeededOnlyForTilde) {
  const std::string toml = "[[profile]]\nname='default'\nhost='h'\ntls.ca='";
  const Environment none;
  EXPECT_EQ(parsed(toml + "~ca.pem'", {}, none).tls.ca, "~ca.pem");
  EXPECT_EQ(refusal(toml + "~/ca.pem'", {}, none).message(),
            "tls.ca begins with ~/, but HOME is not set");
}

TEST(Profile, Origin) {
  const auto origin = [](const std::string& lines) {
    return origin_of(
        parse_profile("[[profile]]\nname = 'default'\n" + lines, "c.toml", {}, home()));
  };
  EXPECT_EQ(origin("host = 'h.example'"), "https://h.example:443");
  EXPECT_EQ(origin("host = '192.0.2.1'\nport = 8443"), "https://192.0.2.1:8443");
  EXPECT_EQ(origin("host = '2001:db8::1'"), "https://[2001:db8::1]:443");
  EXPECT_EQ(origin("host = 'h.example'\n[profile.tls]\ndisable = true"), "http://h.example:80");
  EXPECT_EQ(origin("product = 'dedicated'\naccount_id = 'a'\ncluster_id = 'c'"),
            "https://console.influxdata.com");
}

TEST(Profile, ConfigName) {
  const auto name = [](const std::string& path) {
    return parse_profile("[[profile]]\nname = 'default'\nhost = 'h'", path, {}, home()).config_name;
  };
  EXPECT_EQ(name("config.toml"), "config.toml");
  EXPECT_EQ(name("/etc/influx/prod.toml"), "prod.toml");
  EXPECT_EQ(name("/etc/a\x1b.toml"), R"(a\x1b.toml)");
}

TEST(Profile, PathIsShownSafely) {
  try {
    parse_profile("x", "a\nb\x1b.toml", {}, home());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().starts_with(R"(a\nb\x1b.toml:1:2: not valid TOML)"))
        << error.message();
  }
}

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

// What toml++ 3.3 recurses on, at the bounds: it must neither be refused for its depth nor crash.
TEST(Profile, DeepestAllowed) {
  const std::string key = repeated("a.", 256) + "a";
  const std::string values =
      repeated("[\n{" + key + "=", 3) + "[\n''\n]" + repeated("}\n]", 3) + "\n";
  const std::string unknown = R"(: unknown key "a" outside of [[profile]])";
  EXPECT_EQ(refusal("[" + key + "]\n").message(), "c.toml:1:2" + unknown);
  EXPECT_EQ(refusal(repeated("[[" + key + "]]\n", 1000)).message(), "c.toml:1:3" + unknown);
  EXPECT_EQ(refusal(key + "=1\n").message(), "c.toml:1:1" + unknown);
  EXPECT_EQ(refusal("[" + key + "]\n" + key + "=" + values).message(), "c.toml:1:2" + unknown);
}

TEST(Profile, TooManyDots) {
  const std::string dots = repeated("a.", 257);
  const std::string message = ": a line with more than 256 dots";
  EXPECT_EQ(refusal(dots + "a=1").message(), "c.toml:1:1" + message);
  EXPECT_EQ(refusal("x=1\n  [" + dots + "a]\r\n").message(), "c.toml:2:1" + message);
  EXPECT_EQ(refusal("x=[\"\"\"\n#\"\"\",{" + dots + "a=1}]\n").message(), "c.toml:2:1" + message);
  EXPECT_EQ(refusal("x=['''\n#''',{" + dots + "a=1}]\n").message(), "c.toml:2:1" + message);
}

}  // namespace

}  // namespace influxctl::profile_test
