// SPDX-License-Identifier: MIT
#include "influxctl/commands/issue.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/commands/rescue.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using State = CreateOutcome::State;

// Waits between two tries; a signal ends the wait early.
void wait_for(std::chrono::seconds wait, const Signals& signals) {
  const auto until = Clock::now() + wait;
  while (Clock::now() < until && !signals.any()) (void)poll(nullptr, 0, 100);
}

// One POST, and after a 429 that names a wait within the timeout, another.
CreateOutcome create_once(const ManagementApi& api, const CreateRequest& request,
                          const Signals& signals) {
  const auto deadline = Clock::now() + api.timeout();
  while (true) {
    signals.stop_if_any("no token was created");
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
    CreateOutcome outcome = api.create(request, std::max(left, Milliseconds(1)));
    if (!outcome.retry_after) return outcome;
    const auto wait = std::max(*outcome.retry_after, std::chrono::seconds(1));
    if (wait >= deadline - Clock::now()) return outcome;
    wait_for(wait, signals);
  }
}

// What the sink gets: the token's bytes, or the JSON record. A line only where a line is read.
Secret result_bytes(const CreatedToken& created, const Options& options, const Delivery& delivery) {
  const bool json = options.format == Format::json;
  std::string text = json ? created_json(created) : std::string();
  if (!json) text.assign(created.token.reveal());
  if (delivery.to_terminal() || (json && options.sink.empty())) text += '\n';
  Secret bytes(text);
  wipe(text.data(), text.size());
  return bytes;
}

void show_record(const TokenRecord& record, const Delivery& delivery, Console& console) {
  console.print(record_table(record));
  if (!delivery.done().empty()) console.print("influxctl: " + delivery.done() + "\n");
  console.warn_line("please copy the token and store in a safe place");
  console.warn_line("this is the *only time* you will see the token");
}

void warn_of_other_expiry(const CreateRequest& request, const TokenRecord& record,
                          Console& console) {
  const auto& asked = request.expires_at;
  const auto& got = record.expires_at;
  if (!asked || (got.time && std::abs(got.time->seconds - asked->seconds) <= 1)) return;
  console.warning("the token was to expire at " + format_rfc3339(*asked) +
                  ", but the cluster says " +
                  (got.given() ? shown_time(got) : "that it never expires"));
}

// On a terminal the record, the warning and the token in that order; elsewhere the token first, as
// nothing is to come between it and its sink.
template <typename Rescue>
void hand_over(const CreatedToken& created, const Options& options, Delivery& delivery,
               Console& console, const Rescue& rescued) {
  try {
    const Secret bytes = result_bytes(created, options, delivery);
    if (delivery.to_terminal()) show_record(created.record, delivery, console);
    delivery.deliver(bytes.reveal());
  } catch (const Error& why) {
    throw rescued(why);
  } catch (const std::exception& why) {
    throw rescued(Error(ErrorKind::bug, shown(why.what())));
  }
  if (!delivery.to_terminal()) show_record(created.record, delivery, console);
}

}  // namespace

TokenRecord issue_token(const CreateRequest& request, Timestamp started, const Options& options,
                        const ProcessContext& context, const ManagementApi& api,
                        Delivery& delivery) {
  CreateOutcome outcome = create_once(api, request, context.signals);
  auto& failure = outcome.failure;
  CreatedToken& created = outcome.created;
  const auto rescued = [&](const Error& why) {
    return revoke_lost_token(api, request, started, created.record, why);
  };
  switch (outcome.state) {
    case State::not_sent:
    case State::refused:
      context.signals.stop_if_any("no token was created");
      throw Error(std::move(*failure));
    case State::unknown:
      throw find_lost_tokens(api, request, started, *failure);
    case State::unusable:
      throw rescued(*failure);
    case State::created:
      break;
  }
  if (context.signals.any()) {
    throw rescued(Error(context.signals.kind(), "cancelled"));
  }
  hand_over(created, options, delivery, context.console, rescued);
  warn_of_other_expiry(request, created.record, context.console);
  return std::move(created.record);
}

}  // namespace influxctl
