// SPDX-License-Identifier: MIT
#include "influxctl/cli/cli_refusal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
      for (const auto& name : option->get_snames()) names.push_back("-" + name);
    }
  }
  return names;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_group().empty()) names.push_back(child->get_name());
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// Without quotation marks the documented $(date …) leaves no word at all where date fails, as BSD's
// -v does on Linux.
[[noreturn]] void refuse_missing_value(const std::string& flag, const std::string& next) {
  if (flag == "--expires-at") {
    usage_error("--expires-at has no value",
                {"did the shell's $(date ...) print nothing? date -v+1d -Iseconds is for macOS and "
                 "BSD",
                 "on Linux write date -d +1day -Iseconds; --expires-in 1d works everywhere"});
  }
  if (next.empty()) usage_error(flag + " has no value");
  usage_error(flag + " has no value",
              {"for a value that reads like a flag write " + flag + "=" + next});
}

bool takes_value(CLI::App& app, const std::string& flag) {
  for (CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    const CLI::Option* option = level->get_option_no_throw(flag);
    if (option != nullptr) return option->get_items_expected_max() > 0;
  }
  return false;
}

}  // namespace

void usage_error(const std::string& message, std::vector<std::string> hints) {
  throw Error(ErrorKind::usage, message, std::move(hints));
}

std::vector<std::string> did_you_mean(std::string_view word,
                                      const std::vector<std::string>& candidates) {
  const std::string found = nearest(word, candidates);
  if (found.empty()) return {"see influxctl --help"};
  return {"did you mean " + found + "?"};
}

void refuse_word(const std::string& word, const CLI::App& app) {
  static constexpr std::array<std::string_view, 7> kElsewhere = {
      "cluster", "database", "query", "table", "token", "user", "write"};
  if (word.size() > 1 && word.starts_with('-')) {
    const std::string flag = word.substr(0, word.find('='));
    const auto flags = flags_of(app);
    if (std::find(flags.begin(), flags.end(), flag) != flags.end()) {
      usage_error(flag + " stands before the command that it belongs to",
                  {"write it after " + app.get_name()});
    }
    usage_error("unknown flag " + influxctl::quoted(flag), did_you_mean(flag, flags));
  }
  const auto commands = commands_of(app);
  if (commands.empty()) {
    usage_error("unexpected argument " + influxctl::quoted(word),
                {"put quotation marks around a value that has spaces"});
  }
  if (std::find(kElsewhere.begin(), kElsewhere.end(), word) != kElsewhere.end()) {
    usage_error(influxctl::quoted(word) +
                    " is a command of InfluxData's influxctl; this program manages "
                    "management tokens only",
                {"see influxctl --help"});
  }
  if (app.get_name() == "completion") {
    usage_error(influxctl::quoted(word) + " is none of " + joined(commands),
                did_you_mean(word, commands));
  }
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    const auto below = commands_of(*child);
    if (std::find(below.begin(), below.end(), word) == below.end()) continue;
    usage_error("unknown command " + influxctl::quoted(word),
                {"did you mean " + child->get_name() + " " + word + "?"});
  }
  usage_error("unknown command " + influxctl::quoted(word), did_you_mean(word, commands));
}

void refuse_misread_words(CLI::App& app, const std::vector<std::string>& arguments) {
  const auto flags = flags_of(app);
  const auto is_flag = [&](const std::string& word) {
    return std::find(flags.begin(), flags.end(), word) != flags.end();
  };
  std::string before;
  for (const auto& word : arguments) {
    const bool is_value = is_flag(before) && takes_value(app, before);
    if (is_value && is_flag(word)) refuse_missing_value(before, word);
    if (!is_value && word == "++") refuse_word(word, app);
    before = is_value ? "" : word;
  }
}

void refuse_count(const CLI::ParseError& error, Grammar& grammar,
                  const std::vector<std::string>& arguments) {
  for (CLI::App* app = &grammar.selected(); app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->count() > 1) usage_error(option->get_name() + " is given twice");
    }
  }
  for (const auto& word : arguments) {
    const std::string flag = word.substr(0, word.find('='));
    const auto flags = flags_of(grammar.selected());
    if (flag.size() < word.size() && !takes_value(grammar.selected(), flag) &&
        std::find(flags.begin(), flags.end(), flag) != flags.end()) {
      usage_error(flag + " takes no value",
                  {"leave " + influxctl::quoted(word.substr(flag.size())) + " out"});
    }
  }
  const std::string text = error.what();
  refuse_missing_value(text.substr(0, text.find(':')), "");
}

}  // namespace influxctl
