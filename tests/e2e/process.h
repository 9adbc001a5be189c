// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "temporary_directory.h"

namespace influxctl::e2e {

/// A file's bytes; throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Waits until a condition holds; false when it does not within 60 s.
bool comes_true(const std::function<bool()>& condition);

/// Waits until a file is there; fails the test when it is not within 60 s.
void wait_for_file(const std::filesystem::path& path);

/// The path of the program under test: INFLUXCTL_TEST_BINARY, an absolute path, where it is set,
/// and else the one that was built along.
std::string influxctl_binary();

/// True when that program has no dynamic loader.
bool influxctl_is_static();
/// True when it has a sanitizer, which brings an allocator and needs memory of its own.
bool influxctl_is_sanitized();

/// INFLUXCTL_TORTURE=full (scripts/check torture): a sweep tries each of its cases. Else a sample.
bool every_case();

/// What a program's stdin, stdout or stderr is.
struct Stream {
  enum class Kind { pipe, terminal, null, closed, gone, file, descriptor };
  Kind kind = Kind::pipe;
  std::string path;     // file
  int descriptor = -1;  // descriptor

  static Stream pipe() { return {}; }                            ///< captured; stdin: `input`
  static Stream terminal() { return {Kind::terminal, "", -1}; }  ///< the run's one terminal
  static Stream null() { return {Kind::null, "", -1}; }          ///< /dev/null
  static Stream closed() { return {Kind::closed, "", -1}; }      ///< no descriptor at all
  static Stream gone() { return {Kind::gone, "", -1}; }          ///< a pipe without its reader
  static Stream file(std::string path) { return {Kind::file, std::move(path), -1}; }
  static Stream fd(int descriptor) { return {Kind::descriptor, "", descriptor}; }
};

/// One run of a program. The program is in a session of its own; its environment is PATH, HOME (a
/// directory made for the run), TMPDIR (the same), LANG=C.UTF-8, what sanitizers and coverage need,
/// and `environment`.
struct RunOptions {
  std::string program;            ///< a path; empty: influxctl_binary()
  std::vector<std::string> args;  ///< without the program's name
  std::map<std::string, std::string> environment;
  unsigned short columns = 80;       ///< of the terminal
  std::string directory;             ///< the working directory; empty: HOME
  std::optional<std::string> input;  ///< written to stdin; a pipe is closed after it
  Stream in = Stream::null();        ///< a pipe when there is input and nothing else is said
  Stream out;
  Stream err;
  std::chrono::milliseconds timeout{60'000};  ///< after it: SIGKILL, and the test fails
  std::function<void(pid_t)> meanwhile;       ///< called on another thread while it runs
  /// Called once, when stderr's pipe or the terminal has got this text.
  std::pair<std::string, std::function<void()>> when_told;
  std::function<void()> before_exec;  ///< called in the child (umask, limits, signals)
};

/// How it ended, and what it wrote.
struct RunResult {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;      ///< that signal
  bool timed_out = false;
  /// The most memory that it had at once, in bytes; at least what the test itself had at its start.
  std::size_t peak_memory = 0;
  std::string out;       ///< bytes on stdout's pipe
  std::string err;       ///< bytes on stderr's pipe
  std::string terminal;  ///< what the terminal got (no echo), in order, CRLF as LF
};

/// Runs a program to its end. Throws std::runtime_error when it cannot be started.
RunResult run(const RunOptions& options);

}  // namespace influxctl::e2e
