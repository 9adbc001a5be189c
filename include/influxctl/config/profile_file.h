// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "influxctl/config/profile.h"
#include "influxctl/config/profile_values.h"

namespace influxctl {

/// A position in config.toml, counted from 1; columns are code points.
struct FilePosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Throws Error{config} `path:line:column: what`.
[[noreturn]] void fail_at(std::string_view path, FilePosition position, Problem problem);

/// A profile as the file has it: what is there is valid, but what a request needs may be missing.
struct ProfileEntry {
  Profile profile;
  FilePosition header;  ///< of the table
  FilePosition name;    ///< of the key `name`
  FilePosition oauth2;  ///< of the key `oauth2`
};

/// All profiles of the text of a config.toml, in its order. Throws Error{config} for anything that
/// is wrong: bytes that are not UTF-8, TOML's syntax, an unknown key, a wrong type or value.
std::vector<ProfileEntry> read_profiles(std::string_view toml, std::string_view path);

}  // namespace influxctl
