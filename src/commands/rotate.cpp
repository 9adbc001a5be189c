// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/issue.h"
#include "influxctl/commands/preflight.h"
#include "influxctl/commands/rescue.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

Error with_old_untouched(const Error& why, const std::string& old_id) {
  auto hints = why.hints();
  hints.push_back("the old token " + shown(old_id) + " was not touched: it works as before");
  return {why.kind(), why.message(), hints};
}

TokenList list_tokens(const ManagementApi& api, const std::string& old_id, const Signals& signals) {
  try {
    return api.list(api.timeout(), OnSignal::stop).tokens;
  } catch (const Error& why) {
    signals.stop_if_any("no token was created, and none was revoked");
    throw with_old_untouched(why, old_id);
  }
}

TokenRecord find_token(const ManagementApi& api, const std::string& id, const Signals& signals) {
  for (TokenRecord& token : list_tokens(api, id, signals)) {
    if (token.id != id) continue;
    if (!token.revoked_at.given()) return std::move(token);
    throw Error(ErrorKind::refused,
                "token " + shown(id) + " is revoked already; no token was created",
                {"create a new one with: influxctl management create"});
  }
  throw Error(ErrorKind::refused,
              "the cluster has no token " + influxctl::quoted(id) + "; no token was created",
              {"see influxctl management list"});
}

void warn_of_lost_expiry(const TokenRecord& old, const CreateRequest& request, Console& console) {
  if (!old.expires_at.given() || request.expires_at) return;
  console.warning("the new token never expires, and the old one was to at " +
                  shown_time(old.expires_at) + "; see --expires-in");
}

void revoke_old(const Options& options, const ProcessContext& context, const ManagementApi& api,
                const TokenRecord& old, const TokenRecord& successor) {
  Console& console = context.console;
  const bool own = api.credential_begins_with(old.token_prefix);
  const RevokeOutcome outcome = revoke_with_patience(api, context.signals, old.id);
  if (!outcome.revoked) {
    throw Error(ErrorKind::undelivered,
                "the new token " + shown(successor.id) + " was delivered and works, but the old " +
                    "token " + shown(old.id) +
                    " may be live, as revoking it failed: " + outcome.failure->message(),
                {"revoke it with: " + revoke_command(options, old.id)});
  }
  console.print("influxctl: revoked the old token " + shown(old.id) + "\n");
  if (own) {
    console.warning(
        "the old token seems to be the credential of this run: use the new one from "
        "now on");
  }
}

void dry_run(const Options& options, const ProcessContext& context, const std::string& url,
             const CreateRequest& request) {
  print_result(context.streams, context.signals,
               "[" + dry_run_json("POST", url, create_body(request)) + "," +
                   dry_run_json("DELETE", url + "/" + path_segment(options.token_ids.front()), "") +
                   "]\n");
  if (request.description) return;
  context.console.print("influxctl: a real run sends the old token's description, too\n");
}

}  // namespace

void rotate(const Options& options, const ProcessContext& context) {
  const Preflight ready = preflight(options, context);
  if (options.dry_run) return dry_run(options, context, ready.session->url(), ready.request);
  ready.session->sign_in();
  const ManagementApi& api = ready.session->api();
  const Timestamp started = current_time();  // a login may have taken minutes
  CreateRequest request = checked_request(options, started);

  const TokenRecord old = find_token(api, options.token_ids.front(), context.signals);
  request.replaces = old.id;
  if (!request.description && !old.description.empty()) request.description = old.description;
  warn_of_lost_expiry(old, request, context.console);
  const TokenRecord successor =
      issue_token(request, started, options, context, api, *ready.delivery);
  revoke_old(options, context, api, old, successor);
}

}  // namespace influxctl
