// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion_script.h"

namespace influxctl {

namespace {

constexpr const char* kScript =
    R"SCRIPT(# fish completion for influxctl, printed by: influxctl completion fish

# Prints the command that a word leads to: LEVEL WORD
function __influxctl_step
    switch "$argv"
@STEPS@        case '*'
            echo $argv[1]
    end
end

# Says how the value of a flag is completed: LEVEL FLAG. Fails for a switch.
function __influxctl_kind
    switch "$argv"
@KINDS@        case '*'
            return 1
    end
end

# Prints where the cursor is: the command, with -- after it where that is on the line; the file
# that --config names; and then the flags that are given, a line each.
function __influxctl_line
    set -l level influxctl
    set -l flag
    set -l kind
    set -l config
    set -l given
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test "$word" = --
            set level "$level --"
            set flag
            break
        else if set -q flag[1]
            test $kind = config; and set config $word
            set -a given $flag
            set flag
        else if string match -q -- '-*' $word
            set -l parts (string split -m 1 -- = $word)
            if not set kind (__influxctl_kind $level $parts[1])
                set -a given $parts[1]
            else if set -q parts[2]
                test $kind = config; and set config $parts[2]
                set -a given $parts[1]
            else
                set flag $parts[1]
            end
        else
            set level (__influxctl_step $level $word)
        end
    end
    printf '%s\n' $level "$config" $given
end

# Whether a command below this one can stand at the cursor: LEVEL
function __influxctl_at
    set -l line (__influxctl_line)
    test "$line[1]" = "$argv[1]"
end

# Whether one of the flags can stand at the cursor: LEVEL FLAG...
function __influxctl_takes
    set -l line (__influxctl_line)
    string match -q -- "$argv[1] *" "$line[1] "; or return
    string match -q -- '* --' $line[1]; and return 1
    for flag in $argv[2..-1]
        contains -- $flag $line[3..-1]; and return 1
    end
    return 0
end

function __influxctl_profiles
    set -l line (__influxctl_line)
    set -l config (string replace -r '^~/' -- "$HOME/" "$line[2]")
    command influxctl completion profiles --config="$config" 2>/dev/null
end

# Completes the program after -- and its arguments.
function __influxctl_program
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l words $words[(math $dashes + 1)..-1]
    set -l text (string join -- ' ' (string escape -- $words) (commandline -ct))
    # What begins with a dash is no program, and complete would take it for a flag of its own.
    string match -q -- '-*' "$text"; or complete -C "$text"
end

complete -c influxctl -f
@ENTRIES@)SCRIPT";

std::string fish_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') word += '\\';
    word += c;
  }
  return word + "'";
}

std::string step_cases_of(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    const auto end = level.path.rfind(' ');
    if (end == std::string::npos) continue;
    cases += "        case";
    for (const auto& name : level.command->names) {
      cases += " " + fish_quoted(level.path.substr(0, end + 1) + name);
    }
    cases += "\n            echo " + fish_quoted(level.path) + "\n";
  }
  return cases;
}

std::string kind_cases_of(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    for (const auto& flag : level.command->flags) {
      if (flag.value == ValueKind::none) continue;
      cases += "        case";
      for (const auto& name : flag.names) {
        cases += " " + fish_quoted(level.path + " " + name);
        if (level.command->commands.empty()) continue;
        cases += " " + fish_quoted(level.path + " * " + name);
      }
      cases += "\n            echo ";
      cases += flag.value == ValueKind::config ? "config\n" : "value\n";
    }
  }
  return cases;
}

std::string value_of(const FlagOutline& flag) {
  switch (flag.value) {
    case ValueKind::none:
      return {};
    case ValueKind::text:
      break;
    case ValueKind::file:
    case ValueKind::config:
      return " -r -F";
    case ValueKind::profile:
      return " -x -a '(__influxctl_profiles)'";
    case ValueKind::choice: {
      std::string list;
      for (const auto& choice : flag.choices) list += (list.empty() ? "" : " ") + choice;
      return " -x -a " + fish_quoted(list);
    }
  }
  return " -x";
}

std::string flag_entry(const std::string& path, const FlagOutline& flag) {
  std::string condition = "__influxctl_takes " + fish_quoted(path);
  std::string names;
  for (const auto& name : flag.names) {
    condition += " " + name;
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return "complete -c influxctl -n " + fish_quoted(condition) + names + value_of(flag) + " -d " +
         fish_quoted(flag.description) + "\n";
}

std::string entries(const std::vector<Level>& levels) {
  std::string text;
  for (const auto& level : levels) {
    const auto at = [&](const std::string& place) {
      return "complete -c influxctl -n " + fish_quoted("__influxctl_at " + fish_quoted(place)) +
             " -a ";
    };
    text += "\n";
    for (const auto& child : level.command->commands) {
      text += at(level.path) + fish_quoted(child.names.front()) + " -d " +
              fish_quoted(child.description) + "\n";
    }
    for (const auto& flag : level.command->flags) text += flag_entry(level.path, flag);
    if (level.command->takes_program) {
      text += at(level.path + " --") + "'(__influxctl_program)'\n";
    }
    if (text.ends_with("\n\n")) text.pop_back();
  }
  return text;
}

}  // namespace

std::string fish_completion(const CommandOutline& root) {
  const auto levels = levels_of(root);
  return filled(kScript, {{"STEPS", step_cases_of(levels)},
                          {"KINDS", kind_cases_of(levels)},
                          {"ENTRIES", entries(levels)}});
}

}  // namespace influxctl
