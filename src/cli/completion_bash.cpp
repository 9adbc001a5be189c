// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion_script.h"

namespace influxctl {

namespace {

constexpr const char* kScript =
    R"SCRIPT(# bash completion for influxctl, printed by: influxctl completion bash
# shellcheck shell=bash

# Joins what bash takes apart within a word, at : = and @: sets words; starts, where each of them
# begins in COMP_WORDS; and skip, how much of the last stands before what readline replaces: TEXT
_influxctl_join() {
  local rest=$COMP_LINE last=-1 piece i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i == 0)) || [[ -z $piece || $rest == [[:blank:]]* ]]; then
      rest=${rest#"${rest%%[![:blank:]]*}"} last=$((last + 1))
      words[last]='' starts[last]=$i
    fi
    words[last]+=$piece rest=${rest#"$piece"}
  done
  piece=${words[last]} skip=0
  if [[ $1 != *[!:=]* ]]; then # what bash takes apart at stays; bash-completion's sudo names it here
    skip=${#piece}
  elif [[ $piece == *"$1" ]]; then
    skip=$((${#piece} - ${#1}))
  fi
  if ((skip)) && [[ ${piece:skip-1:1} == [\'\"] ]]; then skip=$((skip - 1)); fi
}

# Goes on to a command: sets level.
_influxctl_step() {
  case "$level $word" in
@STEPS@  esac
}

# Says how the value of a flag is completed: sets kind, which is empty for a switch, and choices.
_influxctl_kind() {
  kind='' choices=()
  case "$level $flag" in
@KINDS@  esac
}

# Prints a word without its quotes and backslashes, and with ~/ expanded; nothing else is.
_influxctl_plain() {
  local word=$1
  case $word in
    \'*) word=${word#\'} word=${word%\'} ;;
    \"*) word=${word#\"} word=${word%\"} ;;
    \~/*) word=$HOME/${word#\~/} ;;
  esac
  # shellcheck disable=SC2162  # it is to take the backslashes away
  if [[ $1 != \'* ]]; then IFS= read word <<<"$word"; fi
  printf '%s\n' "$word"
}

# Offers those of the words that begin with $current: WORD...
_influxctl_offer() {
  local word
  for word; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$prefix${word:${#head}}"); fi
  done
}

# Offers the lines of standard input that begin with what $current means, quoted as $current is:
# readline itself leaves $( and ` as they are.
_influxctl_offer_quoted() {
  local plain before line text char quote='' i
  plain=$(_influxctl_plain "$current") before=$(_influxctl_plain "$head")
  if [[ $current == [\'\"]* ]]; then quote=${current:0:1}; fi
  while IFS= read -r line; do
    if [[ $line != "$plain"* ]]; then continue; fi
    text=''
    for ((i = ${#before}; i < ${#line}; i++)); do
      char=${line:i:1}
      case $quote$char in
        \'\') text+="'\\''" ;;
        \"\!) text+='"\!"' ;;
        \"[\"\\\$\`]) text+="\\$char" ;;
        [\'\"]?) text+=$char ;;
        [[:alnum:]_./-]) text+=$char ;;
        *) text+="\\$char" ;;
      esac
    done
    COMPREPLY+=("$prefix$text")
  done
}

_influxctl_files() {
  # readline knows best; but it takes all that it replaces for the name, and bash 3 has no compopt.
  if [[ -z $prefix$head ]] && compopt -o default 2>/dev/null; then return; fi
  _influxctl_offer_quoted < <(compgen -f -- "$(_influxctl_plain "$current")")
}

_influxctl_value() {
  case $kind in
    choice) _influxctl_offer "${choices[@]}" ;;
    file | config) _influxctl_files ;;
    profile)
      _influxctl_offer_quoted < <(
        command influxctl completion profiles --config="$(_influxctl_plain "$config")" 2>/dev/null
      )
      ;;
  esac
}

# Completes the program after -- and its arguments: INDEX, where it stands.
_influxctl_program() {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    _influxctl_offer_quoted < <(compgen -c -- "$current")
  else
    _influxctl_files
  fi
}

# Offers the commands below this level, or its flags that are not given yet.
_influxctl_words() {
  local below=() flags=() name
  case $level in
@BELOW@  esac
@FLAGS@  if [[ $current != -* ]] && ((${#below[@]})); then
    _influxctl_offer "${below[@]}"
    return
  fi
  for name in "${flags[@]}"; do
    if [[ $given != *" $name "* ]]; then _influxctl_offer "$name"; fi
  done
}

_influxctl() {
  local words=() starts=() skip=0 level=influxctl flag='' kind='' prefix='' head='' config=''
  local given=' ' choices=() current word i
  COMPREPLY=()
  _influxctl_join "$2"
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ $word == -- ]]; then
      current=${COMP_WORDS[COMP_CWORD]}
      case $level in
        @PROGRAM@) _influxctl_program $((starts[i] + 1)) ;;
      esac
      return
    elif [[ -n $flag ]]; then
      if [[ $kind == config ]]; then config=$word; fi
      flag=''
    elif [[ $word == -* ]]; then
      flag=${word%%=*}
      given+="$flag "
      _influxctl_kind
      if [[ $kind == config && $word == *=* ]]; then config=${word#*=}; fi
      if [[ -z $kind || $word == *=* ]]; then flag=''; fi
    else
      if [[ $word == *[\'\"\\]* ]]; then word=$(_influxctl_plain "$word"); fi
      _influxctl_step
    fi
  done
  current=${words[i]}
  if [[ -z $flag && $current == --*=* ]]; then
    flag=${current%%=*} prefix=${current%%=*}= current=${current#*=}
    _influxctl_kind
  fi
  if ((skip >= ${#prefix})); then head=${current:0:skip-${#prefix}} prefix=''; fi
  if [[ -n $flag ]]; then _influxctl_value; else _influxctl_words; fi
}

complete -F _influxctl influxctl
)SCRIPT";

std::string words(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& word : list) text += (text.empty() ? "" : " ") + sh_quoted(word);
  return text;
}

std::string below_cases(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    std::vector<std::string> names;
    for (const auto& child : level.command->commands) names.push_back(child.names.front());
    if (names.empty()) continue;
    cases += "    " + sh_quoted(level.path) + ") below=(" + words(names) + ") ;;\n";
  }
  return cases;
}

std::string flag_lines(const std::vector<Level>& levels) {
  std::string lines;
  for (const auto& level : levels) {
    std::vector<std::string> names;
    for (const auto& flag : level.command->flags) {
      names.insert(names.end(), flag.names.begin(), flag.names.end());
    }
    if (names.empty()) continue;
    lines += "  if [[ \"$level \" == " + sh_quoted(level.path + " ") + "* ]]; then\n    flags+=(" +
             words(names) + ")\n  fi\n";
  }
  return lines;
}

}  // namespace

std::string bash_completion(const CommandOutline& root) {
  const auto levels = levels_of(root);
  return sh_filled(kScript, levels, below_cases(levels), flag_lines(levels));
}

}  // namespace influxctl
