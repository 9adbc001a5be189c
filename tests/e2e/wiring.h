// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "descriptor.h"
#include "process.h"

namespace influxctl::e2e {

/// The parent's and the child's side of the three streams.
struct Wiring {
  std::array<Descriptor, 3> child;   // what becomes 0, 1 and 2; none: closed
  std::array<Descriptor, 3> parent;  // ends of pipes
  Descriptor terminal;               // the controlling side
};

/// Opens what a run's streams ask for. Throws std::runtime_error.
Wiring make_wiring(const RunOptions& options);

}  // namespace influxctl::e2e
