// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fault.h"

namespace influxctl::sandbox {

/// An HTTP answer before it is framed.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// v0's error answer: {"code": status, "message": message}.
Answer error_answer(int status, const std::string& message);

/// What the rule makes of an answer: other status, headers or body. `real` is the true answer of a
/// request that took effect, and a plain 200 for one that did not (see Rule::acts).
Answer changed(Answer real, const Rule& rule);

/// What goes over the wire for an answer: these bytes, and then either silence or the end.
struct Transmission {
  std::string bytes;
  bool stalls = false;
};

/// Frames an answer as the rule says; a default Rule gives a plain HTTP/1.1 answer.
Transmission framed(const Answer& answer, const Rule& rule);

}  // namespace influxctl::sandbox
