// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <vector>

#include "influxctl/cli.h"
#include "influxctl/commands.h"
#include "influxctl/console.h"
#include "influxctl/environment.h"
#include "influxctl/error.h"
#include "influxctl/secret.h"
#include "influxctl/signals.h"
#include "influxctl/text.h"

int main(int argc, char** argv) {
  using namespace influxctl;
  protect_process_memory();
  const StandardStreams streams = claim_standard_streams();
  const Environment environment(environ);
  (void)unsetenv("SSLKEYLOGFILE");  // it would have libcurl write down the keys of the connection
  Console console(STDERR_FILENO, Console::wants_colour(streams.err_terminal, environment));
  const Signals signals;
  try {
    const Options options = parse_command_line({argv + 1, argv + argc}, environment);
    return run_command(options, {environment, streams, console, signals});
  } catch (const Error& error) {
    console.error(error);
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    console.error(Error(Kind::bug, shown(error.what())));
    return exit_code(Kind::bug);
  }
}
