// SPDX-License-Identifier: MIT
#include "influxctl/cli/command_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/cli/grammar.h"
#include "influxctl/cli/suggestion.h"

namespace influxctl {

namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 7> kElsewhere = {"cluster", "database", "query", "table",
                                                        "token",   "user",     "write"};

Error usage(const std::string& message, Words hints = {}) {
  return {ErrorKind::usage, message, std::move(hints)};
}

std::string see_help(const CLI::App& level) { return "see " + path_of(level) + " --help"; }

Words did_you_mean(const std::string& found, const CLI::App& level) {
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
    if (!found.empty()) found = child->get_name() + " " + found;
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
               did_you_mean(near_command(word, level), level));
}

// Commands below this one that have a flag of this name of their own.
std::vector<CLI::App*> owners_below(CLI::App& level, const std::string& name) {
  std::vector<CLI::App*> owners;
  for (CLI::App* child : children_of(level)) {
    if (child->get_option_no_throw(name) != nullptr) owners.push_back(child);
    for (CLI::App* owner : owners_below(*child, name)) owners.push_back(owner);
  }
  return owners;
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

void add_names_below(CLI::App& level, Words& names) {
  for (CLI::App* child : children_of(level)) {
    add_names(*child, names);
    add_names_below(*child, names);
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
    add_names_below(level, names);
    meant = suggestion(name, names);
    const auto owners = owners_below(level, meant.substr(0, meant.find(' ')));
    if (!meant.empty()) meant += ", after " + one_of(owners);
  }
  return usage("unknown flag " + influxctl::quoted(typed), did_you_mean(meant, level));
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

std::string name_of(const CLI::Option& flag) { return names_of(flag).back(); }

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
    if (reading_.pending != nullptr) note(missing_value(name_of(*reading_.pending), ""));
    if (reading_.dashes) reading_.pending = nullptr;
    const bool explains_itself = reading_.topics && requests_ > 1 && reading_.level == &root_;
    if (explains_itself) reading_.level = child_of(root_, "help");
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
      note(missing_value(name_of(flag), word));
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
      ask_for_help();
    }
  }

  void take_value(const CLI::Option& flag, const std::string& value) {
    last_flag_ = &flag;
    if (value.empty()) note(empty_value(name_of(flag)));
    give(flag, value);
  }

  void give(const CLI::Option& flag, const std::string& value) {
    for (const auto& given : reading_.given) {
      if (given.first == &flag) note(usage(name_of(flag) + " is given twice"));
    }
    reading_.given.emplace_back(&flag, value);
  }

  void ask_for_help() {
    reading_.help = true;
    ++requests_;
  }

  void take_word(const std::string& word) {
    CLI::App& level = *reading_.level;
    if ((word == "help" || word == "h") && reading_.ids.empty()) {
      reading_.topics = true;
      ask_for_help();
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
      hint = "quote a value that has spaces: " + name_of(*last_flag_) + " " +
             shell_word(reading_.given.back().second + " " + word);
    } else if (last_flag_ != nullptr && (word == "true" || word == "false")) {
      hint = "write " + name_of(*last_flag_) + "=" + word;
    }
    return usage("unexpected argument " + influxctl::quoted(word), {hint});
  }

  CLI::App& root_;
  Reading reading_;
  bool skips_value_ = false;                // the next word is the value of a flag of elsewhere
  const CLI::Option* last_flag_ = nullptr;  // that the word before belongs to
  bool help_flag_ = false;                  // help is asked for by a flag
  int requests_ = 0;                        // for help
  std::optional<Error> wrong_topic_;        // `help nonsense`: there is nothing to explain
};

void exclude(bool first, const std::string& name, bool second, const std::string& other) {
  if (first && second) throw usage(name + " and " + other + " exclude each other");
}

// An id is one segment of a URL's path, never a path.
void check_token_ids(const Options& options) {
  const std::string list = "the ids are in: " + paste_command(options, "management list");
  const bool rotates = options.command == Command::rotate;
  if (options.token_ids.empty()) {
    throw usage(rotates ? "neither TOKEN_ID nor --self is given" : "no TOKEN_ID is given", {list});
  }
  if (rotates && options.token_ids.size() > 1) throw usage("rotate takes one TOKEN_ID");
  for (const auto& id : options.token_ids) {
    if (id.empty() || id == "." || id == ".." || id.size() > 256) {
      throw usage(influxctl::quoted(id) + " is not a token id", {list});
    }
  }
}

// Words after `--`: a program and its arguments, or for revoke ids that begin with a dash.
void read_tail(const CLI::App& level, const Words& tail, Options& options) {
  if (level.get_name() == "revoke") {
    options.token_ids.insert(options.token_ids.end(), tail.begin(), tail.end());
  } else if (!takes_program(level)) {
    throw usage("-- and a command go with create and rotate only");
  } else if (tail.empty() || tail.front().empty()) {
    throw usage("no command after --", {"write -- COMMAND [ARG...], or leave -- out"});
  } else {
    options.sink = tail;
  }
}

void check_together(const Options& options) {
  const bool at = options.expires_at.has_value();
  const bool in = options.expires_in.has_value();
  exclude(at, "--expires-at", in, "--expires-in");
  exclude(options.no_expiry, "--no-expiry", at, "--expires-at");
  exclude(options.no_expiry, "--no-expiry", in, "--expires-in");
  exclude(options.output.has_value(), "--output", !options.sink.empty(), "a command after --");
  exclude(options.self, "--self", !options.token_ids.empty(), "TOKEN_ID");
  const bool wants_id = options.command == Command::revoke || options.command == Command::rotate;
  if (wants_id && !options.self) check_token_ids(options);
}

Options completion_options(const Words& arguments) {
  Options options;
  options.command = Command::complete;
  options.shell = arguments[1] == "bash"  ? Shell::bash
                  : arguments[1] == "zsh" ? Shell::zsh
                                          : Shell::fish;
  options.shell_words.assign(arguments.begin() + 2, arguments.end());
  return options;
}

}  // namespace

Reading read_words(Grammar& grammar, const Words& words) { return Walk(grammar).read(words); }

void read_environment(const Environment& environment, Options& options) {
  const ProfileRequest& profile = options.profile;
  const std::vector<std::pair<std::string, std::string>> flags = {{"--config", profile.config_path},
                                                                  {"--profile", profile.profile},
                                                                  {"--account", profile.account_id},
                                                                  {"--cluster", profile.cluster_id},
                                                                  {"--api-path", options.api_path}};
  for (const auto& [name, value] : flags) {
    if (value.empty()) continue;
    options.repeated.push_back(name);
    if (value.starts_with('-')) {
      options.repeated.back().append("=").append(value);
    } else {
      options.repeated.push_back(value);
    }
  }
  options.api_path_source = options.api_path.empty() ? "INFLUXCTL_API_PATH" : "--api-path";
  if (options.api_path.empty()) options.api_path = environment.get("INFLUXCTL_API_PATH");
}

Options parse_command_line(const Words& arguments, const Environment& environment) {
  if (arguments.size() > 1 && arguments.front() == kCompleteCommand) {
    return completion_options(arguments);
  }
  Options options;
  Grammar grammar(options);
  Reading reading = read_words(grammar, arguments);
  CLI::App& level = *reading.level;
  if (reading.help) {
    const bool program = reading.topics && level.get_parent() == nullptr;
    options.help = (program ? grammar.root : level).help();
    return options;
  }
  if (reading.mistake) throw Error(*reading.mistake);
  for (const auto& [flag, value] : reading.given) grammar.flags.at(flag).take(value);
  if (options.command == Command::version) return options;
  read_environment(environment, options);
  options.token_ids = reading.ids;
  if (reading.dashes) {
    const auto after = arguments.begin() + static_cast<std::ptrdiff_t>(*reading.dashes) + 1;
    read_tail(level, {after, arguments.end()}, options);
  }
  options.command = grammar.commands.at(&level).command;
  options.shell = grammar.commands.at(&level).shell;
  options.incomplete = options.command == Command::help;
  if (options.incomplete) options.help = level.help();
  check_together(options);
  return options;
}

}  // namespace influxctl
