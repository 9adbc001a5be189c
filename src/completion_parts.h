// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/completion.h"

namespace influxctl {

/// A command and where it stands.
struct Level {
  std::string path;  ///< `influxctl management create`
  const CommandOutline* command = nullptr;
};

/// All commands, each before those below it. They point into `root`.
std::vector<Level> levels_of(const CommandOutline& root);

/// What is to stand for `@NAME@`.
using Parts = std::vector<std::pair<std::string_view, std::string>>;

/// The script with its parts filled in.
std::string filled(std::string script, const Parts& parts);

/// One word for bash and zsh.
std::string sh_quoted(std::string_view text);

/// Lines of a case statement of bash and zsh over "$level $word" that set level.
std::string step_cases(const std::vector<Level>& levels);

/// Lines of a case statement of bash and zsh over "$level $flag" that set kind and choices.
std::string kind_cases(const std::vector<Level>& levels);

/// The paths of the commands that a program may follow after `--`, as alternatives of a pattern.
std::string program_pattern(const std::vector<Level>& levels);

std::string bash_completion(const CommandOutline& root);
std::string zsh_completion(const CommandOutline& root);
std::string fish_completion(const CommandOutline& root);

}  // namespace influxctl
