// SPDX-License-Identifier: MIT
// What is accepted, and what comes out of it. What is refused is in reading_refusal_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "command_lines.h"
#include "influxctl/cli/options.h"

namespace influxctl::reading_test {

namespace {

using testing::ElementsAre;

TEST(CommandLine, Defaults) {
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

TEST(CommandLine, GlobalFlagsBeforeAndAfterTheCommand) {
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

TEST(CommandLine, FlagsWithAnEqualsSign) {
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      if (flag.value.empty()) continue;
      EXPECT_TRUE(flag.taken(parsed("management create " + flag.name + "=" + flag.value)))
          << flag.name;
    }
  }
}

TEST(CommandLine, CreateFlags) {
  for (const auto& flag : create_flags()) {
    EXPECT_TRUE(flag.taken(parsed("management create " + flag.name + " " + flag.value)))
        << flag.name;
    EXPECT_NE(refusal(words("management list " + flag.name + "x")), "done") << flag.name;
  }
  EXPECT_EQ(parsed("management create --debug --trace").log, LogLevel::trace);
}

TEST(CommandLine, ValuesAsTheyAre) {
  const Words rows = {"a=b",    "-5",           "-x",     "--x",        "[a,b]", "{a}",
                      R"("q")", "'q'",          "%%",     "a,b",        "#",     "$HOME",
                      " a ",    "Grüße 日本 😀", "create", "management", "/x",    "[[a]]",
                      "{}",     "[]",           "=",      "%%"};
  for (const auto& row : rows) {
    EXPECT_EQ(parse_command_line({"management", "create", "--description", row}, {}).description,
              row);
    EXPECT_EQ(parse_command_line({"management", "create", "--description=" + row}, {}).description,
              row);
  }
  EXPECT_EQ(parsed("management create --description=--dry-run").description, "--dry-run");
}

TEST(CommandLine, Description) {
  const auto given = [](const std::string& text) {
    return refusal({"management", "create", "--description", text});
  };
  struct Case {
    std::string text, failure;
  };
  const std::vector<Case> rows = {
      {"a\xff", R"(2 --description "a\xff" is not valid UTF-8)"},
      {"\xed\xa0\x80", R"(2 --description "\xed\xa0\x80" is not valid UTF-8)"},
      {"a\nb",
       "2 --description \"a\\nb\" has a control character | a newline or a tab is one too; "
       "write it on one line"},
      {"\t",
       "2 --description \"\\t\" has a control character | a newline or a tab is one too; "
       "write it on one line"},
      {"\u009b",
       "2 --description \"\\x9b\" has a control character | a newline or a tab is one "
       "too; write it on one line"},
      {" ", "done"},
      {std::string(10'000, 'x'), "done"},
  };
  for (const auto& row : rows) EXPECT_EQ(given(row.text), row.failure);
}

TEST(CommandLine, Durations) {
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
      {"--timeout 2562048h",
       R"(--timeout "2562048h" is over 292 years | the longest is 2562047h47m16.854775807s)"},
      {"--expires-in 0d", R"(--expires-in "0d" is zero | write a positive duration such as 1d)"},
      {"--expires-in -1d",
       R"(--expires-in "-1d" is negative | write a positive duration such as 1d)"},
      {"--expires-in 30",
       R"(--expires-in "30" has no unit | write 30d for days, 30h for hours or 30s for seconds)"},
      {"--expires-in 106752d",
       R"(--expires-in "106752d" is over 292 years | the longest is 2562047h47m16.854775807s)"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusal(words("management create " + row.arguments)), "2 " + row.failure);
  }
}

TEST(CommandLine, LongestTimeoutLeavesRoomForADeadline) {
  const auto timeout = parsed("management create --timeout 2562047h").timeout;
  EXPECT_GT(timeout, std::chrono::hours(1));
  EXPECT_LT(timeout, std::chrono::hours(24 * 365 * 200));
}

TEST(CommandLine, ApiPathOfTheEnvironment) {
  const Environment environment(Words{"INFLUXCTL_API_PATH=/env"});
  EXPECT_EQ(parse_command_line(words("management create"), environment).api_path, "/env");
  EXPECT_EQ(parse_command_line(words("management create --api-path /flag"), environment).api_path,
            "/flag");
}

TEST(CommandLine, Sink) {
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

TEST(CommandLine, Completion) {
  EXPECT_EQ(parsed("completion bash").shell, Shell::bash);
  EXPECT_EQ(parsed("completion zsh").shell, Shell::zsh);
  EXPECT_EQ(parsed("completion fish").shell, Shell::fish);
  EXPECT_EQ(parsed("completion fish").command, Command::completion);
}

TEST(CommandLine, List) {
  const Options options = parsed("management list");
  EXPECT_EQ(options.command, Command::list);
  EXPECT_EQ(options.format, Format::table);
  EXPECT_EQ(options.sort, SortKey::created);
  EXPECT_EQ(parsed("management list --format json").format, Format::json);
  const std::vector<std::pair<std::string, SortKey>> keys = {
      {"created", SortKey::created},         {"id", SortKey::id},
      {"description", SortKey::description}, {"prefix", SortKey::prefix},
      {"expires", SortKey::expires},         {"revoked", SortKey::revoked}};
  for (const auto& [name, key] : keys) {
    EXPECT_EQ(parsed("management list --sort " + name).sort, key) << name;
  }
}

TEST(CommandLine, Revoke) {
  const Options options = parsed("--debug management revoke a --force b");
  EXPECT_EQ(options.command, Command::revoke);
  EXPECT_TRUE(options.force);
  EXPECT_THAT(options.token_ids, ElementsAre("a", "b"));
  EXPECT_FALSE(parsed("management revoke a").force);
  EXPECT_THAT(parsed("management revoke a -- -b --force").token_ids,
              ElementsAre("a", "-b", "--force"));
  EXPECT_FALSE(parsed("management revoke a -- --force").force);
  EXPECT_THAT(parsed("management revoke list version").token_ids, ElementsAre("list", "version"));
}

TEST(CommandLine, Rotate) {
  const Options options =
      parsed("management rotate a --expires-in 1d --description x -- vault kv put");
  EXPECT_EQ(options.command, Command::rotate);
  EXPECT_THAT(options.token_ids, ElementsAre("a"));
  EXPECT_EQ(options.expires_in, std::chrono::hours(24));
  EXPECT_EQ(options.description, "x");
  EXPECT_THAT(options.sink, ElementsAre("vault", "kv", "put"));
  for (const auto& flag : create_flags()) {
    EXPECT_TRUE(flag.taken(parsed("management rotate a " + flag.name + " " + flag.value)))
        << flag.name;
  }
}

TEST(CommandLine, ListFlags) {
  const Options options = parsed("management list --live --expiring-within 14d");
  EXPECT_TRUE(options.live);
  EXPECT_EQ(options.expiring_within, std::chrono::hours(24 * 14));
  EXPECT_FALSE(parsed("management list").live);
  EXPECT_FALSE(parsed("management list").expiring_within);
}

TEST(CommandLine, RotateFlags) {
  const Options options =
      parsed("management rotate --self --if-expiring-within 14d --keep-old --no-expiry --quiet");
  EXPECT_TRUE(options.self && options.keep_old && options.no_expiry && options.quiet);
  EXPECT_EQ(options.if_expiring_within, std::chrono::hours(24 * 14));
  EXPECT_THAT(options.token_ids, testing::IsEmpty());
}

TEST(CommandLine, AuthStatus) {
  EXPECT_EQ(parsed("auth status").command, Command::status);
  EXPECT_EQ(parsed("auth status --format json").format, Format::json);
}

TEST(CommandLine, SwitchesAreAloneOrTrueOrFalse) {
  for (const std::string on : {"--dry-run", "--dry-run=true", "-dry-run", "-dry-run=true"}) {
    EXPECT_TRUE(parsed("management create " + on).dry_run) << on;
  }
  EXPECT_FALSE(parsed("management create --dry-run=false").dry_run);
  EXPECT_EQ(parsed("management create --debug=false").log, LogLevel::off);
  EXPECT_EQ(parsed("management create --trace --debug=false").log, LogLevel::trace);
  EXPECT_FALSE(parsed("management revoke a --force=false").force);
  EXPECT_EQ(parsed("management list --version=false").command, Command::list);
  EXPECT_EQ(parsed("management list --help=false").command, Command::list);
}

TEST(CommandLine, OneDashIsAsGoodAsTwo) {
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      const std::string name = flag.name.substr(1);
      EXPECT_TRUE(flag.taken(parsed("management create " + name + " " + flag.value))) << name;
      if (flag.value.empty()) continue;
      EXPECT_TRUE(flag.taken(parsed("management create " + name + "=" + flag.value))) << name;
    }
  }
}

TEST(CommandLine, PositionalsAreTakenToTheLetter) {
  const Words rows = {"[ID1,ID2]", "{a}", "{}", "'q'", R"("q")", "a,b", "%%", "[]", "[[a]]", "="};
  for (const auto& row : rows) {
    EXPECT_THAT(parse_command_line({"management", "revoke", row}, {}).token_ids, ElementsAre(row));
    EXPECT_THAT(parse_command_line({"management", "rotate", row}, {}).token_ids, ElementsAre(row));
    EXPECT_NE(refusal({"help", row}), "done") << row;
  }
  EXPECT_NE(refusal({"help", "[management,create]"}), "done");
  EXPECT_THAT(parsed("management revoke --force false").token_ids, ElementsAre("false"));
}

TEST(CommandLine, HintsRepeatTheFlagsThatDecideOnTheCluster) {
  const Options options =
      parsed("--profile p management list --config=c.toml --timeout 5s --debug");
  EXPECT_EQ(paste_command(options, "management list"),
            "influxctl --config c.toml --profile p management list");
  EXPECT_EQ(paste_command(parsed("--account=-a management list"), "management list"),
            "influxctl --account=-a management list");
  EXPECT_EQ(paste_command(parsed("auth login --api-path /p"), "auth login"),
            "influxctl --api-path /p auth login");
  EXPECT_EQ(paste_command(parsed("management list"), "management list"),
            "influxctl management list");
}

TEST(CommandLine, SaysWhereTheApiPathComesFrom) {
  const Environment environment(Words{"INFLUXCTL_API_PATH=/env"});
  const auto source = [&](const std::string& line) {
    return parse_command_line(words(line), environment).api_path_source;
  };
  EXPECT_EQ(source("management list"), "INFLUXCTL_API_PATH");
  EXPECT_EQ(source("management list --api-path /flag"), "--api-path");
  EXPECT_EQ(paste_command(parse_command_line(words("management list"), environment), "auth login"),
            "influxctl auth login");
}

TEST(CommandLine, WhatTheScriptsCall) {
  const Options options = parse_command_line({"__complete", "zsh", "--help", ""}, {});
  EXPECT_EQ(options.command, Command::complete);
  EXPECT_EQ(options.shell, Shell::zsh);
  EXPECT_THAT(options.shell_words, ElementsAre("--help", ""));
}

}  // namespace

}  // namespace influxctl::reading_test
