// SPDX-License-Identifier: MIT
#include "traced.h"

#include <sys/personality.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "outcome.h"

namespace influxctl::e2e {

namespace {

// LeakSanitizer cannot work beside another tracer.
std::string sanitizer_options() {
  const char* set = std::getenv("ASAN_OPTIONS");  // NOLINT(concurrency-mt-unsafe)
  return (set == nullptr ? std::string() : std::string(set) + ":") + "detect_leaks=0";
}

// A sanitizer's runtime tells whether it may read an address by writing from it to a pipe of its
// own.
bool is_probe(const std::vector<SystemCall>& calls, std::size_t at) {
  return at + 3 < calls.size() && calls[at].name.starts_with("pipe") &&
         calls[at + 1].name == "write" && calls[at + 2].name == "close" &&
         calls[at + 3].name == "close";
}

std::vector<SystemCall> without_probes(const std::vector<SystemCall>& calls) {
  std::vector<SystemCall> kept;
  for (std::size_t at = 0; at < calls.size();) {
    const bool probe = is_probe(calls, at);
    if (!probe) kept.push_back(calls[at]);
    at += probe ? 4 : 1;
  }
  return kept;
}

}  // namespace

std::string name_of(Way way) {
  constexpr std::array names{"pipe", "file", "output", "command"};
  return names.at(static_cast<std::size_t>(way));
}

RunResult Traced::run(const Sandbox& sandbox, const std::vector<std::string>& strace_flags) {
  const TemporaryDirectory notes;
  const TemporaryDirectory directory;
  RunOptions options;
  options.program = "/usr/bin/env";
  options.args = {"strace", "-qq", "-s", "16", "-o", notes.file("trace")};
  options.args.insert(options.args.end(), strace_flags.begin(), strace_flags.end());
  // Short: a sink that waits for the end of a pipe that could not be closed is to be stopped.
  options.args.push_back(influxctl_binary());
  options.args.insert(options.args.end(), {"management", "create", "--timeout", "5s"});
  if (way_ == Way::output) options.args.insert(options.args.end(), {"--output", "token"});
  if (way_ == Way::command) options.args.insert(options.args.end(), {"--", "cat"});
  if (way_ == Way::file) options.out = Stream::file(directory.file("token"));
  options.directory = directory.path();
  options.environment = {{"INFLUXCTL_CONFIG", sandbox.config()},
                         {"ASAN_OPTIONS", sanitizer_options()}};
  // The same addresses each time: a sanitizer's calls depend on them.
  options.before_exec = [] { ::personality(ADDR_NO_RANDOMIZE); };
  RunResult result = e2e::run(options);
  trace_ = read_file(notes.file("trace"));
  left_over_ = names_in(directory.path());
  if (left_over_ == "token ") result.out += read_file(directory.file("token"));
  return result;
}

std::vector<SystemCall> Traced::calls() const {
  std::vector<SystemCall> all;
  std::map<std::string, int> numbers;
  std::istringstream lines(trace_);
  for (std::string line; std::getline(lines, line);) {
    const auto end = line.find('(');
    const std::string name = line.substr(0, end);
    const bool is_call = end != std::string::npos && name.find_first_of(" <") == std::string::npos;
    if (is_call) all.push_back({name, ++numbers[name], line});
  }
  return all;
}

std::vector<SystemCall> Traced::calls_of_delivery() const {
  std::vector<SystemCall> all = calls();
  const auto talks = [](const SystemCall& call) {
    return call.name == "sendto" || call.name == "recvfrom";
  };
  const auto last = std::find_if(all.rbegin(), all.rend(), talks);
  all = without_probes({last.base(), all.end()});
  // Memory and the actions of signals are its own.
  const std::string others =
      " clock_nanosleep restart_syscall exit_group brk mmap munmap mremap madvise mprotect futex "
      "rt_sigaction rt_sigprocmask getpid gettid prctl sigaltstack poll ppoll ";
  // How often it asks depends on time: the first time stands for all.
  const std::string repeated = " ioctl wait4 ";
  std::set<std::string> seen;
  std::erase_if(all, [&](const SystemCall& call) {
    const std::string word = " " + call.name + " ";
    const bool again = !seen.insert(call.name).second;
    return others.find(word) != std::string::npos ||
           (again && repeated.find(word) != std::string::npos);
  });
  return all;
}

}  // namespace influxctl::e2e
