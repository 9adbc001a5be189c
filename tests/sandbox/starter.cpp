// SPDX-License-Identifier: MIT
#include "starter.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "ledger.h"

namespace influxctl::sandbox {

namespace {

/// The next connection; the process ends when there will be none.
int next_connection() {
  std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
  while (::poll(ready.data(), ready.size(), -1) < 0) {
  }
  const int connection = ready[1].revents != 0 ? -1 : ::accept(STDIN_FILENO, nullptr, nullptr);
  if (connection < 0) std::exit(0);
  return connection;
}

}  // namespace

Start wait_for_start() {
  std::array<Identities, 2> identities{make_identities(Flaw::none), make_identities(Flaw::none)};
  static_cast<void>(::signal(SIGCHLD, SIG_IGN));  // nobody waits for a stand-in
  for (std::size_t number = 0;; ++number) {
    const int connection = next_connection();
    if (::fork() == 0) {
      static_cast<void>(::signal(SIGCHLD, SIG_DFL));
      ::dup2(connection, STDIN_FILENO);
      ::dup2(connection, STDOUT_FILENO);
      ::close(connection);
      std::string line;
      std::getline(std::cin, line);
      return {Json::parse(line), std::move(identities.at(number % identities.size()))};
    }
    ::close(connection);
  }
}

}  // namespace influxctl::sandbox
