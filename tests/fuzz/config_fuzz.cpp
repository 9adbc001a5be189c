// SPDX-License-Identifier: MIT
// config.toml: any text gives a profile or an Error of the configuration.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/process_context.h"
#include "influxctl/config/profile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  const std::string text(data, data + size);
  const Environment environment(std::vector<std::string>{"HOME=/home/u"});
  try {
    const Profile profile = parse_profile(text, "config.toml", {}, environment);
    if (profile.name != "default" || profile.port == 0) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) std::abort();
  }
  return 0;
}
