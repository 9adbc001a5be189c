// SPDX-License-Identifier: MIT
#include "influxctl/cli/grammar.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/time/duration.h"

namespace influxctl {

namespace {

constexpr int kNameColumn = 28;

const std::vector<std::string>& formats() {
  static const std::vector<std::string> names = {"table", "json"};
  return names;
}

const std::vector<std::string>& sort_keys() {
  static const std::vector<std::string> names = {"created", "id",      "description",
                                                 "prefix",  "expires", "revoked"};
  return names;
}

// The place of a value among the choices.
std::size_t choice_of(const std::string& flag, const std::string& value,
                      const std::vector<std::string>& choices) {
  const auto found = std::find(choices.begin(), choices.end(), value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string list = choices.size() > 2 ? " is none of " : " is neither ";
  for (const auto& choice : choices) {
    if (&choice != &choices.front()) list += choices.size() > 2 ? ", " : " nor ";
    list += choice;
  }
  std::string lower = value;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string near = nearest(lower, choices);
  std::vector<std::string> hints;
  if (!near.empty()) hints.push_back("did you mean " + near + "?");
  throw Error(ErrorKind::usage, flag + " " + influxctl::quoted(value) + list, std::move(hints));
}

// What people write who think in words: `90days`, `1y`, `2 months`. Empty for anything else.
std::string in_our_units(const std::string& text) {
  struct Word {
    std::string_view name;
    unsigned count;
    std::string_view unit;
  };
  static constexpr std::array<Word, 17> kWords{{{"y", 365, "d"},
                                                {"yr", 365, "d"},
                                                {"yrs", 365, "d"},
                                                {"year", 365, "d"},
                                                {"years", 365, "d"},
                                                {"mo", 30, "d"},
                                                {"month", 30, "d"},
                                                {"months", 30, "d"},
                                                {"week", 1, "w"},
                                                {"weeks", 1, "w"},
                                                {"day", 1, "d"},
                                                {"days", 1, "d"},
                                                {"hour", 1, "h"},
                                                {"hours", 1, "h"},
                                                {"minutes", 1, "m"},
                                                {"min", 1, "m"},
                                                {"seconds", 1, "s"}}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 4) return {};
  std::string name;
  for (const char c : text.substr(digits)) {
    if (c != ' ') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto* const word = std::find_if(kWords.begin(), kWords.end(),
                                        [&](const Word& known) { return known.name == name; });
  if (word == kWords.end()) return {};
  return std::to_string(std::stoul(text.substr(0, digits)) * word->count) + std::string(word->unit);
}

std::chrono::nanoseconds duration_of(const std::string& flag, const std::string& text) {
  const std::string better = in_our_units(text);
  if (!better.empty()) {
    throw Error(ErrorKind::usage, flag + " " + influxctl::quoted(text) + " is not a duration",
                {"write " + better});
  }
  static constexpr std::array<std::string_view, 6> kNever = {"never",    "none", "infinite",
                                                             "infinity", "no",   "forever"};
  if (flag == "--expires-in" && std::find(kNever.begin(), kNever.end(), text) != kNever.end()) {
    throw Error(ErrorKind::usage, flag + " " + influxctl::quoted(text) + " is not a duration",
                {"create: leave the flag out for a token that never expires",
                 "rotate: write --no-expiry instead"});
  }
  return parse_duration(text, flag, DurationUnits::go_days_and_weeks);
}

void check_description(const std::string& text) {
  const std::string message = "--description " + influxctl::quoted(text);
  if (!is_utf8(text)) throw Error(ErrorKind::usage, message + " is not valid UTF-8");
  if (!has_control_characters(text)) return;
  throw Error(ErrorKind::usage, message + " has a control character",
              {"a newline or a tab is one too; write it on one line"});
}

void switch_flag(CLI::App& app, const std::string& name, bool& value,
                 const std::string& description) {
  app.add_flag(name, value, description);
}

}  // namespace

std::string HelpFormatter::make_usage(const CLI::App* app, std::string /*name*/) const {
  return "\nUsage:\n  " + usages.at(app) + "\n";
}

Grammar::Grammar(Options& options) : options_(options) {
  root_.name("influxctl");
  root_.formatter(formatter_);
  formatter_->column_width(kNameColumn);
  formatter_->label("Options", "Flags");
  root_.option_defaults()->group("Flags");
  set_up(root_, "influxctl [FLAGS] COMMAND",
         "Global flags are accepted before and after the command.\n\n"
         "Example:\n"
         "  influxctl management create --expires-in 90d --description \"CI\" \\\n"
         "    -- vault kv put -mount=secret influxdb token=-");
  global_flags();
  management_commands();
  auth_commands();
  other_commands();
}

ValueKind Grammar::value_kind(const CLI::Option& flag) const {
  const auto found = values_.find(&flag);
  return found == values_.end() ? ValueKind::none : found->second.kind;
}

const std::vector<std::string>& Grammar::choices(const CLI::Option& flag) const {
  return values_.at(&flag).choices;
}

void Grammar::set_up(CLI::App& app, const std::string& usage, const std::string& footer) {
  app.set_help_flag();
  app.add_flag("-h,--help", help_, "Explain this command");
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.group("Commands");
  app.footer(footer);
  formatter_->usages[&app] = usage;
}

void Grammar::value_flag(CLI::App& app, const std::string& name, const std::string& type,
                         const std::string& description, const Take& take, Values values) {
  const CLI::Option* flag =
      app.add_option_function<std::string>(
             name, [take](const std::string& marked) { take(marked.substr(1)); }, description)
          ->type_name(type);
  values_[flag] = std::move(values);
}

void Grammar::text_flag(CLI::App& app, const std::string& name, const std::string& type,
                        const std::string& description, std::string& value, ValueKind kind) {
  value_flag(app, name, type, description, [&value](const std::string& text) { value = text; },
             {kind, {}});
}

void Grammar::duration_flag(CLI::App& app, const std::string& name, const std::string& description,
                            std::optional<std::chrono::nanoseconds>& value) {
  value_flag(app, name, "DURATION", description,
             [&value, name](const std::string& text) { value = duration_of(name, text); }, {});
}

void Grammar::format_flag(CLI::App& app, const std::string& description) {
  value_flag(app, "--format", "table|json", description,
             [this](const std::string& text) {
               options_.format =
                   choice_of("--format", text, formats()) == 0 ? Format::table : Format::json;
             },
             {ValueKind::choice, formats()});
}

void Grammar::global_flags() {
  ProfileRequest& profile = options_.profile;
  text_flag(root_, "--account", "ID", "Account, instead of the profile's", profile.account_id);
  text_flag(root_, "--api-path", "PATH",
            "Path of the management-token endpoint\n(INFLUXCTL_API_PATH)", options_.api_path);
  text_flag(root_, "--cluster", "ID", "Cluster, instead of the profile's", profile.cluster_id);
  text_flag(root_, "--config", "FILE", "Configuration file (INFLUXCTL_CONFIG)", profile.config_path,
            ValueKind::file);
  root_.add_flag_function(
      "--debug", [this](std::int64_t) { options_.log = std::max(options_.log, LogLevel::debug); },
      "Say on stderr what is done");
  text_flag(root_, "--profile", "NAME",
            "Profile of the configuration file\n(INFLUXCTL_PROFILE, else \"default\")",
            profile.profile, ValueKind::profile);
  value_flag(root_, "--timeout", "DURATION",
             "Limit of each API call, such as 30s or 1m30s\n(default 1m0s)",
             [this](const std::string& text) {
               // A year at most, so that no deadline lies past the end of a clock.
               const auto limit = std::min<std::chrono::nanoseconds>(
                   parse_duration(text, "--timeout", DurationUnits::go),
                   std::chrono::hours(24 * 365));
               options_.timeout = std::chrono::ceil<std::chrono::milliseconds>(limit);
             },
             {});
  root_.add_flag_function(
      "--trace", [this](std::int64_t) { options_.log = LogLevel::trace; },
      "Say more: TLS, headers, sizes; no secret");
  switch_flag(root_, "--version", version_, "Print the version and the architecture");
}

void Grammar::management_commands() {
  CLI::App& management = *root_.add_subcommand("management", "Manage management tokens");
  set_up(management, "influxctl management [FLAGS] COMMAND",
         "Example:\n  influxctl management create --expires-in 1d");
  create_command(management);
  list_command(management);
  revoke_command(management);
  rotate_command(management);
}

void Grammar::create_command(CLI::App& management) {
  CLI::App& create = *management.add_subcommand("create", "Create a management token");
  set_up(create, "influxctl management create [FLAGS] [-- COMMAND [ARG...]]",
         "The token is the only thing on stdout: with a newline on a terminal, else its\n"
         "exact bytes. After --, a program gets it on its standard input instead; exit\n"
         "status 0 means stored. A token that cannot be delivered is revoked.\n"
         "For the global flags see: influxctl --help\n\n"
         "Example:\n"
         "  influxctl management create \\\n"
         "    --expires-at $(date -d +1day -Iseconds) \\\n"
         "    --description \"Example token description\"");
  create_flags(create);
}

void Grammar::list_command(CLI::App& management) {
  CLI::App& list = *management.add_subcommand("list", "List management tokens, revoked ones too");
  set_up(list, "influxctl management list [FLAGS]",
         "Example:\n  influxctl management list --live --sort expires");
  duration_flag(list, "--expiring-within", "Live tokens that expire by then, such as 14d",
                options_.expiring_within);
  format_flag(list, "Form of the list (default table)");
  switch_flag(list, "--live", options_.live, "Neither revoked nor expired ones");
  value_flag(list, "--sort", "KEY",
             "created, id, description, prefix, expires\nor revoked (default created)",
             [this](const std::string& text) {
               static constexpr std::array kKeys = {SortKey::created,     SortKey::id,
                                                    SortKey::description, SortKey::prefix,
                                                    SortKey::expires,     SortKey::revoked};
               options_.sort = kKeys.at(choice_of("--sort", text, sort_keys()));
             },
             {ValueKind::choice, sort_keys()});
}

void Grammar::revoke_command(CLI::App& management) {
  CLI::App& revoke = *management.add_subcommand("revoke", "Revoke management tokens for good");
  set_up(revoke, "influxctl management revoke [FLAGS] TOKEN_ID...",
         "Example:\n  influxctl management revoke 11111111-1111-1111-1111-111111111111");
  switch_flag(revoke, "--force", options_.force, "Do not ask first");
  revoke.add_option("TOKEN_ID", options_.token_ids, "Ids, as management list shows them")
      ->type_name("");
}

void Grammar::rotate_command(CLI::App& management) {
  CLI::App& rotate =
      *management.add_subcommand("rotate", "Create and deliver a successor, revoke the old");
  set_up(rotate, "influxctl management rotate TOKEN_ID|--self [FLAGS] [-- COMMAND [ARG...]]",
         "The successor keeps the description unless one is given. The old token is\n"
         "revoked only after the successor was delivered and the cluster accepts it, so\n"
         "one of the two works.\n"
         "For the global flags see: influxctl --help\n\n"
         "Example:\n"
         "  influxctl management rotate 11111111-1111-1111-1111-111111111111 \\\n"
         "    --expires-in 90d -- vault kv put -mount=secret influxdb token=-");
  rotate.add_option("TOKEN_ID", options_.token_ids, "Id of the old token")->type_name("");
  create_flags(rotate);
  duration_flag(rotate, "--if-expiring-within",
                "Do nothing unless the old token expires\nby then, such as 14d",
                options_.if_expiring_within);
  switch_flag(rotate, "--keep-old", options_.keep_old, "Leave the old token as it is");
  switch_flag(rotate, "--no-expiry", options_.no_expiry, "The successor does not expire");
  switch_flag(rotate, "--self", options_.self, "The old token is this run's credential");
}

void Grammar::create_flags(CLI::App& app) {
  value_flag(app, "--description", "TEXT", "What the token is for",
             [this](const std::string& text) {
               check_description(text);
               options_.description = text;
             },
             {});
  switch_flag(app, "--dry-run", options_.dry_run, "Print the request as JSON, send nothing");
  value_flag(app, "--expires-at", "RFC3339",
             "When the token expires, such as\n2031-01-02T03:04:05Z (default: never)",
             [this](const std::string& text) { options_.expires_at = text; }, {});
  duration_flag(app, "--expires-in", "The same from now on: 24h, 1d, 2w, 1h30m",
                options_.expires_in);
  format_flag(app, "table prints the token alone, json the\nwhole record with it (default table)");
  value_flag(app, "--output", "FILE", "Write the token to a new file, mode 0600",
             [this](const std::string& text) { options_.output = text; }, {ValueKind::file, {}});
  switch_flag(app, "--quiet", options_.quiet, "No record and no warning on stderr");
}

void Grammar::auth_commands() {
  CLI::App& auth = *root_.add_subcommand("auth", "Log in, log out, show the credential");
  set_up(auth, "influxctl auth [FLAGS] COMMAND", "Example:\n  influxctl auth login");

  CLI::App& login = *auth.add_subcommand("login", "Log in through the profile's OAuth provider");
  set_up(login, "influxctl auth login [FLAGS]",
         "Shows a URL and a code to approve in a browser on any machine, and keeps the\n"
         "tokens in ~/.cache/influxctl. Needs [profile.auth.oauth2] in config.toml.\n\n"
         "Example:\n"
         "  influxctl auth login --profile production");

  CLI::App& logout = *auth.add_subcommand("logout", "Remove the profile's login from this machine");
  set_up(logout, "influxctl auth logout [FLAGS]",
         "Example:\n  influxctl auth logout --profile production");

  CLI::App& status = *auth.add_subcommand("status", "Show the credential and whether it works");
  set_up(status, "influxctl auth status [FLAGS]",
         "Example:\n  influxctl auth status --profile production");
  format_flag(status, "Form of the result (default table)");
}

void Grammar::other_commands() {
  CLI::App& version = *root_.add_subcommand("version", "Print the version and the architecture");
  set_up(version, "influxctl version", "Example:\n  influxctl version");

  CLI::App& help = *root_.add_subcommand("help", "Explain a command")->alias("h");
  set_up(help, "influxctl help [COMMAND...]", "Example:\n  influxctl help management create");

  CLI::App& completion =
      *root_.add_subcommand("completion", "Print a script that completes command lines");
  set_up(completion, "influxctl completion bash|zsh|fish",
         "Example:\n  influxctl completion bash --help");
  const std::vector<std::pair<std::string, std::string>> shells = {
      {"bash",
       "To keep it: the line of the example in ~/.bashrc, or the script as\n"
       "~/.local/share/bash-completion/completions/influxctl.\n\n"
       "Example:\n"
       "  source <(influxctl completion bash)"},
      {"zsh",
       "The directory must be in fpath before compinit runs: in ~/.zshrc\n"
       "fpath+=(~/.zfunc)\n\n"
       "Example:\n"
       "  influxctl completion zsh >~/.zfunc/_influxctl"},
      {"fish",
       "Example:\n"
       "  influxctl completion fish >~/.config/fish/completions/influxctl.fish"}};
  for (const auto& [name, footer] : shells) {
    set_up(*completion.add_subcommand(name, "Print the script for " + name),
           "influxctl completion " + name, footer);
  }
}

std::string path_of(const CLI::App& command) {
  const CLI::App* above = command.get_parent();
  return (above == nullptr ? "" : path_of(*above) + " ") + command.get_name();
}

CLI::App* child_of(CLI::App& command, std::string_view name) {
  for (CLI::App* child : children_of(command)) {
    if (child->check_name(std::string(name))) return child;
  }
  return nullptr;
}

std::vector<CLI::App*> children_of(CLI::App& command) {
  return command.get_subcommands([](CLI::App*) { return true; });
}

const CLI::Option* find_flag(const CLI::App& command, const std::string& name) {
  for (const CLI::App* level = &command; level != nullptr; level = level->get_parent()) {
    if (const CLI::Option* flag = level->get_option_no_throw(name)) return flag;
  }
  return nullptr;
}

std::vector<const CLI::Option*> flags_at(const CLI::App& command) {
  std::vector<const CLI::Option*> flags;
  for (const CLI::App* level = &command; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* flag : level->get_options()) {
      const bool is_new = flag->nonpositional() &&
                          std::none_of(flags.begin(), flags.end(), [&](const CLI::Option* other) {
                            return names_of(*other) == names_of(*flag);
                          });
      if (is_new) flags.push_back(flag);
    }
  }
  return flags;
}

std::vector<std::string> names_of(const CLI::Option& flag) {
  std::vector<std::string> names;
  for (const auto& name : flag.get_snames()) names.push_back("-" + name);
  for (const auto& name : flag.get_lnames()) names.push_back("--" + name);
  return names;
}

bool takes_value(const CLI::Option& flag) { return flag.get_items_expected_max() > 0; }

bool takes_program(const CLI::App& command) {
  return command.get_name() == "create" || command.get_name() == "rotate";
}

bool takes_ids(const CLI::App& command) {
  return command.get_name() == "revoke" || command.get_name() == "rotate";
}

}  // namespace influxctl
