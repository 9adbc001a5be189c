// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/base/environment.h"
#include "influxctl/base/log.h"
#include "influxctl/cli/completion.h"
#include "influxctl/config/profile.h"

namespace influxctl {

enum class Command {
  help,
  version,
  completion,
  profile_names,  // for the completion scripts; the help does not name it
  create,
  list,
  revoke,
  rotate,
  login,
  logout
};

enum class Format { table, json };

/// What `management list` is sorted by.
enum class SortKey { created, id, description, prefix, expires, revoked };

/// What the command line asks for, checked as far as it can be without a file or a clock.
struct Options {
  Command command = Command::help;

  ProfileRequest profile;  ///< --config --profile --account --cluster
  std::string api_path;    ///< --api-path, else INFLUXCTL_API_PATH; empty: the documented path
  std::chrono::milliseconds timeout = std::chrono::minutes(1);  ///< --timeout: 1 ms to a year
  LogLevel log = LogLevel::off;                                 ///< --debug, --trace

  std::optional<std::string> expires_at;               ///< as given
  std::optional<std::chrono::nanoseconds> expires_in;  ///< positive
  std::optional<std::string> description;              ///< not empty, UTF-8, no control characters
  Format format = Format::table;
  std::optional<std::string> output;
  bool dry_run = false;
  std::vector<std::string> sink;  ///< what follows `--`

  std::vector<std::string> token_ids;  ///< revoke: at least one; rotate: exactly one
  SortKey sort = SortKey::created;
  bool force = false;

  std::string script;  ///< with Command::completion: the script to print

  std::string help;         ///< with Command::help: the text to print
  bool incomplete = false;  ///< the help was not asked for: stderr, and exit 2
};

/// Parses the arguments after the program's name. Throws Error{usage} with one message and, for a
/// near miss, the nearest right word.
Options parse_command_line(const std::vector<std::string>& arguments,
                           const Environment& environment);

/// The commands and flags that parse_command_line knows, without what the help hides.
CommandOutline command_outline();

}  // namespace influxctl
