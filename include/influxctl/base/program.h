// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/base/io.h"
#include "influxctl/base/process_context.h"
#include "influxctl/base/signals.h"

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

/// How a program is started.
struct ProgramStart {
  std::string path;
  std::vector<std::string> arguments;    ///< with the program's name as the first
  std::vector<std::string> environment;  ///< NAME=value
};

/// Starts a program without a shell in a session of its own, with /dev/null as its three streams
/// and the default actions of SIGPIPE and SIGXFSZ. Returns 0 or an errno.
[[nodiscard]] int start_detached(ProgramStart start);

/// What the supervisor of a program says of it.
struct ProgramReport {
  enum class What { started, not_started, ended, lost } what;
  int value;  ///< process id; errno; status as waitpid(2) says it; errno
};

/// A program that is run without a shell below a process of ours, the supervisor, to which its
/// orphans return: what it has started can be found and ended, and nothing else is touched.
class ProgramRun {
 public:
  /// Prepares all memory that the start needs.
  ProgramRun(ProgramStart start, const SignalState& signals);
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;
  ~ProgramRun() { end_all(); }

  /// Starts it with `input` as its descriptor 0; `other_end`, of the same pipe, is not handed on.
  /// Returns 0 or an errno. Called at most once.
  [[nodiscard]] int begin(int input, int other_end) noexcept;

  /// Readable when end() has news.
  int news() const noexcept { return report_.get(); }
  /// What became of it; nothing while it runs.
  std::optional<ProgramReport> end() noexcept;

  /// Ends it and all that it has started, with SIGTERM and a second later with SIGKILL. On systems
  /// other than Linux only the program itself. Takes 2 s at most: what belongs to another user
  /// cannot be ended.
  void end_all() noexcept;
  /// Leaves alone what it has started.
  void release() noexcept;

 private:
  [[nodiscard]] bool is_over_within(std::chrono::milliseconds time) noexcept;

  ProgramStart start_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  SignalState signals_;
  Descriptor report_;
  std::array<char, sizeof(ProgramReport)> partial_{};  ///< of a report
  std::size_t received_ = 0;                           ///< bytes of it
  pid_t supervisor_ = -1;
  pid_t program_ = -1;  ///< while it runs
  std::optional<ProgramReport> end_;
};

}  // namespace influxctl
