// SPDX-License-Identifier: MIT
#include "influxctl/commands.h"
#include "influxctl/delivery.h"
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

}  // namespace

int run_command(const Options& options, const Edges& edges) {
  switch (options.command) {
    case Command::help:
      return help(options, edges);
    case Command::version:
      print_result(edges.streams, edges.signals, version_text() + "\n");
      return 0;
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
  }
  return exit_code(Kind::bug);
}

}  // namespace influxctl
