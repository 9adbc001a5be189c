// SPDX-License-Identifier: MIT
// docs/influxctl.1 against the parser's tree: neither has a command or a flag that the other lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "build_paths.h"
#include "captured.h"
#include "influxctl/cli/cli.h"

namespace influxctl::man_page_test {

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

Names flags_of(const CommandOutline& command) {
  Names flags;
  for (const auto& flag : command.flags) flags.insert(flag.names.begin(), flag.names.end());
  return flags;
}

// The commands that do something, with their paths; what follows help names another command.
std::map<std::string, CommandOutline> leaves(const CommandOutline& command,
                                             const std::string& above = "") {
  std::map<std::string, CommandOutline> all;
  for (const auto& child : command.commands) {
    const std::string path = above + child.names.front();
    if (child.commands.empty() || path == "help") {
      all.emplace(path, child);
    } else {
      all.merge(leaves(child, path + " "));
    }
  }
  return all;
}

class ManPage : public testing::Test {
 protected:
  const std::string page = read_whole(SOURCE_DIRECTORY "/docs/influxctl.1");
  const CommandOutline root = command_outline();
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
    expected[path] = flags_of(command);
    EXPECT_EQ(programs[path], command.takes_program) << path;
  }
  EXPECT_EQ(flags, expected);
}

TEST_F(ManPage, DescriptionExplainsEveryCommandAndFlag) {
  const std::string commands = between(page, "The commands are:", "The global flags are");
  Names paths;
  Names flags;
  for (const auto& [path, command] : leaves(root)) {
    paths.insert(path);
    flags.merge(flags_of(command));
    for (const auto& flag : command.flags) {
      for (const auto& choice : flag.choices) {
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
  for (const auto& leaf : leaves(root)) flags.merge(flags_of(leaf.second));
  EXPECT_EQ(flags_in(page), flags);
}

}  // namespace

}  // namespace influxctl::man_page_test
