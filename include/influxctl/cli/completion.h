// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/environment.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// The script of a shell. At every TAB it calls `influxctl __complete`, and runs nothing else that
/// is on the line.
std::string completion_script(Shell shell);

/// What a shell's script hands over, as words after the program's name; the last one is at the
/// cursor. zsh and fish hand over the words as they are. bash takes words apart at `:`, `=` and
/// `@`: it hands over the line, the piece that readline replaces, and the pieces up to the cursor.
struct ShellLine {
  Shell shell = Shell::bash;
  std::vector<std::string> words;   ///< without quotes, `~/` expanded
  std::vector<std::size_t> starts;  ///< bash: the piece that each word begins with
  std::string raw;                  ///< bash: the last word as it is typed
  std::size_t kept = 0;             ///< bash: how much of `raw` is before what readline replaces
};
ShellLine read_shell_line(const Options& options, const Environment& environment);

struct Candidate {
  std::string word, description;
};

/// What can be at the cursor.
struct Completion {
  enum class Kind {
    words,     ///< the candidates
    files,     ///< names of files
    profiles,  ///< names of profiles of config.toml
    tokens,    ///< ids of tokens, else the candidates
    program,   ///< what the shell completes for the program after `--`
  };
  Kind kind = Kind::words;
  std::vector<Candidate> candidates;
  std::string prefix;                 ///< `--format=`, where a value is completed behind it
  std::string current;                ///< what is typed so far, without the prefix
  std::size_t dashes = 0;             ///< program: the place of `--` in the words
  Options options;                    ///< what the line says so far of the profile
  std::vector<std::string> unwanted;  ///< tokens: ids that are on the line
};
Completion complete_line(const ShellLine& line, const Environment& environment);

/// What the script reads: a line with what to do and a number, and a line for each candidate.
std::string completion_reply(const ShellLine& line, Completion completion);

}  // namespace influxctl
