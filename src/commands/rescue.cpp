// SPDX-License-Identifier: MIT
#include "rescue.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "influxctl/text.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr auto kPatience = 10s;

// HTTP's Date has whole seconds and clocks drift.
constexpr std::int64_t kSlackSeconds = 2;

bool is_cancellation(const Error& error) { return exit_code(error.kind()) > 128; }

bool could_be(const TokenRecord& token, const CreateRequest& request, std::int64_t since) {
  return token.created_at && token.created_at->seconds >= since && !token.revoked_at &&
         token.description == request.description.value_or("");
}

// When the create began, by the cluster's clock where it tells it.
std::int64_t start_by_server(Timestamp started, const ManagementApi::Listing& listing) {
  const Timestamp now = current_time();
  const Timestamp server = listing.server_time.value_or(now);
  return started.seconds + (server.seconds - now.seconds) - kSlackSeconds;
}

}  // namespace

RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id) {
  const auto deadline = Clock::now() + kPatience;
  auto pause = 100ms;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    RevokeOutcome outcome = api.revoke(id, std::max(left, 1ms), OnSignal::never);
    const bool refused = outcome.failure && (outcome.failure->kind() == Kind::refused ||
                                             outcome.failure->kind() == Kind::not_authorized);
    if (outcome.revoked || refused || Clock::now() + pause >= deadline) return outcome;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, 2s);
  }
}

Error revoke_lost_token(const ManagementApi& api, const TokenRecord& record, const Error& why) {
  const std::string id = shown(record.id);
  if (record.id.empty()) {
    return {Kind::undelivered,
            "a token was created but not delivered: " + why.message() + "; it is live",
            {"the answer did not name its id; find the newest with influxctl management list and "
             "revoke it"}};
  }
  const RevokeOutcome outcome = revoke_with_patience(api, record.id);
  if (outcome.revoked && is_cancellation(why)) {
    return {why.kind(), why.message() + "; token " + id + " had been created and has been revoked"};
  }
  if (outcome.revoked) {
    return {Kind::undelivered, "token " + id + " was created but not delivered: " + why.message() +
                                   "; it has been revoked"};
  }
  return {Kind::undelivered,
          "token " + id + " was created but not delivered: " + why.message() +
              "; it is live, as revoking it failed: " + outcome.failure->message(),
          {"revoke it with: influxctl management revoke " + id}};
}

Error find_lost_tokens(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                       const Error& why) {
  std::vector<std::string> hints = why.hints();
  try {
    const auto limit = std::min<std::chrono::milliseconds>(api.timeout(), kPatience);
    const auto listing = api.list(limit, OnSignal::never);
    const std::int64_t since = start_by_server(started, listing);
    for (const TokenRecord& token : listing.tokens) {
      if (!could_be(token, request, since)) continue;
      hints.push_back("token " + shown(token.id) + " was created meanwhile with this description; " +
                      "revoke it with: influxctl management revoke " + shown(token.id));
    }
    if (hints.size() == why.hints().size()) {
      hints.emplace_back("the cluster lists no token that was created meanwhile with this "
                         "description");
    }
  } catch (const Error& error) {
    hints.push_back("looking for it failed too: " + error.message());
    hints.emplace_back("look for a token that nobody holds with: influxctl management list");
  }
  return {why.kind(), why.message(), hints};
}

}  // namespace influxctl
