// SPDX-License-Identifier: MIT
// What the scripts do is asserted in real shells, by tests/e2e/completion_test.py.
#include "influxctl/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "influxctl/cli/cli.h"

namespace influxctl::completion_test {

namespace {

using testing::HasSubstr;
using testing::Not;

CommandOutline small() {
  const FlagOutline help{{"-h", "--help"}, "Explain it's [use]: \\", "", ValueKind::none, {}};
  const FlagOutline config{{"--config"}, "A file", "FILE", ValueKind::config, {}};
  const FlagOutline form{{"--form"}, "A form", "a|b", ValueKind::choice, {"a", "b"}};
  const CommandOutline make{{"make", "m"}, "Make it", {form}, {}, true};
  return {{"influxctl"}, "All", {help, config}, {make}, false};
}

TEST(Completion, Bash) {
  const std::string script = completion_script(Shell::bash, small());
  for (const std::string line : {
           "    'influxctl make' | 'influxctl m') level='influxctl make' ;;\n",
           "    'influxctl --config' | 'influxctl '*' --config') kind='config' ;;\n",
           "    'influxctl make --form') kind='choice' choices=('a' 'b') ;;\n",
           "    'influxctl') below=('make') ;;\n",
           "  if [[ \"$level \" == 'influxctl '* ]]; then\n    flags+=('-h' '--help' '--config')\n",
           "  if [[ \"$level \" == 'influxctl make '* ]]; then\n    flags+=('--form')\n",
           "        'influxctl make') _influxctl_program $((starts[i] + 1)) ;;\n",
       }) {
    EXPECT_THAT(script, HasSubstr(line));
  }
}

TEST(Completion, Zsh) {
  const std::string script = completion_script(Shell::zsh, small());
  EXPECT_TRUE(script.starts_with("#compdef influxctl\n"));
  for (const std::string line : {
           "    'influxctl make' | 'influxctl m') level='influxctl make' ;;\n",
           R"(      '(-h --help)-h[Explain it'\''s \[use\]\: \\]')",
           R"(      '(-h --help)--help[Explain it'\''s \[use\]\: \\]')",
           "      '(--config)--config=[A file]:FILE:_files'\n",
           "      '(--form)--form=[A form]:a|b:(a b)'\n",
           "        'make:Make it'\n",
           "        'influxctl make') ;;\n",
       }) {
    EXPECT_THAT(script, HasSubstr(line));
  }
}

TEST(Completion, Fish) {
  const std::string script = completion_script(Shell::fish, small());
  const std::string add = "complete -c influxctl -n ";
  for (const std::string& line : std::vector<std::string>{
           "        case 'influxctl make' 'influxctl m'\n            echo 'influxctl make'\n",
           "        case 'influxctl --config' 'influxctl * --config'\n            echo config\n",
           "        case 'influxctl make --form'\n            echo value\n",
           add + R"('__influxctl_at \'influxctl\'' -a 'make' -d 'Make it')",
           add + R"('__influxctl_takes \'influxctl\' -h --help' -s h -l help -d )"
                 R"('Explain it\'s [use]: \\')",
           add + R"('__influxctl_takes \'influxctl make\' --form' -l form -x -a 'a b' -d 'A form')",
           add + R"('__influxctl_at \'influxctl make --\'' -a '(__influxctl_program)')",
       }) {
    EXPECT_THAT(script, HasSubstr(line));
  }
}

TEST(Completion, LeavesNoGap) {
  for (const Shell shell : {Shell::bash, Shell::zsh, Shell::fish}) {
    for (const auto& root : {small(), command_outline()}) {
      const std::string script = completion_script(shell, root);
      for (const std::string mark :
           {"@STEPS@", "@KINDS@", "@BELOW@", "@FLAGS@", "@PROGRAM@", "@ENTRIES@"}) {
        EXPECT_THAT(script, Not(HasSubstr(mark)));
      }
    }
  }
}

const CommandOutline& below(const CommandOutline& command, const std::string& name) {
  for (const auto& child : command.commands) {
    if (child.names.front() == name) return child;
  }
  ADD_FAILURE() << "no " << name;
  return command;
}

std::vector<std::string> names_below(const CommandOutline& command) {
  std::vector<std::string> names;
  for (const auto& child : command.commands) names.push_back(child.names.front());
  return names;
}

TEST(CommandOutline, IsTheParsersTree) {
  const CommandOutline root = command_outline();
  const std::vector<std::string> top = {"management", "auth", "version", "help", "completion"};
  EXPECT_EQ(names_below(root), top);
  EXPECT_EQ(names_below(below(root, "help")), top);
  EXPECT_EQ(below(root, "help").names, (std::vector<std::string>{"help", "h"}));
  EXPECT_EQ(names_below(below(root, "completion")),
            (std::vector<std::string>{"bash", "zsh", "fish"}));
  const CommandOutline& management = below(root, "management");
  for (const auto& command : management.commands) {
    const std::string& name = command.names.front();
    EXPECT_EQ(command.takes_program, name == "create" || name == "rotate") << name;
  }
}

TEST(CommandOutline, HasEveryFlagOnceAndItsValues) {
  const CommandOutline root = command_outline();
  std::vector<std::pair<std::string, ValueKind>> flags;
  for (const auto& flag : root.flags) flags.emplace_back(flag.names.back(), flag.value);
  EXPECT_THAT(
      flags,
      testing::UnorderedElementsAre(
          std::pair("--help", ValueKind::none), std::pair("--account", ValueKind::text),
          std::pair("--api-path", ValueKind::text), std::pair("--cluster", ValueKind::text),
          std::pair("--config", ValueKind::config), std::pair("--debug", ValueKind::none),
          std::pair("--profile", ValueKind::profile), std::pair("--timeout", ValueKind::text),
          std::pair("--trace", ValueKind::none), std::pair("--version", ValueKind::none)));
  const CommandOutline& list = below(below(root, "management"), "list");
  ASSERT_EQ(list.flags.size(), 4U);
  EXPECT_EQ(list.flags[1].choices, (std::vector<std::string>{"table", "json"}));
  EXPECT_EQ(list.flags[3].names, std::vector<std::string>{"--sort"});
  EXPECT_EQ(list.flags[3].choices, (std::vector<std::string>{"created", "id", "description",
                                                             "prefix", "expires", "revoked"}));
  EXPECT_EQ(list.flags[3].value_name, "KEY");
}

}  // namespace

}  // namespace influxctl::completion_test
