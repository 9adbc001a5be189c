// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion_script.h"

namespace influxctl {

namespace {

constexpr const char* kScript = R"SCRIPT(#compdef influxctl
# zsh completion for influxctl, printed by: influxctl completion zsh

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

_influxctl_profiles() {
  local -a names expl
  if [[ $config == '~/'* ]]; then config=$HOME/${config#'~/'}; fi
  names=(${(f)"$(command influxctl completion profiles --config="$config" 2>/dev/null)"})
  _wanted profiles expl profile compadd -a names
}

_influxctl() {
  local curcontext=$curcontext level=influxctl flag= kind= config= word state state_descr line i ret=1
  local -a choices below flags
  local -A opt_args
  for ((i = 2; i < CURRENT; i++)); do
    word=${(Q)words[i]}
    if [[ $words[i] == -- ]]; then
      case $level in
        @PROGRAM@) ;;
        *) return 1 ;;
      esac
      words=("${(@)words[i + 1,-1]}")
      ((CURRENT -= i))
      _normal
      return
    elif [[ -n $flag ]]; then
      if [[ $kind == config ]]; then config=$word; fi
      flag=
    elif [[ $word == -* ]]; then
      flag=${word%%=*}
      _influxctl_kind
      if [[ $kind == config && $word == *=* ]]; then config=${word#*=}; fi
      if [[ -z $kind || $word == *=* ]]; then flag=; fi
    else
      _influxctl_step
    fi
  done
  case $level in
@BELOW@  esac
@FLAGS@  if (($#below)); then flags+=('*: :->command'); else flags+=('*: : '); fi
  _arguments -C -S : $flags && ret=0
  if [[ $state == command ]]; then _describe -t commands command below && ret=0; fi
  return ret
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _influxctl "$@"
elif (( $+functions[compdef] )); then
  compdef _influxctl influxctl
else
  print -u2 "completion of influxctl: run 'autoload -U compinit; compinit' first"
fi
)SCRIPT";

// For the text of a specification: what has a meaning there gets a backslash.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == ':' || c == '[' || c == ']') result += '\\';
    result += c;
  }
  return result;
}

// What _arguments does for the value.
std::string action_of(const FlagOutline& flag) {
  switch (flag.value) {
    case ValueKind::none:
      return {};
    case ValueKind::text:
      break;
    case ValueKind::file:
    case ValueKind::config:
      return "_files";
    case ValueKind::profile:
      return "_influxctl_profiles";
    case ValueKind::choice: {
      std::string list = "(";
      for (const auto& choice : flag.choices) list += (list.size() > 1 ? " " : "") + choice;
      return list + ")";
    }
  }
  return " ";
}

std::string specifications(const FlagOutline& flag) {
  std::string names;
  for (const auto& name : flag.names) names += (names.empty() ? "" : " ") + name;
  std::string lines;
  for (const auto& name : flag.names) {
    std::string text = "(" + names;
    text += ")" + name;
    if (flag.value != ValueKind::none && name.starts_with("--")) text += "=";
    text += "[" + escaped(flag.description) + "]";
    if (flag.value != ValueKind::none) {
      text += ":" + escaped(flag.value_name) + ":" + action_of(flag);
    }
    lines += "      " + sh_quoted(text) + "\n";
  }
  return lines;
}

std::string below_cases(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    if (level.command->commands.empty()) continue;
    cases += "    " + sh_quoted(level.path) + ")\n      below=(\n";
    for (const auto& child : level.command->commands) {
      cases += "        " +
               sh_quoted(escaped(child.names.front()) + ":" + escaped(child.description)) + "\n";
    }
    cases += "      )\n      ;;\n";
  }
  return cases;
}

std::string flag_lines(const std::vector<Level>& levels) {
  std::string lines;
  for (const auto& level : levels) {
    if (level.command->flags.empty()) continue;
    lines += "  if [[ \"$level \" == " + sh_quoted(level.path + " ") + "* ]]; then\n    flags+=(\n";
    for (const auto& flag : level.command->flags) lines += specifications(flag);
    lines += "    )\n  fi\n";
  }
  return lines;
}

}  // namespace

std::string zsh_completion(const CommandOutline& root) {
  const auto levels = levels_of(root);
  return sh_filled(kScript, levels, below_cases(levels), flag_lines(levels));
}

}  // namespace influxctl
