// SPDX-License-Identifier: MIT
#include "stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace influxctl::sandbox {

StopSignals::StopSignals() {
  if (::pipe(pipe_.data()) != 0) throw std::runtime_error("no pipe");
  sigset_t stops;
  ::sigemptyset(&stops);
  for (const int stop : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&stops, stop);
  ::pthread_sigmask(SIG_BLOCK, &stops, nullptr);
#ifdef __linux__
  const pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) static_cast<void>(::raise(SIGTERM));
#endif
  thread_ = std::thread([stops, out = pipe_[1]] {
    int signal = 0;
    ::sigwait(&stops, &signal);
    static_cast<void>(::write(out, "", 1));
  });
}

StopSignals::~StopSignals() {
  ::pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

}  // namespace influxctl::sandbox
