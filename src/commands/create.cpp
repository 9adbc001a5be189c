// SPDX-License-Identifier: MIT
#include <utility>

#include "influxctl/commands/commands.h"
#include "influxctl/commands/issue.h"
#include "influxctl/commands/session.h"
#include "influxctl/output/render.h"

namespace influxctl {

void create(const Options& options, const ProcessContext& context) {
  CreateRequest request = checked_request(options, current_time());
  Profile profile = load_profile(options.profile, context.environment);
  if (options.dry_run) {
    const std::string url = management_url(profile, options.api_path);
    return print_result(context.streams, context.signals,
                        dry_run_json("POST", url, create_body(request)) + "\n");
  }
  const auto delivery = prepare_delivery(options, context);
  const Session session(options, context, std::move(profile));
  const Timestamp started = current_time();  // a login may have taken minutes
  request = checked_request(options, started);
  issue_token(request, started, options, context, session.api(), *delivery);
}

}  // namespace influxctl
