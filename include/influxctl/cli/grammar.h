// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/cli/options.h"

namespace influxctl {

/// How the value of a flag is completed; `none`: a switch, `text`: not at all.
enum class ValueKind { none, text, file, profile, choice };

/// What comes before each value that CLI11 gets: without it CLI11 gives a meaning to brackets,
/// braces, quotes and %% at the start of a value.
inline constexpr char kLiteral = '=';

/// CLI11's help, with the usage line that each command states for itself.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::map<const CLI::App*, std::string> usages;
};

/// The tree of commands and flags: what can be given, the help that explains it, and where in
/// Options each value goes.
class Grammar {
 public:
  /// `options` outlives this. Parsing throws Error{usage} for a value that is not right.
  explicit Grammar(Options& options);
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  CLI::App& root() noexcept { return root_; }
  bool version_wanted() const noexcept { return version_; }  ///< --version

  ValueKind value_kind(const CLI::Option& flag) const;
  const std::vector<std::string>& choices(const CLI::Option& flag) const;

 private:
  struct Values {
    ValueKind kind = ValueKind::text;
    std::vector<std::string> choices;
  };
  using Take = std::function<void(const std::string&)>;

  void set_up(CLI::App& app, const std::string& usage, const std::string& footer);
  void value_flag(CLI::App& app, const std::string& name, const std::string& type,
                  const std::string& description, const Take& take, Values values);
  void text_flag(CLI::App& app, const std::string& name, const std::string& type,
                 const std::string& description, std::string& value,
                 ValueKind kind = ValueKind::text);
  void duration_flag(CLI::App& app, const std::string& name, const std::string& description,
                     std::optional<std::chrono::nanoseconds>& value);
  void format_flag(CLI::App& app, const std::string& description);
  void global_flags();
  void management_commands();
  void create_command(CLI::App& management);
  void list_command(CLI::App& management);
  void revoke_command(CLI::App& management);
  void rotate_command(CLI::App& management);
  void create_flags(CLI::App& app);
  void auth_commands();
  void other_commands();

  Options& options_;
  bool help_ = false;
  bool version_ = false;
  std::map<const CLI::Option*, Values> values_;
  std::shared_ptr<HelpFormatter> formatter_ = std::make_shared<HelpFormatter>();
  CLI::App root_{"Create management tokens for an InfluxDB Clustered cluster."};
};

/// `influxctl management create`
std::string path_of(const CLI::App& command);

/// The command of this name or alias right below; nullptr when there is none.
CLI::App* child_of(CLI::App& command, std::string_view name);
std::vector<CLI::App*> children_of(CLI::App& command);

/// The flag of this name (`--format`, `-h`) of this command or one above it; nullptr for none.
const CLI::Option* find_flag(const CLI::App& command, const std::string& name);

/// All flags that are accepted at this command, those above included, each once.
std::vector<const CLI::Option*> flags_at(const CLI::App& command);

/// `-h`, `--help`; the long name comes last.
std::vector<std::string> names_of(const CLI::Option& flag);

bool takes_value(const CLI::Option& flag);
bool takes_program(const CLI::App& command);  ///< `-- COMMAND` may follow
bool takes_ids(const CLI::App& command);      ///< TOKEN_ID may follow

}  // namespace influxctl
