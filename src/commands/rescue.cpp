// SPDX-License-Identifier: MIT
#include "influxctl/commands/rescue.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/output/render.h"

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
constexpr std::int64_t kClockDrift = 5;      // seconds, between a gateway and a database
constexpr std::size_t kLongestId = 256;      // what `management revoke` takes, too
constexpr std::size_t kReserve = 2U << 20U;  // a TLS connection, and the list of many tokens
constexpr std::size_t kMostOthers = 20;

// A refusal that another try does not change.
bool is_final(int status, int lag) {
  return status != 0 && status != lag && status != 408 && status != 425 && status != 429;
}

bool is_cancellation(const Error& error) { return exit_code(error.kind()) > 128; }

// The start of the create by the cluster's clock, less the drift. Its Date header, cut to whole
// seconds, is before its clock, which is before `now`.
std::int64_t earliest(Timestamp started, const std::optional<Timestamp>& server_time) {
  const std::int64_t offset = server_time ? server_time->seconds - current_time().seconds : 0;
  return started.seconds + offset - kClockDrift;
}

// Fit for a shell and for people as it is.
bool is_plain(std::string_view id) {
  return !id.empty() && id.front() != '-' && std::all_of(id.begin(), id.end(), is_unreserved);
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
  while (true) {
    const auto [limit, on_signal] = tries.next();
    RevokeOutcome outcome = api.revoke(id, std::min(limit, api.timeout()), on_signal);
    if (unclear && outcome.status == 404) return {.revoked = true};
    if (outcome.revoked || is_final(outcome.status, lag) || !tries.again()) return outcome;
    unclear = unclear || outcome.failure->kind() == ErrorKind::unknown;
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

Rescue::Rescue(const CreateRequest& request, Timestamp started, const Options& options,
               const ProcessContext& context, const ManagementApi& api)
    : request_(request),
      started_(started),
      options_(options),
      context_(context),
      api_(api),
      revoke_prefix_(paste_command(options, "management revoke ")),
      list_command_(paste_command(options, "management list")),
      reserve_(std::malloc(kReserve)) {  // NOLINT(*-no-malloc,*-owning-memory): see Free
  if (!reserve_) throw std::bad_alloc();
}

// NOLINTNEXTLINE(*-no-malloc,*-owning-memory): see above
void Rescue::Free::operator()(void* block) const noexcept { std::free(block); }

void Rescue::created(const std::string& id) noexcept {
  created_ = true;
  id_size_ = std::min(id.size(), id_.size());
  std::copy_n(id.data(), id_size_, id_.data());
}

// The live tokens that the cluster created since the start: first those with exactly this
// description.
Error Rescue::look_for_tokens(const Error& why) const {
  std::vector<std::string> hints = why.hints();
  std::string failure;
  try {
    std::optional<std::int64_t> since;
    const auto listing =
        api_.list(std::min(api_.timeout(), time_to_clean_up(context_.signals)), OnSignal::never,
                  [&](const TokenRecord& token, const std::optional<Timestamp>& server_time) {
                    if (!since) since = earliest(started_, server_time);
                    const auto& created = token.created_at.time;  // without a time it may be any
                    return (!created || created->seconds >= *since) && !token.revoked_at.given() &&
                           token.id != request_.replaces;
                  });
    const std::string match =
        std::string(request_.description ? " with this description" : " without a description") +
        ", and may be another run's";
    std::vector<std::string> others;
    for (const TokenRecord& token : listing.tokens) {
      const bool same = token.description == request_.description.value_or("");
      const std::string at =
          token.created_at.given() ? " was created at " + time_text(token.created_at) : " is live";
      (same ? hints : others)
          .push_back("token " + shown_id(token.id) + at +
                     (same ? match : ", perhaps by another run") +
                     "; if nobody uses it, revoke it with: " + revoke_command(options_, token.id));
    }
    if (listing.unreadable > 0) {
      hints.push_back(std::to_string(listing.unreadable) +
                      " of the listed tokens cannot be read, and may be it");
      hints.push_back("look for a token that nobody holds with: " + list_command_);
    } else if (hints.size() == why.hints().size()) {
      hints.emplace_back(
          "the cluster lists no token with this description that was created since this run began");
      hints.push_back("a request that is still on its way may make one: look again with " +
                      list_command_ + " before you run this again");
    }
    const std::size_t shown_others = std::min(others.size(), kMostOthers);
    hints.insert(hints.end(), others.begin(),
                 others.begin() + static_cast<std::ptrdiff_t>(shown_others));
    if (others.size() > shown_others) {
      hints.push_back("and " + std::to_string(others.size() - shown_others) +
                      " more: " + list_command_);
    }
    if (!listing.tokens.empty()) {
      hints.emplace_back(
          "give each run a --description of its own, which tells its token from those of others");
    }
    return {why.kind(), why.message(), hints};
  } catch (const Error& error) {
    failure = error.message();
  } catch (const std::exception&) {
    failure = "out of memory";
  }
  hints.push_back("looking for it failed too: " + failure);
  hints.push_back("look for a token that nobody holds with: " + list_command_);
  return {why.kind(), why.message(), hints};
}

void Rescue::end_unknown(const Error& why) {
  reserve_.reset();
  context_.console.release();
  context_.console.note(
      {"the outcome is unknown: looking for a token that the request may have "
       "created"});
  end(look_for_tokens(why));
}

void Rescue::end_undelivered(const Error& why) {
  reserve_.reset();
  context_.console.release();
  const std::string undelivered =
      " was created but not delivered: " + why.message() + "; the token ";
  const std::string id(id_.data(), id_size_);
  if (id.empty()) {
    context_.console.note({"a token was created, and its id is unknown: looking for it"});
    end(look_for_tokens(
        {ErrorKind::undelivered,
         "a token" + undelivered + "is live, as the response has no id that can be read"}));
  }
  const std::string token = "token " + shown_id(id);
  context_.console.note({token, " was created but not delivered: revoking it"});
  Tries tries(context_, OnSignal::never, api_.timeout(), {"the revocation of the token"});
  const RevokeOutcome outcome = revoke_with_patience(api_, id, tries, 404);
  revoked_ = outcome.revoked;
  if (outcome.revoked && is_cancellation(why)) {
    end({why.kind(), why.message() + "; " + token + " had been created and has been revoked"});
  }
  if (outcome.revoked) end({ErrorKind::undelivered, token + undelivered + "has been revoked"});
  const bool surely = outcome.failure->kind() != ErrorKind::unknown && outcome.status != 404;
  end({ErrorKind::undelivered,
       token + undelivered + (surely ? "is" : "may be") +
           " live, as revoking it failed: " + outcome.failure->message(),
       {"revoke it with: " + revoke_command(options_, id)}});
}

void Rescue::end(const Error& why) {
  ended_ = true;
  if (request_.replaces.empty()) throw Error(why);
  try {
    auto hints = why.hints();
    hints.push_back("the old token " + shown_id(request_.replaces) +
                    " was not touched: it works as before");
    throw Error(why.kind(), why.message(), hints);
  } catch (const std::bad_alloc&) {
    LastWords words(why.kind());
    words << why.message();
    for (const auto& hint : why.hints()) words << "\n" << hint;
    name_the_old(words);
    throw LastWords(words);
  }
}

void Rescue::name_the_old(LastWords& words) const noexcept {
  if (request_.replaces.empty()) return;
  words << "\nthe old token ";
  if (is_plain(request_.replaces)) words << request_.replaces << " ";
  words << "was not touched: it works as before";
}

LastWords Rescue::last_words(ErrorKind kind) const noexcept {
  LastWords words(kind);
  const std::string_view id(id_.data(), id_size_);
  if (created_ && is_plain(id)) {
    words << "token " << id << " was created but not delivered: out of memory; the token "
          << (revoked_ ? "has been revoked" : "may be live, as revoking it failed too");
    if (!revoked_) words << "\nrevoke it with: " << revoke_prefix_ << id;
  } else if (sent_) {
    words << (created_ ? "a token was created but not delivered: memory ran out; it is live, and "
                         "its id is unknown\n"
                       : "the outcome is unknown: the request was sent, but memory ran out\n")
          << "looking for it failed too: out of memory\n"
          << "look for a token that nobody holds with: " << list_command_;
  } else {
    words << "out of memory; no token was created";
  }
  name_the_old(words);
  return words;
}

void Rescue::end_exception() {
  const ErrorKind kind = created_ ? ErrorKind::undelivered
                         : sent_  ? ErrorKind::unknown
                                  : ErrorKind::bug;
  reserve_.reset();
  ended_ = false;
  try {
    if (created_ && !revoked_) end_undelivered({ErrorKind::undelivered, "out of memory"});
    if (sent_ && !created_) {
      end_unknown({kind, "the outcome is unknown: the request was sent, but memory ran out"});
    }
  } catch (const Error&) {
    if (ended_) throw;
  } catch (const LastWords&) {
    throw;
  } catch (...) {  // what is left is to say so
  }
  throw last_words(kind);
}

}  // namespace influxctl
