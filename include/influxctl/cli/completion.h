// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace influxctl {

/// How the value of a flag is completed; `none`: it takes no value, `text`: it is not.
enum class ValueKind { none, text, file, config, profile, choice };

/// A flag, as the parser has it.
struct FlagOutline {
  std::vector<std::string> names;  ///< as they are written: `-h`, `--help`
  std::string description;         ///< one line
  std::string value_name;          ///< `RFC3339`
  ValueKind value = ValueKind::none;
  std::vector<std::string> choices;  ///< with ValueKind::choice
};

/// A command, as the parser has it, and those below it.
struct CommandOutline {
  std::vector<std::string> names;  ///< its name, then others that mean the same
  std::string description;         ///< one line
  std::vector<FlagOutline> flags;  ///< accepted here and in the commands below
  std::vector<CommandOutline> commands;
  bool takes_program = false;  ///< `-- COMMAND` may follow
};

enum class Shell { bash, zsh, fish };

/// The script that completes command lines of the program in a shell. It runs nothing but the
/// program itself, for the names of the profiles, and never what stands on the line.
std::string completion_script(Shell shell, const CommandOutline& root);

}  // namespace influxctl
