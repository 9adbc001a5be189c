// SPDX-License-Identifier: MIT
#include <exception>
#include <string>

#include "influxctl/commands.h"
#include "influxctl/delivery.h"
#include "influxctl/error.h"
#include "influxctl/profile.h"
#include "influxctl/text.h"
#include "influxctl/version.h"

namespace influxctl {

namespace {

int help(const Options& options, const Edges& edges) {
  if (options.incomplete) {
    edges.console.print(options.help);
    return exit_code(Kind::usage);
  }
  print_result(edges.streams, edges.signals, options.help);
  return 0;
}

// The shell that asks shows what it gets amid a line that is being typed: no word about a failure.
int print_profile_names(const Options& options, const Edges& edges) {
  try {
    std::string lines;
    for (const auto& name : profile_names(options.profile, edges.environment)) {
      if (shown(name) == name) lines += name + "\n";
    }
    print_result(edges.streams, edges.signals, lines);
    return 0;
  } catch (const Error& error) {
    return exit_code(error.kind());
  }
}

int run_command(const Options& options, const Edges& edges) {
  switch (options.command) {
    case Command::help:
      return help(options, edges);
    case Command::version:
      print_result(edges.streams, edges.signals, version_text() + "\n");
      return 0;
    case Command::completion:
      print_result(edges.streams, edges.signals, options.script);
      return 0;
    case Command::profile_names:
      return print_profile_names(options, edges);
    case Command::create:
      create(options, edges);
      return 0;
    case Command::list:
      list(options, edges);
      return 0;
    case Command::revoke:
      revoke(options, edges);
      return 0;
    case Command::rotate:
      rotate(options, edges);
      return 0;
    case Command::login:
      login(options, edges);
      return 0;
    case Command::logout:
      logout(options, edges);
      return 0;
  }
  return exit_code(Kind::bug);
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Edges& edges) {
  try {
    return run_command(parse_command_line(arguments, edges.environment), edges);
  } catch (const Error& error) {
    edges.console.error(error);
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    edges.console.error(Error(Kind::bug, shown(error.what())));
    return exit_code(Kind::bug);
  }
}

}  // namespace influxctl
