// SPDX-License-Identifier: MIT
#include <exception>
#include <new>
#include <string>

#include "influxctl/base/error.h"
#include "influxctl/cli/completion.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"
#include "influxctl/http/http.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

void run_command(const Options& options, const ProcessContext& context) {
  switch (options.command) {
    case Command::help:
      if (options.incomplete) return context.console.print(options.help);
      return print_result(context, options.help);
    case Command::version:
      return print_result(context, version_text() + "\n");
    case Command::completion:
      return print_result(context, completion_script(options.shell));
    case Command::complete:
      return complete(options, context);
    case Command::create:
      return create(options, context);
    case Command::list:
      return list(options, context);
    case Command::revoke:
      return revoke(options, context);
    case Command::rotate:
      return rotate(options, context);
    case Command::login:
      return login(options, context);
    case Command::logout:
      return logout(options, context);
    case Command::status:
      return auth_status(options, context);
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, const ProcessContext& context) {
  try {
    const Options options = parse_command_line(arguments, context.environment);
    run_command(options, context);
    return options.incomplete ? exit_code(ErrorKind::usage) : 0;
  } catch (const Error& error) {
    if (context.signals.any()) context.console.hurry();
    if (error.kind() != ErrorKind::reader_gone) context.console.error(error);
    return exit_code(error.kind());
  } catch (const LastWords& words) {
    if (context.signals.any()) context.console.hurry();
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
