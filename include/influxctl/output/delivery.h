// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/process_context.h"

namespace influxctl {

/// Where a result goes. The constructor makes every local check and prepares all that it can: what
/// is wrong is Error{usage}, and nothing was sent. One that is dropped without deliver() leaves
/// nothing behind.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// Hands over all bytes and returns when they are safely there; a wait for their reader is shown.
  /// Otherwise leaves nothing behind and throws Error{undelivered} with the reason, or
  /// Error{signals.kind()} when a signal came before the failure. Allocates nothing unless it
  /// fails. Called at most once.
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

/// After a signal a delivery that waits for others gets so long: time is left to revoke the token
/// before a container runtime kills the process.
constexpr std::chrono::seconds kDeliveryAfterSignal(3);

/// What deliver() throws.
Error delivery_failure(const Signals& signals, const std::string& why);

/// Standard output, to the last byte: the reader of a pipe or a socket must have taken them all
/// within `timeout`.
///  - A pipe or a Unix socket counts its unread bytes.
///  - TCP from a process in this network namespace: that process has read them, by /proc/net/tcp.
///  - TCP from elsewhere: the other system has acknowledged them, and its program has closed the
///    connection after the end of the stream (a close with unread bytes is a reset).
///  - Datagram and other sockets say nothing of it and are refused.
std::unique_ptr<Delivery> deliver_to_stdout(const ProcessContext& context,
                                            std::chrono::milliseconds timeout);

/// A new file with mode 0600, never over an existing file, a symbolic link or a device. It is made
/// under a temporary name in the same directory and gets its own name when all bytes are on the
/// disk. Where the file system can neither rename without replacing nor link, the file is made
/// under its own name at once, and removed unless it is delivered. Delivered means that the name
/// leads to this file, and that nobody has given it another; where it fails, the file is emptied
/// before it is removed, as a link that others made would keep it.
std::unique_ptr<Delivery> deliver_to_file(const std::string& path, const ProcessContext& context);

/// The standard input of a program, started without a shell, with the signals that this program was
/// started with and an environment that has none of our secrets. Exit status 0 means stored. Before
/// deliver() throws, the program and all that it has started have ended; that includes one that
/// takes longer than `timeout`.
std::unique_ptr<Delivery> deliver_to_command(const std::vector<std::string>& command,
                                             const ProcessContext& context,
                                             std::chrono::milliseconds timeout);

/// Throws Error{usage} when standard output is closed. `other` is what else helps, for the hint.
void check_standard_output(const StandardStreams& streams, const std::string& other = {});

/// Writes a result that is no secret (help, a list, a dry run) to standard output, which ends with
/// it. Throws Error{usage} when that is closed or fails, Error{reader_gone} when its reader went
/// away, Error{signals.kind()} when cancelled.
void print_result(const ProcessContext& context, std::string_view text);

/// The same for a result that is made piece by piece; an empty piece is its end.
void print_result(const ProcessContext& context, const std::function<std::string()>& next_piece);

}  // namespace influxctl
