// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli_lines.h"

namespace influxctl::cli_refusal_test {

namespace {

TEST(Cli, GivenTwice) {
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      Words line = words("management create");
      for (int i = 0; i < 2; ++i) {
        line.push_back(flag.name);
        if (!flag.value.empty()) line.push_back(flag.value);
      }
      EXPECT_EQ(refusal(line), "2 " + flag.name + " is given twice");
    }
  }
}

TEST(Cli, GivenBeforeAndAfterTheCommand) {
  for (const auto& flag : global_flags()) {
    std::string line = flag.name + " " + flag.value;
    line += " management create " + flag.name + " " + flag.value;
    EXPECT_EQ(refusal(words(line)), "2 " + flag.name + " is given twice");
  }
}

TEST(Cli, MissingValue) {
  const std::string date =
      "2 --expires-at has no value | did the shell's $(date ...) print nothing? date -v+1d "
      "-Iseconds is for macOS and BSD | on Linux write date -d +1day -Iseconds; --expires-in 1d "
      "works everywhere";
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      if (flag.value.empty()) continue;
      const std::string line = "management create " + flag.name;
      const bool is_date = flag.name == "--expires-at";
      const std::string plain = is_date ? date : "2 " + flag.name + " has no value";
      EXPECT_EQ(refusal(words(line)), plain);
      EXPECT_EQ(refusal(words(line + " -- true")), plain);
      EXPECT_EQ(refusal(words(line + " --dry-run")),
                is_date ? date
                        : "2 " + flag.name +
                              " has no value | for a value that reads like a flag write " +
                              flag.name + "=--dry-run");
    }
  }
}

TEST(Cli, Refused) {
  const std::string spaces = " | put quotation marks around a value that has spaces";
  const std::string help = " | see influxctl --help";
  struct Case {
    std::string line, failure;
  };
  const std::vector<Case> rows = {
      {"management create x", R"(unexpected argument "x")" + spaces},
      {"management create ''", R"(unexpected argument "")" + spaces},
      {"management create -", R"(unexpected argument "-")" + spaces},
      {"management create create", R"(unexpected argument "create")" + spaces},
      {"management create --description a b", R"(unexpected argument "b")" + spaces},
      {"management create --debug 1", R"(unexpected argument "1")" + spaces},
      {"management create --dry-run=", R"(unexpected argument "")" + spaces},
      {"version x", R"(unexpected argument "x")" + spaces},
      {"management create -x", R"(unknown flag "-x")" + help},
      {"management create --bogus", R"(unknown flag "--bogus")" + help},
      {"management create --descriptoin x",
       R"(unknown flag "--descriptoin" | did you mean --description?)"},
      {"management create --descriptoin=secret",
       R"(unknown flag "--descriptoin" | did you mean --description?)"},
      {"management create --expire-in 1d",
       R"(unknown flag "--expire-in" | did you mean --expires-in?)"},
      {"--profil x management create", R"(unknown flag "--profil" | did you mean --profile?)"},
      {"management creat", R"(unknown command "creat" | did you mean create?)"},
      {"managment create", R"(unknown command "managment" | did you mean management?)"},
      {"create", R"(unknown command "create" | did you mean management create?)"},
      {"login --profile x", R"(unknown command "login" | did you mean auth login?)"},
      {"verison", R"(unknown command "verison" | did you mean version?)"},
      {"nonsense", R"(unknown command "nonsense")" + help},
      {"''", R"(unknown command "")" + help},
      {"help nonsense", R"(unknown command "nonsense")" + help},
      {"help management creat", R"(unknown command "creat" | did you mean create?)"},
      {"completion bahs", R"("bahs" is none of bash, zsh, fish | did you mean bash?)"},
      {"completion powershell", R"("powershell" is none of bash, zsh, fish)" + help},
      {"completion profile", R"("profile" is none of bash, zsh, fish)" + help},
      {"completion bash zsh", R"(unexpected argument "zsh")" + spaces},
      {"completion bash -- zsh", "-- and a command go with create and rotate only"},
      {"management create --expires-at a --expires-in 1d",
       "--expires-at and --expires-in exclude each other"},
      {"management create --format xml", R"(--format "xml" is neither table nor json)"},
      {"management create --format JSON", R"(--format "JSON" is neither table nor json)"},
      {"management create --format=", R"(--format "" is neither table nor json)"},
  };
  for (const auto& row : rows) EXPECT_EQ(refusal(words(row.line)), "2 " + row.failure) << row.line;
}

TEST(Cli, CommandsOfInfluxctlThatAreNotHere) {
  for (const std::string name :
       {"cluster", "database", "query", "table", "token", "user", "write"}) {
    EXPECT_EQ(refusal({name, "list", "--x"}),
              R"(2 ")" + name +
                  R"(" is a command of InfluxData's influxctl; this program manages management )"
                  "tokens only | see influxctl --help");
  }
}

TEST(Cli, EveryWordIsAccountedFor) {
  for (const std::string line :
       {"management create ++", "++ management create", "management ++ create", "version ++"}) {
    EXPECT_NE(refusal(words(line)), "done") << line;
  }
  EXPECT_EQ(parsed("management create --description ++").description, "++");
}

TEST(Cli, MessagesMakeSense) {
  EXPECT_THAT(refusal(words("management create --dry-run=maybe")),
              testing::AllOf(testing::StartsWith("2 --dry-run"),
                             testing::Not(testing::HasSubstr("Could not convert"))));
  EXPECT_THAT(refusal(words("--description x management create")),
              testing::Not(testing::HasSubstr("did you mean --description?")));
}

}  // namespace

}  // namespace influxctl::cli_refusal_test
