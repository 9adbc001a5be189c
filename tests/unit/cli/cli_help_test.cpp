// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "cli_lines.h"

namespace influxctl::cli_help_test {

namespace {

// A deadline is a sum of the clock and the timeout, in nanoseconds of 64 bits.
TEST(Cli, Version) {
  for (const std::string line : {"version", "--version", "--debug version", "version --trace"}) {
    EXPECT_EQ(parsed(line).command, Command::version) << line;
  }
}

const Words& levels() {
  static const Words names = {"",
                              "management",
                              "management create",
                              "management list",
                              "management revoke",
                              "management rotate",
                              "auth",
                              "auth login",
                              "auth logout",
                              "version",
                              "help",
                              "completion",
                              "completion bash",
                              "completion zsh",
                              "completion fish",
                              "completion profiles"};
  return names;
}

TEST(Cli, HelpAskedFor) {
  for (const auto& level : levels()) {
    const Options by_flag = parsed(level + " --help");
    EXPECT_EQ(by_flag.command, Command::help) << level;
    EXPECT_FALSE(by_flag.incomplete) << level;
    EXPECT_NE(by_flag.help, "") << level;
    EXPECT_EQ(parsed(level + " -h").help, by_flag.help) << level;
    EXPECT_EQ(parsed("--debug " + level + " --help").help, by_flag.help) << level;
    if (level.empty()) continue;
    EXPECT_EQ(parsed("help " + level).help, by_flag.help) << level;
    EXPECT_EQ(parsed("h " + level).help, by_flag.help) << level;
    EXPECT_FALSE(parsed("help " + level).incomplete) << level;
  }
}

TEST(Cli, HelpNotAskedFor) {
  for (const std::string level : {"", "management", "auth", "completion"}) {
    const Options options = parsed(level);
    EXPECT_EQ(options.command, Command::help) << level;
    EXPECT_TRUE(options.incomplete) << level;
    EXPECT_EQ(options.help, parsed(level + " --help").help) << level;
  }
  EXPECT_TRUE(parsed("--debug").incomplete);
}

TEST(Cli, HelpTexts) {
  for (const auto& level : levels()) {
    const std::string help = parsed(level + " --help").help;
    EXPECT_THAT(help, testing::ContainsRegex("\nExample:\n  (source <.)?influxctl ")) << level;
    EXPECT_THAT(help,
                testing::HasSubstr("\nUsage:\n  influxctl" + (level.empty() ? "" : " " + level)));
    EXPECT_TRUE(help.ends_with('\n')) << level;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << level << R"(: ")" << line << R"(")";
    }
  }
}

TEST(Cli, HelpNamesEveryFlagAndCommand) {
  for (const auto& flag : global_flags()) {
    EXPECT_THAT(parsed("--help").help, testing::HasSubstr("\n  " + flag.name + " "));
  }
  for (const auto& flag : create_flags()) {
    EXPECT_THAT(parsed("management create --help").help,
                testing::HasSubstr("\n  " + flag.name + " "));
  }
  for (const std::string name : {"management", "auth", "version", "help", "completion"}) {
    EXPECT_THAT(parsed("--help").help, testing::HasSubstr("\n  " + name));
  }
  for (const std::string name : {"create", "list", "revoke", "rotate"}) {
    EXPECT_THAT(parsed("management --help").help, testing::HasSubstr("\n  " + name + " "));
  }
}

TEST(Cli, HelpDoesNotNameWhatTheScriptsAsk) {
  EXPECT_THAT(parsed("completion --help").help, testing::Not(testing::HasSubstr("profiles")));
}

// Who asks for help or the version, wherever on the line, does not want a token.
TEST(Cli, NothingIsCreatedWhereHelpOrVersionIsAskedFor) {
  for (const std::string line :
       {"--help management create", "-h management create", "management --help create",
        "management -h create", "management create --help", "--version management create",
        "management --version create", "management create --version",
        "management create --help --description x", "--help management rotate a"}) {
    std::string outcome = refusal(words(line));
    if (outcome == "done" && parsed(line).command != Command::help &&
        parsed(line).command != Command::version) {
      outcome = "runs the command";
    }
    EXPECT_NE(outcome, "runs the command") << line;
  }
}

}  // namespace

}  // namespace influxctl::cli_help_test
