// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/environment.h"
#include "influxctl/base/error.h"
#include "influxctl/cli/grammar.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// The hidden command that the shells' scripts call: `influxctl __complete SHELL WORD...`.
inline constexpr std::string_view kCompleteCommand = "__complete";

/// What the words of a command line are, by the rules of Go's flags: `-flag` means `--flag`, a
/// switch is alone or `=true` or `=false`, a value is never empty, positional words are text.
struct Reading {
  CLI::App* level = nullptr;             ///< the innermost command that is named
  std::vector<std::string> flags;        ///< for CLI11: `--dry-run`, `--format==json`
  std::vector<const CLI::Option*> seen;  ///< flags that are given, switches that are off too
  const CLI::Option* pending = nullptr;  ///< a flag at the end of the words, without its value
  std::vector<std::string> ids;          ///< positional words of revoke and rotate
  std::optional<std::size_t> dashes;     ///< where `--` is; what follows is not read
  bool help = false;                     ///< asked for by flag or word
  bool topics = false;                   ///< asked for by word: the words after it name commands
  std::optional<Error> mistake;          ///< the first one
};
Reading read_words(Grammar& grammar, const std::vector<std::string>& words);

/// Parses the arguments after the program's name. Throws Error{usage} with one message and, for a
/// near miss, the nearest right word.
Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment);

}  // namespace influxctl
