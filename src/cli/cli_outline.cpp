// SPDX-License-Identifier: MIT
#include <algorithm>

#include "influxctl/cli/cli_grammar.h"

namespace influxctl {

namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// CLI11 keeps --help in every command; here it stands at the root alone, and is accepted below.
void drop_inherited(CommandOutline& command, const std::vector<FlagOutline>& above) {
  const auto inherited = [&](const FlagOutline& flag) {
    return std::any_of(above.begin(), above.end(),
                       [&](const FlagOutline& other) { return other.names == flag.names; });
  };
  auto& flags = command.flags;
  flags.erase(std::remove_if(flags.begin(), flags.end(), inherited), flags.end());
  for (auto& child : command.commands) drop_inherited(child, above);
}

// The words after `help` name a command.
CommandOutline topic_of(const CommandOutline& command) {
  CommandOutline topic{command.names, command.description, {}, {}, false};
  for (const auto& child : command.commands) topic.commands.push_back(topic_of(child));
  return topic;
}

}  // namespace

FlagOutline Grammar::outline_of(const CLI::Option& option) const {
  FlagOutline flag;
  flag.names = names_of(option);
  flag.description = one_line(option.get_description());
  if (option.get_items_expected_max() == 0) return flag;
  flag.value_name = option.get_type_name();
  const auto found = completed_.find(&option);
  const Values values = found == completed_.end() ? Values{} : found->second;
  flag.value = values.kind;
  flag.choices = values.choices;
  return flag;
}

CommandOutline Grammar::outline_of(const CLI::App& app) const {
  CommandOutline command;
  command.names = {app.get_name()};
  const auto& aliases = app.get_aliases();
  command.names.insert(command.names.end(), aliases.begin(), aliases.end());
  command.description = one_line(app.get_description());
  command.takes_program = takes_program(app);
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) command.flags.push_back(outline_of(*option));
  }
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_group().empty()) command.commands.push_back(outline_of(*child));
  }
  return command;
}

CommandOutline Grammar::outline() const {
  CommandOutline root = outline_of(root_);
  for (auto& command : root.commands) drop_inherited(command, root.flags);
  const CommandOutline topics = topic_of(root);
  for (auto& command : root.commands) {
    if (command.names.front() == "help") command.commands = topics.commands;
  }
  return root;
}

}  // namespace influxctl
