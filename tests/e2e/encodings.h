// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace influxctl::e2e {

/// The forms in which a secret may leak: as it is, percent-encoded, in hexadecimal, reversed, and
/// in base64 at each of the three alignments.
std::vector<std::string> encodings(std::string_view secret);

}  // namespace influxctl::e2e
