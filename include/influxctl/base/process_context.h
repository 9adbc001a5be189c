// SPDX-License-Identifier: MIT
#pragma once

#include "influxctl/base/console.h"
#include "influxctl/base/environment.h"
#include "influxctl/base/signals.h"

namespace influxctl {

/// What main takes from its process, for all stages.
struct ProcessContext {
  const Environment& environment;
  const StandardStreams& streams;
  Console& console;
  const Signals& signals;
};

}  // namespace influxctl
