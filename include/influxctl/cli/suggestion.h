// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace influxctl {

/// The candidate that `word` most likely means: a known synonym, the only one that begins with
/// `word`, or the nearest by spelling. Upper case does not matter. Empty when there is none.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace influxctl
