// SPDX-License-Identifier: MIT
#include "influxctl/output/tcp_reader.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "influxctl/base/io.h"

namespace influxctl {

namespace {

#ifndef POLLRDHUP
constexpr short POLLRDHUP = POLLHUP;
#endif

/// An address as IPv6 has it: those of IPv4 are mapped.
struct Address {
  std::array<std::uint32_t, 4> words{0, 0, htonl(0xffff), 0};
  unsigned port = 0;

  bool is_mapped() const noexcept {
    return words[0] == 0 && words[1] == 0 && words[2] == htonl(0xffff);
  }
};

using Getter = int (*)(int, sockaddr*, socklen_t*);

std::optional<Address> address_of(int socket, Getter get) noexcept {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (get(socket, reinterpret_cast<sockaddr*>(&from), &size) != 0) return {};
  Address address;
  if (from.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(from);
    address.words[3] = four.sin_addr.s_addr;
    address.port = ntohs(four.sin_port);
  } else {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(from);
    std::memcpy(address.words.data(), &six.sin6_addr, sizeof address.words);
    address.port = ntohs(six.sin6_port);
  }
  return address;
}

// As /proc/net/tcp and tcp6 write it: each word in hexadecimal, as a number of this machine.
int print(char* out, std::size_t size, const Address& address, bool six) noexcept {
  const auto& words = address.words;
  return six ? std::snprintf(out, size, " %08X%08X%08X%08X:%04X", words[0], words[1], words[2],
                             words[3], address.port)
             : std::snprintf(out, size, " %08X:%04X", words[3], address.port);
}

/// A socket of this network namespace.
struct Socket {
  unsigned long unread = 0;  ///< bytes
  unsigned long inode = 0;   ///< 0: no program has it any more
};

// Finds the line of the socket whose two addresses are `key`:
//   0: 0100007F:1F90 0100007F:C350 01 00000000:0000005B 00:00000000 00000000 1000 0 12345 …
std::optional<Socket> socket_in(const char* table, std::string_view key) noexcept {
  const Descriptor file(open(table, O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> buffer{};
  std::size_t held = 0;
  while (true) {
    const ssize_t got = read(file.get(), buffer.data() + held, buffer.size() - held);
    if (got <= 0) return {};
    held += static_cast<std::size_t>(got);
    std::string_view text(buffer.data(), held);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      const auto at = text.substr(0, end).find(key);
      Socket found;
      if (at != std::string_view::npos &&
          std::sscanf(text.data() + at + key.size(), "%*x %*x:%lx %*x:%*x %*x %*u %*u %lu",
                      &found.unread, &found.inode) == 2) {
        return found;
      }
      text.remove_prefix(end + 1);
    }
    held = text.size();
    std::memmove(buffer.data(), text.data(), held);
  }
}

// Nothing when the other end is not a socket of this network namespace.
std::optional<Socket> other_end(int socket) noexcept {
  const auto own = address_of(socket, &getsockname);
  const auto peer = address_of(socket, &getpeername);
  if (!own || !peer) return {};
  for (const bool six : {false, true}) {
    if (!six && !peer->is_mapped()) continue;
    std::array<char, 160> key{};
    const int size = print(key.data(), key.size(), *peer, six);
    (void)print(key.data() + size, key.size() - static_cast<std::size_t>(size), *own, six);
    if (auto found = socket_in(six ? "/proc/net/tcp6" : "/proc/net/tcp", key.data())) return found;
  }
  return {};
}

bool has_closed(int socket) noexcept {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return poll(&peer, 1, 0) == 1 && (peer.revents & (POLLRDHUP | POLLHUP)) != 0;
}

}  // namespace

bool TcpReader::has_gone() const noexcept {
  const auto other = has_closed(socket_) ? other_end(socket_) : std::nullopt;
  return other && other->inode == 0;
}

bool TcpReader::can_tell() const noexcept { return !has_closed(socket_) || other_end(socket_); }

bool TcpReader::has_read_all() noexcept {
  if (const auto other = other_end(socket_)) return other->unread == 0;
  if (!ended_) (void)shutdown(socket_, SHUT_WR);
  ended_ = true;
  return has_closed(socket_);
}

}  // namespace influxctl
