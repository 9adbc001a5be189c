// SPDX-License-Identifier: MIT
#include "influxctl/base/signals.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>

namespace influxctl {

namespace {

using Ticks = Signals::Clock::rep;
constexpr auto kRepetition = std::chrono::milliseconds(500);

// Those that do not end a process by default, that stop it, or that cannot be handled.
constexpr std::array kLeft = {SIGKILL, SIGSTOP, SIGCONT, SIGCHLD,  SIGTSTP, SIGTTIN,
                              SIGTTOU, SIGURG,  SIGPIPE, SIGWINCH, SIGXFSZ};
// Those that a faulty instruction raises: they count where a process sent them.
constexpr std::array kFaults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS};

// A signal handler can reach nothing but statics.
std::atomic<int> arrived_count = 0;
std::atomic<int> first_number = 0;
std::atomic<Ticks> first_time = 0;
std::atomic<Ticks> last_time = 0;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<Ticks>::is_always_lock_free);

bool is_among(const auto& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

extern "C" void count_signal(int number, siginfo_t* info, void* /*context*/) noexcept {
  if (is_among(kFaults, number) && info->si_code > 0) {  // not by kill(), tgkill() or sigqueue()
    (void)std::signal(number, SIG_DFL);
    (void)std::raise(number);
    return;
  }
  const auto now = Signals::Clock::now().time_since_epoch();
  Ticks last = last_time;
  if (last != 0 && now - Signals::Clock::duration(last) < kRepetition) return;
  if (!last_time.compare_exchange_strong(last, now.count())) return;  // on another thread, too
  if (arrived_count == 0) {
    first_number = number;
    first_time = now.count();
  }
  ++arrived_count;
}

void catch_signal(int number) {
  struct sigaction action = {};
  action.sa_sigaction = count_signal;
  action.sa_flags = SA_SIGINFO;  // no SA_RESTART: a wait is to end
  sigfillset(&action.sa_mask);   // no handler interrupts another
  sigaction(number, &action, nullptr);
}

bool is_ignored(int number) {
  struct sigaction action = {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

SignalState current_state() {
  SignalState state;
  sigemptyset(&state.ignored);
  sigprocmask(SIG_SETMASK, nullptr, &state.blocked);
  for (int number = 1; number < NSIG; ++number) {
    if (is_ignored(number)) sigaddset(&state.ignored, number);
  }
  return state;
}

}  // namespace

Signals::Signals() : at_start_(current_state()) {
  arrived_count = 0;
  first_number = 0;
  first_time = 0;
  last_time = 0;
  for (int number = 1; number < NSIG; ++number) {
    if (!is_among(kLeft, number) && !is_ignored(number)) catch_signal(number);
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
  (void)std::signal(SIGCHLD, SIG_DFL);
}

// Members though they reach statics: who asks must hold the instance that counts.
// NOLINTBEGIN(readability-convert-member-functions-to-static)
int Signals::count() const noexcept { return arrived_count; }

ErrorKind Signals::kind() const noexcept {
  switch (first_number) {
    case SIGINT:
    case SIGQUIT:
      return ErrorKind::interrupted;
    case SIGHUP:
      return ErrorKind::hangup;
    default:
      return ErrorKind::terminated;
  }
}

std::optional<Signals::Clock::time_point> Signals::first_arrival() const noexcept {
  if (!any()) return std::nullopt;
  return Clock::time_point(Clock::duration(first_time.load()));
}
// NOLINTEND(readability-convert-member-functions-to-static)

void Signals::stop_if_any(const std::string& what) const {
  if (any()) throw Error(kind(), "cancelled; " + what);
}

}  // namespace influxctl
