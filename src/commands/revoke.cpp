// SPDX-License-Identifier: MIT
#include "influxctl/commands/revoke.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/text.h"
#include "influxctl/commands/token_list.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kPatience = 9s;
constexpr Milliseconds kLeastPatience = 1500ms;
constexpr Milliseconds kLastTry = 2s;
constexpr Milliseconds kLeastTry = 200ms;
constexpr Milliseconds kLongestPause = 3s;
constexpr std::size_t kLongestId = 256;  // what `management revoke` takes, too

// A refusal that another try does not change.
bool is_final(int status, int lag) {
  return status != 0 && status != lag && status != 408 && status != 425 && status != 429;
}

std::string tokens(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " token" : " tokens");
}

// What is known of the tokens, one line each; a failed look-up leaves the ids.
std::vector<std::string> summaries(const std::vector<std::string>& ids, const Session& session) {
  std::vector<std::string> lines;
  std::transform(ids.begin(), ids.end(), std::back_inserter(lines),
                 [](const std::string& id) { return shown(id); });
  try {
    const TokenList tokens = list_tokens(session);
    const Timestamp now = current_time();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = std::find_if(tokens.begin(), tokens.end(),
                                      [&](const TokenRecord& token) { return token.id == ids[i]; });
      lines[i] = found == tokens.end() ? lines[i] + "  not listed" : token_summary(*found, now);
    }
  } catch (const Error& why) {
    session.context.signals.stop_if_any("nothing was revoked");
    session.context.console.warning("what the tokens are for is not known: " + why.message());
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
  Error failure(why.kind(), "token " + shown(id) + ": " + why.message(), why.hints());
  const std::string list = paste_command(options, "management list");
  if (outcome.status == 404) failure.add_hint("see the ids with: " + list);
  if (why.kind() == ErrorKind::unknown) {
    failure.add_hint("it is safe to revoke it again; see whether it is revoked with: " + list);
  }
  return failure;
}

struct Tally {
  std::size_t tried = 0;
  std::size_t revoked = 0;
  std::size_t unknown = 0;     // whether they are revoked
  std::optional<Error> first;  // failure
};

// One request an id. A failure does not keep the others from being revoked, a signal does.
Tally revoke_each(const std::vector<std::string>& ids, const Session& session) {
  const ProcessContext& context = session.context;
  Tally tally;
  for (const auto& id : ids) {
    if (context.signals.any()) break;
    ++tally.tried;
    const RevokeOutcome outcome =
        session.api().revoke(id, session.options.timeout, OnSignal::grace);
    if (outcome.revoked) {
      ++tally.revoked;
      context.console.note({"revoked ", shown(id)});
      continue;
    }
    Error failure = failure_of(id, outcome, session.options);
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

Milliseconds time_to_clean_up(const Signals& signals) {
  const auto signal = signals.first_arrival();
  if (!signal) return kPatience;
  const auto left = std::chrono::duration_cast<Milliseconds>(*signal + kPatience - Clock::now());
  return std::clamp(left - 300ms, kLeastPatience, kPatience);  // less the time for the last words
}

Tries::Tries(const ProcessContext& context, OnSignal on_signal, Milliseconds timeout, Texts texts)
    : context_(context),
      on_signal_(on_signal),
      end_(Clock::now() + (on_signal == OnSignal::never ? kPatience : timeout)),
      texts_(std::move(texts)),
      pauses_({}, context.signals, on_signal == OnSignal::never ? kPatience : 0ms) {
  pauses_.show_on(context.console, texts_.waits_for);
}

Tries::Try Tries::next() {
  const bool cleans_up = on_signal_ == OnSignal::never;
  if (!cleans_up && !is_last_ && context_.signals.any()) {
    is_last_ = true;
    context_.console.release();
    if (!texts_.at_signal.empty() && context_.signals.count() == 1) {
      context_.console.note({texts_.at_signal});
    }
  }
  const auto now = Clock::now();
  const auto most = cleans_up  ? time_to_clean_up(context_.signals)
                    : is_last_ ? kLastTry
                               : end_ - now;
  try_end_ = std::min(end_, now + most);
  return {std::max(std::chrono::ceil<Milliseconds>(try_end_ - now), Milliseconds(1)),
          is_last_ ? OnSignal::second : on_signal_};
}

bool Tries::again() {
  // With OnSignal::grace the response has been waited for.
  const bool cancelled = on_signal_ == OnSignal::grace && context_.signals.any();
  const auto left = std::chrono::duration_cast<Milliseconds>(try_end_ - Clock::now());
  if (is_last_ || cancelled || left < kLeastTry) return false;
  if (const auto text = std::exchange(texts_.at_pause, {}); !text.empty()) {
    context_.console.note({text});
  }
  pauses_.wait(std::min(pause_, left / 2));
  pause_ = std::min(pause_ * 2, kLongestPause);
  return true;
}

RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id, Tries& tries,
                                   int lag) {
  bool unclear = false;  // an earlier try may have revoked it, and its response was lost
  std::string said;      // by the last response
  while (true) {
    const auto [limit, on_signal] = tries.next();
    RevokeOutcome outcome = api.revoke(id, std::min(limit, api.timeout()), on_signal);
    if (unclear && outcome.status == 404) return {.revoked = true};
    if (outcome.revoked) return outcome;
    const Error& why = *outcome.failure;
    unclear = unclear || why.kind() == ErrorKind::unknown;
    if (outcome.responded) said = why.message();
    if (!is_final(outcome.status, lag) && tries.again()) continue;
    if (!outcome.responded && !said.empty()) {  // the time for the last try was short
      outcome.failure = Error(why.kind(), said + "; at last: " + why.message(), why.hints());
    }
    return outcome;
  }
}

std::string revoke_command(const Options& options, const std::string& id) {
  if (id.size() > kLongestId || shown(id) != id) {
    return "its id, which cannot be written here, and which this shows: " +
           paste_command(options, "management list --format json");
  }
  const bool reads_otherwise = id.starts_with('-') || id == "help" || id == "h";
  const std::string separator = reads_otherwise ? "-- " : "";
  return paste_command(options, "management revoke " + separator + shell_word(id));
}

std::string shown_id(const std::string& id) {
  return id.size() > kLongestId ? shown(id.substr(0, kLongestId)) + "…" : shown(id);
}

void revoke(const Options& options, const ProcessContext& context) {
  const auto ids = without_repeats(options.token_ids);
  Session session(options, context);
  session.sign_in();
  if (!options.force) {
    session.confirm(summaries(ids, session), "Revoke " + tokens(ids.size()) + " for good?",
                    "nothing was revoked");
  }

  Tally tally = revoke_each(ids, session);
  if (tally.revoked == ids.size()) return;
  const std::string sum = sum_of(tally, ids.size());
  if (tally.unknown == 0) context.signals.stop_if_any(sum);
  if (ids.size() == 1) throw Error(std::move(*tally.first));
  throw Error(tally.first->kind(), sum);
}

}  // namespace influxctl
