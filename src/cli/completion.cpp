// SPDX-License-Identifier: MIT
#include "influxctl/cli/completion.h"

#include <utility>

#include "influxctl/cli/completion_script.h"

namespace influxctl {

namespace {

void add_levels(std::vector<Level>& levels, const CommandOutline& command, const Level* above) {
  Level level;
  level.path = (above == nullptr ? "" : above->path + " ") + command.names.front();
  level.command = &command;
  levels.push_back(level);
  for (const auto& child : command.commands) add_levels(levels, child, &level);
}

std::string kind_of(const FlagOutline& flag) {
  switch (flag.value) {
    case ValueKind::none:
      break;
    case ValueKind::text:
      return "kind='text'";
    case ValueKind::file:
      return "kind='file'";
    case ValueKind::config:
      return "kind='config'";
    case ValueKind::profile:
      return "kind='profile'";
    case ValueKind::choice: {
      std::string text = "kind='choice' choices=(";
      for (const auto& choice : flag.choices) {
        text += (text.back() == '(' ? "" : " ") + sh_quoted(choice);
      }
      return text + ")";
    }
  }
  return {};
}

// Lines of a case statement over "$level $word" that set level.
std::string step_cases(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    const auto end = level.path.rfind(' ');
    if (end == std::string::npos) continue;
    std::string pattern;
    for (const auto& name : level.command->names) {
      pattern += (pattern.empty() ? "" : " | ") + sh_quoted(level.path.substr(0, end + 1) + name);
    }
    cases += "    " + pattern + ") level=" + sh_quoted(level.path) + " ;;\n";
  }
  return cases;
}

// Lines of a case statement over "$level $flag" that set kind and choices.
std::string kind_cases(const std::vector<Level>& levels) {
  std::string cases;
  for (const auto& level : levels) {
    for (const auto& flag : level.command->flags) {
      if (flag.value == ValueKind::none) continue;
      std::string pattern;
      for (const auto& name : flag.names) {
        if (!pattern.empty()) pattern += " | ";
        pattern += sh_quoted(level.path + " " + name);
        if (level.command->commands.empty()) continue;
        pattern += " | " + sh_quoted(level.path + " ") + "*" + sh_quoted(" " + name);
      }
      cases += "    " + pattern + ") " + kind_of(flag) + " ;;\n";
    }
  }
  return cases;
}

// The paths of the commands that a program may follow after `--`, as alternatives of a pattern.
std::string program_pattern(const std::vector<Level>& levels) {
  std::string pattern;
  for (const auto& level : levels) {
    if (!level.command->takes_program) continue;
    pattern += (pattern.empty() ? "" : " | ") + sh_quoted(level.path);
  }
  return pattern.empty() ? "''" : pattern;
}

}  // namespace

std::vector<Level> levels_of(const CommandOutline& root) {
  std::vector<Level> levels;
  add_levels(levels, root, nullptr);
  return levels;
}

std::string filled(std::string script, const Parts& parts) {
  for (const auto& [name, text] : parts) {
    const std::string mark = "@" + std::string(name) + "@";
    for (auto place = script.find(mark); place != std::string::npos;
         place = script.find(mark, place + text.size())) {
      script.replace(place, mark.size(), text);
    }
  }
  return script;
}

std::string sh_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += R"('\'')";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string sh_filled(std::string script, const std::vector<Level>& levels,
                      const std::string& below, const std::string& flags) {
  return filled(std::move(script), {{"STEPS", step_cases(levels)},
                                    {"KINDS", kind_cases(levels)},
                                    {"PROGRAM", program_pattern(levels)},
                                    {"BELOW", below},
                                    {"FLAGS", flags}});
}

std::string completion_script(Shell shell, const CommandOutline& root) {
  switch (shell) {
    case Shell::bash:
      return bash_completion(root);
    case Shell::zsh:
      return zsh_completion(root);
    case Shell::fish:
      return fish_completion(root);
  }
  return {};
}

}  // namespace influxctl
