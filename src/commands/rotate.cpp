// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/commands/create.h"
#include "influxctl/commands/revoke.h"
#include "influxctl/commands/token_list.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

// The old token is found by the credential's prefix, which a login has not.
void check_self(const Session& session) {
  const Options& options = session.options;
  if (!options.self || !session.credential().token.empty()) return;
  throw Error(ErrorKind::usage,
              "--self needs a management token as the credential, and this run's is an OAuth login",
              {"name the token: " + paste_command(options, "management rotate TOKEN_ID"),
               "see the ids with: " + paste_command(options, "management list")});
}

TokenList list_before(const Session& session) {
  const Options& options = session.options;
  const std::string nothing_done = "no token was created, and none was revoked";
  try {
    return list_tokens(session);
  } catch (Error& why) {
    session.context.signals.stop_if_any(nothing_done);
    why.add_hint(options.self
                     ? nothing_done
                     : "the old token " + shown(options.token_ids.front()) + " was not touched");
    if (options.self && why.kind() == ErrorKind::not_authorized) {
      why.add_hint(
          "a token that the cluster no longer accepts cannot rotate itself; create one "
          "with another credential: " +
          paste_command(options, "management create"));
    }
    throw;
  }
}

TokenRecord find_named(TokenList& tokens, const Options& options) {
  const std::string& id = options.token_ids.front();
  const auto found = std::find_if(tokens.begin(), tokens.end(),
                                  [&](const TokenRecord& token) { return token.id == id; });
  if (found == tokens.end()) {
    throw Error(ErrorKind::refused,
                "the cluster has no token " + influxctl::quoted(id) + "; no token was created",
                {"see the ids with: " + paste_command(options, "management list")});
  }
  if (!found->revoked_at.given()) return std::move(*found);
  throw Error(ErrorKind::refused,
              "token " + shown(id) + " is revoked already; no token was created",
              {"create a new one with: " + paste_command(options, "management create")});
}

TokenRecord find_own(const TokenList& tokens, const Session& session) {
  const Timestamp now = current_time();
  auto own = own_tokens(tokens, session.api(), now);
  if (own.size() == 1) return std::move(own.front());
  std::vector<std::string> hints;
  std::transform(own.begin(), own.end(), std::back_inserter(hints),
                 [&](const TokenRecord& token) { return token_summary(token, now); });
  hints.push_back("name the token: " +
                  paste_command(session.options, "management rotate TOKEN_ID"));
  throw Error(ErrorKind::refused,
              own.empty() ? "the cluster lists no live token with the prefix of this run's "
                            "credential; no token was created"
                          : std::to_string(own.size()) +
                                " live tokens have the prefix of this run's credential, and which "
                                "it is cannot be told; no token was created",
              hints);
}

void check_expiry_is_kept(const TokenRecord& old, const Options& options) {
  if (!old.expires_at.given() || options.expires_at || options.expires_in || options.no_expiry)
    return;
  throw Error(ErrorKind::usage,
              "the old token " + fate(old, current_time()) +
                  ", and no expiry is given for the new one; no token was created",
              {"say when it expires with --expires-in 90d or --expires-at, or that it never does "
               "with --no-expiry"});
}

// A description that cannot be read cannot be passed on.
void warn_of_description(const TokenRecord& old, const Options& options, Console& console) {
  if (options.description || !old.description_unreadable) return;
  console.warning("the description of the old token " + shown(old.id) +
                  " cannot be read: the new one has none; --description gives it one");
}

bool is_due(const TokenRecord& old, const Options& options, Console& console) {
  if (!options.if_expiring_within) return true;
  const Timestamp now = current_time();
  if (!old.expires_at.unreadable.empty()) {
    throw Error(ErrorKind::refused,
                "token " + shown(old.id) + " " + fate(old, now) +
                    ", which is no time: whether it is due cannot be told; no token was created",
                {"rotate it without --if-expiring-within"});
  }
  if (expires_by(old, expiry_after(*options.if_expiring_within, now))) return true;
  console.note(
      {"token ", shown(old.id), " ", fate(old, now), ": it is not due, and nothing was done"});
  return false;
}

void ask(const TokenRecord& old, const Session& session) {
  if (!can_ask(session.context.streams)) return;
  const auto expires_at = session.request(current_time()).expires_at;
  const std::string successor =
      expires_at ? "expires at " + time_text(*expires_at) : "never expires";
  session.confirm(
      {token_summary(old, current_time())},
      "Create a successor that " + successor +
          (session.options.keep_old ? ",\nand keep this one?" : ",\nand revoke this one for good?"),
      "no token was created");
}

constexpr const char* kAcceptance = "the cluster to accept the new token";

// A new token takes seconds to minutes to reach all replicas. Returns why the cluster does not
// accept it; nothing when it does.
std::optional<std::string> wait_until_accepted(const ManagementApi& as_successor, Tries& tries) {
  std::string problem;
  do {
    const auto [limit, on_signal] = tries.next();
    const auto probe = as_successor.probe(limit, on_signal);
    if (probe.accepted) return std::nullopt;
    // A response says more than that the time for the last try was short.
    if (probe.responded || problem.empty()) problem = probe.problem;
  } while (tries.again());
  return tries.is_last() ? "this run was cancelled before the cluster accepted it"
                         : "the cluster did not accept it in time: " + problem;
}

Error both_live(const std::string& what, const std::string& when, const TokenRecord& old,
                const Options& options) {
  return {ErrorKind::undelivered,
          what,
          {when + "revoke the old one with: " + revoke_command(options, old.id)}};
}

// The new token is delivered. Revokes the old one, with the new one as credential where the old one
// is this run's own: a lost response could not be cleared up with a credential that is gone.
void retire(const TokenRecord& old, CreatedToken& successor, Session& session, bool& revoked) {
  const Options& options = session.options;
  const ProcessContext& context = session.context;
  if (options.keep_old) {
    context.console.note({"the old token ", shown(old.id),
                          " was kept; revoke it with: ", revoke_command(options, old.id)});
    return;
  }
  const std::string delivered = "the new token " + shown(successor.record.id) + " was delivered";
  const bool own = session.api().credential_begins_with(old.token_prefix);
  const Credential credential{.token = std::move(successor.token), .source = "the new token"};
  const ManagementApi as_successor = session.api_as(credential);
  const std::string at_signal = "cancelled: " + delivered +
                                "; one more try, of up to 4 s, to revoke the old one; a second "
                                "signal ends it, and leaves both";
  const std::string waiting =
      options.quiet ? "" : "waiting until the cluster accepts the new token";
  Tries acceptance(context, OnSignal::stop, options.timeout, {kAcceptance, waiting, at_signal});
  if (const auto why = wait_until_accepted(as_successor, acceptance)) {
    throw both_live(delivered + ", but " + *why + "; the old token " + shown(old.id) +
                        " was not revoked: it works as before",
                    "when the cluster accepts the new one, ", old, options);
  }
  // A replica that lags may not know the new credential yet.
  Tries revocation(context, OnSignal::grace, options.timeout,
                   {own ? kAcceptance : "the revocation of the old token",
                    "the old token " + shown(old.id) + " is not revoked yet: trying again",
                    acceptance.is_last() ? "" : at_signal});
  const RevokeOutcome outcome =
      revoke_with_patience(own ? as_successor : session.api(), old.id, revocation, own ? 401 : 0);
  if (!outcome.revoked) {
    throw both_live(delivered + " and works, but the old token " + shown(old.id) +
                        " may be live, as revoking it failed: " + outcome.failure->message(),
                    "", old, options);
  }
  revoked = true;
  if (options.quiet) return;
  context.console.note({"revoked the old token ", shown(old.id)});
  if (own && !options.self) {
    context.console.warning(
        "the old token seems to be the credential of this run: use the new one from now on");
  }
}

// For the case that memory runs out from the delivery on: the old token is revoked or named.
LastWords words_without_memory(const TokenRecord& old, const Options& options) {
  LastWords words(ErrorKind::undelivered);
  return words << "the new token was delivered, but memory ran out; the old token "
               << shown_id(old.id)
               << " may be live\nrevoke the old one with: " << revoke_command(options, old.id);
}

// The requests that change something, and what a real run finds out before.
void dry_run(const Session& session) {
  const Options& options = session.options;
  const CreateRequest request = session.request(current_time());
  std::string requests = dry_run_json("POST", session.url(), create_body(request));
  if (!options.keep_old) {
    const std::string id = options.self ? "{TOKEN_ID}" : percent_encoded(options.token_ids.front());
    requests += "," + dry_run_json("DELETE", session.url() + "/" + id, "");
  }
  print_result(session.context, "[" + requests + "]\n");
  const auto tell = [&](const std::string& text) {
    session.context.console.note({"a real run ", text});
  };
  if (options.self) {
    tell("looks for the old token, TOKEN_ID, by the prefix of its credential");
  }
  if (!request.expires_at && !options.no_expiry) {
    tell("is refused where the old token expires, as no expiry is given for the new one");
  }
  if (options.if_expiring_within) {
    tell("does nothing unless the old token expires by " +
         time_text(expiry_after(*options.if_expiring_within, current_time())));
  }
  if (!request.description) tell("sends the old token's description, too");
  if (!options.keep_old) {
    tell("revokes the old token only when the cluster accepts the new one");
  }
}

}  // namespace

void rotate(const Options& options, const ProcessContext& context) {
  Session session(options, context);
  check_self(session);
  if (options.dry_run) return dry_run(session);
  session.sign_in();

  TokenList tokens = list_before(session);
  const TokenRecord old = options.self ? find_own(tokens, session) : find_named(tokens, options);
  check_expiry_is_kept(old, options);
  if (!is_due(old, options, context.console)) return;
  warn_of_description(old, options, context.console);
  ask(old, session);

  const Timestamp started = current_time();  // the reply may have taken minutes
  CreateRequest request = session.request(started);
  request.replaces = old.id;
  if (!request.description && !old.description.empty()) request.description = old.description;
  const LastWords words = words_without_memory(old, options);  // made while there is some
  CreatedToken successor = create_and_deliver(request, started, session);
  bool revoked = false;
  try {
    return retire(old, successor, session, revoked);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bug) throw;  // libcurl has no memory
  } catch (...) {
  }
  if (!revoked) throw LastWords(words);  // otherwise it is done, and nobody could be told
}

}  // namespace influxctl
