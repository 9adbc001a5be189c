// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "cli_lines.h"

namespace influxctl::cli_test {

namespace {

using testing::ElementsAre;

TEST(Cli, Defaults) {
  const Options options = parsed("management create");
  EXPECT_EQ(options.command, Command::create);
  EXPECT_EQ(options.profile.config_path, "");
  EXPECT_EQ(options.profile.profile, "");
  EXPECT_EQ(options.profile.account_id, "");
  EXPECT_EQ(options.profile.cluster_id, "");
  EXPECT_EQ(options.api_path, "");
  EXPECT_EQ(options.timeout, std::chrono::minutes(1));
  EXPECT_EQ(options.log, LogLevel::off);
  EXPECT_FALSE(options.expires_at || options.expires_in || options.description || options.output);
  EXPECT_EQ(options.format, Format::table);
  EXPECT_FALSE(options.dry_run);
  EXPECT_TRUE(options.sink.empty());
  EXPECT_EQ(options.help, "");
  EXPECT_FALSE(options.incomplete);
}

TEST(Cli, GlobalFlagsBeforeAndAfterTheCommand) {
  for (const auto& flag : global_flags()) {
    const std::string given = flag.name + " " + flag.value;
    for (const std::string& line :
         {given + " management create", "management " + given + " create",
          "management create " + given, "management create --description x " + given}) {
      const Options options = parsed(line);
      EXPECT_EQ(options.command, Command::create) << line;
      EXPECT_TRUE(flag.taken(options)) << line;
    }
  }
}

TEST(Cli, FlagsWithAnEqualsSign) {
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      if (flag.value.empty()) continue;
      EXPECT_TRUE(flag.taken(parsed("management create " + flag.name + "=" + flag.value)))
          << flag.name;
    }
  }
}

TEST(Cli, CreateFlags) {
  for (const auto& flag : create_flags()) {
    EXPECT_TRUE(flag.taken(parsed("management create " + flag.name + " " + flag.value)))
        << flag.name;
    EXPECT_NE(refusal(words("management list " + flag.name + "x")), "done") << flag.name;
  }
  EXPECT_EQ(parsed("management create --debug --trace").log, LogLevel::trace);
}

TEST(Cli, ValuesAsTheyAre) {
  const Words rows = {"a=b",    "-5",           "-x",     "--x",        "[a,b]", "{a}",
                      R"("q")", "'q'",          "%%",     "a,b",        "#",     "$HOME",
                      " a ",    "Grüße 日本 😀", "create", "management", "/x"};
  for (const auto& row : rows) {
    EXPECT_EQ(parse_command_line({"management", "create", "--description", row}, {}).description,
              row);
    EXPECT_EQ(parse_command_line({"management", "create", "--description=" + row}, {}).description,
              row);
  }
  EXPECT_EQ(parsed("management create --description=--dry-run").description, "--dry-run");
}

TEST(Cli, Description) {
  const auto given = [](const std::string& text) {
    return refusal({"management", "create", "--description", text});
  };
  struct Case {
    std::string text, failure;
  };
  const std::vector<Case> rows = {
      {"", "2 --description is empty | leave the flag out for none"},
      {"a\xff", R"(2 --description "a\xff" is not valid UTF-8)"},
      {"\xed\xa0\x80", R"(2 --description "\xed\xa0\x80" is not valid UTF-8)"},
      {"a\nb",
       "2 --description \"a\\nb\" has a control character | a newline or tab is one, too; "
       "write it on one line"},
      {"\t",
       "2 --description \"\\t\" has a control character | a newline or tab is one, too; "
       "write it on one line"},
      {"\u009b",
       "2 --description \"\\x9b\" has a control character | a newline or tab is one, "
       "too; write it on one line"},
      {" ", "done"},
      {std::string(10'000, 'x'), "done"},
  };
  for (const auto& row : rows) EXPECT_EQ(given(row.text), row.failure);
  EXPECT_EQ(refusal(words("management create --description=")), rows[0].failure);
}

TEST(Cli, Durations) {
  const auto timeout = [](const std::string& text) {
    return parsed("management create --timeout " + text).timeout.count();
  };
  EXPECT_EQ(timeout("1s"), 1000);
  EXPECT_EQ(timeout("1h30m"), 5'400'000);
  EXPECT_EQ(timeout("1ms"), 1);
  EXPECT_EQ(timeout("1ns"), 1);
  EXPECT_EQ(timeout("1000001ns"), 2);
  EXPECT_EQ(parsed("management create --expires-in 2w").expires_in, std::chrono::hours(24 * 14));
  EXPECT_EQ(parsed("management create --expires-in 1ns").expires_in, std::chrono::nanoseconds(1));
  EXPECT_EQ(parsed("management create --expires-in 2562047h").expires_in,
            std::chrono::hours(2562047));
  struct Case {
    std::string arguments, failure;
  };
  const std::vector<Case> rows = {
      {"--timeout 0s", R"(--timeout "0s" is zero | write a positive duration such as 60s)"},
      {"--timeout -5s", R"(--timeout "-5s" is negative | write a positive duration such as 60s)"},
      {"--timeout=-5s", R"(--timeout "-5s" is negative | write a positive duration such as 60s)"},
      {"--timeout 60", R"(--timeout "60" has no unit | write 60s)"},
      {"--timeout 1d", R"(--timeout "1d" has the unknown unit "d" | write 24h)"},
      {"--timeout=", R"(--timeout "" is empty | write a duration such as 60s)"},
      {"--timeout 2562048h",
       R"(--timeout "2562048h" is over 292 years | the longest is 2562047h47m16.854775807s)"},
      {"--expires-in 0d", R"(--expires-in "0d" is zero | write a positive duration such as 1d)"},
      {"--expires-in -1d",
       R"(--expires-in "-1d" is negative | write a positive duration such as 1d)"},
      {"--expires-in 30",
       R"(--expires-in "30" has no unit | write 30d for days, 30h for hours or 30s for seconds)"},
      {"--expires-in=", R"(--expires-in "" is empty | write a duration such as 1d)"},
      {"--expires-in 106752d",
       R"(--expires-in "106752d" is over 292 years | the longest is 2562047h47m16.854775807s)"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusal(words("management create " + row.arguments)), "2 " + row.failure);
  }
}

TEST(Cli, LongestTimeoutLeavesRoomForADeadline) {
  const auto timeout = parsed("management create --timeout 2562047h").timeout;
  EXPECT_GT(timeout, std::chrono::hours(1));
  EXPECT_LT(timeout, std::chrono::hours(24 * 365 * 200));
}

TEST(Cli, ApiPathOfTheEnvironment) {
  const Environment environment(Words{"INFLUXCTL_API_PATH=/env"});
  EXPECT_EQ(parse_command_line(words("management create"), environment).api_path, "/env");
  EXPECT_EQ(parse_command_line(words("management create --api-path /flag"), environment).api_path,
            "/flag");
}

TEST(Cli, Sink) {
  EXPECT_THAT(parsed("management create -- vault kv put token=-").sink,
              ElementsAre("vault", "kv", "put", "token=-"));
  EXPECT_THAT(parsed("management create --dry-run -- sh -c -- --help --debug '' -- x").sink,
              ElementsAre("sh", "-c", "--", "--help", "--debug", "", "--", "x"));
  struct Case {
    std::string line, failure;
  };
  const std::vector<Case> rows = {
      {"management create --",
       "2 no command after -- | write -- COMMAND [ARG...], or leave -- out"},
      {"management create -- ''",
       "2 no command after -- | write -- COMMAND [ARG...], or leave -- out"},
      {"management create --output f -- cat",
       "2 --output and a command after -- exclude each other"},
  };
  for (const auto& row : rows) EXPECT_EQ(refusal(words(row.line)), row.failure) << row.line;
  EXPECT_NE(refusal(words("management list -- cat")), "done");
}

}  // namespace

}  // namespace influxctl::cli_test
