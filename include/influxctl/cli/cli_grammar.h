// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "influxctl/cli/completion.h"

namespace influxctl {

/// The values of --format and of --sort, in the order of Format and of SortKey.
const std::vector<std::string>& format_names();
const std::vector<std::string>& sort_names();

/// Flag values as CLI11 leaves them, before they are checked.
struct FlagValues {
  std::string account, api_path, cluster, config, profile;
  std::string timeout = "1m0s";
  bool debug = false;
  bool help = false;
  bool trace = false;
  bool version = false;

  std::string description, expires_at, expires_in, output;
  std::string format = "table";
  bool dry_run = false;
  bool quiet = false;

  bool self = false;
  bool keep_old = false;
  bool no_expiry = false;
  std::string if_expiring_within;

  std::string sort = "created";
  bool live = false;
  std::string expiring_within;
  bool force = false;
  std::vector<std::string> token_ids;

  std::vector<std::string> help_topics;
};

/// CLI11's help, with the usage line that each command states for itself.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::map<const CLI::App*, std::string> usages;
};

/// The tree of commands and flags: what can be given, and the help that explains it.
class Grammar {
 public:
  Grammar();

  CLI::App& root() { return root_; }
  const FlagValues& values() const { return values_; }

  /// The innermost command that the parsed arguments name; the root when they name none.
  CLI::App& selected();

  /// Whether `-- COMMAND` may follow.
  static bool takes_program(const CLI::App& app);

  /// The same tree as plain data: no positional, nothing that the help hides.
  CommandOutline outline() const;

 private:
  struct Values {
    ValueKind kind = ValueKind::text;
    std::vector<std::string> choices;
  };

  CommandOutline outline_of(const CLI::App& app) const;
  FlagOutline outline_of(const CLI::Option& option) const;
  void set_up(CLI::App& app, const std::string& usage);
  void global_flags();
  void management_commands();
  void create_command(CLI::App& management);
  void list_command(CLI::App& management);
  void revoke_command(CLI::App& management);
  void rotate_command(CLI::App& management);
  void auth_commands();
  void other_commands();
  void completion_commands();
  void create_flags(CLI::App& app);

  FlagValues values_;
  std::map<const CLI::Option*, Values> completed_;  ///< values that the shell can complete
  std::shared_ptr<HelpFormatter> formatter_ = std::make_shared<HelpFormatter>();
  CLI::App root_{"Create management tokens for an InfluxDB Clustered cluster."};
};

}  // namespace influxctl
