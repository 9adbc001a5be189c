// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/cli/command_line.h"
#include "influxctl/cli/grammar.h"

namespace influxctl {

namespace {

constexpr std::string_view kBash =
    R"SCRIPT(# bash completion for influxctl, printed by: influxctl completion bash
# shellcheck shell=bash

_influxctl() {
  local line action=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $action ]]; then action=$line; else COMPREPLY+=("$line"); fi
  done < <(command influxctl __complete bash "$COMP_LINE" "$2" \
    "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  local number=${action#* }
  case $action in
    # readline knows best; bash 3 has no compopt, and takes the names that are offered
    files*) if compopt -o default 2>/dev/null; then COMPREPLY=(); fi ;;
    program*)
      if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$number"
      elif declare -F _command_offset >/dev/null; then
        _command_offset "$number"
      elif ((COMP_CWORD == number)); then
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

// Words in shell syntax: quotes and backslashes taken away, an unquoted ~/ expanded, nothing else.
std::string unquoted(std::string_view word, const std::string& home) {
  std::string text;
  char quote = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < word.size();
    if (escapes &&
        (quote == 0 || std::string_view("\"\\$`!").find(word[i + 1]) != std::string_view::npos)) {
      text += word[++i];
    } else if (quote == 0 ? c == '\'' || c == '"' : c == quote) {
      quote = quote == 0 ? c : '\0';
    } else {
      text += c;
    }
  }
  if (word.starts_with("~/")) text.replace(0, 1, home);
  return text;
}

// For the line in bash: readline leaves $( and ` as they are.
std::string escaped_for_bash(std::string_view text, char quote) {
  std::string result;
  for (const char c : text) {
    const bool plain = is_unreserved(c) ? c != '~' : c == '/' || (c & 0x80) != 0;
    if (quote == '\'') {
      result += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
    } else if (quote == '"') {
      if (c == '!') {
        result += R"("\!")";
      } else {
        if (std::string_view("\"\\$`").find(c) != std::string_view::npos) result += '\\';
        result += c;
      }
    } else {
      if (!plain) result += '\\';
      result += c;
    }
  }
  return result;
}

// Joins what bash takes apart within a word.
void join_pieces(std::string_view rest, std::string_view replaced,
                 const std::vector<std::string>& pieces, const std::string& home, ShellLine& line) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  std::vector<std::string> raw;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string& piece = pieces[i];
    if (i == 0 || piece.empty() || (!rest.empty() && is_blank(rest.front()))) {
      while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
      raw.emplace_back();
      line.starts.push_back(i);
    }
    raw.back() += piece;
    if (rest.starts_with(piece)) rest.remove_prefix(piece.size());
  }
  line.raw = raw.back();
  // What bash takes apart at stays; bash-completion's sudo names it as what is replaced.
  if (replaced.find_first_not_of(":=") == std::string_view::npos) {
    line.kept = line.raw.size();
  } else if (line.raw.ends_with(replaced)) {
    line.kept = line.raw.size() - replaced.size();
  }
  if (line.kept > 0 && (line.raw[line.kept - 1] == '\'' || line.raw[line.kept - 1] == '"')) {
    --line.kept;
  }
  for (const auto& word : raw) line.words.push_back(unquoted(word, home));
  line.words.erase(line.words.begin());  // the program's name
}

std::string bash_reply(const ShellLine& line, const Completion& completion) {
  const bool has_prefix = line.raw.starts_with(completion.prefix);
  const std::string typed = has_prefix ? line.raw.substr(completion.prefix.size()) : line.raw;
  const std::size_t prefix_size = has_prefix ? completion.prefix.size() : 0;
  const bool keeps_prefix = line.kept >= prefix_size;
  const std::string head = keeps_prefix ? typed.substr(0, line.kept - prefix_size) : "";
  const std::size_t kept = unquoted(head, "~").size();
  const char quote = !typed.empty() && (typed[0] == '\'' || typed[0] == '"') ? typed[0] : '\0';
  const bool whole = (keeps_prefix ? 0 : prefix_size) == 0 && head.empty();
  const bool leaves_it_to_readline = completion.kind == Completion::Kind::files && whole;
  std::string reply = leaves_it_to_readline ? "files 0\n" : "words 0\n";
  for (const auto& candidate : completion.candidates) {
    reply += (keeps_prefix ? "" : completion.prefix) +
             escaped_for_bash(std::string_view(candidate.word).substr(kept), quote) + "\n";
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
  switch (grammar.value_kind(flag)) {
    case ValueKind::none:
    case ValueKind::text:
      break;
    case ValueKind::file:
      completion.kind = Completion::Kind::files;
      break;
    case ValueKind::profile:
      completion.kind = Completion::Kind::profiles;
      break;
    case ValueKind::choice:
      for (const auto& choice : grammar.choices(flag)) {
        completion.candidates.push_back({choice, ""});
      }
  }
}

void offer_flags(const Reading& reading, const CLI::App& level, Completion& completion) {
  for (const CLI::Option* flag : flags_at(level)) {
    if (std::find(reading.seen.begin(), reading.seen.end(), flag) != reading.seen.end()) continue;
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
  offer_flags(reading, reading.topics ? grammar.root() : level, completion);
}

// What the flags on the line say of the profile; what is wrong with other flags does not matter.
Options profile_options(const Reading& reading, const Environment& environment) {
  std::vector<std::string> flags;
  for (const auto& flag : reading.flags) {
    for (const std::string_view name :
         {"--config=", "--profile=", "--account=", "--cluster=", "--api-path="}) {
      if (flag.starts_with(name))
        flags.push_back(flag.substr(0, name.size()) + flag.substr(name.size() + 1));
    }
  }
  flags.insert(flags.end(), {"auth", "login"});
  try {
    return parse_command_line(flags, environment);
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

std::string completion_script(Shell shell) {
  switch (shell) {
    case Shell::bash:
      return std::string(kBash);
    case Shell::zsh:
      return std::string(kZsh);
    case Shell::fish:
      return std::string(kFish);
  }
  return {};
}

ShellLine read_shell_line(const Options& options, const Environment& environment) {
  ShellLine line;
  line.shell = options.shell;
  const std::string home = environment.get("HOME");
  const auto& words = options.shell_words;
  if (line.shell == Shell::bash) {
    if (words.size() > 2) {
      join_pieces(words[0], words[1], {words.begin() + 2, words.end()}, home, line);
    }
  } else {
    line.words = words;
    for (auto& word : line.words) {
      if (word.starts_with("~/")) word.replace(0, 1, home);
    }
  }
  if (line.words.empty()) line.words.emplace_back();
  return line;
}

Completion complete_line(const ShellLine& line, const Environment& environment) {
  Completion completion;
  Options unused;
  Grammar grammar(unused);
  completion.current = line.words.back();
  const Reading reading = read_words(grammar, {line.words.begin(), line.words.end() - 1});
  completion.options = profile_options(reading, environment);
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
    // The place of -- among the shell's words, the program's name included: zsh and fish count
    // from 1; bash wants the place after it, and counts pieces from 0.
    const std::size_t place = completion.dashes + 2;
    const std::size_t piece = line.shell == Shell::bash ? line.starts.at(place - 1) + 1 : place;
    return "program " + std::to_string(piece) + "\n";
  }
  if (line.shell == Shell::bash) return bash_reply(line, completion);
  const bool files = completion.kind == Completion::Kind::files;
  const std::string action = files ? "files " : "words ";
  if (line.shell == Shell::zsh) {
    return action + std::to_string(completion.prefix.size()) + "\n" +
           (files ? "" : zsh_lines(completion.candidates));
  }
  return action + "0\n" + (files ? "" : fish_lines(completion));
}

}  // namespace influxctl
