// SPDX-License-Identifier: MIT
#include "influxctl/commands/rescue.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr auto kPatience = 10s;

// How far clocks may be apart where the cluster does not tell its own.
constexpr std::int64_t kDriftSeconds = 2;

// What `management revoke` takes, too.
constexpr std::size_t kLongestId = 256;

// A refusal that another try does not change. A 404 may be that of a replica that lags.
bool is_final(int status) {
  return status != 0 && status != 404 && status != 408 && status != 425 && status != 429;
}

bool is_cancellation(const Error& error) { return exit_code(error.kind()) > 128; }

bool could_be(const TokenRecord& token, const CreateRequest& request, Timestamp since) {
  // Whole seconds, as some clusters tell no more; without a time it may be any.
  const auto& created = token.created_at.time;
  const bool recent = !created || created->seconds >= since.seconds;
  return recent && !token.revoked_at.given() && token.id != request.replaces &&
         token.description == request.description.value_or("");
}

// A point of the cluster's clock at which the create had not begun, at most about a second too
// early. Its Date header, cut to whole seconds, lies before its clock, which lies before `now`.
Timestamp start_by_server(Timestamp started, const std::optional<Timestamp>& server_time) {
  if (!server_time) return {started.seconds - kDriftSeconds, started.nanos};
  const Timestamp now = current_time();
  Timestamp since{.seconds = started.seconds + server_time->seconds - now.seconds,
                  .nanos = started.nanos - now.nanos};
  if (since.nanos < 0) since = {since.seconds - 1, since.nanos + 1'000'000'000};
  return since;
}

}  // namespace

RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id) {
  const auto deadline = Clock::now() + kPatience;
  auto pause = 100ms;
  bool unclear = false;  // an earlier try may have revoked it, and its answer was lost
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const auto limit = std::clamp<std::chrono::milliseconds>(left, 1ms, api.timeout());
    RevokeOutcome outcome = api.revoke(id, limit, OnSignal::never);
    if (unclear && outcome.status == 404) return {.revoked = true};
    if (outcome.revoked || is_final(outcome.status) || Clock::now() + pause >= deadline) {
      return outcome;
    }
    unclear = unclear || outcome.failure->kind() == ErrorKind::unknown;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, 2s);
  }
}

std::string revoke_command(const std::string& id) {
  const std::string command = "influxctl management revoke ";
  const bool plain = !id.empty() && id.front() != '-' && path_segment(id) == id;
  if (id.size() > kLongestId || shown(id) != id || id == "." || id == "..") {
    return "influxctl management list --format json shows its id, which cannot be written here";
  }
  if (plain) return command + id;
  std::string word = "'";
  for (const char c : id) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return command + "-- " + word + "'";
}

std::string shown_id(const std::string& id) {
  return id.size() > kLongestId ? shown(id.substr(0, kLongestId)) + "…" : shown(id);
}

Error find_lost_tokens(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                       const Error& why) {
  std::vector<std::string> hints = why.hints();
  std::string failure;
  try {
    const auto limit = std::min<std::chrono::milliseconds>(api.timeout(), kPatience);
    const auto is_candidate = [&](const TokenRecord& token,
                                  const std::optional<Timestamp>& server_time) {
      return could_be(token, request, start_by_server(started, server_time));
    };
    const auto listing = api.list(limit, OnSignal::never, is_candidate);
    for (const TokenRecord& token : listing.tokens) {
      const std::string at =
          token.created_at.given() ? " was created at " + shown_time(token.created_at) : " is live";
      hints.push_back("token " + shown_id(token.id) + at + " with this description; if nobody " +
                      "holds it: " + revoke_command(token.id));
    }
    if (listing.unreadable > 0) {
      hints.push_back(std::to_string(listing.unreadable) +
                      " of the listed tokens cannot be read, and may be it");
    }
    if (hints.size() == why.hints().size()) {
      hints.emplace_back(
          "the cluster lists no token that was created since then with this "
          "description");
      hints.emplace_back(
          "a request that is still on its way may make one: look again with "
          "influxctl management list before you run this again");
    }
    return {why.kind(), why.message(), hints};
  } catch (const Error& error) {
    failure = error.message();
  } catch (const std::exception&) {
    failure = "out of memory";
  }
  hints.push_back("looking for it failed too: " + failure);
  hints.emplace_back("look for a token that nobody holds with: influxctl management list");
  return {why.kind(), why.message(), hints};
}

Error revoke_lost_token(const ManagementApi& api, const CreateRequest& request, Timestamp started,
                        const TokenRecord& record, const Error& why) {
  const std::string undelivered = " was created but not delivered: " + why.message() + "; it ";
  if (record.id.empty()) {
    return find_lost_tokens(
        api, request, started,
        {ErrorKind::undelivered,
         "a token" + undelivered + "is live, as the answer did not name its id"});
  }
  const std::string token = "token " + shown_id(record.id);
  const RevokeOutcome outcome = revoke_with_patience(api, record.id);
  if (outcome.revoked && is_cancellation(why)) {
    return {why.kind(), why.message() + "; " + token + " had been created and has been revoked"};
  }
  if (outcome.revoked) return {ErrorKind::undelivered, token + undelivered + "has been revoked"};
  const bool surely = outcome.failure->kind() != ErrorKind::unknown && outcome.status != 404;
  return {ErrorKind::undelivered,
          token + undelivered + (surely ? "is" : "may be") +
              " live, as revoking it failed: " + outcome.failure->message(),
          {"revoke it with: " + revoke_command(record.id)}};
}

}  // namespace influxctl
