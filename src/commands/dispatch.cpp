// SPDX-License-Identifier: MIT
#include <exception>
#include <new>
#include <string>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"
#include "influxctl/base/version.h"
#include "influxctl/cli/command_line.h"
#include "influxctl/cli/completion.h"
#include "influxctl/commands/commands.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

int help(const Options& options, const ProcessContext& context) {
  if (options.incomplete) {
    context.console.print(options.help);
    return exit_code(ErrorKind::usage);
  }
  print_result(context, options.help);
  return 0;
}

int run_command(const Options& options, const ProcessContext& context) {
  switch (options.command) {
    case Command::help:
      return help(options, context);
    case Command::version:
      print_result(context, version_text() + "\n");
      return 0;
    case Command::completion:
      print_result(context, completion_script(options.shell));
      return 0;
    case Command::complete:
      complete(options, context);
      return 0;
    case Command::create:
      create(options, context);
      return 0;
    case Command::list:
      list(options, context);
      return 0;
    case Command::revoke:
      revoke(options, context);
      return 0;
    case Command::rotate:
      rotate(options, context);
      return 0;
    case Command::login:
      login(options, context);
      return 0;
    case Command::logout:
      logout(options, context);
      return 0;
    case Command::status:
      auth_status(options, context);
      return 0;
  }
  return exit_code(ErrorKind::bug);
}

}  // namespace

int run(const std::vector<std::string>& arguments, const ProcessContext& context) {
  try {
    return run_command(parse_command_line(arguments, context.environment), context);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::reader_gone) context.console.error(error);
    return exit_code(error.kind());
  } catch (const LastWords& words) {
    context.console.error(words);
    return exit_code(words.kind());
  } catch (const std::bad_alloc&) {
    context.console.error("out of memory");
  } catch (const std::exception& error) {
    context.console.error(error.what());
  } catch (...) {
    context.console.error("an exception that nobody expects");
  }
  return exit_code(ErrorKind::bug);
}

}  // namespace influxctl
