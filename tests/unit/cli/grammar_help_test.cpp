// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "command_lines.h"

namespace influxctl::grammar_help_test {

namespace {

TEST(Help, Version) {
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
                              "auth status",
                              "version",
                              "completion",
                              "completion bash",
                              "completion zsh",
                              "completion fish"};
  return names;
}

TEST(Help, HelpAskedFor) {
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

TEST(Help, HelpNotAskedFor) {
  for (const std::string level : {"", "management", "auth", "completion"}) {
    const Options options = parsed(level);
    EXPECT_EQ(options.command, Command::help) << level;
    EXPECT_TRUE(options.incomplete) << level;
    EXPECT_EQ(options.help, parsed(level + " --help").help) << level;
  }
  EXPECT_TRUE(parsed("--debug").incomplete);
}

TEST(Help, HelpTexts) {
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

TEST(Help, HelpNamesEveryFlagAndCommand) {
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

TEST(Help, TheHiddenCommandIsNotNamed) {
  for (const auto& level : levels()) {
    EXPECT_THAT(parsed(level + " --help").help, testing::Not(testing::HasSubstr("__complete")));
  }
}

std::string shown_by(const std::string& line) {
  const Options options = parsed(line);
  EXPECT_EQ(options.command, Command::help) << line;
  EXPECT_FALSE(options.incomplete) << line;
  return options.help;
}

TEST(Help, AtEveryLevelByWord) {
  EXPECT_EQ(shown_by("help"), shown_by("--help"));
  EXPECT_EQ(shown_by("h"), shown_by("--help"));
  EXPECT_EQ(shown_by("help help"), shown_by("--help"));
  EXPECT_EQ(shown_by("help --help"), shown_by("--help"));
  for (const auto& level : levels()) {
    for (const std::string word : {" help", " h", " -h", " -help", " --help", " --help=true"}) {
      EXPECT_EQ(shown_by(level + word), shown_by(level + " --help")) << level << word;
    }
  }
  EXPECT_EQ(shown_by("management help create"), shown_by("management create --help"));
  EXPECT_EQ(shown_by("management h rotate"), shown_by("management rotate --help"));
  EXPECT_EQ(shown_by("help management help"), shown_by("management --help"));
  EXPECT_EQ(shown_by("--debug help --profile p management"), shown_by("management --help"));
}

TEST(Help, WinsOverOtherMistakes) {
  struct Case {
    std::string line, level;
  };
  const std::vector<Case> rows = {
      {"management create --nonsense -h", "management create"},
      {"management create -h --nonsense", "management create"},
      {"--nonsense management create --help", "management create"},
      {"management create --description x --description y -h", "management create"},
      {"management create --format xml --help", "management create"},
      {"management create --dry-run=-1 help", "management create"},
      {"management create --expires-in -h", "management create"},
      {"management create --profile '' -h", "management create"},
      {"management create extra --help", "management create"},
      {"management revoke -h", "management revoke"},
      {"management nonsense -h", "management"},
      {"nonsense --help", ""},
      {"help management nonsense --help", "management"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(shown_by(row.line), shown_by(row.level + " --help")) << row.line;
  }
}

TEST(Help, IsNotAskedForByAValueOrBehindDashes) {
  EXPECT_EQ(parsed("management create --description help").description, "help");
  EXPECT_EQ(parsed("management create --description=-h").description, "-h");
  EXPECT_EQ(parsed("management create -- vault -h").command, Command::create);
  EXPECT_EQ(parsed("management revoke -- help").token_ids, Words{"help"});
  EXPECT_EQ(parsed("management revoke a help").command, Command::revoke);
}

// Who asks for help or the version, wherever on the line, does not want a token.
TEST(Help, NothingIsCreatedWhereHelpOrVersionIsAskedFor) {
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

}  // namespace influxctl::grammar_help_test
