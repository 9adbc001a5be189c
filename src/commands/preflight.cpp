// SPDX-License-Identifier: MIT
#include "influxctl/commands/preflight.h"

#include "influxctl/base/io.h"

namespace influxctl {

namespace {

std::unique_ptr<Delivery> prepare_delivery(const Options& options, const ProcessContext& context) {
  if (options.command == Command::revoke) return nullptr;
  const bool shows = options.command == Command::list || options.command == Command::status;
  if (shows || options.dry_run) check_standard_output(context.streams);
  if (shows) return nullptr;
  if (options.output) return deliver_to_file(*options.output, context);
  if (options.sink.empty()) return deliver_to_stdout(context, options.timeout);
  return deliver_to_command(options.sink, context, options.timeout);
}

}  // namespace

bool can_ask(const StandardStreams& streams) { return streams.in_terminal && streams.err_terminal; }

CreateRequest checked_request(const Options& options, Timestamp now) {
  CreateRequest request;
  request.description = options.description;
  if (options.expires_at) request.expires_at = parse_expiry(*options.expires_at, now);
  if (options.expires_in) request.expires_at = expiry_after(*options.expires_in, now);
  return request;
}

Preflight preflight(const Options& options, const ProcessContext& context) {
  check_open_files_limit();
  Preflight checked;
  const bool issues = options.command == Command::create || options.command == Command::rotate;
  const bool to_stdout = !options.output && options.sink.empty() && !options.dry_run;
  if (issues && to_stdout && context.streams.same_out_err) context.console.hold();
  checked.request = checked_request(options, current_time());
  Profile profile = load_profile(options.profile, context.environment, &context);
  Endpoint endpoint = endpoint_of(profile, options);
  if (options.command == Command::revoke && !options.force && !can_ask(context.streams)) {
    throw Error(ErrorKind::usage, "revoking asks first, and there is no terminal to ask on",
                {"to revoke without being asked add --force"});
  }
  checked.delivery = prepare_delivery(options, context);
  checked.session =
      std::make_unique<Session>(options, context, std::move(profile), std::move(endpoint));
  return checked;
}

}  // namespace influxctl
