// SPDX-License-Identifier: MIT
#include "influxctl/commands/commands.h"
#include "influxctl/commands/issue.h"
#include "influxctl/commands/preflight.h"
#include "influxctl/output/render.h"

namespace influxctl {

void create(const Options& options, const ProcessContext& context) {
  const Preflight ready = preflight(options, context);
  if (options.dry_run) {
    return print_result(
        context.streams, context.signals,
        dry_run_json("POST", ready.session->url(), create_body(ready.request)) + "\n");
  }
  ready.session->sign_in();
  const Timestamp started = current_time();  // a login may have taken minutes
  issue_token(checked_request(options, started), started, options, context, ready.session->api(),
              *ready.delivery);
}

}  // namespace influxctl
