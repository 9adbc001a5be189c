// SPDX-License-Identifier: MIT
#pragma once

namespace influxctl {

/// The other end of a TCP connection, to which bytes were sent and acknowledged: has its program
/// read them?
class TcpReader {
 public:
  explicit TcpReader(int socket) noexcept : socket_(socket) {}

  /// False when the other end has closed its side and is not in this network namespace: then
  /// nothing that it does later will show.
  bool can_tell() const noexcept;

  /// Where the other end is a socket of this network namespace, what that one says. Elsewhere it
  /// ends the stream, and the answer is yes once the other end has closed too. Asked until it is
  /// yes, when all bytes are acknowledged; a reset is for the caller to see.
  bool has_read_all() noexcept;

 private:
  int socket_;
  bool ended_ = false;
};

}  // namespace influxctl
