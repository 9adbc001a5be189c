// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/console.h"
#include "influxctl/base/signals.h"

namespace influxctl {

/// A copy of the process's environment, taken once by main and handed from stage to stage.
class Environment {
 public:
  Environment() = default;
  explicit Environment(const char* const* entries);
  explicit Environment(std::vector<std::string> entries) : entries_(std::move(entries)) {}

  /// The variable's value; empty when it is not set (an empty variable means unset).
  std::string get(std::string_view name) const;

  /// Where a user's files of one kind are: the directory in `xdg_variable`, where that is absolute
  /// (XDG Base Directory Specification), else `below_home`; on macOS `below_home_on_macos`. Empty
  /// where HOME is needed and not set.
  std::string user_directory(std::string_view xdg_variable, const std::string& below_home,
                             const std::string& below_home_on_macos) const;

  /// `NAME=value` entries for a child process: all but the variables that hold our secrets.
  std::vector<std::string> for_child() const;

 private:
  std::vector<std::string> entries_;
};

/// What main takes from its process, for all stages.
struct ProcessContext {
  const Environment& environment;
  const StandardStreams& streams;
  Console& console;
  const Signals& signals;
};

}  // namespace influxctl
