// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "influxctl/base/error.h"

namespace influxctl {

class Environment;

// Streams, the one rule: stdout carries the result and nothing else; everything for people goes to
// stderr. delivery.h is the only writer of stdout, Console the only writer of stderr.

/// What main found out about the three standard streams before anything else was opened.
struct StandardStreams {
  bool out_open = true;         ///< descriptor 1 is open for writing
  bool err_open = true;         ///< descriptor 2 is open for writing
  bool in_terminal = false;     ///< descriptor 0 is a terminal
  bool out_terminal = false;    ///< descriptor 1 is a terminal
  bool err_terminal = false;    ///< descriptor 2 is a terminal
  bool same_out_err = false;    ///< 1 and 2 are one pipe, socket or file: `2>&1 | store`
  std::size_t out_columns = 0;  ///< the width of the terminal on descriptor 1; 0: it is none
  std::size_t err_columns = 0;  ///< the same on descriptor 2
};

/// Looks at descriptors 0 to 2 and opens /dev/null on those that are closed, so that no socket and
/// no file can become one of them.
StandardStreams claim_standard_streams();

/// Writes to stderr for people. A reader that does not read delays a run by 1 s in all, and what
/// ends it by 4 s; a stderr that fails is ignored. Nothing that it prints may be a secret. Nothing
/// throws, and nothing but hold() needs memory.
class Console {
 public:
  /// `live`: a line can be overwritten, as on a terminal.
  Console(int descriptor, bool colour, bool live = false)
      : descriptor_(descriptor), colour_(colour), live_(live) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() { clear_status(); }

  /// Colour belongs on a terminal only, and never with NO_COLOR or TERM=dumb.
  static bool wants_colour(bool terminal, const Environment& environment);

  /// Text as it is; the caller made foreign parts of it safe with shown().
  void print(std::string_view text) noexcept;
  /// `influxctl: error: …`, then a line `influxctl: hint: …` for each hint.
  void error(const Error& error) noexcept;
  void error(const LastWords& words) noexcept;
  void error(std::string_view message) noexcept;
  /// After a signal: a reader that has kept a line waiting for 1 s gets 0.3 s for an error.
  void hurry() noexcept { hurries_ = true; }
  /// `influxctl: warning: …`
  void warning(std::string_view text) noexcept;
  /// `influxctl: …`
  void note(std::initializer_list<std::string_view> pieces) noexcept;
  /// `warn<TAB>…`, the form of influxctl's own warnings about a new token.
  void warn_line(std::string_view text) noexcept;

  /// `influxctl: waiting for WHAT: N s`, for a wait of 2 s and more, where a line can be
  /// overwritten: the next one replaces it, and it goes before anything else is printed. Called as
  /// often as one likes. `shared`: others write to the terminal, too, and a prompt of theirs stays.
  void show_wait(std::string_view what, std::chrono::milliseconds elapsed,
                 bool shared = false) noexcept;
  void clear_status() noexcept;

  /// Keeps what is printed from now on, for a run whose success is to write nothing but its result.
  /// release() and errors print it.
  void hold() noexcept { holding_ = true; }
  void release() noexcept;

 private:
  void line(std::string_view label, std::initializer_list<std::string_view> pieces) noexcept;
  void labelled(std::string_view label, std::string_view colour, std::string_view text) noexcept;
  void write(std::string_view text) noexcept;
  void begin_error() noexcept;

  int descriptor_;
  bool colour_;
  bool live_;
  bool status_shown_ = false;
  long long seconds_shown_ = 0;
  bool holding_ = false;
  bool error_begun_ = false;
  bool hurries_ = false;
  std::string held_;
  std::chrono::milliseconds patience_ = std::chrono::seconds(1);
};

}  // namespace influxctl
