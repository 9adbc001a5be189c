// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "influxctl/base/io.h"
#include "influxctl/base/program.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What the supervisor of a program says of it.
struct ProgramReport {
  enum class What { started, not_started, ended, lost } what;
  int value;  ///< process id; errno; status as waitpid(2) says it; errno
};

void tell(int pipe, const ProgramReport& report) noexcept {
  TimeLimit none;
  (void)write_all(pipe, {reinterpret_cast<const char*>(&report), sizeof report}, none);
}

// Below a supervisor everything comes into reach: the children of one that ends become its own.
// True when there was one.
bool signal_descendants(pid_t process, int signal, int depth = 0) noexcept {
  constexpr int kDeepest = 50;
  std::array<char, 64> path{};
  std::array<char, 8192> list{};
  (void)std::snprintf(path.data(), path.size(), "/proc/%d/task/%d/children", process, process);
  const Descriptor file(open(path.data(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = read(file.get(), list.data(), list.size() - 1);
  bool found = false;
  char* next = list.data();
  while (size > 0 && next < list.data() + size) {
    const long child = std::strtol(next, &next, 10);
    if (child <= 0) break;
    found = true;
    (void)kill(static_cast<pid_t>(child), signal);
    if (depth < kDeepest) (void)signal_descendants(static_cast<pid_t>(child), signal, depth + 1);
  }
  return found;
}

/// How a program is started.
struct ProgramStart {
  std::string path;
  std::vector<std::string> arguments;    ///< with the program's name as the first
  std::vector<std::string> environment;  ///< NAME=value
};

// The texts as execve(2) takes them; they outlive the result.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// A program that is run without a shell below a process of ours, the supervisor, to which its
/// orphans return: what it has started can be found and ended, and nothing else is touched.
class ProgramRun {
 public:
  /// Prepares all memory that the start needs.
  ProgramRun(ProgramStart start, const SignalState& signals)
      : start_(std::move(start)),
        arguments_(pointers(start_.arguments)),
        environment_(pointers(start_.environment)),
        signals_(signals) {}
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;
  ~ProgramRun() { end_all(); }

  /// Starts it with `input` as its descriptor 0; `other_end`, of the same pipe, is not handed on.
  /// Returns 0 or an errno. Called at most once.
  [[nodiscard]] int begin(int input, int other_end) noexcept {
    Descriptor writing;
    if (const int error = make_pipe(report_, writing); error != 0) return error;
    if (fcntl(report_.get(), F_SETFL, O_NONBLOCK) != 0) return errno;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    supervisor_ = fork();
    const int error = errno;
    if (supervisor_ == 0) supervise(input, other_end, writing.get());
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return supervisor_ < 0 ? error : 0;
  }

  /// Readable when end() has news.
  int news() const noexcept { return report_.get(); }
  /// What became of it; nothing while it runs.
  std::optional<ProgramReport> end() noexcept {
    while (!end_) {
      const ssize_t size =
          read(report_.get(), partial_.data() + received_, partial_.size() - received_);
      if (size < 0 && errno == EAGAIN) break;
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) {
        end_ = ProgramReport{ProgramReport::What::lost, size < 0 ? errno : ECHILD};
        break;
      }
      received_ += static_cast<std::size_t>(size);
      if (received_ < partial_.size()) continue;
      received_ = 0;
      const auto report = std::bit_cast<ProgramReport>(partial_);
      const bool started = report.what == ProgramReport::What::started;
      program_ = started ? report.value : -1;
      if (!started) end_ = report;
    }
    return end_;
  }

  /// Ends it and all that it has started, with SIGTERM and a second later with SIGKILL. On systems
  /// other than Linux only the program itself. Takes 2 s at most: what belongs to another user
  /// cannot be ended.
  void end_all() noexcept {
    for (const int signal : {SIGTERM, SIGKILL}) {
      const auto until = Clock::now() + 1s;
      do {
        if (supervisor_ < 0) return;
        (void)end();
        if (!signal_descendants(supervisor_, signal) && program_ > 0) (void)kill(program_, signal);
        if (is_over_within(signal == SIGTERM ? 1000ms : 5ms)) return;
      } while (Clock::now() < until);
    }
    release();
  }

  /// Leaves alone what it has started.
  void release() noexcept {
    if (supervisor_ < 0) return;
    if (kill(supervisor_, SIGKILL) == 0) (void)waitpid(supervisor_, nullptr, 0);
    supervisor_ = -1;
  }

 private:
  // Both make calls only that are safe between fork(2) and execve(2).
  [[noreturn]] void become_program(int input, int report) const noexcept {
    for (int number = 1; number < NSIG; ++number) {
      struct sigaction action = {};
      action.sa_handler = sigismember(&signals_.ignored, number) == 1 ? SIG_IGN : SIG_DFL;
      sigemptyset(&action.sa_mask);
      (void)sigaction(number, &action, nullptr);
    }
    if (dup2(input, STDIN_FILENO) == STDIN_FILENO) {
      (void)sigprocmask(SIG_SETMASK, &signals_.blocked, nullptr);
      (void)execve(start_.path.c_str(), arguments_.data(), environment_.data());
    }
    tell(report, {ProgramReport::What::not_started, errno});
    _exit(127);
  }

  // All signals are blocked in it. It ends with its parent or with the last of its children.
  [[noreturn]] void supervise(int input, int other_end, int report) const noexcept {
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    const pid_t program = fork();
    if (program == 0) become_program(input, report);
    if (program < 0) {
      tell(report, {ProgramReport::What::not_started, errno});
      _exit(0);
    }
    tell(report, {ProgramReport::What::started, program});
    (void)close(input);
    (void)close(other_end);
    while (true) {
      int status = 0;
      const pid_t ended = waitpid(-1, &status, 0);
      if (ended == program) tell(report, {ProgramReport::What::ended, status});
      if (ended < 0 && errno == ECHILD) _exit(0);
    }
  }

  [[nodiscard]] bool is_over_within(std::chrono::milliseconds time) noexcept {
    for (const auto until = Clock::now() + time;; (void)poll(nullptr, 0, 2)) {
      const pid_t found = waitpid(supervisor_, nullptr, WNOHANG);
      if (found == supervisor_ || (found < 0 && errno == ECHILD)) {
        supervisor_ = -1;
        return true;
      }
      if (Clock::now() >= until) return false;
    }
  }

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

// The file that a command is; throws Error{usage} when it cannot be started.
std::string checked_program(const std::string& command, const Environment& environment) {
  const std::string found = find_program(command, environment);
  const bool has_path = !found.empty() || command.find('/') != std::string::npos;
  std::string path = found.empty() ? command : found;
  const bool is_line = found.empty() && command.find(' ') != std::string::npos;
  const auto problem =
      is_line    ? ProgramProblem{"is not found", "no shell splits it: write -- " + shown(command)}
      : has_path ? program_problem(path, environment)
                 : ProgramProblem{"is not found", "install it, or write its path after --"};
  if (!problem) return path;
  throw Error(ErrorKind::usage, "the command " + influxctl::quoted(command) + " " + problem->what,
              {problem->hint});
}

class CommandDelivery : public Delivery {
 public:
  CommandDelivery(const std::vector<std::string>& command, const ProcessContext& context,
                  std::chrono::milliseconds timeout)
      : name_("the command " + influxctl::quoted(command.at(0), 40)),
        done_("handed to " + shown(command.at(0))),
        context_(context),
        timeout_(timeout),
        program_({.path = checked_program(command.at(0), context.environment),
                  .arguments = command,
                  .environment = context.environment.for_child()},
                 context.signals.at_start()) {}

  void deliver(std::string_view bytes) override {
    try {
      hand_over(bytes);
    } catch (...) {  // the token can be revoked when nothing of the command runs any more
      (void)writing_.close();
      program_.end_all();
      throw;
    }
    program_.release();
  }

  std::string done() const override { return done_; }

 private:
  void hand_over(std::string_view bytes) {
    TimeLimit limit(timeout_, context_.signals, kDeliveryAfterSignal);
    limit.show_on(context_.console, name_, true);
    int error = make_pipe(reading_, writing_);
    if (error == 0 && fcntl(writing_.get(), F_SETFL, O_NONBLOCK) != 0) error = errno;
    if (error == 0) error = program_.begin(reading_.get(), writing_.get());
    if (error != 0) fail(" did not start", error);
    feed(bytes, limit);
    (void)writing_.close();
    while (!program_.end()) wait(limit, 0);
    check_end(!bytes.empty());
  }

  // With our own reading end open, which shows what is left unread, the pipe does not break: the
  // command's end is looked for when the pipe takes no more.
  void feed(std::string_view& bytes, TimeLimit& limit) {
    while (!bytes.empty()) {
      const ssize_t written = write(writing_.get(), bytes.data(), bytes.size());
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
      if (written >= 0) continue;
      if (errno != EAGAIN && errno != EINTR) fail("", errno);
      if (program_.end()) return;
      wait(limit, POLLOUT);
    }
  }

  void wait(TimeLimit& limit, short writable) {
    const int left = limit.left_ms();
    if (left == 0) fail(" did not end in time and was stopped");
    std::array<pollfd, 2> events{{{.fd = program_.news(), .events = POLLIN, .revents = 0},
                                  {.fd = writing_.get(), .events = writable, .revents = 0}}};
    (void)poll(events.data(), events.size(), left);
  }

  void check_end(bool has_rest) {
    using What = ProgramReport::What;
    const ProgramReport end = *program_.end();
    if (end.what == What::not_started) fail(" did not start", end.value);
    if (end.what == What::lost) fail(": its exit status is lost", end.value);
    if (WIFSIGNALED(end.value)) {
      fail(" was killed by signal " + std::to_string(WTERMSIG(end.value)));
    }
    if (WEXITSTATUS(end.value) != 0) {
      fail(" exited with status " + std::to_string(WEXITSTATUS(end.value)));
    }
    if (has_rest) fail(" ended before it had read everything");
    int unread = 0;
    (void)ioctl(reading_.get(), FIONREAD, &unread);
    if (unread == 0) return;
    fail(" exited with status 0, but left " + std::to_string(unread) + " bytes unread");
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw delivery_failure(context_.signals, name_ + why);
  }
  [[noreturn]] void fail(const std::string& why, int error) const {
    fail(why + ": " + std::strerror(error));
  }

  std::string name_;  ///< for messages
  std::string done_;
  const ProcessContext& context_;
  std::chrono::milliseconds timeout_;
  ProgramRun program_;
  Descriptor reading_;
  Descriptor writing_;
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const ProcessContext& context,
                                             std::chrono::milliseconds timeout) {
  return std::make_unique<CommandDelivery>(command, context, timeout);
}

}  // namespace influxctl
