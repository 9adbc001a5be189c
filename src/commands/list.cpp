// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "influxctl/commands/commands.h"
#include "influxctl/commands/token_list.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

// What has no time sorts last: it never expires, or is not revoked.
Timestamp or_last(const std::optional<Timestamp>& time) {
  return time.value_or(Timestamp{.seconds = std::numeric_limits<std::int64_t>::max()});
}

// Orders by the key, then by the id: a total order, whatever the cluster's was.
bool before(const TokenRecord& a, const TokenRecord& b, SortKey key) {
  const auto by = [&](const auto& left, const auto& right) {
    return left != right ? left < right : a.id < b.id;
  };
  switch (key) {
    case SortKey::created:
      return by(or_last(a.created_at.time), or_last(b.created_at.time));
    case SortKey::id:
      return a.id < b.id;
    case SortKey::description:
      return by(a.description, b.description);
    case SortKey::prefix:
      return by(a.token_prefix, b.token_prefix);
    case SortKey::expires:
      return by(or_last(a.expires_at.time), or_last(b.expires_at.time));
    case SortKey::revoked:
      return by(or_last(a.revoked_at.time), or_last(b.revoked_at.time));
  }
  return false;
}

TokenList fetch(const Session& session) {
  try {
    return list_tokens(session);
  } catch (const Error&) {
    session.context.signals.stop_if_any("nothing was changed");
    throw;
  }
}

// Leaves out what --live and --expiring-within do not ask for. What the latter shows is live, too.
void filter(TokenList& tokens, const Options& options) {
  if (!options.live && !options.expiring_within) return;
  const Timestamp now = current_time();
  std::erase_if(tokens, [&](const TokenRecord& token) {
    const bool wanted =
        !options.expiring_within || expires_by(token, expiry_after(*options.expiring_within, now));
    return !wanted || !is_live(token, now);
  });
}

}  // namespace

void list(const Options& options, const ProcessContext& context) {
  Session session(options, context);
  session.sign_in();
  TokenList tokens = fetch(session);
  filter(tokens, options);
  std::stable_sort(tokens.begin(), tokens.end(), [&](const TokenRecord& a, const TokenRecord& b) {
    return before(a, b, options.sort);
  });
  context.signals.stop_if_any("nothing was changed");
  if (options.format == Format::json) return print_result(context, list_json(tokens));
  if (options.expiring_within && tokens.empty()) return print_result(context, "");  // all is well
  print_result(context, list_table(tokens, context.streams.out_columns));
}

}  // namespace influxctl
