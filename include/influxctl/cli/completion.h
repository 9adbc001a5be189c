// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/process_context.h"
#include "influxctl/cli/options.h"

namespace influxctl {

/// The script of a shell. At every TAB it calls `influxctl __complete SHELL WORD...`, a hidden
/// command, and runs nothing else that is on the line.
std::string completion_script(Shell shell);

/// What a shell's script hands over, as words after the program's name; the last one is at the
/// cursor. zsh and fish hand over the words; bash the line up to the cursor and the piece of it
/// that readline replaces.
struct ShellLine {
  Shell shell = Shell::bash;
  std::vector<std::string> words;  ///< without quotes, `~/` expanded
  std::string raw;                 ///< bash: the last word as it is typed
  std::string replaced;            ///< bash: its end, from the last `:`, `=` or `@` on
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
  std::size_t dashes = 0;             ///< program: the index of `--` in the words
  Options options;                    ///< what the line says so far of the profile
  std::vector<std::string> unwanted;  ///< tokens: ids that are on the line
};
Completion complete_line(const ShellLine& line, const Environment& environment);

/// What the script reads: a line with what to do and a number, and a line for each candidate.
std::string completion_reply(const ShellLine& line, Completion completion);

}  // namespace influxctl
