// SPDX-License-Identifier: MIT
#pragma once

namespace influxctl {

/// The other end of a TCP connection, to which bytes are sent: does its program read them?
class TcpReader {
 public:
  explicit TcpReader(int socket) noexcept : socket_(socket) {}

  /// True when no program has the other end any more, as far as this network namespace shows.
  bool has_gone() const noexcept;

  /// False when the other end has closed its side and is not in this network namespace: then
  /// nothing that it does later will show.
  bool can_tell() const noexcept;

  /// Where the other end is a socket of this network namespace, what that one says. Elsewhere it
  /// ends the stream, and the result is true once the other end has closed too. Asked until it is
  /// true, when all bytes are acknowledged; a reset is for the caller to see.
  bool has_read_all() noexcept;

 private:
  int socket_;
  bool ended_ = false;
};

}  // namespace influxctl
