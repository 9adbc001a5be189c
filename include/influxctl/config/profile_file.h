// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/config/profile.h"

namespace influxctl {

/// What is wrong, and what can be done about it.
struct Problem {
  std::string what;
  std::vector<std::string> hints = {};
};

/// A position in config.toml, counted from 1; columns are code points.
struct FilePosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Throws Error{config} `path:line:column: what`.
[[noreturn]] void fail_at(std::string_view path, FilePosition position, Problem problem);

/// A profile as the file has it: what is there is valid, but what a request needs may be missing.
struct ProfileEntry {
  Profile profile{};
  FilePosition header{};  ///< of the table
  FilePosition name{};    ///< of the key `name`
  FilePosition oauth2{};  ///< of the key `oauth2`
};

/// All profiles of the text of a config.toml, in its order. Throws Error{config} for anything that
/// is wrong: bytes that are not UTF-8, TOML's syntax, an unknown key, a wrong type or value, a name
/// that is there twice.
std::vector<ProfileEntry> read_profiles(std::string_view toml, std::string_view path);

// Nothing when the value is right, else what is wrong with it, to follow the key's label.

std::optional<Problem> host_problem(std::string_view host);
/// An https URL, or an http URL of this machine.
std::optional<Problem> url_problem(std::string_view text);
/// An account or cluster id: 1 to 128 printable ASCII characters without white space.
std::optional<Problem> id_problem(std::string_view id);

/// An IPv6 address as it is outside of a URL (RFC 3986 section 3.2.2); other hosts as they are.
std::string_view without_brackets(std::string_view host);

}  // namespace influxctl
