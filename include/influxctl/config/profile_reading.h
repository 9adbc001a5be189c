// SPDX-License-Identifier: MIT
// The parts of the profile room, in the order of their use: the text of config.toml is checked
// (profile_syntax), parsed and read into profiles (profile_document with profile_section and
// profile_toml, the only users of toml++), with the known keys (profile_schema) and the rules for
// values (profile_values).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/config/profile.h"

namespace influxctl {

/// A place in config.toml, counted from 1; columns are code points.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// What is wrong, and what can be done about it.
struct Problem {
  std::string what;
  std::vector<std::string> hints;
};

/// Throws Error{config} `path:line:column: what`.
[[noreturn]] void fail_at(std::string_view path, Place place, Problem problem);

/// False for text that may be a pasted token, which no message may quote.
bool may_be_quoted(std::string_view text);

// ---- profile_syntax.cpp

/// Throws Error{config} for text that is not to be given to the parser: bytes that are not UTF-8,
/// NUL bytes, and lines with more dots than its recursion can bear.
void check_text(std::string_view toml, std::string_view path);

/// Tells toml++'s error description in words of ours. Nothing of the description is passed on: it
/// may quote the file, and so a secret.
Problem explain_syntax_error(std::string_view description);

// ---- profile_schema.cpp

enum class Section { root, profile, tls, auth, oauth2, token };

bool has_key(Section section, std::string_view key);

/// The key's name in messages: `port`, `tls.insecure`, `auth.oauth2.scopes`.
std::string key_label(Section section, std::string_view key);

/// The known key or table that is written so in a file (`port`, `profile.tls`); empty if none is.
std::string known_name(std::string_view written);

Problem unknown_key(Section section, std::string_view key);

// ---- profile_values.cpp: nothing when the value is right, else what is wrong with it, to follow
// the key's label.

std::optional<Problem> host_problem(std::string_view host);

/// An https URL, or an http URL of this machine.
std::optional<Problem> url_problem(std::string_view url);

/// An account or cluster id: 1 to 128 printable ASCII characters without white space.
std::optional<Problem> id_problem(std::string_view id);

/// 1 to 65535 in decimal digits.
std::optional<std::uint16_t> parse_port(std::string_view text);

// ---- profile_document.cpp

/// A profile as the file has it: what is there is valid, but what a request needs may be missing.
struct ProfileEntry {
  Profile profile;
  Place header;  ///< of the table
  Place name;    ///< of the key `name`
  Place oauth2;  ///< of the key `oauth2`
};

/// All profiles of the file, in its order. Throws Error{config} for anything that is wrong.
std::vector<ProfileEntry> read_profiles(std::string_view toml, std::string_view path);

}  // namespace influxctl
