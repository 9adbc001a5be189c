// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/text.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/confirm.h"
#include "influxctl/commands/preflight.h"
#include "influxctl/commands/token_list.h"

namespace influxctl {

namespace {

std::string tokens(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " token" : " tokens");
}

// What is known of the tokens, one line each; a failed look-up leaves the ids.
std::vector<std::string> summaries(const std::vector<std::string>& ids, const Session& session,
                                   const ProcessContext& context) {
  std::vector<std::string> lines;
  std::transform(ids.begin(), ids.end(), std::back_inserter(lines),
                 [](const std::string& id) { return shown(id); });
  try {
    const ManagementApi& api = session.api();
    const TokenList tokens = list_tokens(api, context.console);
    const Timestamp now = current_time();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = std::find_if(tokens.begin(), tokens.end(),
                                      [&](const TokenRecord& token) { return token.id == ids[i]; });
      lines[i] = found == tokens.end() ? lines[i] + "  not listed" : token_summary(*found, now);
    }
  } catch (const Error& why) {
    context.signals.stop_if_any("nothing was revoked");
    context.console.warning("what the tokens are for is not known: " + why.message());
  }
  return lines;
}

std::vector<std::string> without_repeats(const std::vector<std::string>& ids) {
  std::vector<std::string> unique;
  std::set<std::string> seen;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(unique),
               [&](const std::string& id) { return seen.insert(id).second; });
  return unique;
}

Error failure_of(const std::string& id, const RevokeOutcome& outcome, const Options& options) {
  const Error& why = *outcome.failure;
  auto hints = why.hints();
  if (outcome.status == 404) {
    hints.push_back("see the ids with: " + paste_command(options, "management list"));
  }
  if (why.kind() == ErrorKind::unknown) {
    hints.push_back("it is safe to revoke it again; see whether it is revoked with: " +
                    paste_command(options, "management list"));
  }
  return {why.kind(), "token " + shown(id) + ": " + why.message(), hints};
}

struct Tally {
  std::size_t tried = 0;
  std::size_t revoked = 0;
  std::size_t unknown = 0;     // whether they are revoked
  std::optional<Error> first;  // failure
};

// One request an id. A failure does not keep the others from being revoked, a signal does.
Tally revoke_each(const std::vector<std::string>& ids, const ManagementApi& api,
                  const Options& options, const ProcessContext& context) {
  Tally tally;
  for (const auto& id : ids) {
    if (context.signals.any()) break;
    ++tally.tried;
    const RevokeOutcome outcome = api.revoke(id, api.timeout(), OnSignal::grace);
    if (outcome.revoked) {
      ++tally.revoked;
      context.console.print("influxctl: revoked " + shown(id) + "\n");
      continue;
    }
    Error failure = failure_of(id, outcome, options);
    if (ids.size() > 1) context.console.error(failure);
    if (failure.kind() == ErrorKind::unknown) ++tally.unknown;
    if (!tally.first) tally.first = std::move(failure);
  }
  return tally;
}

// "revoked 1 of 3 tokens; of 1 it is not known; 1 was not tried"
std::string sum_of(const Tally& tally, std::size_t all) {
  if (tally.revoked + tally.unknown == 0) return "nothing was revoked";
  std::string sum = "revoked " + std::to_string(tally.revoked) + " of " + tokens(all);
  if (tally.unknown > 0) sum += "; of " + std::to_string(tally.unknown) + " it is not known";
  if (const auto left = all - tally.tried; left > 0) {
    sum += "; " + std::to_string(left) + (left == 1 ? " was" : " were") + " not tried";
  }
  return sum;
}

}  // namespace

void revoke(const Options& options, const ProcessContext& context) {
  const auto ids = without_repeats(options.token_ids);
  const Preflight ready = preflight(options, context);
  const Session& session = *ready.session;
  ready.session->sign_in();
  if (!options.force) {
    confirm({.profile = session.profile(),
             .tokens = summaries(ids, session, context),
             .text = "Revoke " + tokens(ids.size()) + " for good?",
             .otherwise = "nothing was revoked"},
            context);
  }

  Tally tally = revoke_each(ids, session.api(), options, context);
  if (tally.revoked == ids.size()) return;
  const std::string sum = sum_of(tally, ids.size());
  if (tally.unknown == 0) context.signals.stop_if_any(sum);
  if (ids.size() == 1) throw Error(std::move(*tally.first));
  throw Error(tally.first->kind(), sum);
}

}  // namespace influxctl
