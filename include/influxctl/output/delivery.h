// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/console.h"
#include "influxctl/base/environment.h"
#include "influxctl/base/signals.h"

namespace influxctl {

/// Where a result goes. Everything that can fail beforehand fails when it is made, with
/// Error{usage}: nothing was sent by then. One that is dropped without deliver() leaves nothing
/// behind.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// Hands over all bytes and returns when they are safely there; throws Error{undelivered} with
  /// the reason otherwise, and then leaves nothing behind either. Called at most once.
  virtual void deliver(std::string_view bytes) = 0;

  /// True when a person reads the result on a terminal, where it ends in a newline.
  virtual bool to_terminal() const { return false; }

  /// For people: "written to /path/file", "handed to vault"; empty for stdout.
  virtual std::string done() const { return {}; }

 protected:
  Delivery() = default;
  Delivery(const Delivery&) = default;
  Delivery& operator=(const Delivery&) = default;
};

/// Standard output, to the last byte: a pipe's reader must have taken them all within `timeout`.
std::unique_ptr<Delivery> deliver_to_stdout(const StandardStreams& streams,
                                            std::chrono::milliseconds timeout);

/// A new file with mode 0600. It is made under a temporary name in the same folder, and gets its
/// own name only after all bytes are on the disk. Never over an existing file or symbolic link.
std::unique_ptr<Delivery> deliver_to_file(const std::string& path);

/// The standard input of a program, started without a shell. Exit status 0 means stored; one that
/// takes longer than `timeout` is ended. Its environment has none of our secrets.
std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const Environment& environment,
                                             std::chrono::milliseconds timeout);

/// Writes a result that is no secret (help, a list, a dry run) to standard output, which ends with
/// it. Throws Error{usage} when that is closed or fails, Error{signals.kind()} when cancelled.
void print_result(const StandardStreams& streams, const Signals& signals, std::string_view text);

}  // namespace influxctl
