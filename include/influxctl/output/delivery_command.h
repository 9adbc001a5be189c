// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "influxctl/output/delivery.h"

namespace influxctl {

/// The standard input of a program, started without a shell, with the signals that this program was
/// started with and an environment that has none of our secrets. Exit status 0 means stored. Before
/// deliver() throws, the program and all that it has started have ended; that includes one that
/// takes longer than `timeout`.
std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const ProcessContext& context,
                                             std::chrono::milliseconds timeout);

}  // namespace influxctl
