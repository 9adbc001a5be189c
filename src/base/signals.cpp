// SPDX-License-Identifier: MIT
#include "influxctl/base/signals.h"

#include <array>
#include <csignal>
#include <utility>

namespace influxctl {

namespace {

constexpr std::array<std::pair<int, ErrorKind>, 4> kCancelling = {
    {{SIGINT, ErrorKind::interrupted},
     {SIGQUIT, ErrorKind::interrupted},
     {SIGTERM, ErrorKind::terminated},
     {SIGHUP, ErrorKind::hangup}}};

// A signal handler can reach nothing but statics.
volatile std::sig_atomic_t arrived_count = 0;
volatile std::sig_atomic_t first_arrived = 0;

extern "C" void count_signal(int number) {
  if (arrived_count == 0) first_arrived = number;
  arrived_count = arrived_count + 1;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;  // no SA_RESTART: a wait is to end
  sigemptyset(&action.sa_mask);
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
  first_arrived = 0;
  for (const auto& [number, kind] : kCancelling) {
    if (!is_ignored(number)) handle(number, &count_signal);
  }
  handle(SIGPIPE, SIG_IGN);
  handle(SIGXFSZ, SIG_IGN);
  handle(SIGCHLD, SIG_DFL);
}

// Members though they reach statics: who asks must hold the instance that counts.
// NOLINTBEGIN(readability-convert-member-functions-to-static)
int Signals::count() const noexcept { return arrived_count; }

ErrorKind Signals::kind() const noexcept {
  for (const auto& [number, kind] : kCancelling) {
    if (number == first_arrived) return kind;
  }
  return ErrorKind::interrupted;
}

// NOLINTEND(readability-convert-member-functions-to-static)

void Signals::stop_if_any(const std::string& what) const {
  if (any()) throw Error(kind(), "cancelled; " + what);
}

}  // namespace influxctl
