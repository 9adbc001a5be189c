// SPDX-License-Identifier: MIT
#include "influxctl/http/version.h"

#include <curl/curl.h>
#include <sys/utsname.h>

namespace influxctl {

namespace {

std::string platform() {
  utsname system{};
  (void)uname(&system);
  return std::string(" (") + system.sysname + "; " + system.machine + ")";
}

// Not curl_version(): that has libldap read its configuration files.
std::string libraries() {
  const curl_version_info_data& curl = *curl_version_info(CURLVERSION_NOW);
  std::string text = std::string("libcurl/") + curl.version;
  if (curl.ssl_version != nullptr) text.append(" ").append(curl.ssl_version);
  if (curl.ares != nullptr) text.append(" c-ares/").append(curl.ares);
  return text;
}

}  // namespace

std::string version_text() {
  return "influxctl " INFLUXCTL_VERSION + platform() + "\n" + libraries();
}

std::string user_agent() { return "influxctl/" INFLUXCTL_VERSION + platform(); }

}  // namespace influxctl
