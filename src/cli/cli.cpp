// SPDX-License-Identifier: MIT
#include "influxctl/cli/cli.h"

#include <algorithm>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/cli/cli_grammar.h"
#include "influxctl/cli/cli_refusal.h"
#include "influxctl/time/duration.h"

namespace influxctl {

namespace {

// CLI11 takes `--flag=` for a flag without a value, and then the next word as its value.
std::vector<std::string> with_empty_values(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (const auto& argument : arguments) {
    const bool empty = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    result.push_back(empty ? argument.substr(0, argument.size() - 1) : argument);
    if (empty) result.emplace_back();
  }
  return result;
}

void parse(Grammar& grammar, const std::vector<std::string>& arguments) {
  auto words = with_empty_values(arguments);
  std::reverse(words.begin(), words.end());  // the order that CLI11 wants
  try {
    grammar.root().parse(words);
  } catch (const CLI::ParseError& error) {
    refuse_count(error, grammar, arguments);
  }
  CLI::App& app = grammar.selected();
  refuse_misread_words(app, arguments);
  for (CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    if (!level->remaining().empty()) refuse_word(level->remaining().front(), app);
  }
}

std::optional<std::string> given(const CLI::App& app, const std::string& flag,
                                 const std::string& value) {
  return app.count(flag) > 0 ? std::optional(value) : std::nullopt;
}

Format format_of(const std::string& text) {
  const auto& names = format_names();
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<Format>(found - names.begin());
  usage_error("--format " + influxctl::quoted(text) + " is neither table nor json");
}

void check_description(const std::optional<std::string>& text) {
  if (!text) return;
  if (text->empty()) usage_error("--description is empty", {"leave the flag out for none"});
  if (!is_utf8(*text))
    usage_error("--description " + influxctl::quoted(*text) + " is not valid UTF-8");
  if (has_control_characters(*text)) {
    usage_error("--description " + influxctl::quoted(*text) + " has a control character",
                {"a newline or tab is one, too; write it on one line"});
  }
}

void read_global_flags(const FlagValues& values, const Environment& environment, Options& options) {
  options.profile = {.config_path = values.config,
                     .profile = values.profile,
                     .account_id = values.account,
                     .cluster_id = values.cluster};
  options.api_path =
      values.api_path.empty() ? environment.get("INFLUXCTL_API_PATH") : values.api_path;
  options.api_path_source = values.api_path.empty() ? "INFLUXCTL_API_PATH" : "--api-path";
  const std::vector<std::pair<std::string, std::string>> repeated = {
      {"--config", values.config},
      {"--profile", values.profile},
      {"--account", values.account},
      {"--cluster", values.cluster},
      {"--api-path", values.api_path}};
  for (const auto& [name, value] : repeated) {
    if (value.empty()) continue;
    options.repeated.push_back(value.starts_with('-') ? name + "=" + value : name);
    if (!value.starts_with('-')) options.repeated.push_back(value);
  }
  // A year at most, so that no deadline lies past the end of a clock.
  options.timeout = std::chrono::ceil<std::chrono::milliseconds>(std::min<std::chrono::nanoseconds>(
      parse_duration(values.timeout, "--timeout", DurationUnits::go),
      std::chrono::hours(24 * 365)));
  if (values.debug) options.log = LogLevel::debug;
  if (values.trace) options.log = LogLevel::trace;
}

void read_create_flags(const CLI::App& app, const FlagValues& values, Options& options) {
  options.description = given(app, "--description", values.description);
  check_description(options.description);
  options.expires_at = given(app, "--expires-at", values.expires_at);
  if (app.count("--expires-in") > 0) {
    if (options.expires_at) usage_error("--expires-at and --expires-in exclude each other");
    options.expires_in =
        parse_duration(values.expires_in, "--expires-in", DurationUnits::go_days_and_weeks);
  }
  options.format = format_of(values.format);
  options.output = given(app, "--output", values.output);
  options.dry_run = values.dry_run;
  options.quiet = values.quiet;
  if (options.output && !options.sink.empty()) {
    usage_error("--output and a command after -- exclude each other");
  }
}

SortKey sort_key_of(const std::string& text) {
  const auto& names = sort_names();
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<SortKey>(found - names.begin());
  usage_error("--sort " + influxctl::quoted(text) +
                  " is none of created, id, description, prefix, expires, revoked",
              did_you_mean(text, names));
}

// An id is one segment of a URL's path, never a path.
void check_token_ids(const std::vector<std::string>& ids, bool one) {
  if (ids.empty()) {
    usage_error("no TOKEN_ID is given", {"see influxctl management list for the ids"});
  }
  if (one && ids.size() > 1) usage_error("rotate takes one TOKEN_ID");
  for (const auto& id : ids) {
    if (id.empty() || id == "." || id == ".." || id.size() > 256) {
      usage_error(influxctl::quoted(id) + " is not a token id",
                  {"see influxctl management list for the ids"});
    }
  }
}

std::optional<std::chrono::nanoseconds> duration_of(const CLI::App& app, const std::string& flag,
                                                    const std::string& text) {
  if (app.count(flag) == 0) return std::nullopt;
  return parse_duration(text, flag, DurationUnits::go_days_and_weeks);
}

void read_rotate_flags(const CLI::App& app, const FlagValues& values, Options& options) {
  options.self = values.self;
  options.keep_old = values.keep_old;
  options.no_expiry = values.no_expiry;
  options.if_expiring_within = duration_of(app, "--if-expiring-within", values.if_expiring_within);
  if (options.no_expiry && (options.expires_at || options.expires_in)) {
    usage_error(std::string("--no-expiry and ") +
                (options.expires_at ? "--expires-at" : "--expires-in") + " exclude each other");
  }
  if (options.self && !options.token_ids.empty()) {
    usage_error("--self and TOKEN_ID exclude each other");
  }
  if (!options.self) check_token_ids(options.token_ids, true);
}

const CLI::App& topic(Grammar& grammar) {
  CLI::App* app = &grammar.root();
  for (const auto& word : grammar.values().help_topics) {
    const auto found =
        app->get_subcommands([&](CLI::App* child) { return child->check_name(word); });
    if (found.empty()) refuse_word(word, *app);
    app = found.front();
  }
  return *app;
}

// Words after `--`: a program and its arguments, or for revoke ids that begin with a dash.
void read_tail(const CLI::App& app, const std::vector<std::string>& tail, Options& options) {
  if (app.get_name() == "revoke") {
    options.token_ids.insert(options.token_ids.end(), tail.begin(), tail.end());
  } else if (!Grammar::takes_program(app)) {
    usage_error("-- and a command go with create and rotate only");
  } else if (tail.empty() || tail.front().empty()) {
    usage_error("no command after --", {"write -- COMMAND [ARG...], or leave -- out"});
  } else {
    options.sink = tail;
  }
}

void read_command(const CLI::App& app, const FlagValues& values, Options& options) {
  const std::string& name = app.get_name();
  if (name == "create" || name == "rotate") {
    options.command = name == "create" ? Command::create : Command::rotate;
    read_create_flags(app, values, options);
    if (name == "rotate") read_rotate_flags(app, values, options);
  } else if (name == "list") {
    options.command = Command::list;
    options.live = values.live;
    options.expiring_within = duration_of(app, "--expiring-within", values.expiring_within);
    options.format = format_of(values.format);
    options.sort = sort_key_of(values.sort);
  } else if (name == "revoke") {
    options.command = Command::revoke;
    options.force = values.force;
    check_token_ids(options.token_ids, false);
  } else if (name == "status") {
    options.command = Command::status;
    options.format = format_of(values.format);
  } else {
    options.command = name == "login" ? Command::login : Command::logout;
  }
}

void read_completion(const std::string& name, const Grammar& grammar, Options& options) {
  options.command = Command::completion;
  if (name == "bash") {
    options.script = completion_script(Shell::bash, grammar.outline());
  } else if (name == "zsh") {
    options.script = completion_script(Shell::zsh, grammar.outline());
  } else if (name == "fish") {
    options.script = completion_script(Shell::fish, grammar.outline());
  } else {
    options.command = Command::profile_names;
  }
}

}  // namespace

Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment) {
  Options options;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  Grammar grammar;
  parse(grammar, {arguments.begin(), dashes});
  CLI::App& app = grammar.selected();
  const FlagValues& values = grammar.values();
  if (values.help) {
    options.help = app.help();
  } else if (app.get_name() == "help") {
    options.help = topic(grammar).help();
  } else if (app.get_name() == "version" || values.version) {
    options.command = Command::version;
  } else if (!app.get_subcommands([](const CLI::App*) { return true; }).empty()) {
    options.help = app.help();
    options.incomplete = true;
  } else {
    read_global_flags(values, environment, options);
    options.token_ids = values.token_ids;
    if (dashes != arguments.end()) read_tail(app, {dashes + 1, arguments.end()}, options);
    if (app.get_parent()->get_name() == "completion") {
      read_completion(app.get_name(), grammar, options);
    } else {
      read_command(app, values, options);
    }
  }
  return options;
}

CommandOutline command_outline() { return Grammar().outline(); }

}  // namespace influxctl
