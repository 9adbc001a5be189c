// SPDX-License-Identifier: MIT
#include "influxctl/auth/browser.h"

#include "influxctl/base/program.h"
#include "influxctl/http/url.h"

namespace influxctl {

std::string browser_opener(const Environment& environment, bool is_root) {
  if (is_root) return {};
  for (const char* variable : {"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"}) {
    if (!environment.get(variable).empty()) return {};
  }
#ifdef __APPLE__
  return find_program("open", environment);
#else
  if (environment.get("DISPLAY").empty() && environment.get("WAYLAND_DISPLAY").empty()) return {};
  return find_program("xdg-open", environment);
#endif
}

bool open_in_browser(const std::string& opener, const std::string& url,
                     const Environment& environment) {
  if (!parse_url(url)) return false;
  return start_detached({.path = opener,
                         .arguments = {opener, url},
                         .environment = environment.for_child()}) == 0;
}

}  // namespace influxctl
