// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>

#include "influxctl/base/console.h"
#include "influxctl/base/process_context.h"
#include "influxctl/base/secret.h"
#include "influxctl/base/signals.h"
#include "influxctl/commands/commands.h"

namespace {

// Not even an exception could be thrown, or before main, where libraries begin. What happens after
// the request has a guard of its own.
[[gnu::constructor(101)]] void end_in_words() {
  std::set_terminate([] {
    influxctl::Console(STDERR_FILENO, false).error("out of memory");
    _exit(influxctl::exit_code(influxctl::ErrorKind::bug));
  });
}

}  // namespace

int main(int argc, char** argv) {
  using namespace influxctl;
  protect_process_memory();
  const StandardStreams streams = claim_standard_streams();
  const Environment environment(environ);
  (void)unsetenv("SSLKEYLOGFILE");  // it would have libcurl write down the keys of the connection
  const std::string terminal = environment.get("TERM");
  Console console(STDERR_FILENO, Console::wants_colour(streams.err_terminal, environment),
                  streams.err_terminal && !terminal.empty() && terminal != "dumb");
  const Signals signals;
  return run({argv + (argc > 0 ? 1 : 0), argv + argc}, {environment, streams, console, signals});
}
