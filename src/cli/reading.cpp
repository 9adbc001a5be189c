// SPDX-License-Identifier: MIT
#include "influxctl/cli/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 7> kElsewhere = {"cluster", "database", "query", "table",
                                                        "token",   "user",     "write"};

Error usage(const std::string& message, Words hints = {}) {
  return {ErrorKind::usage, message, std::move(hints)};
}

std::string see_help(const CLI::App& level) { return "see " + path_of(level) + " --help"; }

Words nearest_or_help(const std::string& found, const CLI::App& level) {
  return {found.empty() ? see_help(level) : "did you mean " + found + "?"};
}

// The command that a wrong word means: below this level, or one further down.
std::string near_command(const std::string& word, CLI::App& level) {
  Words names;
  for (const CLI::App* child : children_of(level)) names.push_back(child->get_name());
  std::string found = suggestion(word, names);
  for (CLI::App* child : children_of(level)) {
    if (!found.empty()) break;
    found = near_command(word, *child);
    if (!found.empty()) found.insert(0, child->get_name() + " ");
  }
  return found;
}

Error unknown_command(const std::string& word, CLI::App& level) {
  const bool is_root = level.get_parent() == nullptr;
  if (is_root && std::find(kElsewhere.begin(), kElsewhere.end(), word) != kElsewhere.end()) {
    return usage(influxctl::quoted(word) +
                     " is a command of InfluxData's influxctl; this program manages "
                     "management tokens only",
                 {see_help(level)});
  }
  const bool is_shell = level.get_name() == "completion";
  return usage(is_shell ? influxctl::quoted(word) + " is none of bash, zsh, fish"
                        : "unknown command " + influxctl::quoted(word),
               nearest_or_help(near_command(word, level), level));
}

// All commands below this one.
std::vector<CLI::App*> commands_below(CLI::App& level) {
  std::vector<CLI::App*> all;
  for (CLI::App* child : children_of(level)) {
    all.push_back(child);
    for (CLI::App* below : commands_below(*child)) all.push_back(below);
  }
  return all;
}

// Those that have a flag of this name of their own.
std::vector<CLI::App*> owners_below(CLI::App& level, const std::string& name) {
  auto commands = commands_below(level);
  std::erase_if(commands, [&name](const CLI::App* command) {
    return command->get_option_no_throw(name) == nullptr;
  });
  return commands;
}

std::string one_of(const std::vector<CLI::App*>& commands) {
  std::string names;
  for (const CLI::App* command : commands) {
    names += (names.empty() ? "" : " or ") + command->get_name();
  }
  return names;
}

void add_names(const CLI::App& level, Words& names) {
  for (const CLI::Option* flag : flags_at(level)) {
    for (const auto& name : names_of(*flag)) names.push_back(name);
  }
}

Error unknown_flag(const std::string& typed, const std::string& name, CLI::App& level) {
  if (const auto owners = owners_below(level, name); !owners.empty()) {
    return usage(name + " is before the command that it belongs to",
                 {"write it after " + one_of(owners)});
  }
  Words names;
  add_names(level, names);
  std::string meant = suggestion(name, names);
  if (meant.empty()) {
    for (const CLI::App* command : commands_below(level)) add_names(*command, names);
    meant = suggestion(name, names);
    const auto owners = owners_below(level, meant.substr(0, meant.find(' ')));
    if (!meant.empty()) meant += ", after " + one_of(owners);
  }
  return usage("unknown flag " + influxctl::quoted(typed), nearest_or_help(meant, level));
}

// An unquoted $(date …) leaves no word, a quoted one an empty word, where date fails: BSD's -v does
// on Linux.
Words date_hints() {
  return {"did the shell's $(date ...) print nothing? date -v+1d -Iseconds is for macOS and BSD",
          "on Linux write date -d +1day -Iseconds; --expires-in 1d works everywhere"};
}

Error missing_value(const std::string& flag, const std::string& next) {
  if (flag == "--expires-at") return usage(flag + " has no value", date_hints());
  if (next.empty()) return usage(flag + " has no value");
  return usage(flag + " has no value",
               {"for a value that reads like a flag write " + flag + "=" + shell_word(next)});
}

Error empty_value(const std::string& flag) {
  if (flag == "--expires-at") return usage(flag + " is empty", date_hints());
  return usage(flag + " is empty",
               {"leave the flag out, or set the shell variable that it is filled from"});
}

// `-format` and `--format` as `--format`, `-h` and `--h` as `-h`.
std::string flag_name(std::string_view word) {
  const std::string_view name = word.substr(word.starts_with("--") ? 2 : 1);
  return (name.size() == 1 ? "-" : "--") + std::string(name);
}

class Walk {
 public:
  explicit Walk(Grammar& grammar) : root_(grammar.root) { reading_.level = &root_; }

  Reading read(const Words& words) {
    for (std::size_t i = 0; i < words.size() && !reading_.dashes; ++i) {
      if (words[i] == "--") {
        reading_.dashes = i;
      } else {
        take(words[i]);
      }
    }
    if (reading_.pending != nullptr) note(missing_value(reading_.pending->get_name(), ""));
    if (reading_.dashes) reading_.pending = nullptr;
    if (wrong_topic_ && !help_flag_) {
      reading_.help = false;
      reading_.mistake = wrong_topic_;
    }
    return std::move(reading_);
  }

 private:
  void note(const Error& mistake) {
    if (!reading_.mistake) reading_.mistake.emplace(mistake);
  }

  bool is_flag(const std::string& word) {
    if (word.size() < 2 || word.front() != '-') return false;
    const std::string name = flag_name(word.substr(0, word.find('=')));
    return root_.get_option_no_throw(name) != nullptr || !owners_below(root_, name).empty();
  }

  void take(const std::string& word) {
    if (reading_.pending != nullptr) {
      const CLI::Option& flag = *std::exchange(reading_.pending, nullptr);
      if (!is_flag(word)) return take_value(flag, word);
      note(missing_value(flag.get_name(), word));
    } else if (std::exchange(skips_value_, false) && !is_flag(word)) {
      return;
    }
    if (word.size() > 1 && word.front() == '-') {
      take_flag(word);
    } else {
      take_word(word);
      last_flag_ = nullptr;
    }
  }

  void take_flag(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string typed = word.substr(0, equals);
    const std::string name = flag_name(typed);
    const auto value =
        equals == std::string::npos ? std::nullopt : std::optional(word.substr(equals + 1));
    const CLI::Option* flag = find_flag(*reading_.level, name);
    last_flag_ = flag;
    if (flag == nullptr) {
      note(unknown_flag(typed, name, *reading_.level));
      const auto owners = owners_below(root_, name);
      skips_value_ = !value && !owners.empty() && takes_value(*owners.front()->get_option(name));
    } else if (!takes_value(*flag)) {
      take_switch(*flag, name, value.value_or("true"));
    } else if (value) {
      take_value(*flag, *value);
    } else {
      reading_.pending = flag;
    }
  }

  void take_switch(const CLI::Option& flag, const std::string& name, const std::string& value) {
    if (value != "true" && value != "false") {
      note(usage(name + " is a switch and takes no value " + influxctl::quoted(value),
                 {"write " + name + " alone, or " + name + "=true or " + name + "=false"}));
    } else if (name != "-h" && name != "--help") {
      give(flag, value);
    } else if (value == "true") {
      help_flag_ = true;
      reading_.help = true;
    }
  }

  void take_value(const CLI::Option& flag, const std::string& value) {
    last_flag_ = &flag;
    if (value.empty()) note(empty_value(flag.get_name()));
    give(flag, value);
  }

  void give(const CLI::Option& flag, const std::string& value) {
    for (const auto& given : reading_.given) {
      if (given.first == &flag) note(usage(flag.get_name() + " is given twice"));
    }
    reading_.given.emplace_back(&flag, value);
  }

  void take_word(const std::string& word) {
    CLI::App& level = *reading_.level;
    if ((word == "help" || word == "h") && reading_.ids.empty()) {
      reading_.topics = true;
      reading_.help = true;
    } else if (CLI::App* child = child_of(level, word)) {
      reading_.level = child;
    } else if (reading_.topics) {
      if (!wrong_topic_) wrong_topic_.emplace(unknown_command(word, level));
    } else if (takes_ids(level)) {
      reading_.ids.push_back(word);
    } else if (children_of(level).empty()) {
      note(unexpected(word));
    } else {
      note(unknown_command(word, level));
    }
  }

  Error unexpected(const std::string& word) const {
    std::string hint = see_help(*reading_.level);
    if (last_flag_ != nullptr && takes_value(*last_flag_)) {
      hint = "quote a value that has spaces: " + last_flag_->get_name() + " " +
             shell_word(reading_.given.back().second + " " + word);
    } else if (last_flag_ != nullptr && (word == "true" || word == "false")) {
      hint = "write " + last_flag_->get_name() + "=" + word;
    }
    return usage("unexpected argument " + influxctl::quoted(word), {hint});
  }

  CLI::App& root_;
  Reading reading_;
  bool skips_value_ = false;                // the next word is the value of a flag of elsewhere
  const CLI::Option* last_flag_ = nullptr;  // that the word before belongs to
  bool help_flag_ = false;                  // help is asked for by a flag
  std::optional<Error> wrong_topic_;        // `help nonsense`: there is nothing to explain
};

}  // namespace

Reading read_words(Grammar& grammar, const Words& words) { return Walk(grammar).read(words); }

}  // namespace influxctl
