// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/process_context.h"
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

/// What the words of a command line are, by the rules of Go's flags: `-flag` means `--flag`, a
/// switch is alone or `=true` or `=false`, a value is never empty, positional words are text.
/// CLI11's own parser gives a meaning to brackets, quotes and `=-1`, so it is not used.
struct Reading {
  CLI::App* level = nullptr;  ///< the innermost command that is named
  std::vector<std::pair<const CLI::Option*, std::string>> given;  ///< a switch: `true` or `false`
  const CLI::Option* pending = nullptr;  ///< a flag at the end of the words, without its value
  std::vector<std::string> ids;          ///< positional words of revoke and rotate
  std::optional<std::size_t> dashes;     ///< where `--` is; what follows is not read
  bool help = false;                     ///< asked for by flag or word
  bool topics = false;                   ///< asked for by word: the words after it name commands
  std::optional<Error> mistake;          ///< the first one
};
Reading read_words(Grammar& grammar, const std::vector<std::string>& words);

/// What the environment says where the command line is silent, and which flags a hint repeats.
void read_environment(const Environment& environment, Options& options);

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
