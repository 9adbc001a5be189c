// SPDX-License-Identifier: MIT
#include "process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "build_paths.h"
#include "descriptor.h"
#include "wiring.h"

namespace influxctl::e2e {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> environment(const RunOptions& options, const std::string& home) {
  std::map<std::string, std::string> variables{
      {"HOME", home}, {"TMPDIR", home}, {"LANG", "C.UTF-8"}};
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                           "GCOV_PREFIX", "GCOV_PREFIX_STRIP", "LLVM_PROFILE_FILE"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr) variables[name] = value;
  }
  for (const auto& [name, value] : options.environment) variables[name] = value;
  std::vector<std::string> entries;
  entries.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    entries.push_back(std::string(name).append("=").append(value));
  }
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Everything that the child needs, made before it: in between only calls that are safe in memory
/// which it shares (vfork, quicker by the copying of page tables). `before_exec` may do more
/// (fork).
struct Start {
  const Wiring& wiring;
  const std::string& program;
  const std::string& directory;
  char* const* argv;
  char* const* envp;
  const std::function<void()>& before_exec;
};

[[noreturn]] void become(const Start& start) {
  constexpr int cannot_start = 127;
  ::setsid();
  for (int place = 0; place < 3; ++place) {
    const Descriptor& from = start.wiring.child.at(static_cast<std::size_t>(place));
    if (from.open()) {
      ::dup2(from.get(), place);
    } else {
      ::close(place);
    }
    if (::isatty(place) == 1) ::ioctl(place, TIOCSCTTY, 0);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  static_cast<void>(::signal(SIGPIPE, SIG_DFL));
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (::chdir(start.directory.c_str()) != 0) ::_exit(cannot_start);
  if (start.before_exec) start.before_exec();
  ::execve(start.program.c_str(), start.argv, start.envp);
  ::_exit(cannot_start);
}

pid_t start_child(const RunOptions& options, const Wiring& wiring, const std::string& home) {
  const std::string program = options.program.empty() ? influxctl_binary() : options.program;
  if (::access(program.c_str(), X_OK) != 0) throw std::runtime_error(program + " cannot be run");
  std::vector<std::string> args{program};
  args.insert(args.end(), options.args.begin(), options.args.end());
  std::vector<std::string> variables = environment(options, home);
  const auto argv = pointers(args);
  const auto envp = pointers(variables);
  const std::string& directory = options.directory.empty() ? home : options.directory;
  const pid_t pid = options.before_exec ? ::fork() : ::vfork();  // NOLINT(clang-analyzer-*)
  if (pid < 0) throw std::runtime_error("no new process");
  if (pid == 0) {
    become({wiring, program, directory, argv.data(), envp.data(), options.before_exec});
  }
  return pid;
}

/// Moves bytes between the test and the program until all pipes have ended.
class Pump {
 public:
  Pump(Wiring& wiring, const std::optional<std::string>& input, RunResult& result)
      : wiring_(wiring), input_(input.value_or("")), result_(result) {
    Descriptor& in = wiring_.parent[0];
    if (in.open()) ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
    if (wiring_.terminal.open() && !in.open()) {
      static_cast<void>(::write(wiring_.terminal.get(), input_.data(), input_.size()));
    }
  }

  /// Waits up to 10 ms for something to do; false when nothing can come any more.
  bool step() {
    std::array<pollfd, 4> ready{{{wiring_.parent[0].get(), POLLOUT, 0},
                                 {wiring_.parent[1].get(), POLLIN, 0},
                                 {wiring_.parent[2].get(), POLLIN, 0},
                                 {wiring_.terminal.get(), POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), 10);
    if (ready[0].revents != 0) give();
    if (ready[1].revents != 0 && !take(wiring_.parent[1], result_.out)) wiring_.parent[1].reset();
    if (ready[2].revents != 0 && !take(wiring_.parent[2], result_.err)) wiring_.parent[2].reset();
    if (ready[3].revents != 0 && !take(wiring_.terminal, result_.terminal)) {
      // To close it is to hang up: SIGHUP, and a SIGCONT that would take back the SIGSTOP by which
      // a leak check stops the program at its end.
      read_terminal_ = std::move(wiring_.terminal);
    }
    return wiring_.parent[1].open() || wiring_.parent[2].open() || wiring_.terminal.open();
  }

 private:
  void give() {
    Descriptor& in = wiring_.parent[0];
    const ssize_t done = ::write(in.get(), input_.data(), input_.size());
    if (done > 0) input_.erase(0, static_cast<std::size_t>(done));
    if (input_.empty() || (done < 0 && errno != EAGAIN)) in.reset();
  }

  /// False at the end. A terminal says EIO when nobody holds its other side.
  static bool take(const Descriptor& from, std::string& text) {
    std::array<char, 65'536> bytes{};
    const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
    if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
  }

  Wiring& wiring_;
  Descriptor read_terminal_;
  std::string input_;
  RunResult& result_;
};

/// A stop of a program that this process traces is told here too, whatever was asked for.
bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid && info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED;
}

/// Pumps until the program has ended and its pipes too; what outlives it gets a second.
void attend(Pump& pump, pid_t pid, const RunOptions& options, RunResult& result) {
  auto end = Clock::now() + options.timeout;
  auto [text, when_told] = options.when_told;
  bool ended = false;
  while (true) {
    const bool open = pump.step();
    if (when_told && (result.err + result.terminal).find(text) != std::string::npos) {
      std::exchange(when_told, {})();
    }
    if (!ended && has_ended(pid)) {
      ended = true;
      end = Clock::now() + std::chrono::seconds(1);
    }
    if (ended && !open) return;
    if (Clock::now() < end) continue;
    if (ended) return static_cast<void>(pump.step());  // what a busy machine has not read yet
    ADD_FAILURE() << "the program did not end in time; stderr so far: " << result.err;
    result.timed_out = true;
    ::kill(-pid, SIGKILL);  // a group that there may not be yet
    ::kill(pid, SIGKILL);
    end = Clock::now() + std::chrono::seconds(5);
    ended = true;
  }
}

void collect(pid_t pid, RunResult& result) {
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  result.peak_memory = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
}

}  // namespace

std::string influxctl_binary() {
  const char* other = std::getenv("INFLUXCTL_TEST_BINARY");  // NOLINT(concurrency-mt-unsafe)
  return other != nullptr ? other : INFLUXCTL_BINARY;
}

bool influxctl_is_static() {
  constexpr std::size_t headers = 4096;  // the loader's path follows them
  return read_file(influxctl_binary()).substr(0, headers).find("/ld-") == std::string::npos;
}

bool influxctl_is_sanitized() {
  return read_file(influxctl_binary()).find("__asan_init") != std::string::npos;
}

bool every_case() {
  const char* const set = std::getenv("INFLUXCTL_TORTURE");  // NOLINT(concurrency-mt-unsafe)
  return set != nullptr && std::string(set) == "full";
}

RunResult run(const RunOptions& options) {
  static_cast<void>(::signal(
      SIGPIPE, SIG_IGN));  // a program that ends without reading its input is no error here
  const TemporaryDirectory home;
  Wiring wiring = make_wiring(options);
  const pid_t pid = start_child(options, wiring, home.path());
  for (Descriptor& end : wiring.child) end.reset();
  RunResult result;
  std::thread meanwhile;
  if (options.meanwhile) meanwhile = std::thread(options.meanwhile, pid);
  Pump pump(wiring, options.input, result);
  attend(pump, pid, options, result);
  if (meanwhile.joinable()) meanwhile.join();  // before the pid can be given to another process
  collect(pid, result);
  std::string& text = result.terminal;
  for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) {
    text.erase(at, 1);
  }
  return result;
}

}  // namespace influxctl::e2e
