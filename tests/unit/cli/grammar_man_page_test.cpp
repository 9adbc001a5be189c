// SPDX-License-Identifier: MIT
// docs/influxctl.1 against the parser's tree: neither has a command or a flag that the other lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "captured.h"
#include "influxctl/cli/grammar.h"

namespace influxctl::grammar_man_page_test {

namespace {

using Names = std::set<std::string>;

// The text from one mark to another.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) {
    ADD_FAILURE() << "the page has no " << begin;
    return {};
  }
  return text.substr(from, text.find(end, from + begin.size()) - from);
}

Names found(const std::string& text, const std::string& pattern) {
  Names names;
  const std::regex regex(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    names.insert(match->str(1));
  }
  return names;
}

Names flags_in(const std::string& text) {
  Names flags;
  for (const auto& name : found(text, R"(Fl (-[a-z][a-z-]*|[a-z])\b)")) flags.insert("-" + name);
  return flags;
}

// The flags of the command itself; -h is at the root alone.
Names flags_of(const CLI::App& command) {
  Names flags;
  for (const CLI::Option* flag : command.get_options()) {
    const bool inherited = command.get_parent() != nullptr && flag->check_name("--help");
    if (!flag->nonpositional() || inherited) continue;
    for (const auto& name : names_of(*flag)) flags.insert(name);
  }
  return flags;
}

// The commands that do something, with their paths.
std::map<std::string, CLI::App*> leaves(CLI::App& command) {
  std::map<std::string, CLI::App*> all;
  for (CLI::App* child : children_of(command)) {
    if (children_of(*child).empty()) {
      all.emplace(path_of(*child).substr(std::string("influxctl ").size()), child);
    } else {
      all.merge(leaves(*child));
    }
  }
  return all;
}

class ManPage : public testing::Test {
 protected:
  const std::string page = read_whole(MAN_PAGE);
  Options options;
  Grammar grammar{options};
  CLI::App& root = grammar.root;
};

TEST_F(ManPage, SynopsisHasEveryCommandWithItsFlags) {
  std::string rest = between(page, ".Sh SYNOPSIS", ".Sh DESCRIPTION");
  std::map<std::string, Names> flags;
  std::map<std::string, bool> programs;
  for (auto begin = rest.rfind(".Nm\n"); begin != std::string::npos; begin = rest.rfind(".Nm\n")) {
    const std::string block = rest.substr(begin);
    rest.erase(begin);
    const Names path = found(block, R"((?:^|\n)\.Cm ([a-z ]+)\n)");
    ASSERT_EQ(path.size(), 1U) << block;
    flags[*path.begin()] = flags_in(block);
    programs[*path.begin()] = block.find("Fl - Ar command") != std::string::npos;
  }
  std::map<std::string, Names> expected;
  for (const auto& [path, command] : leaves(root)) {
    expected[path] = flags_of(*command);
    EXPECT_EQ(programs[path], takes_program(*command)) << path;
  }
  EXPECT_EQ(flags, expected);
}

TEST_F(ManPage, DescriptionExplainsEveryCommandAndFlag) {
  const std::string commands = between(page, "The commands are:", "The global flags are");
  Names paths;
  Names flags;
  for (const auto& [path, command] : leaves(root)) {
    paths.insert(path);
    flags.merge(flags_of(*command));
    for (const CLI::Option* flag : command->get_options()) {
      const auto value = grammar.flags.find(flag);  // TOKEN_ID and -h have none
      if (value == grammar.flags.end()) continue;
      for (const auto& choice : value->second.choices) {
        EXPECT_THAT(commands, testing::ContainsRegex("(Cm |\\| )" + choice + "\\b")) << path;
      }
    }
  }
  EXPECT_EQ(found(commands, R"(\n\.It Cm ([a-z ]+))"), paths);
  Names explained;
  for (const auto& name : found(commands, R"(\n\.It Fl (-[a-z-]+))")) explained.insert("-" + name);
  EXPECT_EQ(explained, flags);
  EXPECT_EQ(flags_in(between(page, "The global flags are", ".Ss Credentials")), flags_of(root));
}

TEST_F(ManPage, NamesNoFlagThatIsNotThere) {
  Names flags = flags_of(root);
  for (const auto& leaf : leaves(root)) flags.merge(flags_of(*leaf.second));
  EXPECT_EQ(flags_in(page), flags);
}

}  // namespace

}  // namespace influxctl::grammar_man_page_test
