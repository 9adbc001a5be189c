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

// Those that do not end a process by default, that stop it, that cannot be handled, or that are
// faults of the program itself.
constexpr std::array kLeft = {SIGKILL, SIGSTOP, SIGCONT,  SIGCHLD, SIGTSTP, SIGTTIN,
                              SIGTTOU, SIGURG,  SIGWINCH, SIGPIPE, SIGXFSZ, SIGSEGV,
                              SIGBUS,  SIGFPE,  SIGILL,   SIGSYS};

// A signal handler can reach nothing but statics.
std::atomic<int> arrived_count = 0;
std::atomic<int> first_number = 0;
std::atomic<Ticks> first_time = 0;
std::atomic<Ticks> last_time = 0;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<Ticks>::is_always_lock_free);

extern "C" void count_signal(int number) {
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

void handle(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;  // no SA_RESTART: a wait is to end
  sigfillset(&action.sa_mask);  // no handler interrupts another
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

int last_signal() {
#ifdef SIGRTMAX
  return SIGRTMAX;
#else
  return NSIG - 1;
#endif
}

}  // namespace

Signals::Signals() : at_start_(current_state()) {
  arrived_count = 0;
  first_number = 0;
  first_time = 0;
  last_time = 0;
  for (int number = 1; number <= last_signal(); ++number) {
    const bool left = std::find(kLeft.begin(), kLeft.end(), number) != kLeft.end();
    if (!left && !is_ignored(number)) handle(number, &count_signal);
  }
  handle(SIGPIPE, SIG_IGN);
  handle(SIGXFSZ, SIG_IGN);
  handle(SIGCHLD, SIG_DFL);
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
