// SPDX-License-Identifier: MIT
#include "influxctl/base/error.h"

#include <utility>

namespace influxctl {

int exit_code(ErrorKind kind) noexcept { return static_cast<int>(kind); }

Error::Error(ErrorKind kind, std::string message, std::vector<std::string> hints)
    : kind_(kind), message_(std::move(message)), hints_(std::move(hints)) {}

}  // namespace influxctl
