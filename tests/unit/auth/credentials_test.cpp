// SPDX-License-Identifier: MIT
#include "influxctl/auth/credentials.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/auth/token_cache.h"
#include "influxctl/base/error.h"
#include "temporary_directory.h"

namespace influxctl::credentials_test {

namespace {

Environment variable(const std::string& value) {
  return Environment(std::vector<std::string>{"INFLUXCTL_MGMT_TOKEN=" + value});
}

Profile sample() {
  Profile profile;
  profile.name = "prod";
  profile.config_path = "c.toml";
  return profile;
}

std::string found(Profile profile, const Environment& environment = Environment()) {
  const auto credential = find_credential(profile, environment);
  if (!credential) return "none";
  return std::string(credential->token.reveal()) + " from " + credential->source;
}

Error refusal(Profile profile, const Environment& environment = Environment()) {
  try {
    return {ErrorKind::bug, "found " + found(std::move(profile), environment)};
  } catch (const Error& error) {
    return error;
  }
}

std::string joined(const std::vector<std::string>& hints) {
  std::string text;
  for (const auto& hint : hints) text += (text.empty() ? "" : " | ") + hint;
  return text;
}

TEST(Credentials, FirstThatIsSet) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("token", "file");
  const auto all = [&path] {
    Profile profile = sample();
    profile.mgmt_token = Secret("config");
    profile.token_file = path;
    return profile;
  };
  EXPECT_EQ(found(all(), variable("variable")), "variable from INFLUXCTL_MGMT_TOKEN");
  EXPECT_EQ(found(all(), variable("")), "config from mgmt_token in c.toml");
  EXPECT_EQ(found(all()), "config from mgmt_token in c.toml");
  Profile file_only = all();
  file_only.mgmt_token = Secret();
  EXPECT_EQ(found(std::move(file_only)), "file from token file " + path);
}

TEST(Credentials, Accepted) {
  struct Row {
    std::string written, token;
  };
  const std::vector<Row> rows = {
      {"M.V1.+5Jk/~_-09AZaz==", "M.V1.+5Jk/~_-09AZaz=="},
      {" \t\r\nM.V1.x\r\n\f\v", "M.V1.x"},
      {std::string(8191, 'x'), std::string(8191, 'x')},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.written);
    EXPECT_EQ(found(sample(), variable(row.written)), row.token + " from INFLUXCTL_MGMT_TOKEN");
  }
}

TEST(Credentials, Refused) {
  const std::string bad = "it has a space, a newline or another character that no token has there";
  struct Row {
    std::string written, message, hints;
  };
  const std::vector<Row> rows = {
      {"\n", "it is empty or only white space", ""},
      {"Zq7xKw93 PvTn5LdR", bad, ""},
      {"  Zq7xKw93\nPvTn5LdR", bad, ""},
      {"Zq7xKw93\x01", bad, ""},
      {"Zq7xKw93é", bad, ""},
      {"Zq7xKw93=PvTn5LdR", bad, ""},
      {"=Zq7xKw93", bad, ""},
      {"Bearer Zq7xKw93", bad, "leave out the word \"Bearer\""},
      {"\"Zq7xKw93\"", bad, "leave out the quotes"},
      {R"({"access_token":"Zq7xKw93"})", bad,
       "it looks like JSON: give only the value of access_token"},
      {std::string(8192, 'x'), "it is longer than 8191 bytes", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.written);
    const Error error = refusal(sample(), variable(row.written));
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_EQ(error.message(), "INFLUXCTL_MGMT_TOKEN is not a token: " + row.message);
    EXPECT_EQ(joined(error.hints()), row.hints);
  }
}

TEST(Credentials, RefusedInConfig) {
  Profile profile = sample();
  profile.mgmt_token = Secret("Zq7x Kw93");
  EXPECT_EQ(refusal(std::move(profile)).message(),
            "mgmt_token in c.toml is not a token: it has a space, a newline or another character "
            "that no token has there");
}

TEST(Credentials, TokenFiles) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("token");
  const std::string source = "token file " + path;
  const std::string bad = "it has a space, a newline or another character that no token has there";
  struct Row {
    std::string text, outcome;
  };
  const std::vector<Row> rows = {
      {"M.V1.x\n", "M.V1.x from " + source},
      {R"({"access_token":"M.V1.x"})", "M.V1.x from " + source},
      {"\n{\"token\": \"M.V1.x\\n\", \"other\": 1}\n", "M.V1.x from " + source},
      {R"({"token":"t","access_token":"a"})", "a from " + source},
      {R"({"token":"t","access_token":""})", "t from " + source},
      {"", source + " is not a token: it is empty or only white space"},
      {"Zq7x Kw93", source + " is not a token: " + bad},
      {R"({"access_token":"Zq7x Kw93"})",
       "\"access_token\" of " + source + " is not a token: " + bad},
      {R"({"token":" "})",
       "\"token\" of " + source + " is not a token: it is empty or only white space"},
      {R"({"access_token":"Zq7xKw93")", source + " is not valid JSON"},
      {R"({"access_token":"Zq7xKw93"} x)", source + " is not valid JSON"},
      {"{\"access_token\":\"Zq7xKw93\xff\"}", source + " is not valid JSON"},
      {R"({"access_token":1})",
       source + R"( has no token: no "access_token" or "token" that is a string)"},
      {R"({"token":null})",
       source + R"( has no token: no "access_token" or "token" that is a string)"},
      {R"({"access":"Zq7xKw93"})",
       source + R"( has no token: no "access_token" or "token" that is a string)"},
      {"\xef\xbb\xbfM.V1.x\r\n", "M.V1.x from " + source},
      {"\xef\xbb\xbf{\"token\":\"t\"}", "t from " + source},
      {"\xef\xbb\xbf", source + " is not a token: it is empty or only white space"},
      {std::string("\xff\xfeM\0.\0", 6), source + " is in UTF-16"},
      {std::string("\xfe\xff\0M\0.", 6), source + " is in UTF-16"},
      {std::string(20'000, 'x'), std::string(20'000, 'x') + " from " + source},
      {R"({"access_token":")" + std::string(20'000, 'x') + R"("})",
       std::string(20'000, 'x') + " from " + source},
      {R"(["Zq7xKw93"])", source + " is not a token: " + bad},
      {std::string(64UL * 1024 + 1, 'x'), source + " is too large: the limit is 64 KiB"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text.substr(0, 80));
    Profile profile = sample();
    profile.token_file = directory.write("token", row.text);
    const Error error = refusal(std::move(profile));
    const bool accepted = error.kind() == ErrorKind::bug;
    EXPECT_EQ(error.message(), (accepted ? "found " : "") + row.outcome);
  }
}

TEST(Credentials, MissingTokenFile) {
  Profile profile = sample();
  profile.token_file = "/nonexistent/token";
  const Error error = refusal(std::move(profile));
  EXPECT_EQ(error.kind(), ErrorKind::config);
  EXPECT_EQ(error.message(),
            "cannot read token file /nonexistent/token: No such file or directory");
}

TEST(Credentials, FileIsTheOneInUse) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("token", "x");
  const auto file = [&path](const std::string& mgmt_token, const Environment& environment) {
    Profile profile = sample();
    profile.mgmt_token = Secret(mgmt_token);
    profile.token_file = path;
    return find_credential(profile, environment).value().file;
  };
  EXPECT_EQ(file("x", Environment()), "c.toml");
  EXPECT_EQ(file("", Environment()), path);
  EXPECT_EQ(file("x", variable("x")), "");
}

TEST(Credentials, SourcesAreNamedInTheirOrder) {
  const TemporaryDirectory directory;
  Profile profile = sample();
  profile.mgmt_token = Secret("x");
  profile.token_file = directory.write("token", "x");
  const std::string file = "token file " + profile.token_file;
  EXPECT_EQ(joined(credential_sources(profile, variable("x"))),
            "INFLUXCTL_MGMT_TOKEN | mgmt_token in c.toml | " + file);
  EXPECT_EQ(joined(credential_sources(profile, Environment())), "mgmt_token in c.toml | " + file);
  EXPECT_EQ(joined(credential_sources(sample(), Environment())), "");
}

TEST(Credentials, ALoginIsASourceWhereItWasMade) {
  const TemporaryDirectory directory;
  const Environment environment({"XDG_CACHE_HOME=" + directory.file("")});
  Profile profile = sample();
  profile.oauth2.emplace().client_id = "one";
  const TokenCache cache(profile, environment);
  EXPECT_EQ(joined(credential_sources(profile, environment)), "");
  EXPECT_EQ(joined(credential_sources(profile, Environment())), "");  // no place for a cache
  (void)cache.lock(std::chrono::seconds(1), nullptr);
  EXPECT_EQ(joined(credential_sources(profile, environment)), "");
  cache.make_file().keep({Secret("access"), Secret(), std::nullopt});
  EXPECT_EQ(joined(credential_sources(profile, environment)), "the login in " + cache.path());
  profile.oauth2->client_id = "another";
  EXPECT_EQ(joined(credential_sources(profile, environment)), "");
  profile.oauth2.reset();
  EXPECT_EQ(joined(credential_sources(profile, environment)), "");
}

TEST(Credentials, None) { EXPECT_EQ(found(sample()), "none"); }

}  // namespace

}  // namespace influxctl::credentials_test
