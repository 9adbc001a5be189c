// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "influxctl/base/environment.h"
#include "influxctl/base/error.h"

namespace influxctl {

// Streams, the one rule: stdout carries the result and nothing else; everything for people goes to
// stderr. delivery.h is the only writer of stdout, Console the only writer of stderr.

/// What main found out about the three standard streams before anything else was opened.
struct StandardStreams {
  bool out_open = true;       ///< descriptor 1 is open for writing
  bool err_open = true;       ///< descriptor 2 is open for writing
  bool in_terminal = false;   ///< descriptor 0 is a terminal
  bool out_terminal = false;  ///< descriptor 1 is a terminal
  bool err_terminal = false;  ///< descriptor 2 is a terminal
  bool same_out_err = false;  ///< 1 and 2 are one pipe, socket or file: `2>&1 | store`
};

/// Looks at descriptors 0 to 2 and opens /dev/null on those that are closed, so that no socket and
/// no file can become one of them.
StandardStreams claim_standard_streams();

/// Writes to stderr for people. A reader that does not read holds a run up for 5 s in all, no
/// longer; a stderr that fails is ignored. Nothing that it prints may be a secret.
class Console {
 public:
  Console(int descriptor, bool colour) : descriptor_(descriptor), colour_(colour) {}

  /// Colour belongs on a terminal only, and never with NO_COLOR or TERM=dumb.
  static bool wants_colour(bool terminal, const Environment& environment);

  /// Text as it is; the caller made foreign parts of it safe with shown().
  void print(std::string_view text);
  /// `influxctl: error: …`, then a line `influxctl: hint: …` for each hint.
  void error(const Error& error);
  /// `influxctl: warning: …`
  void warning(std::string_view text);
  /// `warn<TAB>…`, the form of influxctl's own warnings about a new token.
  void warn_line(std::string_view text);

 private:
  void labelled(std::string_view label, std::string_view colour, std::string_view text);

  int descriptor_;
  bool colour_;
  int patience_ms_ = 5000;
};

}  // namespace influxctl
