// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "command_lines.h"

namespace influxctl::reading_refusal_test {

namespace {

struct Case {
  std::string line, failure;
};

void check(const std::vector<Case>& rows) {
  for (const auto& row : rows) EXPECT_EQ(refusal(words(row.line)), "2 " + row.failure) << row.line;
}

TEST(Refusal, GivenTwice) {
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

TEST(Refusal, GivenBeforeAndAfterTheCommand) {
  for (const auto& flag : global_flags()) {
    std::string line = flag.name + " " + flag.value;
    line += " management create " + flag.name + " " + flag.value;
    EXPECT_EQ(refusal(words(line)), "2 " + flag.name + " is given twice");
  }
}

TEST(Refusal, MissingValue) {
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

TEST(Refusal, UnexpectedArguments) {
  const auto see = [](const std::string& level) { return " | see influxctl " + level + " --help"; };
  check({
      {"management create x", R"(unexpected argument "x")" + see("management create")},
      {"management create ''", R"(unexpected argument "")" + see("management create")},
      {"management create -", R"(unexpected argument "-")" + see("management create")},
      {"management create create", R"(unexpected argument "create")" + see("management create")},
      {"management list extra", R"(unexpected argument "extra")" + see("management list")},
      {"management list '[a,b]'", R"(unexpected argument "'[a,b]'")" + see("management list")},
      {"auth login me", R"(unexpected argument "me")" + see("auth login")},
      {"version x", R"(unexpected argument "x")" + see("version")},
      {"completion bash zsh", R"(unexpected argument "zsh")" + see("completion bash")},
      {"management create --debug 1", R"(unexpected argument "1")" + see("management create")},
      {"management create --description a b",
       R"(unexpected argument "b" | quote a value that has spaces: --description 'a b')"},
      {"management create --expires-at=2031-01-02 03:04:05Z",
       R"(unexpected argument "03:04:05Z" | quote a value that has spaces: )"
       "--expires-at '2031-01-02 03:04:05Z'"},
      {"management create --dry-run false",
       R"(unexpected argument "false" | write --dry-run=false)"},
      {"completion bash -- zsh", "-- and a command go with create and rotate only"},
      {"version -- x", "-- and a command go with create and rotate only"},
      {"management list -- x", "-- and a command go with create and rotate only"},
      {"management rotate a --",
       "no command after -- | write -- COMMAND [ARG...], or leave -- out"},
  });
}

TEST(Refusal, SwitchesTakeTrueOrFalseOnly) {
  for (const std::string name :
       {"--dry-run", "--debug", "--trace", "--quiet", "--version", "--help"}) {
    for (const std::string value : {"-1", "0", "1", "2", "off", "on", "no", "-x", "", "TRUE", "t",
                                    "maybe", "false,true", "[false]", "{}"}) {
      const std::string failure = name + R"( is a switch and takes no value ")" + value;
      EXPECT_EQ(refusal({"management", "create", name + "=" + value}),
                "2 " + failure + R"(" | write )" + name + " alone, or " + name + "=true or " +
                    name + "=false");
    }
  }
  for (const std::string line :
       {"management revoke a --force=1", "management rotate --self=0",
        "management rotate a --keep-old=yes", "management rotate a --no-expiry=-1",
        "management list --live=2", "management create -dry-run=-1"}) {
    EXPECT_THAT(refusal(words(line)), testing::HasSubstr("takes no value")) << line;
  }
}

TEST(Refusal, EmptyValues) {
  const std::string unset =
      " | leave the flag out, or set the shell variable that it is filled from";
  for (const auto& flags : {global_flags(), create_flags()}) {
    for (const auto& flag : flags) {
      if (flag.value.empty()) continue;
      const bool is_date = flag.name == "--expires-at";
      for (const Words& given :
           {Words{flag.name, ""}, Words{flag.name + "="}, Words{flag.name.substr(1), ""},
            Words{flag.name.substr(1) + "="}}) {
        Words line = given;
        line.insert(line.end(), {"management", "create"});
        if (flag.taken(Options())) ADD_FAILURE();
        Words after = {"management", "create"};
        after.insert(after.end(), given.begin(), given.end());
        EXPECT_THAT(refusal(after),
                    is_date
                        ? testing::StartsWith("2 --expires-at is empty | did the shell's $(date")
                        : testing::StartsWith("2 " + flag.name + " is empty" + unset));
        EXPECT_NE(refusal(line), "done") << flag.name;
      }
    }
  }
  for (const std::string line :
       {"management list --sort=", "management list --expiring-within=",
        "management rotate a --if-expiring-within=", "auth status --format="}) {
    EXPECT_THAT(refusal(words(line)), testing::HasSubstr(" is empty | ")) << line;
  }
}

TEST(Refusal, UnknownFlags) {
  check({
      {"management create -x", R"(unknown flag "-x" | see influxctl management create --help)"},
      {"management create --bogus",
       R"(unknown flag "--bogus" | see influxctl management create --help)"},
      {"management --bogus create", R"(unknown flag "--bogus" | see influxctl management --help)"},
      {"--bogus management create", R"(unknown flag "--bogus" | see influxctl --help)"},
      {"management list --force",
       R"(unknown flag "--force" | see influxctl management list --help)"},
      {"management revoke a --output f",
       R"(unknown flag "--output" | see influxctl management revoke --help)"},
      {"management create --descriptoin x",
       R"(unknown flag "--descriptoin" | did you mean --description?)"},
      {"management create --descriptoin=secret",
       R"(unknown flag "--descriptoin" | did you mean --description?)"},
      {"management create -descriptoin x",
       R"(unknown flag "-descriptoin" | did you mean --description?)"},
      {"management create --v", R"(unknown flag "--v" | did you mean --debug?)"},
      {"management create --Expires-In 1d",
       R"(unknown flag "--Expires-In" | did you mean --expires-in?)"},
      {"management create --expires_in 1d",
       R"(unknown flag "--expires_in" | did you mean --expires-in?)"},
      {"--prof x management create", R"(unknown flag "--prof" | did you mean --profile?)"},
      {"--ttl 1d management create",
       R"(unknown flag "--ttl" | did you mean --expires-in, after create or rotate?)"},
      {"management --expires-inn 1d create",
       R"(unknown flag "--expires-inn" | did you mean --expires-in, after create or rotate?)"},
      {"management list -o json", R"(unknown flag "-o" | did you mean --format?)"},
      {"management create --expire-in 1d",
       R"(unknown flag "--expire-in" | did you mean --expires-in?)"},
      {"--profil x management create", R"(unknown flag "--profil" | did you mean --profile?)"},
      {"management create --ttl 1d", R"(unknown flag "--ttl" | did you mean --expires-in?)"},
      {"management create --expiry 1d", R"(unknown flag "--expiry" | did you mean --expires-in?)"},
      {"management create -o f", R"(unknown flag "-o" | did you mean --output?)"},
      {"management create --json", R"(unknown flag "--json" | did you mean --format json?)"},
      {"management rotate a --name x", R"(unknown flag "--name" | did you mean --description?)"},
      {"management revoke a -y", R"(unknown flag "-y" | did you mean --force?)"},
      {"management list --ttl 1d",
       R"(unknown flag "--ttl" | see influxctl management list --help)"},
      {"--description x management create",
       "--description is before the command that it belongs to | write it after create or rotate"},
      {"management --live list",
       "--live is before the command that it belongs to | write it after list"},
      {"--description help management create",
       "--description is before the command that it belongs to | write it after create or rotate"},
  });
}

TEST(Refusal, UnknownCommands) {
  const std::string help = " | see influxctl --help";
  check({
      {"management creat", R"(unknown command "creat" | did you mean create?)"},
      {"managment create", R"(unknown command "managment" | did you mean management?)"},
      {"create", R"(unknown command "create" | did you mean management create?)"},
      {"creat", R"(unknown command "creat" | did you mean management create?)"},
      {"login --profile x", R"(unknown command "login" | did you mean auth login?)"},
      {"verison", R"(unknown command "verison" | did you mean version?)"},
      {"management ls", R"(unknown command "ls" | did you mean list?)"},
      {"management rm a", R"(unknown command "rm" | did you mean revoke?)"},
      {"management delete a", R"(unknown command "delete" | did you mean revoke?)"},
      {"ls", R"(unknown command "ls" | did you mean management list?)"},
      {"whoami", R"(unknown command "whoami" | did you mean auth status?)"},
      {"man create", R"(unknown command "man" | did you mean management?)"},
      {"auth stat", R"(unknown command "stat" | did you mean status?)"},
      {"MANAGEMENT list", R"(unknown command "MANAGEMENT" | did you mean management?)"},
      {"management nonsense", R"(unknown command "nonsense" | see influxctl management --help)"},
      {"auth token", R"(unknown command "token" | see influxctl auth --help)"},
      {"nonsense", R"(unknown command "nonsense")" + help},
      {"''", R"(unknown command "")" + help},
      {"help nonsense", R"(unknown command "nonsense")" + help},
      {"help management creat", R"(unknown command "creat" | did you mean create?)"},
      {"management help creat", R"(unknown command "creat" | did you mean create?)"},
      {"completion bahs", R"("bahs" is none of bash, zsh, fish | did you mean bash?)"},
      {"completion powershell",
       R"("powershell" is none of bash, zsh, fish | see influxctl completion --help)"},
  });
}

TEST(Refusal, Values) {
  check({
      {"management create --format xml", R"(--format "xml" is neither table nor json)"},
      {"management create --format jsn",
       R"(--format "jsn" is neither table nor json | did you mean json?)"},
      {"management create --format JSON",
       R"(--format "JSON" is neither table nor json | did you mean json?)"},
      {"auth status --format tabel",
       R"(--format "tabel" is neither table nor json | did you mean table?)"},
      {"management list --sort size",
       R"(--sort "size" is none of created, id, description, prefix, expires, revoked)"},
      {"management list --sort expiry",
       R"(--sort "expiry" is none of created, id, description, prefix, expires, revoked | )"
       "did you mean expires?"},
      {"management list --sort size",
       R"(--sort "size" is none of created, id, description, prefix, expires, revoked)"},
      {"management list --sort date",
       R"(--sort "date" is none of created, id, description, prefix, expires, revoked | )"
       "did you mean created?"},
      {"management list --sort desc",
       R"(--sort "desc" is none of created, id, description, prefix, expires, revoked | )"
       "did you mean description?"},
      {"management create --expires-in 1y",
       R"(--expires-in "1y" has the unknown unit "y" | write 365d)"},
      {"management rotate a --if-expiring-within 1month",
       R"(--if-expiring-within "1month" has the unknown unit "month" | write 30d)"},
      {"management list --expiring-within 14days",
       R"(--expiring-within "14days" has the unknown unit "days" | write 14d)"},
      {"management create --expires-in never",
       R"(--expires-in "never" is not a duration | for a token that never expires leave it out )"
       "(create) or write --no-expiry (rotate)"},
      {"management list --expiring-within never",
       R"(--expiring-within "never" is not a duration | write it like 30d; the units are )"
       "w (7 days), d (24 hours), h, m, s, ms, us and ns"},
  });
}

TEST(Refusal, Together) {
  const std::string ids = " | the ids are in: influxctl management list";
  check({
      {"management create --expires-at a --expires-in 1d",
       "--expires-at and --expires-in exclude each other"},
      {"management rotate a --no-expiry --expires-in 1d",
       "--no-expiry and --expires-in exclude each other"},
      {"management rotate a --no-expiry --expires-at x",
       "--no-expiry and --expires-at exclude each other"},
      {"management rotate a --self", "--self and TOKEN_ID exclude each other"},
      {"management rotate a --output f -- cat",
       "--output and a command after -- exclude each other"},
      {"management rotate", "neither TOKEN_ID nor --self is given" + ids},
      {"management rotate --self=false", "neither TOKEN_ID nor --self is given" + ids},
      {"management rotate a b", "rotate takes one TOKEN_ID"},
      {"management revoke", "no TOKEN_ID is given" + ids},
      {"management revoke --force", "no TOKEN_ID is given" + ids},
      {"--profile p management revoke",
       "no TOKEN_ID is given | the ids are in: influxctl --profile p management list"},
      {"management revoke ''", R"("" is not a token id)" + ids},
      {"management revoke a ''", R"("" is not a token id)" + ids},
      {"management revoke ..", R"(".." is not a token id)" + ids},
      {"management revoke a ../databases/1", R"("../databases/1" is not a token id)" + ids},
      {"management revoke -- .", R"("." is not a token id)" + ids},
      {"management rotate .", R"("." is not a token id)" + ids},
  });
}

TEST(Refusal, CommandsOfInfluxctlThatAreNotHere) {
  for (const std::string name :
       {"cluster", "database", "query", "table", "token", "user", "write"}) {
    EXPECT_EQ(refusal({name, "list", "--x"}),
              R"(2 ")" + name +
                  R"(" is a command of InfluxData's influxctl; this program manages management )"
                  "tokens only | see influxctl --help");
  }
}

TEST(Refusal, EveryWordIsAccountedFor) {
  for (const std::string line :
       {"management create ++", "++ management create", "management ++ create", "version ++"}) {
    EXPECT_NE(refusal(words(line)), "done") << line;
  }
  EXPECT_EQ(parsed("management create --description ++").description, "++");
}

}  // namespace

}  // namespace influxctl::reading_refusal_test
