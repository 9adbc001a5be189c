// SPDX-License-Identifier: MIT
#include "influxctl/cli/cli_grammar.h"

namespace influxctl {

namespace {

constexpr int kNameColumn = 28;

CLI::Option* text_flag(CLI::App& app, const std::string& name, std::string& value,
                       const std::string& type, const std::string& description) {
  return app.add_option(name, value, description)->type_name(type);
}

void switch_flag(CLI::App& app, const std::string& name, bool& value,
                 const std::string& description) {
  app.add_flag(name, value, description)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
}

}  // namespace

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"table", "json"};
  return names;
}

const std::vector<std::string>& sort_names() {
  static const std::vector<std::string> names = {"created", "id",      "description",
                                                 "prefix",  "expires", "revoked"};
  return names;
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string /*name*/) const {
  return "\nUsage:\n  " + usages.at(app) + "\n";
}

Grammar::Grammar() {
  root_.name("influxctl");
  root_.formatter(formatter_);
  formatter_->column_width(kNameColumn);
  formatter_->label("Options", "Flags");
  root_.option_defaults()->group("Flags");
  set_up(root_, "influxctl [FLAGS] COMMAND");
  global_flags();
  management_commands();
  auth_commands();
  other_commands();
  completion_commands();
  root_.footer(
      "Global flags are accepted before and after the command.\n\n"
      "Example:\n"
      "  influxctl management create --expires-in 90d --description \"CI\" \\\n"
      "    -- vault kv put -mount=secret influxdb token=-");
}

CLI::App& Grammar::selected() {
  CLI::App* app = &root_;
  for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands()) {
    app = chosen.front();
  }
  return *app;
}

bool Grammar::takes_program(const CLI::App& app) {
  return app.get_name() == "create" || app.get_name() == "rotate";
}

void Grammar::set_up(CLI::App& app, const std::string& usage) {
  app.set_help_flag();
  app.add_flag("-h,--help", values_.help, "Explain this command");
  app.allow_extras();
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.group("Commands");
  formatter_->usages[&app] = usage;
}

void Grammar::global_flags() {
  text_flag(root_, "--account", values_.account, "ID", "Account, instead of the profile's");
  text_flag(root_, "--api-path", values_.api_path, "PATH",
            "Path of the management-token endpoint\n(INFLUXCTL_API_PATH)");
  text_flag(root_, "--cluster", values_.cluster, "ID", "Cluster, instead of the profile's");
  completed_[text_flag(root_, "--config", values_.config, "FILE",
                       "Configuration file (INFLUXCTL_CONFIG)")] = {ValueKind::config, {}};
  switch_flag(root_, "--debug", values_.debug, "Say on stderr what is done");
  completed_[text_flag(
      root_, "--profile", values_.profile, "NAME",
      "Profile of the configuration file\n(INFLUXCTL_PROFILE, else \"default\")")] = {
      ValueKind::profile, {}};
  text_flag(root_, "--timeout", values_.timeout, "DURATION",
            "Bound of each API call, such as 30s or 1m30s\n(default 1m0s)");
  switch_flag(root_, "--trace", values_.trace, "Say more: TLS, headers, sizes; no secret");
  switch_flag(root_, "--version", values_.version, "Print the version and the architecture");
}

void Grammar::management_commands() {
  CLI::App& management = *root_.add_subcommand("management", "Manage management tokens");
  set_up(management, "influxctl management [FLAGS] COMMAND");
  management.footer("Example:\n  influxctl management create --expires-in 1d");
  create_command(management);
  list_command(management);
  revoke_command(management);
  rotate_command(management);
}

void Grammar::create_command(CLI::App& management) {
  CLI::App& create = *management.add_subcommand("create", "Create a management token");
  set_up(create, "influxctl management create [FLAGS] [-- COMMAND [ARG...]]");
  create_flags(create);
  create.footer(
      "The token is the only thing on stdout: with a newline on a terminal, else its\n"
      "exact bytes. After --, a program gets it on its standard input instead; exit\n"
      "status 0 means stored. A token that cannot be delivered is revoked.\n"
      "For the global flags see: influxctl --help\n\n"
      "Example:\n"
      "  influxctl management create \\\n"
      "    --expires-at $(date -d +1day -Iseconds) \\\n"
      "    --description \"Example token description\"");
}

void Grammar::list_command(CLI::App& management) {
  CLI::App& list = *management.add_subcommand("list", "List management tokens, revoked ones too");
  set_up(list, "influxctl management list [FLAGS]");
  text_flag(list, "--expiring-within", values_.expiring_within, "DURATION",
            "Live tokens that expire by then, such as 14d");
  completed_[text_flag(list, "--format", values_.format, "table|json",
                       "Form of the list (default table)")] = {ValueKind::choice, format_names()};
  switch_flag(list, "--live", values_.live, "Neither revoked nor expired ones");
  completed_[text_flag(list, "--sort", values_.sort, "KEY",
                       "created, id, description, prefix, expires\nor revoked (default created)")] =
      {ValueKind::choice, sort_names()};
  list.footer("Example:\n  influxctl management list --sort expires");
}

void Grammar::revoke_command(CLI::App& management) {
  CLI::App& revoke = *management.add_subcommand("revoke", "Revoke management tokens for good");
  set_up(revoke, "influxctl management revoke [FLAGS] TOKEN_ID...");
  switch_flag(revoke, "--force", values_.force, "Do not ask first");
  revoke.add_option("TOKEN_ID", values_.token_ids, "Ids, as management list shows them")
      ->type_name("");
  revoke.footer("Example:\n  influxctl management revoke 11111111-1111-1111-1111-111111111111");
}

void Grammar::rotate_command(CLI::App& management) {
  CLI::App& rotate =
      *management.add_subcommand("rotate", "Create and deliver a successor, revoke the old");
  set_up(rotate, "influxctl management rotate TOKEN_ID|--self [FLAGS] [-- COMMAND [ARG...]]");
  rotate.add_option("TOKEN_ID", values_.token_ids, "Id of the old token")->type_name("");
  create_flags(rotate);
  text_flag(rotate, "--if-expiring-within", values_.if_expiring_within, "DURATION",
            "Do nothing unless the old token expires\nby then, such as 14d");
  switch_flag(rotate, "--keep-old", values_.keep_old, "Leave the old token as it is");
  switch_flag(rotate, "--no-expiry", values_.no_expiry, "The successor does not expire");
  switch_flag(rotate, "--self", values_.self, "The old token is this run's credential");
  rotate.footer(
      "The successor keeps the description unless one is given. The old token is\n"
      "revoked only after the successor was delivered, so one of the two works.\n"
      "For the global flags see: influxctl --help\n\n"
      "Example:\n"
      "  influxctl management rotate 11111111-1111-1111-1111-111111111111 \\\n"
      "    --expires-in 90d -- vault kv put -mount=secret influxdb token=-");
}

void Grammar::create_flags(CLI::App& app) {
  text_flag(app, "--description", values_.description, "TEXT", "What the token is for");
  switch_flag(app, "--dry-run", values_.dry_run, "Print the request as JSON, send nothing");
  text_flag(app, "--expires-at", values_.expires_at, "RFC3339",
            "When the token expires, such as\n2031-01-02T03:04:05Z (default: never)");
  text_flag(app, "--expires-in", values_.expires_in, "DURATION",
            "The same from now on: 24h, 1d, 2w, 1h30m");
  completed_[text_flag(app, "--format", values_.format, "table|json",
                       "table prints the token alone, json the\nwhole record with it (default "
                       "table)")] = {ValueKind::choice, format_names()};
  completed_[text_flag(app, "--output", values_.output, "FILE",
                       "Write the token to a new file, mode 0600")] = {ValueKind::file, {}};
  switch_flag(app, "--quiet", values_.quiet, "No record and no warning on stderr");
}

void Grammar::auth_commands() {
  CLI::App& auth = *root_.add_subcommand("auth", "Log in, log out, show the credential");
  set_up(auth, "influxctl auth [FLAGS] COMMAND");
  auth.footer("Example:\n  influxctl auth login");

  CLI::App& login = *auth.add_subcommand("login", "Log in through the profile's OAuth provider");
  set_up(login, "influxctl auth login [FLAGS]");
  login.footer(
      "Shows a URL and a code to approve in a browser on any machine, and keeps the\n"
      "tokens in ~/.cache/influxctl. Needs [profile.auth.oauth2] in config.toml.\n\n"
      "Example:\n"
      "  influxctl auth login --profile production");

  CLI::App& logout = *auth.add_subcommand("logout", "Remove the profile's login from this machine");
  set_up(logout, "influxctl auth logout [FLAGS]");
  logout.footer("Example:\n  influxctl auth logout --profile production");

  CLI::App& status = *auth.add_subcommand("status", "Show the credential and whether it works");
  set_up(status, "influxctl auth status [FLAGS]");
  completed_[text_flag(status, "--format", values_.format, "table|json",
                       "Form of the result (default table)")] = {ValueKind::choice, format_names()};
  status.footer("Example:\n  influxctl auth status --profile production");
}

void Grammar::other_commands() {
  CLI::App& version = *root_.add_subcommand("version", "Print the version and the architecture");
  set_up(version, "influxctl version");
  version.footer("Example:\n  influxctl version");

  CLI::App& help = *root_.add_subcommand("help", "Explain a command")->alias("h");
  set_up(help, "influxctl help [COMMAND...]");
  help.add_option("COMMAND", values_.help_topics, "The command to explain");
  help.footer("Example:\n  influxctl help management create");
}

void Grammar::completion_commands() {
  CLI::App& completion =
      *root_.add_subcommand("completion", "Print a script that completes command lines");
  set_up(completion, "influxctl completion bash|zsh|fish");
  completion.footer("Example:\n  influxctl completion bash --help");
  const auto add = [&](const std::string& shell, const std::string& footer) {
    CLI::App& app = *completion.add_subcommand(shell, "Print the script for " + shell);
    set_up(app, "influxctl completion " + shell);
    app.footer(footer);
    return &app;
  };
  add("bash",
      "To keep it: the line of the example in ~/.bashrc, or the script as\n"
      "~/.local/share/bash-completion/completions/influxctl.\n\n"
      "Example:\n"
      "  source <(influxctl completion bash)");
  add("zsh",
      "The folder must be in fpath before compinit runs: fpath+=(~/.zfunc) in ~/.zshrc.\n\n"
      "Example:\n"
      "  influxctl completion zsh >~/.zfunc/_influxctl");
  add("fish",
      "Example:\n"
      "  influxctl completion fish >~/.config/fish/completions/influxctl.fish");
  add("profiles",
      "The names of the profiles of config.toml, one a line, for the scripts.\n\n"
      "Example:\n"
      "  influxctl completion profiles")
      ->group("");
}

}  // namespace influxctl
