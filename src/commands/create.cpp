// SPDX-License-Identifier: MIT
#include "influxctl/commands/create.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/text.h"
#include "influxctl/commands/revoke.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Outcome = CreateOutcome::State;

constexpr std::int64_t kClockDrift = 5;      // seconds, between a gateway and a database
constexpr std::size_t kReserve = 2U << 20U;  // a TLS connection, and the list of many tokens
constexpr std::size_t kMostOthers = 20;

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

// The guard of one create. Whatever is thrown after the request went out, by whatever: the token is
// revoked, or named, or said to be possible. What that needs is made beforehand: memory for the
// look-up or the revocation, and texts for when there is none.
class Rescue {
 public:
  Rescue(const CreateRequest& request, Timestamp started, const Session& session)
      : request_(request),
        started_(started),
        session_(session),
        console_(session.context.console),
        revoke_prefix_(paste_command(session.options, "management revoke ")),
        list_command_(paste_command(session.options, "management list")),
        reserve_(std::malloc(kReserve)) {  // NOLINT(*-no-malloc,*-owning-memory): see Free
    if (!reserve_) throw std::bad_alloc();
  }

  bool sent = false;  // for HttpRequest::sent

  // A token was created. Its id may be empty.
  void created(const std::string& id) noexcept {
    created_ = true;
    id_size_ = std::min(id.size(), id_.size());
    std::copy_n(id.data(), id_size_, id_.data());
  }

  // For a handler: clears up, and throws what the create ends with.
  [[noreturn]] void end() {
    std::optional<Error> result;
    for (int tries = 0; tries < 2 && !result; ++tries) {
      try {
        reserve_.reset();
        result = settled(reason());
      } catch (...) {  // out of memory: in the end what is left is to say so
      }
    }
    if (result) throw Error(std::move(*result));
    throw last_words();
  }

 private:
  Error reason() const;
  Error settled(const Error& why);
  Error undelivered(const Error& why);
  Error look_for_tokens(const Error& why) const;
  LastWords last_words() const noexcept;
  std::string_view id() const noexcept { return {id_.data(), id_size_}; }

  struct Free {
    // NOLINTNEXTLINE(*-no-malloc,*-owning-memory): never touched, and `delete` would wipe it
    void operator()(void* block) const noexcept { std::free(block); }
  };

  const CreateRequest& request_;
  Timestamp started_;
  const Session& session_;
  Console& console_;
  std::string revoke_prefix_;  // the command up to the id
  std::string list_command_;
  std::unique_ptr<void, Free> reserve_;
  std::array<char, 257> id_{};  // a copy that needs no memory
  std::size_t id_size_ = 0;
  bool created_ = false;
  bool revoked_ = false;
};

// The Error that is handled; in place of anything else, and of what libcurl says without memory,
// that memory ran out.
Error Rescue::reason() const {
  try {
    throw;
  } catch (const Error& error) {
    if (!sent || error.kind() != ErrorKind::bug) return error;
  } catch (...) {
    if (!sent) throw;
  }
  if (created_) return {ErrorKind::undelivered, "out of memory"};
  return {ErrorKind::unknown, "the outcome is unknown: the request was sent, but memory ran out"};
}

// Does for the token what can be done, and says what came of it.
Error Rescue::settled(const Error& why) {
  if (created_ || sent) console_.release();
  if (sent && !created_) {
    console_.note(
        {"the outcome is unknown: looking for a token that the request may have created"});
  }
  Error end = created_ ? undelivered(why) : sent ? look_for_tokens(why) : why;
  if (request_.replaces.empty()) return end;
  end.add_hint("the old token " + shown_id(request_.replaces) +
               " was not touched: it works as before");
  return end;
}

// The token cannot be handed over: it is revoked. Where it may still be live it is named; where the
// response did not give its id, it is looked for.
Error Rescue::undelivered(const Error& why) {
  const std::string what = " was created but not delivered: " + why.message() + "; the token ";
  if (id_size_ == 0) {
    console_.note({"a token was created, and its id is unknown: looking for it"});
    return look_for_tokens(
        {ErrorKind::undelivered,
         "a token" + what + "is live, as the response has no id that can be read"});
  }
  const std::string token = "token " + shown_id(std::string(id()));
  RevokeOutcome outcome{.revoked = revoked_};
  if (!revoked_) {
    console_.note({token, " was created but not delivered: revoking it"});
    Tries tries(session_.context, OnSignal::never, session_.options.timeout,
                {"the revocation of the token"});
    outcome = revoke_with_patience(session_.api(), std::string(id()), tries, 404);
    revoked_ = outcome.revoked;
  }
  const bool cancelled = exit_code(why.kind()) > 128;
  if (revoked_ && cancelled) {
    return {why.kind(), why.message() + "; " + token + " had been created and has been revoked"};
  }
  if (revoked_) return {ErrorKind::undelivered, token + what + "has been revoked"};
  const bool surely = outcome.failure->kind() != ErrorKind::unknown && outcome.status != 404;
  return {ErrorKind::undelivered,
          token + what + (surely ? "is" : "may be") +
              " live, as revoking it failed: " + outcome.failure->message(),
          {"revoke it with: " + revoke_command(session_.options, std::string(id()))}};
}

// The live tokens that the cluster created since the start: first those with exactly this
// description.
Error Rescue::look_for_tokens(const Error& why) const {
  std::vector<std::string> hints = why.hints();
  std::string failure;
  try {
    std::optional<std::int64_t> since;
    const auto listing = session_.api().list(
        std::min(session_.options.timeout, time_to_clean_up(session_.context.signals)),
        OnSignal::never,
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
          .push_back(
              "token " + shown_id(token.id) + at + (same ? match : ", perhaps by another run") +
              "; if nobody uses it, revoke it with: " + revoke_command(session_.options, token.id));
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

LastWords Rescue::last_words() const noexcept {
  LastWords words(created_ ? ErrorKind::undelivered : sent ? ErrorKind::unknown : ErrorKind::bug);
  if (created_ && is_plain(id())) {
    words << "token " << id() << " was created but not delivered: out of memory; the token "
          << (revoked_ ? "has been revoked" : "may be live, as revoking it failed too");
    if (!revoked_) words << "\nrevoke it with: " << revoke_prefix_ << id();
  } else if (sent) {
    words << (created_ ? "a token was created but not delivered: memory ran out; it is live, and "
                         "its id is unknown\n"
                       : "the outcome is unknown: the request was sent, but memory ran out\n")
          << "looking for it failed too: out of memory\n"
          << "look for a token that nobody holds with: " << list_command_;
  } else {
    words << "out of memory; no token was created";
  }
  if (request_.replaces.empty()) return words;
  words << "\nthe old token ";
  if (is_plain(request_.replaces)) words << request_.replaces << " ";
  return words << "was not touched: it works as before";
}

// One POST, and after a 429 that names a wait within the timeout, another.
CreateOutcome create_once(const CreateRequest& request, const Session& session, bool& sent) {
  const ProcessContext& context = session.context;
  const auto deadline = Clock::now() + session.options.timeout;
  while (true) {
    context.signals.stop_if_any("no token was created");
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
    CreateOutcome outcome = session.api().create(request, std::max(left, Milliseconds(1)), sent);
    if (!outcome.retry_after) return outcome;
    sent = false;  // a whole response says that nothing was done
    const auto wait = std::max(*outcome.retry_after, std::chrono::seconds(1));
    if (wait >= deadline - Clock::now()) return outcome;
    TimeLimit limit(wait, context.signals, Milliseconds(0));
    limit.show_on(context.console, "the time that the cluster asks for (429)");
    limit.wait(wait);
  }
}

// What is delivered: the token's bytes, or the JSON record. A line only where a line is read.
Secret result_bytes(const CreatedToken& created, const Session& session) {
  const bool json = session.options.format == Format::json;
  std::string text = json ? created_json(created) : std::string(created.token.reveal());
  if (session.delivery().to_terminal() || (json && session.options.sink.empty())) text += '\n';
  return Secret(text);
}

void warn_of_other_expiry(const CreateRequest& request, const TokenRecord& record,
                          Console& console) {
  const auto& asked = request.expires_at;
  const auto& got = record.expires_at;
  const bool same =
      asked ? got.time && std::abs(got.time->seconds - asked->seconds) <= 1 : !got.given();
  if (same) return;
  console.warning("the token was to " +
                  (asked ? "expire at " + format_rfc3339(*asked) : std::string("never expire")) +
                  ", but the cluster says " +
                  (got.time      ? format_rfc3339(*got.time)
                   : got.given() ? influxctl::quoted(got.unreadable)
                                 : "that it never expires"));
}

// Record and warning come before the token, which then is the last thing on a terminal. Best
// effort: no text is worth a token.
void show_record(const TokenRecord& record, const CreateRequest& request,
                 const Session& session) noexcept {
  const Options& options = session.options;
  Console& console = session.context.console;
  try {
    if (!options.quiet) console.print(record_table(record, session.context.streams.err_columns));
    warn_of_other_expiry(request, record, console);
    if (record.id.empty()) {
      console.warning("the response has no id that can be read; it is in: " +
                      paste_command(options, "management list"));
    }
  } catch (...) {  // out of memory
  }
  if (options.quiet) return;
  if (session.delivery().to_terminal()) {
    console.warn_line("please copy the token and store in a safe place");
    console.warn_line("this is the *only time* you will see the token");
  } else {
    console.warn_line("the cluster will not show this token again");
  }
}

void tell_done(const Delivery& delivery, Console& console) noexcept {
  try {
    const std::string done = delivery.done();
    if (!done.empty()) console.note({done});
  } catch (...) {  // out of memory; it is done nevertheless
  }
}

CreatedToken create_guarded(Rescue& rescue, const CreateRequest& request, const Session& session) {
  const Signals& signals = session.context.signals;
  CreateOutcome outcome = create_once(request, session, rescue.sent);
  if (outcome.state == Outcome::not_sent || outcome.state == Outcome::refused) {
    rescue.sent = false;
    signals.stop_if_any("no token was created");
  }
  CreatedToken& created = outcome.created;
  if (!request.replaces.empty() && created.record.id == request.replaces) {
    throw Error(ErrorKind::unknown,
                "the outcome is unknown: the response to the request for a new token has the id of "
                "the old one");
  }
  if (outcome.state == Outcome::created || outcome.state == Outcome::unusable) {
    rescue.created(created.record.id);
  }
  if (outcome.failure) throw Error(std::move(*outcome.failure));
  if (signals.any()) throw Error(signals.kind(), "cancelled");
  const Secret bytes = result_bytes(created, session);
  show_record(created.record, request, session);
  session.delivery().deliver(bytes.reveal());
  tell_done(session.delivery(), session.context.console);
  return std::move(created);
}

}  // namespace

CreatedToken create_and_deliver(const CreateRequest& request, Timestamp started,
                                const Session& session) {
  Rescue rescue(request, started, session);
  try {
    return create_guarded(rescue, request, session);
  } catch (...) {
    rescue.end();
  }
}

void create(const Options& options, const ProcessContext& context) {
  Session session(options, context);
  if (options.dry_run) {
    const std::string body = create_body(session.request(current_time()));
    return print_result(context, dry_run_json("POST", session.url(), body) + "\n");
  }
  session.sign_in();
  const Timestamp started = current_time();  // a login may have taken minutes
  create_and_deliver(session.request(started), started, session);
}

}  // namespace influxctl
