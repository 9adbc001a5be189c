// SPDX-License-Identifier: MIT
#include "influxctl/cli/command_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

constexpr std::array<std::string_view, 7> kElsewhere = {"cluster", "database", "query", "table",
                                                        "token",   "user",     "write"};

struct Synonym {
  std::string_view word, meant;
};
constexpr std::array<Synonym, 47> kSynonyms{{{"ls", "list"},
                                             {"show", "list"},
                                             {"get", "list"},
                                             {"rm", "revoke"},
                                             {"delete", "revoke"},
                                             {"del", "revoke"},
                                             {"remove", "revoke"},
                                             {"new", "create"},
                                             {"add", "create"},
                                             {"make", "create"},
                                             {"generate", "create"},
                                             {"renew", "rotate"},
                                             {"replace", "rotate"},
                                             {"regenerate", "rotate"},
                                             {"signin", "login"},
                                             {"signout", "logout"},
                                             {"whoami", "status"},
                                             {"--ttl", "--expires-in"},
                                             {"--expiry", "--expires-in"},
                                             {"--expire", "--expires-in"},
                                             {"--expires", "--expires-in"},
                                             {"--expiration", "--expires-in"},
                                             {"--duration", "--expires-in"},
                                             {"--valid-for", "--expires-in"},
                                             {"--lifetime", "--expires-in"},
                                             {"--max-age", "--expires-in"},
                                             {"--desc", "--description"},
                                             {"--name", "--description"},
                                             {"--note", "--description"},
                                             {"--comment", "--description"},
                                             {"-d", "--description"},
                                             {"-o", "--output"},
                                             {"--out", "--output"},
                                             {"--file", "--output"},
                                             {"--outfile", "--output"},
                                             {"-q", "--quiet"},
                                             {"--silent", "--quiet"},
                                             {"-n", "--dry-run"},
                                             {"-y", "--force"},
                                             {"--yes", "--force"},
                                             {"-f", "--force"},
                                             {"--verbose", "--debug"},
                                             {"-v", "--debug"},
                                             {"-p", "--profile"},
                                             {"-c", "--config"},
                                             {"--json", "--format json"},
                                             {"--order-by", "--sort"}}};

std::string meant_by(std::string_view word) {
  const auto* const found =
      std::find_if(kSynonyms.begin(), kSynonyms.end(),
                   [&](const Synonym& synonym) { return synonym.word == word; });
  return found == kSynonyms.end() ? std::string() : std::string(found->meant);
}

Error usage(const std::string& message, std::vector<std::string> hints = {}) {
  return {ErrorKind::usage, message, std::move(hints)};
}

std::string see_help(const CLI::App& level) { return "see " + path_of(level) + " --help"; }

std::vector<std::string> did_you_mean(const std::string& found, const CLI::App& level) {
  return {found.empty() ? see_help(level) : "did you mean " + found + "?"};
}

std::vector<std::string> names_below(CLI::App& level) {
  std::vector<std::string> names;
  for (const CLI::App* child : children_of(level)) names.push_back(child->get_name());
  return names;
}

// The command that a wrong word means: below this level, or one further down.
std::string near_command(const std::string& word, CLI::App& level) {
  std::string meant = meant_by(word).empty() ? word : meant_by(word);
  if (child_of(level, meant) != nullptr) return meant;
  for (CLI::App* child : children_of(level)) {
    if (child_of(*child, meant) != nullptr) return child->get_name() + " " + meant;
  }
  std::string near = nearest(word, names_below(level));
  if (!near.empty()) return near;
  for (CLI::App* child : children_of(level)) {
    const std::string below = nearest(word, names_below(*child));
    if (!below.empty()) return child->get_name() + " " + below;
  }
  return {};
}

Error unknown_command(const std::string& word, CLI::App& level) {
  const bool is_root = level.get_parent() == nullptr;
  if (is_root && std::find(kElsewhere.begin(), kElsewhere.end(), word) != kElsewhere.end()) {
    return usage(influxctl::quoted(word) +
                     " is a command of InfluxData's influxctl; this program manages "
                     "management tokens only",
                 {see_help(level)});
  }
  if (level.get_name() == "completion") {
    return usage(influxctl::quoted(word) + " is none of bash, zsh, fish",
                 did_you_mean(near_command(word, level), level));
  }
  return usage("unknown command " + influxctl::quoted(word),
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

Error unknown_flag(const std::string& name, CLI::App& level) {
  const auto owners = owners_below(level, name);
  if (!owners.empty()) {
    std::string commands;
    for (const CLI::App* owner : owners) {
      commands += (commands.empty() ? "" : " or ") + owner->get_name();
    }
    return usage(name + " is before the command that it belongs to",
                 {"write it after " + commands});
  }
  std::vector<std::string> names;
  for (const CLI::Option* flag : flags_at(level)) {
    for (const auto& known : names_of(*flag)) names.push_back(known);
  }
  std::string meant = meant_by(name);
  const bool fits =
      std::find(names.begin(), names.end(), meant.substr(0, meant.find(' '))) != names.end();
  return usage("unknown flag " + influxctl::quoted(name),
               did_you_mean(fits ? meant : nearest(name, names), level));
}

// An unquoted $(date …) leaves no word, a quoted one an empty word, where date fails: BSD's -v does
// on Linux.
std::vector<std::string> date_hints() {
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
  explicit Walk(Grammar& grammar) : root_(grammar.root()) { reading_.level = &root_; }

  Reading read(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size() && !reading_.dashes; ++i) {
      if (words[i] == "--") {
        reading_.dashes = i;
      } else {
        take(words[i]);
      }
    }
    if (reading_.pending != nullptr) note(missing_value(name_of(*reading_.pending), ""));
    if (reading_.dashes) reading_.pending = nullptr;
    CLI::App* own = child_of(root_, "help");
    if (reading_.topics && requests_ > 1 && reading_.level == &root_) reading_.level = own;
    if (wrong_topic_ && !help_flag_) reading_.help = false;
    return std::move(reading_);
  }

 private:
  static std::string name_of(const CLI::Option& flag) { return names_of(flag).back(); }

  void note(Error mistake) {
    if (!reading_.mistake) reading_.mistake.emplace(std::move(mistake));
  }

  // The first mistake that counts where help is asked for by word: there is nothing to explain.
  void note_topic(const std::string& word) {
    if (!wrong_topic_) reading_.mistake.emplace(unknown_command(word, *reading_.level));
    wrong_topic_ = true;
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
    const std::string name = flag_name(word.substr(0, equals));
    const std::optional<std::string> value =
        equals == std::string::npos ? std::nullopt : std::optional(word.substr(equals + 1));
    const CLI::Option* flag = find_flag(*reading_.level, name);
    last_flag_ = flag;
    if (flag == nullptr) {
      note(unknown_flag(name, *reading_.level));
      const auto owners = owners_below(root_, name);
      skips_value_ = !value && !owners.empty() && takes_value(*owners.front()->get_option(name));
    } else if (name == "-h" || name == "--help") {
      if (read_switch(name, value)) ask_for_help(true);
    } else {
      see(*flag, name);
      if (!takes_value(*flag)) {
        if (read_switch(name, value)) reading_.flags.push_back(name);
      } else if (value) {
        take_value(*flag, *value);
      } else {
        reading_.pending = flag;
      }
    }
  }

  void see(const CLI::Option& flag, const std::string& name) {
    const auto& seen = reading_.seen;
    if (std::find(seen.begin(), seen.end(), &flag) != seen.end()) {
      note(usage(name + " is given twice"));
    }
    reading_.seen.push_back(&flag);
  }

  bool read_switch(const std::string& name, const std::optional<std::string>& value) {
    if (value && *value != "true" && *value != "false") {
      note(usage(name + " is a switch and takes no value " + influxctl::quoted(*value),
                 {"write " + name + " alone, or " + name + "=true or " + name + "=false"}));
    }
    return !value || *value != "false";
  }

  void take_value(const CLI::Option& flag, const std::string& value) {
    const std::string name = name_of(flag);
    last_flag_ = &flag;
    last_value_ = value;
    if (value.empty()) return note(empty_value(name));
    reading_.flags.push_back(name + "=" + kLiteral + value);
  }

  void ask_for_help(bool by_flag) {
    reading_.help = true;
    help_flag_ = help_flag_ || by_flag;
    ++requests_;
  }

  void take_word(const std::string& word) {
    CLI::App& level = *reading_.level;
    if ((word == "help" || word == "h") && reading_.ids.empty()) {
      reading_.topics = true;
      return ask_for_help(false);
    }
    if (CLI::App* child = child_of(level, word)) {
      reading_.level = child;
    } else if (reading_.topics) {
      note_topic(word);
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
             shell_word(last_value_ + " " + word);
    } else if (last_flag_ != nullptr && (word == "true" || word == "false")) {
      hint = "write " + name_of(*last_flag_) + "=" + word;
    }
    return usage("unexpected argument " + influxctl::quoted(word), {hint});
  }

  CLI::App& root_;
  Reading reading_;
  bool skips_value_ = false;  // the next word is the value of a flag that is not known here
  bool help_flag_ = false;
  bool wrong_topic_ = false;
  int requests_ = 0;                        // for help
  const CLI::Option* last_flag_ = nullptr;  // that the word before belongs to
  std::string last_value_;
};

// CLI11 gets nothing that it could read in two ways.
void bind(Grammar& grammar, const Reading& reading) {
  std::vector<std::string> words(reading.flags.rbegin(), reading.flags.rend());  // as it wants them
  for (const CLI::App* level = reading.level; level->get_parent() != nullptr;
       level = level->get_parent()) {
    words.push_back(level->get_name());
  }
  grammar.root().parse(words);
}

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

void exclude(bool first, const std::string& name, bool second, const std::string& other) {
  if (first && second) throw usage(name + " and " + other + " exclude each other");
}

// An id is one segment of a URL's path, never a path.
void check_token_ids(const Options& options) {
  const std::string list = "the ids are in: " + paste_command(options, "management list");
  if (options.token_ids.empty()) throw usage("no TOKEN_ID is given", {list});
  if (options.command == Command::rotate && options.token_ids.size() > 1) {
    throw usage("rotate takes one TOKEN_ID");
  }
  for (const auto& id : options.token_ids) {
    if (id.empty() || id == "." || id == ".." || id.size() > 256) {
      throw usage(influxctl::quoted(id) + " is not a token id", {list});
    }
  }
}

// Words after `--`: a program and its arguments, or for revoke ids that begin with a dash.
void read_tail(const CLI::App& level, const std::vector<std::string>& tail, Options& options) {
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

Shell shell_of(const std::string& name) {
  return name == "bash" ? Shell::bash : name == "zsh" ? Shell::zsh : Shell::fish;
}

Command command_of(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, Command>, 7> kCommands{
      {{"create", Command::create},
       {"list", Command::list},
       {"revoke", Command::revoke},
       {"rotate", Command::rotate},
       {"login", Command::login},
       {"logout", Command::logout},
       {"status", Command::status}}};
  for (const auto& [known, command] : kCommands) {
    if (known == name) return command;
  }
  return Command::completion;
}

}  // namespace

Reading read_words(Grammar& grammar, const std::vector<std::string>& words) {
  return Walk(grammar).read(words);
}

Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment) {
  Options options;
  if (arguments.size() > 1 && arguments.front() == kCompleteCommand) {
    options.command = Command::complete;
    options.shell = shell_of(arguments[1]);
    options.shell_words.assign(arguments.begin() + 2, arguments.end());
    return options;
  }
  Grammar grammar(options);
  Reading reading = read_words(grammar, arguments);
  CLI::App& level = *reading.level;
  if (reading.help) {
    const bool program = reading.topics && level.get_parent() == nullptr;
    options.help = (program ? grammar.root() : level).help();
    return options;
  }
  if (reading.mistake) throw Error(*reading.mistake);
  bind(grammar, reading);
  const bool incomplete = !children_of(level).empty();
  if (grammar.version_wanted() || (incomplete && !reading.dashes)) {
    options.command = grammar.version_wanted() ? Command::version : Command::help;
    options.incomplete = !grammar.version_wanted();
    if (options.incomplete) options.help = level.help();
    return options;
  }
  read_environment(environment, options);
  options.token_ids = reading.ids;
  if (reading.dashes) {
    const auto after = arguments.begin() + static_cast<std::ptrdiff_t>(*reading.dashes) + 1;
    read_tail(level, {after, arguments.end()}, options);
  }
  if (level.get_name() == "version") {
    options.command = Command::version;
    return options;
  }
  options.command = command_of(level.get_name());
  options.shell = shell_of(level.get_name());
  check_together(options);
  return options;
}

}  // namespace influxctl
