// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/base/process_context.h"

namespace influxctl {

/// The path of a program, as execvp(3) would find it; empty when it is not there.
std::string find_program(const std::string& name, const Environment& environment);

/// Why a program cannot be started: "is not found" and what can be done about it.
struct ProgramProblem {
  std::string what;
  std::string hint;
};

/// What execve(2) of a file would fail with, as far as that shows beforehand: that it is missing,
/// not executable, no program, a script whose `#!` line leads nowhere, or built for another system.
/// A file that cannot be read is taken to be a program.
std::optional<ProgramProblem> program_problem(const std::string& path,
                                              const Environment& environment);

}  // namespace influxctl
