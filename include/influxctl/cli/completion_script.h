// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/cli/completion.h"

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

/// A script of bash or zsh with its parts filled in: `@STEPS@` and `@KINDS@`, the cases that set
/// level by "$level $word", and kind and choices by "$level $flag"; `@PROGRAM@`, a pattern of the
/// commands that a program may follow after `--`; `@BELOW@` and `@FLAGS@` as given.
std::string sh_filled(std::string script, const std::vector<Level>& levels,
                      const std::string& below, const std::string& flags);

std::string bash_completion(const CommandOutline& root);
std::string zsh_completion(const CommandOutline& root);
std::string fish_completion(const CommandOutline& root);

}  // namespace influxctl
