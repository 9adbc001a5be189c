// SPDX-License-Identifier: MIT
// What the scripts do with it is asserted in real shells, by tests/e2e/completion_test.py.
#include "influxctl/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "command_lines.h"

namespace influxctl::completion_test {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ShellLine line_of(Shell shell, const Words& handed_over) {
  Options options;
  options.shell = shell;
  options.shell_words = handed_over;
  return read_shell_line(options, Environment(Words{"HOME=/home/me"}));
}

// Completes the last word of a line; a trailing `''` is an empty one.
Completion completed(const std::string& line) {
  return complete_line(line_of(Shell::fish, words(line)), Environment());
}

Words offered(const std::string& line) {
  const Completion completion = completed(line);
  Words list;
  for (const auto& candidate : completion.candidates) {
    if (candidate.word.starts_with(completion.current)) list.push_back(candidate.word);
  }
  return list;
}

TEST(Completion, Commands) {
  EXPECT_THAT(offered("''"), ElementsAre("management", "auth", "version", "help", "completion"));
  EXPECT_THAT(offered("management r"), ElementsAre("revoke", "rotate"));
  EXPECT_THAT(offered("auth ''"), ElementsAre("login", "logout", "status"));
  EXPECT_THAT(offered("h management ro"), ElementsAre("rotate"));
  EXPECT_THAT(offered("help completion f"), ElementsAre("fish"));
  EXPECT_THAT(offered("--profile auth management --debug li"), ElementsAre("list"));
  EXPECT_THAT(offered("nonsense"), IsEmpty());
}

TEST(Completion, Flags) {
  EXPECT_THAT(offered("management create --ex"), ElementsAre("--expires-at", "--expires-in"));
  EXPECT_THAT(offered("management create --expires-in 1d --ex"), ElementsAre("--expires-at"));
  EXPECT_THAT(offered("management create -expires-in=1d --ex"), ElementsAre("--expires-at"));
  EXPECT_THAT(offered("management list --fo"), ElementsAre("--format"));
  EXPECT_THAT(offered("--ex"), IsEmpty());
  EXPECT_THAT(offered("help management create --ex"), IsEmpty());
  EXPECT_THAT(offered("management create --bogus --ex"),
              ElementsAre("--expires-at", "--expires-in"));
}

TEST(Completion, Values) {
  EXPECT_THAT(offered("management list --format ''"), ElementsAre("table", "json"));
  EXPECT_THAT(offered("management list --format=j"), ElementsAre("json"));
  EXPECT_THAT(offered("management list --sort re"), ElementsAre("revoked"));
  EXPECT_THAT(offered("management create --sort re"), IsEmpty());
  EXPECT_THAT(offered("management create --description ''"), IsEmpty());
  EXPECT_EQ(completed("management list --format=j").prefix, "--format=");
  EXPECT_EQ(completed("--config a").kind, Completion::Kind::files);
  EXPECT_EQ(completed("--profile=a").kind, Completion::Kind::profiles);
  EXPECT_EQ(completed("--config=c.toml --profile a").options.profile.config_path, "c.toml");
  EXPECT_EQ(completed("--timeout bad --config ~/c.toml --profile a").options.profile.config_path,
            "/home/me/c.toml");
}

TEST(Completion, TokenIds) {
  for (const std::string line : {"management revoke ''", "management rotate a",
                                 "management revoke --force a b", "management revoke -- a"}) {
    EXPECT_EQ(completed(line).kind, Completion::Kind::tokens) << line;
  }
  EXPECT_THAT(completed("management revoke a b ''").unwanted, ElementsAre("a", "b"));
  for (const std::string line : {"management revoke --fo", "help management revoke ''",
                                 "management list ''", "management rotate --description a"}) {
    EXPECT_EQ(completed(line).kind, Completion::Kind::words) << line;
  }
}

TEST(Completion, Programs) {
  const Completion completion = completed("management create -- vault kv");
  EXPECT_EQ(completion.kind, Completion::Kind::program);
  EXPECT_EQ(completion.dashes, 2U);
  EXPECT_EQ(completed("management list -- a").kind, Completion::Kind::words);
  EXPECT_THAT(offered("management list -- m"), IsEmpty());
  EXPECT_EQ(completion_reply(line_of(Shell::zsh, words("management create -- v")), completion),
            "program 4\n");
}

TEST(Completion, Replies) {
  EXPECT_THAT(completion_reply(line_of(Shell::fish, {}), completed("management c")),
              HasSubstr("words 0\ncreate\tCreate a management token\n"));
  EXPECT_THAT(completion_reply(line_of(Shell::zsh, {}), completed("management c")),
              HasSubstr("words 0\ncreate\tcreate  -- Create a management token\n"));
  EXPECT_EQ(completion_reply(line_of(Shell::fish, {}), completed("management list --format=j")),
            "words 0\n--format=json\n");
  EXPECT_EQ(completion_reply(line_of(Shell::zsh, {}), completed("management list --format=j")),
            "words 9\njson\n");
  EXPECT_EQ(completion_reply(line_of(Shell::fish, {}), completed("--config a")), "files 0\n");
}

std::string in_bash(const Words& handed_over, const Words& candidates) {
  const ShellLine line = line_of(Shell::bash, handed_over);
  Completion completion = complete_line(line, Environment());
  for (const auto& word : candidates) completion.candidates.push_back({word, ""});
  return completion_reply(line, completion);
}

// The line up to the cursor, and the piece of it that readline replaces.
TEST(Completion, BashTakesWordsApart) {
  EXPECT_EQ(in_bash({"influxctl m", "m"}, {}), "words 0\nmanagement\n");
  EXPECT_EQ(in_bash({"influxctl  --profile p:c", "c"}, {"p:colon", "other"}), "words 0\ncolon\n");
  EXPECT_EQ(in_bash({"influxctl --profile=p", "p"}, {"p=a"}), "words 0\np=a\n");
  EXPECT_EQ(in_bash({"influxctl --profile=", ""}, {"prod"}), "words 0\nprod\n");
  EXPECT_EQ(in_bash({"influxctl --profile=p", "--profile=p"}, {"prod"}),
            "words 0\n--profile=prod\n");
  EXPECT_EQ(in_bash({"influxctl --profile p:", ":"}, {"p:colon"}), "words 0\ncolon\n");
  EXPECT_EQ(in_bash({"influxctl --config a", "a"}, {"a-file"}), "files 0\na-file\n");
  EXPECT_EQ(in_bash({"influxctl --config=a", "a"}, {"a-file"}), "files 0\na-file\n");
  EXPECT_EQ(in_bash({"influxctl management create -- v", "v"}, {}), "program 4\n");
  EXPECT_EQ(in_bash({"influxctl --config=a management create -- v", "v"}, {}), "program 5\n");
}

TEST(Completion, BashQuotes) {
  const auto reply = [](const std::string& typed, const std::string& name) {
    return in_bash({"influxctl --profile " + typed, typed}, {name});
  };
  EXPECT_EQ(reply("p", "p $(a)`b`"), "words 0\np\\ \\$\\(a\\)\\`b\\`\n");
  EXPECT_EQ(reply("p\\ ", "p q"), "words 0\np\\ q\n");
  EXPECT_EQ(reply("~/", "/home/me/x"), "words 0\n/home/me/x\n");
  EXPECT_EQ(in_bash({"influxctl --profile 'p", "p"}, {"p'$x"}), "words 0\np'\\''$x\n");
  EXPECT_EQ(in_bash({"influxctl --profile \"p", "p"}, {"p!$x"}), "words 0\np\"\\!\"\\$x\n");
  EXPECT_EQ(in_bash({"influxctl --profile \"p q\" --config 'an other", "an other"}, {}),
            "files 0\n");
}

TEST(Completion, ScriptsCallOneCommand) {
  for (const auto& [shell, name] : {std::pair(Shell::bash, "bash"), std::pair(Shell::zsh, "zsh"),
                                    std::pair(Shell::fish, "fish")}) {
    EXPECT_THAT(completion_script(shell), HasSubstr(std::string("influxctl __complete ") + name));
  }
}

TEST(Completion, EveryHandOverHasAReply) {
  for (const Shell shell : {Shell::bash, Shell::zsh, Shell::fish}) {
    for (const Words& handed_over :
         {Words{}, Words{""}, Words{"", ""}, Words{"x", "y", ""}, Words{"--", "--", "--"}}) {
      const ShellLine line = line_of(shell, handed_over);
      EXPECT_TRUE(completion_reply(line, complete_line(line, Environment())).ends_with('\n'));
    }
  }
}

}  // namespace

}  // namespace influxctl::completion_test
