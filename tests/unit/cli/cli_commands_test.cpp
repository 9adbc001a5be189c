// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "cli_lines.h"

namespace influxctl::cli_commands_test {

namespace {

using testing::ElementsAre;

TEST(Cli, Completion) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Options options = parsed("completion " + shell);
    EXPECT_EQ(options.command, Command::completion) << shell;
    EXPECT_THAT(options.script, testing::HasSubstr("# " + shell + " completion for influxctl"));
  }
  EXPECT_EQ(parsed("--config c.toml completion profiles").command, Command::profile_names);
  EXPECT_EQ(parsed("completion profiles --config=c.toml").profile.config_path, "c.toml");
  EXPECT_EQ(parsed("completion profiles --config=").profile.config_path, "");
}

TEST(CliCommands, List) {
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

TEST(CliCommands, Revoke) {
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

TEST(CliCommands, Rotate) {
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

TEST(CliCommands, Refused) {
  const std::string ids = " | see influxctl management list for the ids";
  struct Case {
    std::string line, failure;
  };
  const std::vector<Case> rows = {
      {"management revoke", "no TOKEN_ID is given" + ids},
      {"management revoke --force", "no TOKEN_ID is given" + ids},
      {"management revoke ''", R"("" is not a token id)" + ids},
      {"management revoke a ''", R"("" is not a token id)" + ids},
      {"management rotate", "no TOKEN_ID is given" + ids},
      {"management rotate a b", "rotate takes one TOKEN_ID"},
      {"management list x",
       R"(unexpected argument "x" | put quotation marks around a value that has spaces)"},
      {"management list --force", R"(unknown flag "--force" | see influxctl --help)"},
      {"management revoke a --output f", R"(unknown flag "--output" | see influxctl --help)"},
      {"management list --format xml", R"(--format "xml" is neither table nor json)"},
      {"management list --sort size",
       R"(--sort "size" is none of created, id, description, prefix, expires, revoked | )"
       "see influxctl --help"},
      {"management list -- x", "-- and a command go with create and rotate only"},
      {"management rotate a --",
       "no command after -- | write -- COMMAND [ARG...], or leave -- out"},
      {"management rotate a --output f -- cat",
       "--output and a command after -- exclude each other"},
  };
  for (const auto& row : rows) EXPECT_EQ(refusal(words(row.line)), "2 " + row.failure) << row.line;
}

}  // namespace

}  // namespace influxctl::cli_commands_test
