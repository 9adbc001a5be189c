// SPDX-License-Identifier: MIT
// Durations: what is accepted is positive, and accepted by the wider set of units too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "influxctl/base/error.h"
#include "influxctl/time/duration.h"

namespace {

std::int64_t parsed(const std::string& text, influxctl::DurationUnits units) {
  try {
    return influxctl::parse_duration(text, "--expires-in", units).count();
  } catch (const influxctl::Error&) {
    return -1;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto go = parsed(text, influxctl::DurationUnits::go);
  const auto days = parsed(text, influxctl::DurationUnits::go_days_and_weeks);
  if (go == 0 || days == 0 || (go > 0 && go != days)) std::abort();
  return 0;
}
