// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "harness.h"

namespace influxctl::e2e {

/// The ways of a token out of the program.
enum class Way { pipe, file, output, command };
std::string name_of(Way way);
inline void PrintTo(Way way, std::ostream* out) { *out << name_of(way); }

/// One system call of the program's own thread: its name, which one of that name it is (from 1, as
/// strace counts), and its line in the trace.
struct SystemCall {
  std::string name;
  int number = 0;
  std::string line;
};

/// Creates under strace, each in a directory of its own.
class Traced {
 public:
  explicit Traced(Way way) : way_(way) {}

  /// Runs a create with more flags for strace. The trace is kept; out becomes what was delivered.
  RunResult run(const Sandbox& sandbox, const std::vector<std::string>& strace_flags = {});

  /// All calls of the last run, in order.
  std::vector<SystemCall> calls() const;
  /// The calls of the last run from the end of the talk with the cluster to the program's end that
  /// can fail for a reason outside of it.
  std::vector<SystemCall> calls_of_delivery() const;
  /// What the last run left in its directory.
  const std::string& left_over() const { return left_over_; }
  const std::string& trace() const { return trace_; }

 private:
  Way way_;
  std::string trace_;
  std::string left_over_;
};

}  // namespace influxctl::e2e
