// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/cli/options.h"

namespace influxctl {

/// What a flag means. `take` puts a value where it belongs, and throws Error{usage} for a wrong
/// one, with the flag's name. A switch gets `true` or `false`.
struct FlagValue {
  std::vector<std::string> choices;  ///< the values that are right; empty: others too
  std::function<void(const std::string& flag, const std::string& value)> take;
};

/// What a command does; one that only has commands below it shows its help.
struct CommandSpec {
  std::string arguments;  ///< for the usage line
  Command command = Command::help;
  Shell shell = Shell::bash;
};

/// The tree of commands and flags in CLI11, which prints the help.
struct Grammar {
  /// `options` outlives this, and is where values go.
  explicit Grammar(Options& options);

  CLI::App root{"Create management tokens for an InfluxDB Clustered cluster."};
  std::map<const CLI::Option*, FlagValue> flags;
  std::map<const CLI::App*, CommandSpec> commands;
};

/// `influxctl management create`
std::string path_of(const CLI::App& command);

/// The candidate that `word` most likely means: a known synonym, the only one that begins with
/// `word`, or the nearest by spelling. Upper case does not matter. Empty when there is none.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

/// The command of this name or alias right below; nullptr when there is none.
CLI::App* child_of(CLI::App& command, std::string_view name);
std::vector<CLI::App*> children_of(CLI::App& command);

/// The flag of this name (`--format`, `-h`) of this command or one above it; nullptr for none.
const CLI::Option* find_flag(const CLI::App& command, const std::string& name);

/// All flags that are accepted at this command, those above included, each once.
std::vector<const CLI::Option*> flags_at(const CLI::App& command);

/// `-h`, `--help`; get_name() is the long one.
std::vector<std::string> names_of(const CLI::Option& flag);

bool takes_value(const CLI::Option& flag);    ///< it is no switch
bool takes_file(const CLI::Option& flag);     ///< its value is the name of a file
bool takes_profile(const CLI::Option& flag);  ///< its value is the name of a profile
bool takes_program(const CLI::App& command);  ///< `-- COMMAND` may follow
bool takes_ids(const CLI::App& command);      ///< TOKEN_ID may follow

}  // namespace influxctl
