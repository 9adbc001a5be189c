// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "cluster.h"
#include "fault.h"
#include "provider.h"

namespace influxctl::sandbox {

/// Carries out one line of JSON from stdin and returns the response to it, a line of JSON.
/// `provider` is null where there is none.
std::string obey(const std::string& line, Faults& faults, Cluster& cluster, Provider* provider);

/// Reads commands from stdin and responds to them on stdout until stdin ends, `stop_fd` is readable
/// or the time is over.
void obey_stdin(Faults& faults, Cluster& cluster, Provider* provider, int stop_fd,
                std::chrono::seconds lifetime);

}  // namespace influxctl::sandbox
