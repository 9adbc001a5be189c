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

/// How the value of a flag is completed; `none`: a switch, `text`: not at all.
enum class ValueKind { none, text, file, profile, choice };

/// What a flag means. `take` puts a value where it belongs and throws Error{usage} for a wrong one.
struct FlagValue {
  ValueKind kind = ValueKind::none;
  std::vector<std::string> choices;
  std::function<void(const std::string&)> take;
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

/// The command of this name or alias right below; nullptr when there is none.
CLI::App* child_of(CLI::App& command, std::string_view name);
std::vector<CLI::App*> children_of(CLI::App& command);

/// The flag of this name (`--format`, `-h`) of this command or one above it; nullptr for none.
const CLI::Option* find_flag(const CLI::App& command, const std::string& name);

/// All flags that are accepted at this command, those above included, each once.
std::vector<const CLI::Option*> flags_at(const CLI::App& command);

/// `-h`, `--help`; the long name comes last.
std::vector<std::string> names_of(const CLI::Option& flag);

bool takes_value(const CLI::Option& flag);
bool takes_program(const CLI::App& command);  ///< `-- COMMAND` may follow
bool takes_ids(const CLI::App& command);      ///< TOKEN_ID may follow

}  // namespace influxctl
