// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/commands.h"
#include "influxctl/text.h"
#include "session.h"

namespace influxctl {

namespace {

std::string tokens(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " token" : " tokens");
}

// One line of standard input without its end; less when the input ends or a signal comes.
std::string read_line(const Signals& signals) {
  std::string line;
  char c = 0;
  while (line.size() < 100 && !signals.any()) {
    const ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    line += c;
  }
  return line;
}

void confirm(const std::vector<std::string>& ids, const Edges& edges) {
  if (!edges.streams.in_terminal || !edges.streams.err_terminal) {
    throw Error(Kind::usage, "revoking asks first, and there is no terminal to ask on",
                {"to revoke without being asked add --force"});
  }
  for (const auto& id : ids) edges.console.print("  " + shown(id) + "\n");
  edges.console.print("Revoke " + tokens(ids.size()) + " for good? [y/N] ");
  const std::string answer = read_line(edges.signals);
  edges.signals.stop_if_any("nothing was revoked");
  if (answer != "y" && answer != "Y" && answer != "yes") {
    throw Error(Kind::usage, "not confirmed; nothing was revoked");
  }
}

std::vector<std::string> without_repeats(const std::vector<std::string>& ids) {
  std::vector<std::string> unique;
  for (const auto& id : ids) {
    if (std::find(unique.begin(), unique.end(), id) == unique.end()) unique.push_back(id);
  }
  return unique;
}

}  // namespace

void revoke(const Options& options, const Edges& edges) {
  const auto ids = without_repeats(options.token_ids);
  const Session session(options, edges, load_profile(options.profile, edges.environment));
  const ManagementApi& api = session.api();
  if (!options.force) confirm(ids, edges);

  std::size_t revoked = 0;
  std::optional<Error> first;
  for (const auto& id : ids) {
    const RevokeOutcome outcome = api.revoke(id, api.timeout(), OnSignal::grace);
    if (outcome.revoked) {
      ++revoked;
      edges.console.print("influxctl: revoked " + shown(id) + "\n");
    } else {
      Error failure(outcome.failure->kind(), "token " + shown(id) + ": " +
                                                 outcome.failure->message(),
                    outcome.failure->hints());
      if (ids.size() > 1) edges.console.error(failure);
      if (!first) first = std::move(failure);
    }
    if (edges.signals.any()) break;
  }
  if (first && ids.size() == 1 && first->kind() != Kind::unknown) {
    edges.signals.stop_if_any("nothing was revoked");
  }
  if (edges.signals.any() && revoked < ids.size() && !(first && first->kind() == Kind::unknown)) {
    edges.signals.stop_if_any(std::to_string(revoked) + " of " + tokens(ids.size()) +
                              " were revoked");
  }
  if (first && ids.size() == 1) throw *first;
  if (first) {
    throw Error(first->kind(), std::to_string(revoked) + " of " + tokens(ids.size()) +
                                   " were revoked");
  }
}

}  // namespace influxctl
