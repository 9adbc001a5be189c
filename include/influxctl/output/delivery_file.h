// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "influxctl/output/delivery.h"

namespace influxctl {

/// A new file with mode 0600, never over an existing file, a symbolic link or a device. It is made
/// under a temporary name in the same directory and gets its own name when all bytes are on the
/// disk. Where the file system can neither rename without replacing nor link, the file is made
/// under its own name at once, and removed unless it is delivered.
std::unique_ptr<Delivery> deliver_to_file(const std::string& path, const ProcessContext& context);

}  // namespace influxctl
