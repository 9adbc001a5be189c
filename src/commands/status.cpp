// SPDX-License-Identifier: MIT
#include <string>
#include <utility>

#include "influxctl/auth/credentials.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/token_list.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

// What the list says of the credential, where that is a management token.
void add_token(CredentialStatus& status, const TokenList& tokens, const ManagementApi& api) {
  auto own = own_tokens(tokens, api, current_time());
  if (own.size() == 1) {
    status.token = std::move(own.front());
    status.expires_at = status.token->expires_at;
    status.expiry_known = true;
  } else if (own.size() > 1) {
    status.note = std::to_string(own.size()) + " live tokens have its prefix";
  }
}

// Asks the cluster. Returns why it does not accept the credential, or does not respond.
std::optional<Error> ask_cluster(CredentialStatus& status, Session& session) {
  try {
    session.sign_in();
    const Credential& credential = session.credential();
    status.credential = credential.source;
    status.expires_at = {.time = credential.expires_at, .unreadable = {}};
    status.expiry_known = credential.expires_at.has_value();
    const ManagementApi& api = session.api();
    const TokenList tokens = api.list(api.timeout(), OnSignal::stop).tokens;
    status.accepted = true;
    add_token(status, tokens, api);
    return std::nullopt;
  } catch (const Error& why) {
    session.context.signals.stop_if_any("nothing was changed");
    if (why.kind() == ErrorKind::not_authorized) status.accepted = false;
    return why;
  }
}

}  // namespace

void auth_status(const Options& options, const ProcessContext& context) {
  Session session(options, context);
  CredentialStatus status;
  status.profile = session.profile().name;
  status.config_path = session.profile().config_path;
  status.url = session.url();
  status.hidden = credential_sources(session.profile(), context.environment);
  status.credential = session.credential().source;
  if (status.credential.empty() && !status.hidden.empty())
    status.credential = status.hidden.front();
  std::erase(status.hidden, status.credential);
  const auto failure = ask_cluster(status, session);
  print_result(context, options.format == Format::json
                            ? status_json(status) + "\n"
                            : status_table(status, current_time(), context.streams.out_columns));
  if (failure) throw Error(*failure);
}

}  // namespace influxctl
