// SPDX-License-Identifier: MIT
#include "influxctl/cli/grammar.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "influxctl/base/text.h"
#include "influxctl/cli/suggestion.h"
#include "influxctl/time/duration.h"

namespace influxctl {

namespace {

/// CLI11's help, with the usage line that the grammar states.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(const Grammar& grammar) : grammar_(grammar) {
    column_width(28);
    label("Options", "Flags");
    label("Positionals", "Arguments");
  }
  std::string make_usage(const CLI::App* app, std::string /*name*/) const override {
    return "\nUsage:\n  " + path_of(*app) + grammar_.commands.at(app).arguments + "\n";
  }

 private:
  const Grammar& grammar_;
};

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

template <typename T>
T choice_of(const std::string& flag, const std::string& value, const Choices<T>& choices) {
  std::string list = choices.size() > 2 ? " is none of " : " is neither ";
  std::vector<std::string> names;
  for (const auto& [name, choice] : choices) {
    if (name == value) return choice;
    if (!names.empty()) list += choices.size() > 2 ? ", " : " nor ";
    list += name;
    names.push_back(name);
  }
  std::vector<std::string> hints;
  const std::string near = suggestion(value, names);
  if (!near.empty()) hints.push_back("did you mean " + near + "?");
  throw Error(ErrorKind::usage, flag + " " + influxctl::quoted(value) + list, std::move(hints));
}

void check_description(const std::string& text) {
  const std::string message = "--description " + influxctl::quoted(text);
  if (!is_utf8(text)) throw Error(ErrorKind::usage, message + " is not valid UTF-8");
  if (!has_control_characters(text)) return;
  throw Error(ErrorKind::usage, message + " has a control character",
              {"a newline or a tab is one too; write it on one line"});
}

/// Fills a Grammar, which outlives this. The help shows what is added in that order.
class Builder {
 public:
  Builder(Grammar& grammar, Options& options) : grammar_(grammar), options_(options) {}

  void build() {
    grammar_.root.name("influxctl");
    grammar_.root.formatter(std::make_shared<HelpFormatter>(grammar_));
    grammar_.root.option_defaults()->group("Flags");
    set_up(grammar_.root, {" [FLAGS] COMMAND"},
           "Global flags are accepted before and after the command.\n\n"
           "Example:\n"
           "  influxctl management create --expires-in 90d --description \"CI\" \\\n"
           "    -- vault kv put -mount=secret influxdb token=-");
    global_flags();
    management();
    auth();
    others();
  }

 private:
  void set_up(CLI::App& app, CommandSpec spec, const std::string& footer) {
    app.set_help_flag();
    const std::string explain = "Explain this command";
    app.add_flag("-h,--help", explain);
    app.group("Commands");
    app.footer(footer);
    grammar_.commands[&app] = std::move(spec);
  }

  CLI::App& command(CLI::App& above, const std::string& name, const std::string& description,
                    CommandSpec spec, const std::string& footer) {
    CLI::App& app = *above.add_subcommand(name, description);
    set_up(app, std::move(spec), "For the global flags see: influxctl --help\n\n" + footer);
    return app;
  }

  void value_flag(CLI::App& app, const std::string& name, const std::string& type,
                  const std::string& description, FlagValue value) {
    grammar_.flags[app.add_option(name, description)->type_name(type)] = std::move(value);
  }

  template <typename Text>  // std::string or an optional one
  void text_flag(CLI::App& app, const std::string& name, const std::string& type,
                 const std::string& description, Text& value, ValueKind kind = ValueKind::text) {
    value_flag(app, name, type, description,
               {kind, {}, [&value](const std::string& text) { value = text; }});
  }

  void duration_flag(CLI::App& app, const std::string& name, const std::string& description,
                     std::optional<std::chrono::nanoseconds>& value) {
    const auto take = [&value, name](const std::string& text) {
      value = parse_duration(text, name, DurationUnits::go_days_and_weeks);
    };
    value_flag(app, name, "DURATION", description, {ValueKind::text, {}, take});
  }

  template <typename T>
  void choice_flag(CLI::App& app, const std::string& name, const std::string& type,
                   const std::string& description, T& value, const Choices<T>& choices) {
    FlagValue flag{ValueKind::choice, {}, [&value, name, choices](const std::string& text) {
                     value = choice_of(name, text, choices);
                   }};
    for (const auto& choice : choices) flag.choices.push_back(choice.first);
    value_flag(app, name, type, description, std::move(flag));
  }

  void format_flag(CLI::App& app, const std::string& description) {
    choice_flag(app, "--format", "table|json", description, options_.format,
                {{"table", Format::table}, {"json", Format::json}});
  }

  void switch_flag(CLI::App& app, const std::string& name, const std::string& description,
                   std::function<void(bool)> take) {
    grammar_.flags[app.add_flag(name, description)] = {
        ValueKind::none, {}, [take = std::move(take)](const std::string& text) {
          take(text == "true");
        }};
  }
  void switch_flag(CLI::App& app, const std::string& name, const std::string& description,
                   bool& value) {
    switch_flag(app, name, description, [&value](bool on) { value = on; });
  }

  static void ids(CLI::App& app, const std::string& description) {
    app.add_option("TOKEN_ID", description)->type_name("");
  }

  void log_flag(const std::string& name, const std::string& description, LogLevel level) {
    switch_flag(grammar_.root, name, description, [&options = options_, level](bool on) {
      if (on) options.log = std::max(options.log, level);
    });
  }

  void global_flags() {
    CLI::App& root = grammar_.root;
    ProfileRequest& profile = options_.profile;
    text_flag(root, "--account", "ID", "Account, instead of the profile's", profile.account_id);
    text_flag(root, "--api-path", "PATH",
              "Path of the management-token endpoint\n(INFLUXCTL_API_PATH)", options_.api_path);
    text_flag(root, "--cluster", "ID", "Cluster, instead of the profile's", profile.cluster_id);
    text_flag(root, "--config", "FILE", "Configuration file (INFLUXCTL_CONFIG)",
              profile.config_path, ValueKind::file);
    log_flag("--debug", "Say on stderr what is done", LogLevel::debug);
    text_flag(root, "--profile", "NAME",
              "Profile of the configuration file\n(INFLUXCTL_PROFILE, else \"default\")",
              profile.profile, ValueKind::profile);
    const auto take_timeout = [&timeout = options_.timeout](const std::string& text) {
      // A year at most, so that no deadline lies past the end of a clock.
      constexpr std::chrono::nanoseconds kYear = std::chrono::hours(24 * 365);
      timeout = std::chrono::ceil<std::chrono::milliseconds>(
          std::min(parse_duration(text, "--timeout", DurationUnits::go), kYear));
    };
    value_flag(root, "--timeout", "DURATION",
               "Limit of each API call, such as 30s or 1m30s\n(default 1m0s)",
               {ValueKind::text, {}, take_timeout});
    log_flag("--trace", "Say more: TLS, headers, sizes; no secret", LogLevel::trace);
    switch_flag(root, "--version", "Print the version and the architecture",
                [&options = options_](bool on) {
                  if (on) options.command = Command::version;
                });
  }

  void management() {
    CLI::App& level =
        command(grammar_.root, "management", "Manage management tokens", {" [FLAGS] COMMAND"},
                "Example:\n  influxctl management create --expires-in 1d");
    CLI::App& create =
        command(level, "create", "Create a management token",
                {" [FLAGS] [-- COMMAND [ARG...]]", Command::create},
                "The token is the only thing on stdout: with a newline on a terminal, else its\n"
                "exact bytes. After --, a program gets it on its standard input instead; exit\n"
                "status 0 means stored. A token that cannot be delivered is revoked. Without an\n"
                "expiry a token does not expire.\n\n"
                "Example:\n"
                "  influxctl management create \\\n"
                "    --expires-at $(date -d +1day -Iseconds) \\\n"
                "    --description \"Example token description\"");
    create_flags(create);

    CLI::App& list = command(level, "list", "List management tokens, revoked ones too",
                             {" [FLAGS]", Command::list},
                             "Example:\n  influxctl management list --live --sort expires");
    duration_flag(list, "--expiring-within", "Live tokens that expire by then, such as 14d",
                  options_.expiring_within);
    format_flag(list, "Form of the list (default table)");
    switch_flag(list, "--live", "Neither revoked nor expired ones", options_.live);
    choice_flag(list, "--sort", "KEY",
                "created, id, description, prefix, expires\nor revoked (default created)",
                options_.sort,
                {{"created", SortKey::created},
                 {"id", SortKey::id},
                 {"description", SortKey::description},
                 {"prefix", SortKey::prefix},
                 {"expires", SortKey::expires},
                 {"revoked", SortKey::revoked}});

    CLI::App& revoke =
        command(level, "revoke", "Revoke management tokens for good",
                {" [FLAGS] TOKEN_ID...", Command::revoke},
                "Example:\n  influxctl management revoke 11111111-1111-1111-1111-111111111111");
    switch_flag(revoke, "--force", "Do not ask first", options_.force);
    ids(revoke, "Ids, as management list shows them");

    CLI::App& rotate =
        command(level, "rotate", "Create and deliver a successor, revoke the old",
                {" TOKEN_ID|--self [FLAGS] [-- COMMAND [ARG...]]", Command::rotate},
                "The successor keeps the description, not the expiry: where the old token has\n"
                "one, give one too, or --no-expiry. The old token is revoked only after the\n"
                "successor was delivered and the cluster accepts it, so one of the two works.\n\n"
                "Example:\n"
                "  influxctl management rotate 11111111-1111-1111-1111-111111111111 \\\n"
                "    --expires-in 90d -- vault kv put -mount=secret influxdb token=-");
    ids(rotate, "Id of the old token");
    create_flags(rotate);
    duration_flag(rotate, "--if-expiring-within",
                  "Do nothing unless the old token expires\nby then, such as 14d: use -- COMMAND, "
                  "as\na pipe gets an empty input when not due",
                  options_.if_expiring_within);
    switch_flag(rotate, "--keep-old", "Leave the old token as it is", options_.keep_old);
    switch_flag(rotate, "--no-expiry", "The successor does not expire", options_.no_expiry);
    switch_flag(rotate, "--self", "The old token is this run's credential", options_.self);
  }

  void create_flags(CLI::App& app) {
    const auto take_description = [&description = options_.description](const std::string& text) {
      check_description(text);
      description = text;
    };
    value_flag(app, "--description", "TEXT", "What the token is for",
               {ValueKind::text, {}, take_description});
    switch_flag(app, "--dry-run", "Print the request as JSON, send nothing", options_.dry_run);
    text_flag(app, "--expires-at", "RFC3339",
              "When the token expires, such as\n2031-01-02T03:04:05Z", options_.expires_at);
    duration_flag(app, "--expires-in", "The same from now on: 24h, 1d, 2w, 1h30m",
                  options_.expires_in);
    format_flag(app,
                "table prints the token alone, json the\nwhole record with it (default table)");
    text_flag(app, "--output", "FILE", "Write the token to a new file, mode 0600", options_.output,
              ValueKind::file);
    switch_flag(app, "--quiet", "No record and no warning on stderr", options_.quiet);
  }

  void auth() {
    CLI::App& level = command(grammar_.root, "auth", "Log in, log out, show the credential",
                              {" [FLAGS] COMMAND"}, "Example:\n  influxctl auth login");
    command(level, "login", "Log in through the profile's OAuth provider",
            {" [FLAGS]", Command::login},
            "Shows a URL and a code to approve in a browser on any machine, and keeps the\n"
            "tokens in ~/.cache/influxctl. Needs [profile.auth.oauth2] in config.toml.\n\n"
            "Example:\n"
            "  influxctl auth login --profile production");
    command(level, "logout", "Remove the profile's login from this machine",
            {" [FLAGS]", Command::logout},
            "Example:\n  influxctl auth logout --profile production");
    CLI::App& status = command(level, "status", "Show the credential and whether it works",
                               {" [FLAGS]", Command::status},
                               "Example:\n  influxctl auth status --profile production");
    format_flag(status, "Form of the result (default table)");
  }

  void others() {
    command(grammar_.root, "version", "Print the version and the architecture",
            {"", Command::version}, "Example:\n  influxctl version");
    command(grammar_.root, "help", "Explain a command", {" [COMMAND...]"},
            "Example:\n  influxctl help management create")
        .alias("h");
    CLI::App& level =
        command(grammar_.root, "completion", "Print a script that completes command lines",
                {" bash|zsh|fish"}, "Example:\n  source <(influxctl completion bash)");
    command(level, "bash", "Print the script for bash", {"", Command::completion, Shell::bash},
            "To keep it: the line of the example in ~/.bashrc, or the script as\n"
            "~/.local/share/bash-completion/completions/influxctl.\n\n"
            "Example:\n"
            "  source <(influxctl completion bash)");
    command(level, "zsh", "Print the script for zsh", {"", Command::completion, Shell::zsh},
            "The directory must be in fpath before compinit runs: in ~/.zshrc\n"
            "fpath+=(~/.zfunc)\n\n"
            "Example:\n"
            "  influxctl completion zsh >~/.zfunc/_influxctl");
    command(level, "fish", "Print the script for fish", {"", Command::completion, Shell::fish},
            "Example:\n"
            "  influxctl completion fish >~/.config/fish/completions/influxctl.fish");
  }

  Grammar& grammar_;
  Options& options_;
};

}  // namespace

Grammar::Grammar(Options& options) { Builder(*this, options).build(); }

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
      const bool is_help = level != &command && flag->check_name("--help");  // has its own
      if (flag->nonpositional() && !is_help) flags.push_back(flag);
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
