// SPDX-License-Identifier: MIT
#include <utility>

#include "influxctl/commands.h"
#include "influxctl/render.h"
#include "issue.h"
#include "session.h"

namespace influxctl {

void create(const Options& options, const Edges& edges) {
  CreateRequest request = checked_request(options, current_time());
  Profile profile = load_profile(options.profile, edges.environment);
  if (options.dry_run) {
    const std::string url = management_url(profile, options.api_path);
    return print_result(edges.streams, edges.signals,
                        dry_run_json("POST", url, create_body(request)) + "\n");
  }
  const auto delivery = prepare_delivery(options, edges);
  const Session session(options, edges, std::move(profile));
  const Timestamp started = current_time();  // a login may have taken minutes
  request = checked_request(options, started);
  issue_token(request, started, options, edges, session.api(), *delivery);
}

}  // namespace influxctl
