// SPDX-License-Identifier: MIT
#include "influxctl/cli/grammar.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/time/duration.h"

namespace influxctl {

namespace {

constexpr const char* kFile = "FILE";
constexpr const char* kProfileName = "NAME";

/// What people write for `meant`, each between spaces.
struct Synonyms {
  std::string_view meant, words;
};
constexpr std::array<Synonyms, 23> kSynonyms{{
    {"list", " ls show get "},
    {"revoke", " rm delete del remove "},
    {"create", " new add make generate "},
    {"rotate", " renew replace regenerate "},
    {"login", " signin "},
    {"logout", " signout "},
    {"status", " whoami "},
    {"--expires-in",
     " --ttl --expiry --expire --expires --expiration --duration --valid-for --lifetime "
     "--max-age "},
    {"--description", " --desc --name --note --comment -d -m "},
    {"--output", " -o --out --file --outfile "},
    {"--format json", " --json "},
    {"--format", " -o --output "},  // of list, which has no --output
    {"--quiet", " -q --silent "},
    {"--dry-run", " -n --no-act --check "},
    {"--force", " -y --yes -f --assume-yes "},
    {"--debug", " --verbose -v "},
    {"--profile", " -p "},
    {"--config", " -c "},
    {"--sort", " --order-by --sort-by "},
    {"created", " date time age "},
    {"description", " name "},
    {"expires", " expiry expiration ttl "},
    {"revoked", " live state status "},
}};

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

constexpr std::array kFormats = {std::pair("table", Format::table),
                                 std::pair("json", Format::json)};
constexpr std::array kSortKeys = {
    std::pair("created", SortKey::created),         std::pair("id", SortKey::id),
    std::pair("description", SortKey::description), std::pair("prefix", SortKey::prefix),
    std::pair("expires", SortKey::expires),         std::pair("revoked", SortKey::revoked)};

template <typename Choices>
auto choice_of(const std::string& flag, const std::string& value, const Choices& choices) {
  const bool many = choices.size() > 2;
  std::string list;
  std::vector<std::string> names;
  for (const auto& [name, choice] : choices) {
    if (name == value) return choice;
    list += list.empty() ? (many ? " is none of " : " is neither ") : (many ? ", " : " nor ");
    list += names.emplace_back(name);
  }
  std::vector<std::string> hints;
  const std::string near = suggestion(value, names);
  if (!near.empty()) hints.push_back("did you mean " + near + "?");
  throw Error(ErrorKind::usage, flag + " " + influxctl::quoted(value) + list, std::move(hints));
}

/// A flag of the help. An empty type: a switch.
struct Flag {
  std::string name;
  std::string type;
  std::string description;
  FlagValue value;
};

/// Has the value written to `target`.
template <typename T>
FlagValue into(T& target) {
  return {{}, [&target](const std::string& flag, const std::string& value) {
            if constexpr (std::is_same_v<T, bool>) {
              target = value == "true";
            } else if constexpr (std::is_same_v<T, std::optional<std::chrono::nanoseconds>>) {
              target = parse_duration(value, flag, DurationUnits::go_days_and_weeks);
            } else {
              target = value;
            }
          }};
}

/// The same of one of these names; `choices` outlives the flag.
template <typename T, typename Choices>
FlagValue into(T& target, const Choices& choices) {
  FlagValue value{{}, [&target, &choices](const std::string& flag, const std::string& text) {
                    target = choice_of(flag, text, choices);
                  }};
  for (const auto& choice : choices) value.choices.emplace_back(choice.first);
  return value;
}

/// Of a switch that asks for this much, and leaves what is more.
template <typename T>
FlagValue at_least(T& target, T least) {
  return {{}, [&target, least](const std::string& /*flag*/, const std::string& value) {
            if (value == "true") target = std::max(target, least);
          }};
}

FlagValue description_into(std::optional<std::string>& target) {
  return {{}, [&target](const std::string& flag, const std::string& text) {
            const std::string message = flag + " " + influxctl::quoted(text);
            if (!is_utf8(text)) throw Error(ErrorKind::usage, message + " is not valid UTF-8");
            if (has_control_characters(text)) {
              throw Error(ErrorKind::usage, message + " has a control character",
                          {"a newline or a tab is one too; write it on one line"});
            }
            target = text;
          }};
}

FlagValue timeout_into(std::chrono::milliseconds& target) {
  return {{}, [&target](const std::string& flag, const std::string& text) {
            // A year at most, so that no deadline lies past the end of a clock.
            constexpr std::chrono::nanoseconds kYear = std::chrono::hours(24 * 365);
            target = std::chrono::ceil<std::chrono::milliseconds>(
                std::min(parse_duration(text, flag, DurationUnits::go), kYear));
          }};
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
    add(grammar_.root, global_flags());
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

  void add(CLI::App& app, const std::vector<Flag>& flags) {
    for (const auto& [name, type, description, value] : flags) {
      const CLI::Option* const flag = type.empty()
                                          ? app.add_flag(name, description)
                                          : app.add_option(name, description)->type_name(type);
      grammar_.flags[flag] = value;
    }
  }

  static void add_ids(CLI::App& app, const std::string& description) {
    app.add_option("TOKEN_ID", description)->type_name("");
  }

  std::vector<Flag> global_flags() {
    ProfileRequest& profile = options_.profile;
    return {
        {"--account", "ID", "Account, instead of the profile's", into(profile.account_id)},
        {"--api-path", "PATH", "Path of the management-token endpoint\n(INFLUXCTL_API_PATH)",
         into(options_.api_path)},
        {"--cluster", "ID", "Cluster, instead of the profile's", into(profile.cluster_id)},
        {"--config", kFile, "Configuration file (INFLUXCTL_CONFIG)", into(profile.config_path)},
        {"--debug", "", "Say on stderr what is done", at_least(options_.log, LogLevel::debug)},
        {"--profile", kProfileName,
         "Profile of the configuration file\n(INFLUXCTL_PROFILE, else \"default\")",
         into(profile.profile)},
        {"--timeout", "DURATION", "Limit of each API call, such as 30s or 1m30s\n(default 1m0s)",
         timeout_into(options_.timeout)},
        {"--trace", "", "Say more: TLS, headers, sizes; no secret",
         at_least(options_.log, LogLevel::trace)},
        {"--version", "", "Print the version and the architecture",
         at_least(options_.command, Command::version)},
    };
  }

  std::vector<Flag> create_flags() {
    return {
        {"--description", "TEXT", "What the token is for", description_into(options_.description)},
        {"--dry-run", "", "Print the request as JSON, send nothing", into(options_.dry_run)},
        {"--expires-at", "RFC3339", "When the token expires, such as\n2031-01-02T03:04:05Z",
         into(options_.expires_at)},
        {"--expires-in", "DURATION", "The same from now on: 24h, 1d, 2w, 1h30m",
         into(options_.expires_in)},
        {"--format", "table|json",
         "table prints the token alone, json the\nwhole record with it (default table)",
         into(options_.format, kFormats)},
        {"--output", kFile, "Write the token to a new file, mode 0600", into(options_.output)},
        {"--quiet", "", "No record and no warning on stderr", into(options_.quiet)},
    };
  }

  void management() {
    CLI::App& level =
        command(grammar_.root, "management", "Manage management tokens", {" [FLAGS] COMMAND"},
                "Example:\n  influxctl management create --expires-in 1d");
    add(command(level, "create", "Create a management token",
                {" [FLAGS] [-- COMMAND [ARG...]]", Command::create},
                "The token is the only thing on stdout: with a newline on a terminal, else its\n"
                "exact bytes. After --, a program gets it on its standard input instead; exit\n"
                "status 0 means stored. A token that cannot be delivered is revoked. Without an\n"
                "expiry a token does not expire.\n\n"
                "Example:\n"
                "  influxctl management create \\\n"
                "    --expires-at $(date -d +1day -Iseconds) \\\n"
                "    --description \"Example token description\""),
        create_flags());
    list(level);
    CLI::App& revoke =
        command(level, "revoke", "Revoke management tokens for good",
                {" [FLAGS] TOKEN_ID...", Command::revoke},
                "Example:\n  influxctl management revoke 11111111-1111-1111-1111-111111111111");
    add(revoke, {{"--force", "", "Do not ask first", into(options_.force)}});
    add_ids(revoke, "Ids, as management list shows them");
    rotate(level);
  }

  void list(CLI::App& level) {
    add(command(level, "list", "List management tokens, revoked ones too",
                {" [FLAGS]", Command::list},
                "Example:\n  influxctl management list --live --sort expires"),
        {
            {"--expiring-within", "DURATION", "Live tokens that expire by then, such as 14d",
             into(options_.expiring_within)},
            {"--format", "table|json", "Form of the list (default table)",
             into(options_.format, kFormats)},
            {"--live", "", "Neither revoked nor expired ones", into(options_.live)},
            {"--sort", "KEY",
             "created, id, description, prefix, expires\nor revoked (default created)",
             into(options_.sort, kSortKeys)},
        });
  }

  void rotate(CLI::App& level) {
    CLI::App& rotate =
        command(level, "rotate", "Create and deliver a successor, revoke the old",
                {" TOKEN_ID|--self [FLAGS] [-- COMMAND [ARG...]]", Command::rotate},
                "The successor keeps the description, not the expiry: where the old token has\n"
                "one, give one too, or --no-expiry. The old token is revoked only after the\n"
                "successor was delivered and the cluster accepts it, so one of the two works.\n\n"
                "Example:\n"
                "  influxctl management rotate 11111111-1111-1111-1111-111111111111 \\\n"
                "    --expires-in 90d -- vault kv put -mount=secret influxdb token=-");
    add_ids(rotate, "Id of the old token");
    add(rotate, create_flags());
    add(rotate,
        {
            {"--if-expiring-within", "DURATION",
             "Do nothing unless the old token expires\nby then, such as 14d: use -- COMMAND, "
             "as\na pipe gets an empty input when not due",
             into(options_.if_expiring_within)},
            {"--keep-old", "", "Leave the old token as it is", into(options_.keep_old)},
            {"--no-expiry", "", "The successor does not expire", into(options_.no_expiry)},
            {"--self", "", "The old token is this run's credential", into(options_.self)},
        });
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
    add(command(level, "status", "Show the credential and whether it works",
                {" [FLAGS]", Command::status},
                "Example:\n  influxctl auth status --profile production"),
        {{"--format", "table|json", "Form of the result (default table)",
          into(options_.format, kFormats)}});
  }

  void others() {
    command(grammar_.root, "version", "Print the version and the architecture",
            {"", Command::version}, "Example:\n  influxctl version");
    // For the list alone: the help of what is named is shown, else that of the program.
    grammar_.root.add_subcommand("help", "Explain a command")->alias("h")->group("Commands");
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

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower = lower_case(word);
  const auto is_candidate = [&candidates](std::string_view name) {
    return std::find(candidates.begin(), candidates.end(), name) != candidates.end();
  };
  for (const auto& [meant, words] : kSynonyms) {
    const bool is_one = words.find(" " + lower + " ") != std::string_view::npos;
    if (is_one && is_candidate(meant.substr(0, meant.find(' ')))) return std::string(meant);
  }
  std::vector<std::string> longer;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(longer),
               [&](const std::string& candidate) { return candidate.starts_with(lower); });
  constexpr std::size_t kTelling = 3;  // letters, dashes not counted
  const std::size_t letters = lower.size() - std::min(lower.find_first_not_of('-'), lower.size());
  return longer.size() == 1 && letters >= kTelling ? longer.front() : nearest(lower, candidates);
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

bool takes_file(const CLI::Option& flag) { return flag.get_type_name() == kFile; }

bool takes_profile(const CLI::Option& flag) { return flag.get_type_name() == kProfileName; }

bool takes_program(const CLI::App& command) {
  return command.get_name() == "create" || command.get_name() == "rotate";
}

bool takes_ids(const CLI::App& command) {
  return command.get_name() == "revoke" || command.get_name() == "rotate";
}

}  // namespace influxctl
