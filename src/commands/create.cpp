// SPDX-License-Identifier: MIT
#include "influxctl/commands/create.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/commands/preflight.h"
#include "influxctl/commands/rescue.h"
#include "influxctl/output/render.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Outcome = CreateOutcome::State;

// One POST, and after a 429 that names a wait within the timeout, another.
CreateOutcome create_once(const ManagementApi& api, const CreateRequest& request,
                          const ProcessContext& context, bool& sent) {
  const auto deadline = Clock::now() + api.timeout();
  while (true) {
    context.signals.stop_if_any("no token was created");
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
    CreateOutcome outcome = api.create(request, std::max(left, Milliseconds(1)), sent);
    if (!outcome.retry_after) return outcome;
    sent = false;  // a whole response says that nothing was done
    const auto wait = std::max(*outcome.retry_after, std::chrono::seconds(1));
    if (wait >= deadline - Clock::now()) return outcome;
    TimeLimit limit(wait, context.signals, Milliseconds(0));
    limit.show_on(context.console, "the time that the cluster asks for (429)");
    limit.wait(wait);
  }
}

// What the sink gets: the token's bytes, or the JSON record. A line only where a line is read.
Secret result_bytes(const CreatedToken& created, const Options& options, const Delivery& delivery) {
  const bool json = options.format == Format::json;
  std::string text = json ? created_json(created) : std::string();
  if (!json) {
    text.reserve(created.token.size() + 1);
    text.assign(created.token.reveal());
  }
  if (delivery.to_terminal() || (json && options.sink.empty())) text += '\n';
  return Secret(text);
}

void warn_of_other_expiry(const CreateRequest& request, const TokenRecord& record,
                          Console& console) {
  const auto& asked = request.expires_at;
  const auto& got = record.expires_at;
  if (!asked || (got.time && std::abs(got.time->seconds - asked->seconds) <= 1)) return;
  console.warning("the token was to expire at " + format_rfc3339(*asked) +
                  ", but the cluster says " +
                  (got.time      ? shown_time(got)
                   : got.given() ? influxctl::quoted(got.unreadable)
                                 : "that it never expires"));
}

// Record and warning come before the token, which then is the last thing on a terminal. Best
// effort: no text is worth a token.
void show_record(const TokenRecord& record, const CreateRequest& request, const Options& options,
                 const Delivery& delivery, const ProcessContext& context) noexcept {
  Console& console = context.console;
  try {
    if (!options.quiet) console.print(record_table(record, context.streams.err_columns));
    warn_of_other_expiry(request, record, console);
    if (record.id.empty()) {
      console.warning("the response has no id that can be read; it is in: " +
                      paste_command(options, "management list"));
    }
  } catch (...) {  // out of memory
  }
  if (options.quiet) return;
  if (delivery.to_terminal()) {
    console.warn_line("please copy the token and store in a safe place");
    console.warn_line("this is the *only time* you will see the token");
  } else {
    console.warn_line("the cluster will not show this token again");
  }
}

void tell_done(const Delivery& delivery, Console& console) noexcept {
  try {
    const std::string done = delivery.done();
    if (!done.empty()) console.note({done});
  } catch (...) {  // out of memory; it is done nevertheless
  }
}

CreatedToken create_guarded(Rescue& rescue, const CreateRequest& request, const Options& options,
                            const ProcessContext& context, const ManagementApi& api,
                            Delivery& delivery) {
  const Signals& signals = context.signals;
  CreateOutcome outcome = create_once(api, request, context, rescue.sent());
  switch (outcome.state) {
    case Outcome::not_sent:
    case Outcome::refused:
      rescue.sent() = false;
      signals.stop_if_any("no token was created");
      throw Error(std::move(*outcome.failure));
    case Outcome::unknown:
      rescue.end_unknown(*outcome.failure);  // does not return
    case Outcome::unusable:
    case Outcome::created:
      break;
  }
  CreatedToken& created = outcome.created;
  rescue.created(created.record.id);
  if (outcome.state == Outcome::unusable) rescue.end_undelivered(*outcome.failure);
  if (signals.any()) rescue.end_undelivered({signals.kind(), "cancelled"});
  try {
    const Secret bytes = result_bytes(created, options, delivery);
    show_record(created.record, request, options, delivery, context);
    delivery.deliver(bytes.reveal());
  } catch (const Error& why) {
    rescue.end_undelivered(why);
  }
  tell_done(delivery, context.console);
  return std::move(created);
}

}  // namespace

CreatedToken create_and_deliver(const CreateRequest& request, Timestamp started,
                                const Options& options, const ProcessContext& context,
                                const ManagementApi& api, Delivery& delivery) {
  Rescue rescue(request, started, options, context, api);
  try {
    return create_guarded(rescue, request, options, context, api, delivery);
  } catch (const Error& error) {
    if (rescue.has_ended()) throw;
    if (rescue.sent()) rescue.end_exception();  // libcurl has no memory for a clean-up
    rescue.end(error);
  } catch (const LastWords&) {
    throw;
  } catch (...) {
    rescue.end_exception();
  }
}

void create(const Options& options, const ProcessContext& context) {
  const Preflight ready = preflight(options, context);
  if (options.dry_run) {
    return print_result(
        context, dry_run_json("POST", ready.session->url(), create_body(ready.request)) + "\n");
  }
  ready.session->sign_in();
  const Timestamp started = current_time();  // a login may have taken minutes
  create_and_deliver(checked_request(options, started), started, options, context,
                     ready.session->api(), *ready.delivery);
}

}  // namespace influxctl
