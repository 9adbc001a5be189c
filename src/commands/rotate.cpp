// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/commands.h"
#include "influxctl/render.h"
#include "influxctl/text.h"
#include "issue.h"
#include "rescue.h"
#include "session.h"

namespace influxctl {

namespace {

TokenRecord find_token(const ManagementApi& api, const std::string& id, const Signals& signals) {
  try {
    for (TokenRecord& token : api.list(api.timeout(), OnSignal::stop).tokens) {
      if (token.id != id) continue;
      if (!token.revoked_at) return std::move(token);
      throw Error(Kind::refused, "token " + shown(id) + " is revoked already; no token was created",
                  {"create a new one with: influxctl management create"});
    }
  } catch (const Error& error) {
    signals.stop_if_any("no token was created");
    throw error;
  }
  throw Error(Kind::refused, "the cluster has no token " + influxctl::quoted(id) +
                                 "; no token was created",
              {"see influxctl management list"});
}

void warn_of_lost_expiry(const TokenRecord& old, const CreateRequest& request, Console& console) {
  if (!old.expires_at || request.expires_at) return;
  console.warning("the new token never expires, and the old one was to at " +
                  format_rfc3339(*old.expires_at) + "; see --expires-in");
}

Error with_old_untouched(const Error& why, const std::string& old_id) {
  auto hints = why.hints();
  hints.push_back("the old token " + shown(old_id) + " was not touched: it works as before");
  return {why.kind(), why.message(), hints};
}

void revoke_old(const ManagementApi& api, const TokenRecord& old, const TokenRecord& successor,
                Console& console) {
  const bool own = api.credential_begins_with(old.token_prefix);
  const RevokeOutcome outcome = revoke_with_patience(api, old.id);
  if (!outcome.revoked) {
    throw Error(Kind::undelivered,
                "the new token " + shown(successor.id) + " was delivered and works, but the old " +
                    "token " + shown(old.id) + " may be live, as revoking it failed: " +
                    outcome.failure->message(),
                {"revoke it with: influxctl management revoke " + shown(old.id)});
  }
  console.print("influxctl: revoked the old token " + shown(old.id) + "\n");
  if (own) {
    console.warning("the old token seems to be the credential of this run: use the new one from "
                    "now on");
  }
}

std::string dry_run(const Options& options, const std::string& url, const CreateRequest& request) {
  return "[" + dry_run_json("POST", url, create_body(request)) + "," +
         dry_run_json("DELETE", url + "/" + path_segment(options.token_ids.front()), "") +
         "]\n";
}

}  // namespace

void rotate(const Options& options, const Edges& edges) {
  const Timestamp started = current_time();
  CreateRequest request = checked_request(options, started);
  Profile profile = load_profile(options.profile, edges.environment);
  if (options.dry_run) {
    const std::string url = management_url(profile, options.api_path);
    return print_result(edges.streams, edges.signals, dry_run(options, url, request));
  }
  const Session session(options, edges, std::move(profile));
  const ManagementApi& api = session.api();
  const auto delivery = prepare_delivery(options, edges);

  const TokenRecord old = find_token(api, options.token_ids.front(), edges.signals);
  if (!request.description && !old.description.empty()) request.description = old.description;
  warn_of_lost_expiry(old, request, edges.console);
  TokenRecord successor;
  try {
    successor = issue_token(request, started, options, edges, api, *delivery);
  } catch (const Error& why) {
    throw with_old_untouched(why, old.id);
  }
  revoke_old(api, old, successor, edges.console);
}

}  // namespace influxctl
