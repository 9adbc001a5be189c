// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion.h"

#include <algorithm>

#include "influxctl/base/text.h"
#include "influxctl/cli/reading.h"

namespace influxctl {

namespace {

constexpr std::string_view kBash =
    R"SCRIPT(# bash completion for influxctl, printed by: influxctl completion bash
# shellcheck shell=bash

_influxctl() {
  local line action='' i=1
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $action ]]; then action=$line; else COMPREPLY+=("$line"); fi
  done < <(command influxctl __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case $action in
    # readline knows best; bash 3 has no compopt, and takes the names that are offered
    files*) if compopt -o default 2>/dev/null; then COMPREPLY=(); fi ;;
    program*)
      while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i]} != -- ]]; do ((i++)); done
      ((i++))
      if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$i"
      elif declare -F _command_offset >/dev/null; then
        _command_offset "$i"
      elif ((COMP_CWORD == i)); then
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -c -- "$2")
      else
        compopt -o default 2>/dev/null
      fi
      ;;
  esac
}

complete -F _influxctl influxctl
)SCRIPT";

constexpr std::string_view kZsh = R"SCRIPT(#compdef influxctl
# zsh completion for influxctl, printed by: influxctl completion zsh

_influxctl() {
  local -a reply values displays list expl
  local line action number
  reply=("${(@f)$(command influxctl __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  action=${reply[1]% *} number=${reply[1]#* }
  if [[ $action == program ]]; then
    words=("${(@)words[number + 1,-1]}")
    ((CURRENT -= number))
    _normal
    return
  fi
  if ((number)); then compset -p $number; fi
  if [[ $action == files ]]; then
    _files
    return
  fi
  for line in "${(@)reply[2,-1]}"; do
    if [[ $line == *$'\t'* ]]; then list=(-l); fi
    values+=("${line%%$'\t'*}") displays+=("${line#*$'\t'}")
  done
  _wanted values expl influxctl compadd $list -d displays -a values
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _influxctl "$@"
elif (( $+functions[compdef] )); then
  compdef _influxctl influxctl
else
  print -u2 "completion of influxctl: run 'autoload -U compinit; compinit' first"
fi
)SCRIPT";

constexpr std::string_view kFish =
    R"SCRIPT(# fish completion for influxctl, printed by: influxctl completion fish

# Asks the program what can be at the cursor. Fails where that is a file: fish knows best.
function __influxctl_ask
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l reply (command influxctl __complete fish $words[2..-1] "$current" 2>/dev/null)
    set -l action (string split ' ' -- "$reply[1]")
    set -g __influxctl_offers $reply[2..-1]
    if test "$action[1]" = program
        set -l inner $words[(math $action[2] + 1)..-1]
        set -l text (string join -- ' ' (string escape -- $inner) "$current")
        # What begins with a dash is no program, and complete would take it for a flag of its own.
        string match -q -- '-*' "$text"; or set -g __influxctl_offers (complete -C "$text")
    end
    test "$action[1]" != files
end

complete -c influxctl -k -n __influxctl_ask -f -a '$__influxctl_offers'
)SCRIPT";

/// A word of a line in shell syntax: as it is typed, and without quotes and backslashes. Nothing is
/// expanded but a `~/` at its start.
struct ShellWord {
  std::string raw, text;
  char quote = 0;  ///< that is still open at its end
};

/// The words of a line; the last one is empty where a blank is before the cursor.
std::vector<ShellWord> split(std::string_view line) {
  std::vector<ShellWord> words(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    ShellWord& word = words.back();
    const char c = line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (word.quote == 0 && (c == ' ' || c == '\t')) {
      if (!word.raw.empty()) words.emplace_back();
      continue;
    }
    word.raw += c;
    if (c == '\\' && next != 0 &&
        (word.quote == 0 ||
         (word.quote == '"' && std::string_view("\"\\$`!").find(next) != std::string_view::npos))) {
      word.raw += next;
      word.text += next;
      ++i;
    } else if (c == word.quote) {
      word.quote = 0;
    } else if (word.quote == 0 && (c == '\'' || c == '"')) {
      word.quote = c;
    } else {
      word.text += c;
    }
  }
  return words;
}

// For the line in bash: readline leaves $( and ` as they are.
std::string escaped_for_bash(std::string_view text, char quote) {
  const std::string_view special = quote == '"' ? "\"\\$`" : "'";
  std::string result;
  for (const char c : text) {
    const bool plain = is_unreserved(c) ? c != '~' : c == '/' || c == '=' || (c & 0x80) != 0;
    if (quote == '\'' && c == '\'') {
      result += R"('\'')";
    } else if (quote == '"' && c == '!') {
      result += R"("\!")";
    } else if (quote == 0 ? !plain : special.find(c) != std::string_view::npos) {
      result.append("\\").append(1, c);
    } else {
      result += c;
    }
  }
  return result;
}

// bash takes words apart at `:`, `=` and `@`, and has readline replace the last piece: what is
// before that piece stays on the line.
std::string bash_reply(const ShellLine& line, const Completion& completion) {
  const std::string_view raw = line.raw;
  const bool ends_apart = line.replaced.find_first_not_of(":=") == std::string::npos;  // sudo's way
  const bool is_end = raw.ends_with(line.replaced);
  const std::size_t kept = ends_apart ? raw.size() : is_end ? raw.size() - line.replaced.size() : 0;
  const std::string on_line = split(raw.substr(0, kept)).back().text;
  const char quote = split(raw).back().quote;
  const bool leaves_it_to_readline =
      completion.kind == Completion::Kind::files && on_line == completion.prefix;
  std::string reply = leaves_it_to_readline ? "files 0\n" : "words 0\n";
  for (const auto& candidate : completion.candidates) {
    const std::string word = completion.prefix + candidate.word;
    if (word.starts_with(on_line)) {
      reply += escaped_for_bash(std::string_view(word).substr(on_line.size()), quote) + "\n";
    }
  }
  return reply;
}

// The display of zsh has the descriptions in a column.
std::string zsh_lines(const std::vector<Candidate>& candidates) {
  std::size_t widest = 0;
  for (const auto& candidate : candidates) {
    widest = std::max(widest, display_width(candidate.word));
  }
  std::string lines;
  for (const auto& [word, description] : candidates) {
    lines += word;
    if (!description.empty()) {
      lines.append("\t").append(word).append(widest - display_width(word), ' ');
      lines.append("  -- ").append(description);
    }
    lines += "\n";
  }
  return lines;
}

std::string fish_lines(const Completion& completion) {
  std::string lines;
  for (const auto& [word, description] : completion.candidates) {
    lines += completion.prefix + word + (description.empty() ? "" : "\t" + description) + "\n";
  }
  return lines;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void offer_value(const Grammar& grammar, const CLI::Option& flag, Completion& completion) {
  const auto found = grammar.flags.find(&flag);
  if (found == grammar.flags.end()) return;  // -h
  for (const auto& choice : found->second.choices) completion.candidates.push_back({choice, ""});
  if (takes_file(flag)) completion.kind = Completion::Kind::files;
  if (takes_profile(flag)) completion.kind = Completion::Kind::profiles;
}

void offer_flags(const Reading& reading, const CLI::App& level, Completion& completion) {
  for (const CLI::Option* flag : flags_at(level)) {
    const bool is_given = std::any_of(reading.given.begin(), reading.given.end(),
                                      [flag](const auto& given) { return given.first == flag; });
    if (is_given) continue;
    for (const auto& name : names_of(*flag)) {
      completion.candidates.push_back({name, one_line(flag->get_description())});
    }
  }
}

void offer_words(const Reading& reading, Grammar& grammar, Completion& completion) {
  CLI::App& level = *reading.level;
  if (!completion.current.starts_with('-')) {
    for (const CLI::App* child : children_of(level)) {
      completion.candidates.push_back({child->get_name(), one_line(child->get_description())});
    }
    if (!completion.candidates.empty()) return;
    if (takes_ids(level) && !reading.topics) {
      completion.kind = Completion::Kind::tokens;
      completion.unwanted = reading.ids;
    }
  }
  offer_flags(reading, reading.topics ? grammar.root : level, completion);
}

}  // namespace

std::string completion_script(Shell shell) {
  return std::string(shell == Shell::bash ? kBash : shell == Shell::zsh ? kZsh : kFish);
}

ShellLine read_shell_line(const Options& options, const Environment& environment) {
  ShellLine line;
  line.shell = options.shell;
  line.words = options.shell_words;
  if (line.shell == Shell::bash) {
    line.replaced = line.words.size() > 1 ? line.words[1] : "";
    const auto typed = split(line.words.empty() ? "" : line.words[0]);
    line.raw = typed.back().raw;
    line.words.clear();  // from here on without the program's name
    for (std::size_t i = 1; i < typed.size(); ++i) line.words.push_back(typed[i].text);
  }
  if (line.words.empty()) line.words.emplace_back();
  for (auto& word : line.words) {
    if (word.starts_with("~/")) word.replace(0, 1, environment.get("HOME"));
  }
  return line;
}

Completion complete_line(const ShellLine& line, const Environment& environment) {
  Completion completion;
  Grammar grammar(completion.options);
  completion.current = line.words.back();
  const Reading reading = read_words(grammar, {line.words.begin(), line.words.end() - 1});
  for (const auto& [flag, value] : reading.given) {
    try {
      grammar.flags.at(flag).take(flag->get_name(), value);
    } catch (const Error&) {
      // Someone still types.
    }
  }
  read_environment(environment, completion.options);
  const auto equals = completion.current.find('=');
  if (reading.dashes && reading.level->get_name() != "revoke") {
    completion.dashes = *reading.dashes;
    if (takes_program(*reading.level)) completion.kind = Completion::Kind::program;
  } else if (reading.dashes) {
    completion.kind = Completion::Kind::tokens;
  } else if (reading.pending != nullptr) {
    offer_value(grammar, *reading.pending, completion);
  } else if (completion.current.starts_with("--") && equals != std::string::npos) {
    const CLI::Option* flag = find_flag(*reading.level, completion.current.substr(0, equals));
    completion.prefix = completion.current.substr(0, equals + 1);
    completion.current.erase(0, equals + 1);
    if (flag != nullptr) offer_value(grammar, *flag, completion);
  } else {
    offer_words(reading, grammar, completion);
  }
  return completion;
}

std::string completion_reply(const ShellLine& line, Completion completion) {
  // zsh and fish match in ways of their own, such as letters in between; here a word begins with
  // what is typed, unless that is still quoted.
  if (completion.current.find_first_of("'\"\\") == std::string::npos || line.shell == Shell::bash) {
    std::erase_if(completion.candidates, [&](const Candidate& candidate) {
      return !candidate.word.starts_with(completion.current);
    });
  }
  if (completion.kind == Completion::Kind::program) {
    // The place of -- among the words of zsh and fish, which count the program's name as 1.
    return "program " + std::to_string(completion.dashes + 2) + "\n";
  }
  if (line.shell == Shell::bash) return bash_reply(line, completion);
  const bool is_zsh = line.shell == Shell::zsh;
  const std::string number = std::to_string(is_zsh ? completion.prefix.size() : 0);
  if (completion.kind == Completion::Kind::files) return "files " + number + "\n";
  return "words " + number + "\n" +
         (is_zsh ? zsh_lines(completion.candidates) : fish_lines(completion));
}

}  // namespace influxctl
