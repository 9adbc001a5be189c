// SPDX-License-Identifier: MIT
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "influxctl/base/text.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/preflight.h"

namespace influxctl {

namespace {

std::string tokens(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " token" : " tokens");
}

// One line of standard input without its end; what there is of it when the input ends or a signal
// comes.
std::string read_answer(const ProcessContext& context) {
  std::string line;
  char c = 0;
  while (!context.signals.any()) {
    // Short waits, as a signal may come just before one begins.
    pollfd readable{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, 200) <= 0) continue;
    const ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    if (line.size() < 100) line += c;
  }
  if (c != '\n') context.console.print("\n");  // the question has no answer that ended its line
  return line;
}

void confirm(const std::vector<std::string>& ids, const ProcessContext& context) {
  for (const auto& id : ids) context.console.print("  " + shown(id) + "\n");
  context.console.print("Revoke " + tokens(ids.size()) + " for good? [y/N] ");
  const std::string answer = read_answer(context);
  context.signals.stop_if_any("nothing was revoked");
  const std::string_view word = trimmed(answer);
  if (word != "y" && word != "Y" && word != "yes" && word != "Yes" && word != "YES") {
    throw Error(ErrorKind::usage, "not confirmed; nothing was revoked");
  }
}

std::vector<std::string> without_repeats(const std::vector<std::string>& ids) {
  std::vector<std::string> unique;
  std::set<std::string> seen;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(unique),
               [&](const std::string& id) { return seen.insert(id).second; });
  return unique;
}

Error failure_of(const std::string& id, const Error& why) {
  auto hints = why.hints();
  if (why.kind() == ErrorKind::unknown) {
    hints.emplace_back(
        "it is safe to revoke it again; influxctl management list tells whether it "
        "is revoked");
  }
  return {why.kind(), "token " + shown(id) + ": " + why.message(), hints};
}

struct Tally {
  std::size_t revoked = 0;
  bool unknown = false;        // of one token at least it is not known whether it is revoked
  std::optional<Error> first;  // failure
};

// One request an id. A failure does not keep the others from being revoked, a signal does.
Tally revoke_each(const std::vector<std::string>& ids, const ManagementApi& api,
                  const ProcessContext& context) {
  Tally tally;
  for (const auto& id : ids) {
    if (context.signals.any()) break;
    const RevokeOutcome outcome = api.revoke(id, api.timeout(), OnSignal::grace);
    if (outcome.revoked) {
      ++tally.revoked;
      context.console.print("influxctl: revoked " + shown(id) + "\n");
      continue;
    }
    Error failure = failure_of(id, *outcome.failure);
    if (ids.size() > 1) context.console.error(failure);
    tally.unknown = tally.unknown || failure.kind() == ErrorKind::unknown;
    if (!tally.first) tally.first = std::move(failure);
  }
  return tally;
}

}  // namespace

void revoke(const Options& options, const ProcessContext& context) {
  const auto ids = without_repeats(options.token_ids);
  const Preflight ready = preflight(options, context);
  if (!options.force) confirm(ids, context);
  ready.session->sign_in();

  Tally tally = revoke_each(ids, ready.session->api(), context);
  if (tally.revoked == ids.size()) return;
  const std::string sum =
      tally.revoked == 0 ? "nothing was revoked"
                         : "revoked " + std::to_string(tally.revoked) + " of " + tokens(ids.size());
  if (!tally.unknown) context.signals.stop_if_any(sum);
  if (ids.size() == 1) throw Error(std::move(*tally.first));
  throw Error(tally.first->kind(), sum);
}

}  // namespace influxctl
