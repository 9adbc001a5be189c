// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "fault.h"

namespace influxctl::sandbox {

/// The sockets in use, so that one call ends every wait on them. Safe from many threads.
class OpenSockets {
 public:
  /// False when the stand-in is stopping.
  bool add(int fd);
  /// Closes the socket.
  void close(int fd);
  /// Wakes every sleep, read and write, now and from now on.
  void stop();
  /// False when the stand-in is stopping.
  bool sleep(std::chrono::milliseconds time);

 private:
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::set<int> sockets_;
  bool stopping_ = false;
};

/// One accepted connection, with or without TLS.
class Connection {
 public:
  /// Takes the socket over. `tls` is null for plain HTTP and must outlive the connection.
  Connection(int fd, SSL_CTX* tls, OpenSockets& sockets);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// The TLS handshake. Returns why it failed; empty when it did not (or there is no TLS).
  std::string handshake();
  /// Reads plaintext; 0 at the end, -1 on errors.
  ssize_t read(char* bytes, std::size_t size);
  /// Writes plaintext, byte by byte when `pause` is not zero; false when the client is gone.
  bool write(std::string_view bytes, std::chrono::milliseconds pause = {});
  /// Waits until the client has gone or the time is over; what it sends is thrown away.
  void drain(std::chrono::milliseconds time);
  /// Ends the connection. Nothing can be read or written after it.
  void end(Ending ending);

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  bool write_all(std::string_view bytes);

  int fd_;
  OpenSockets& sockets_;
  std::unique_ptr<SSL, Free> ssl_;
  bool established_ = false;  // SSL_shutdown is allowed only then
};

}  // namespace influxctl::sandbox
