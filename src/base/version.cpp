// SPDX-License-Identifier: MIT
#include "influxctl/base/version.h"

#include <sys/utsname.h>

namespace influxctl {

namespace {

std::string platform() {
  utsname system{};
  (void)uname(&system);
  return std::string(" (") + system.sysname + "; " + system.machine + ")";
}

}  // namespace

std::string version_text() { return "influxctl " INFLUXCTL_VERSION + platform(); }

std::string user_agent() { return "influxctl/" INFLUXCTL_VERSION + platform(); }

}  // namespace influxctl
