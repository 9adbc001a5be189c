// SPDX-License-Identifier: MIT
#include "influxctl/cli/options.h"

#include <algorithm>

#include "influxctl/base/error.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
#include "influxctl/cli/reading.h"

namespace influxctl {

namespace {

constexpr const char* kApiPathFlag = "--api-path";

std::string dollar_quoted(std::string_view text) {
  std::string word = "$'";
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      if (c == '\'' || c == '\\') word += '\\';
      word += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    word += '\\';  // three octal digits: a digit that follows is not read as part of them
    for (const unsigned shift : {6U, 3U, 0U}) word += static_cast<char>('0' + (byte >> shift & 7U));
  }
  return word + "'";
}

using Words = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& message, Words hints = {}) {
  throw Error(ErrorKind::usage, message, std::move(hints));
}

void exclude(bool first, const std::string& name, bool second, const std::string& other) {
  if (first && second) refuse(name + " and " + other + " exclude each other");
}

// An id is one segment of a URL's path, never a path.
void check_token_ids(const Options& options) {
  const std::string list = "the ids are in: " + paste_command(options, "management list");
  const bool rotates = options.command == Command::rotate;
  if (options.token_ids.empty()) {
    refuse(rotates ? "neither TOKEN_ID nor --self is given" : "no TOKEN_ID is given", {list});
  }
  if (rotates && options.token_ids.size() > 1) refuse("rotate takes one TOKEN_ID");
  for (const auto& id : options.token_ids) {
    if (has_token_beginning(id)) {
      refuse("what is given as TOKEN_ID reads like a token, which is no id", {list});
    }
    if (id.empty() || has_dot_segment(id) || id.size() > 256) {
      refuse(influxctl::quoted(id) + " is not a token id", {list});
    }
  }
}

// Words after `--`: a program and its arguments, or for revoke ids that begin with a dash.
void read_tail(const CLI::App& level, const Words& tail, Options& options) {
  if (level.get_name() == "revoke") {
    options.token_ids.insert(options.token_ids.end(), tail.begin(), tail.end());
  } else if (!takes_program(level)) {
    refuse("-- and a command go with create and rotate only");
  } else if (tail.empty() || tail.front().empty()) {
    refuse("no command after --", {"write -- COMMAND [ARG...], or leave -- out"});
  } else {
    options.sink = tail;
  }
}

void check_together(const Options& options) {
  const bool at = options.expires_at.has_value();
  const bool in = options.expires_in.has_value();
  exclude(at, "--expires-at", in, "--expires-in");
  exclude(options.no_expiry, "--no-expiry", at, "--expires-at");
  exclude(options.no_expiry, "--no-expiry", in, "--expires-in");
  exclude(options.output.has_value(), "--output", !options.sink.empty(), "a command after --");
  exclude(options.self, "--self", !options.token_ids.empty(), "TOKEN_ID");
  const bool wants_id = options.command == Command::revoke || options.command == Command::rotate;
  if (wants_id && !options.self) check_token_ids(options);
}

Options completion_options(const Words& arguments) {
  Options options;
  options.command = Command::complete;
  options.shell = arguments[1] == "bash"  ? Shell::bash
                  : arguments[1] == "zsh" ? Shell::zsh
                                          : Shell::fish;
  options.shell_words.assign(arguments.begin() + 2, arguments.end());
  return options;
}

}  // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain = "%+,./:=@_-";
  const bool plain = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_unreserved(c) ? c != '~' : kPlain.find(c) != std::string_view::npos;
  });
  if (plain && !text.empty()) return std::string(text);
  if (shown(text) != text) return dollar_quoted(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return word + "'";
}

std::string paste_command(const Options& options, std::string_view rest) {
  const ProfileRequest& profile = options.profile;
  const bool path_is_typed = options.api_path_source == kApiPathFlag;
  const std::vector<std::pair<std::string, std::string>> flags = {
      {"--config", profile.config_path},
      {"--profile", profile.profile},
      {"--account", profile.account_id},
      {"--cluster", profile.cluster_id},
      {kApiPathFlag, path_is_typed ? options.api_path : ""}};
  std::string command = "influxctl";
  for (const auto& [name, value] : flags) {
    if (value.empty()) continue;
    command += " " + (value.starts_with('-') ? shell_word(name + "=" + value)
                                             : name + " " + shell_word(value));
  }
  return command + " " + std::string(rest);
}

void read_environment(const Environment& environment, Options& options) {
  options.api_path_source = options.api_path.empty() ? "INFLUXCTL_API_PATH" : kApiPathFlag;
  if (options.api_path.empty()) options.api_path = environment.get("INFLUXCTL_API_PATH");
}

Options parse_command_line(const Words& arguments, const Environment& environment) {
  if (arguments.size() > 1 && arguments.front() == "__complete") {
    return completion_options(arguments);
  }
  Options options;
  Grammar grammar(options);
  Reading reading = read_words(grammar, arguments);
  CLI::App& level = *reading.level;
  if (reading.help) {
    options.help = level.help();
    return options;
  }
  if (reading.mistake) throw Error(*reading.mistake);
  for (const auto& [flag, value] : reading.given) {
    grammar.flags.at(flag).take(flag->get_name(), value);
  }
  if (options.command == Command::version) return options;
  read_environment(environment, options);
  options.token_ids = reading.ids;
  if (reading.dashes) {
    const auto after = arguments.begin() + static_cast<std::ptrdiff_t>(*reading.dashes) + 1;
    read_tail(level, {after, arguments.end()}, options);
  }
  options.command = grammar.commands.at(&level).command;
  options.shell = grammar.commands.at(&level).shell;
  options.incomplete = options.command == Command::help;
  if (options.incomplete) options.help = level.help();
  check_together(options);
  return options;
}

}  // namespace influxctl
