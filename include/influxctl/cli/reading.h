// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/cli/grammar.h"

namespace influxctl {

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

}  // namespace influxctl
