// SPDX-License-Identifier: MIT
#include "influxctl/auth/browser.h"

#include "influxctl/http/url.h"

namespace influxctl {

std::optional<ProgramStart> browser_start(const std::string& url, const Environment& environment,
                                          bool is_root) {
  const auto is_set = [&](const char* variable) { return !environment.get(variable).empty(); };
  if (is_root || !parse_url(url)) return std::nullopt;
  if (is_set("SSH_CONNECTION") || is_set("SSH_CLIENT") || is_set("SSH_TTY")) return std::nullopt;
#ifdef __APPLE__
  const std::string opener = find_program("open", environment);
#else
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) return std::nullopt;
  const std::string opener = find_program("xdg-open", environment);
#endif
  if (opener.empty()) return std::nullopt;
  return ProgramStart{opener, {opener, url}, environment.for_child()};
}

}  // namespace influxctl
