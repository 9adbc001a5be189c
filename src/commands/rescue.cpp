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

// How far clocks may be apart where the cluster does not tell its own.
constexpr std::int64_t kDriftSeconds = 2;

bool is_cancellation(const Error& error) { return exit_code(error.kind()) > 128; }

bool could_be(const TokenRecord& token, const CreateRequest& request, Timestamp since) {
  // Whole seconds, as some clusters tell no more; without a time it may be any.
  const bool recent = !token.created_at || token.created_at->seconds >= since.seconds;
  return recent && !token.revoked_at && token.id != request.replaces &&
         token.description == request.description.value_or("");
}

// A point of the cluster's clock at which the create had not begun, at most about a second too
// early. Its Date header, cut to whole seconds, lies before its clock, which lies before `now`.
Timestamp start_by_server(Timestamp started, const ManagementApi::Listing& listing) {
  if (!listing.server_time) return {started.seconds - kDriftSeconds, started.nanos};
  const Timestamp now = current_time();
  Timestamp since{.seconds = started.seconds + listing.server_time->seconds - now.seconds,
                  .nanos = started.nanos - now.nanos};
  if (since.nanos < 0) since = {since.seconds - 1, since.nanos + 1'000'000'000};
  return since;
}

}  // namespace

RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id) {
  const auto deadline = Clock::now() + kPatience;
  auto pause = 100ms;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const auto limit = std::clamp<std::chrono::milliseconds>(left, 1ms, api.timeout());
    RevokeOutcome outcome = api.revoke(id, limit, OnSignal::never);
    const bool refused = outcome.failure && (outcome.failure->kind() == Kind::refused ||
                                             outcome.failure->kind() == Kind::not_authorized);
    if (outcome.revoked || refused || Clock::now() + pause >= deadline) return outcome;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, 2s);
  }
}

Error find_lost_tokens(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                       const Error& why) {
  std::vector<std::string> hints = why.hints();
  try {
    const auto limit = std::min<std::chrono::milliseconds>(api.timeout(), kPatience);
    const auto listing = api.list(limit, OnSignal::never);
    const Timestamp since = start_by_server(started, listing);
    for (const TokenRecord& token : listing.tokens) {
      if (!could_be(token, request, since)) continue;
      const std::string at =
          token.created_at ? " was created at " + format_rfc3339(*token.created_at) : " is live";
      hints.push_back("token " + shown(token.id) + at + " with this description; if nobody " +
                      "holds it: influxctl management revoke " + shown(token.id));
    }
    if (hints.size() == why.hints().size()) {
      hints.emplace_back(
          "the cluster lists no token that was created since then with this "
          "description");
    }
  } catch (const Error& error) {
    hints.push_back("looking for it failed too: " + error.message());
    hints.emplace_back("look for a token that nobody holds with: influxctl management list");
  }
  return {why.kind(), why.message(), hints};
}

Error revoke_lost_token(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                        const TokenRecord& record, const Error& why) {
  const std::string id = shown(record.id);
  if (record.id.empty()) {
    return find_lost_tokens(
        api, request, started,
        {Kind::undelivered, "a token was created but not delivered: " + why.message() +
                                "; it is live, as the answer did not name its "
                                "id"});
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

}  // namespace influxctl
