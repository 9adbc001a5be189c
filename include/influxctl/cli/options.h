// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/log.h"
#include "influxctl/base/process_context.h"
#include "influxctl/config/profile.h"

namespace influxctl {

enum class Command {
  help,
  version,
  completion,  ///< prints a shell's script
  complete,    ///< what the scripts call at every TAB
  create,
  list,
  revoke,
  rotate,
  login,
  logout,
  status
};

enum class Shell { bash, zsh, fish };

enum class Format { table, json };

/// What `management list` is sorted by.
enum class SortKey { created, id, description, prefix, expires, revoked };

/// What the command line asks for, checked as far as it can be without a file or a clock.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of a reader
struct Options {
  Command command = Command::help;

  ProfileRequest profile;       ///< --config --profile --account --cluster
  std::string api_path;         ///< --api-path, else INFLUXCTL_API_PATH; empty: the documented path
  std::string api_path_source;  ///< which of the two it came from, for messages
  std::chrono::milliseconds timeout = std::chrono::minutes(1);  ///< --timeout: 1 ms to a year
  LogLevel log = LogLevel::off;                                 ///< --debug, --trace

  // create and rotate
  std::optional<std::string> expires_at;               ///< as given
  std::optional<std::chrono::nanoseconds> expires_in;  ///< positive
  std::optional<std::string> description;              ///< not empty, UTF-8, no control characters
  std::optional<std::string> output;
  bool quiet = false;  ///< no record, no warning about the new token
  bool dry_run = false;
  std::vector<std::string> sink;  ///< what follows `--`

  // rotate
  bool self = false;       ///< the old token is this run's credential; else one TOKEN_ID
  bool keep_old = false;   ///< the old token is not revoked
  bool no_expiry = false;  ///< excludes --expires-at and --expires-in
  std::optional<std::chrono::nanoseconds> if_expiring_within;  ///< positive

  // list
  SortKey sort = SortKey::created;
  bool live = false;                                        ///< neither revoked nor expired
  std::optional<std::chrono::nanoseconds> expiring_within;  ///< positive

  Format format = Format::table;       ///< create, rotate, list, auth status
  std::vector<std::string> token_ids;  ///< revoke: at least one; rotate: one, or none with --self
  bool force = false;                  ///< revoke

  Shell shell = Shell::bash;             ///< completion and complete
  std::vector<std::string> shell_words;  ///< complete: what the shell's script hands over

  std::string help;         ///< with Command::help: the text to print
  bool incomplete = false;  ///< the help was not asked for: stderr, and exit 2
};

/// Parses the arguments after the program's name. Throws Error{usage} with one message and, for a
/// near miss, the nearest right word.
Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment);

/// What the environment says where the command line is silent.
void read_environment(const Environment& environment, Options& options);

/// One word of a POSIX shell that means `text`: as it is where that is safe, else quoted, with
/// `$'…'` (POSIX.1-2024) for what a terminal does not show.
std::string shell_word(std::string_view text);

/// A command to paste: `influxctl`, the global flags of this run that decide which cluster is
/// spoken to, and `rest`, whose words the caller quoted with shell_word.
std::string paste_command(const Options& options, std::string_view rest);

}  // namespace influxctl
