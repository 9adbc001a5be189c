// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "influxctl/base/environment.h"

namespace influxctl {

/// The path of a program, as execvp(3) would find it; empty when it is not there.
std::string find_program(const std::string& name, const Environment& environment);

/// How a program is started.
struct ProgramStart {
  std::string path;
  std::vector<std::string> arguments;    ///< with the program's name as the first
  std::vector<std::string> environment;  ///< NAME=value
  int standard_input = 0;                ///< what its descriptor 0 is
  bool detached = false;  ///< in a session of its own, with /dev/null as its three streams
};

/// Starts a program without a shell, with the default conduct on SIGPIPE and SIGXFSZ. Returns 0 and
/// sets `child`, or returns the errno of posix_spawn(3).
int start_program(ProgramStart start, pid_t& child);

}  // namespace influxctl
