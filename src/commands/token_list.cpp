// SPDX-License-Identifier: MIT
#include "influxctl/commands/token_list.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/output/render.h"

namespace influxctl {

TokenList list_tokens(const Session& session) {
  auto listing = session.api().list(session.options.timeout, OnSignal::stop);
  if (listing.unreadable > 0) {
    session.context.console.warning(std::to_string(listing.unreadable) +
                                    (listing.unreadable == 1 ? " token is" : " tokens are") +
                                    " left out: the cluster's record cannot be read");
  }
  return std::move(listing.tokens);
}

bool is_live(const TokenRecord& token, Timestamp now) {
  return !token.revoked_at.given() && (!token.expires_at.time || *token.expires_at.time > now);
}

bool expires_by(const TokenRecord& token, Timestamp then) {
  return token.expires_at.time ? *token.expires_at.time <= then : token.expires_at.given();
}

std::vector<TokenRecord> own_tokens(const TokenList& tokens, const ManagementApi& api,
                                    Timestamp now) {
  std::vector<TokenRecord> own;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(own),
               [&](const TokenRecord& token) {
                 return is_live(token, now) && api.credential_begins_with(token.token_prefix);
               });
  return own;
}

std::string fate(const TokenRecord& token, Timestamp now) {
  const auto at = [](const ReportedTime& reported) {
    return "at " + (reported.time ? time_text(reported) : influxctl::quoted(reported.unreadable));
  };
  if (token.revoked_at.given()) return "revoked " + at(token.revoked_at);
  if (!token.expires_at.given()) return "never expires";
  const bool expired = token.expires_at.time && *token.expires_at.time <= now;
  return (expired ? "expired " : "expires ") + at(token.expires_at);
}

std::string token_summary(const TokenRecord& token, Timestamp now) {
  const std::string description = token.description_unreadable ? "a description that cannot be read"
                                  : token.description.empty()
                                      ? "no description"
                                      : influxctl::quoted(token.description);
  return shown(token.id) + "  " + description + ", " + fate(token, now);
}

}  // namespace influxctl
