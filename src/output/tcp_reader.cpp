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

/// An address as /proc/net/tcp6 writes it; those of IPv4 are mapped.
struct Address {
  std::array<std::uint32_t, 4> words{0, 0, htonl(0xffff), 0};
  unsigned port = 0;

  bool operator==(const Address&) const = default;
};

Address address_of(const sockaddr_storage& from) noexcept {
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

// Reads ADDRESS:PORT. Each word of the address is written as a number of this machine.
bool scan(std::string_view& text, Address& address) noexcept {
  const auto hex = [&text](std::size_t digits) {
    unsigned value = 0;
    for (std::size_t i = 0; i < digits && i < text.size(); ++i) {
      const char c = text[i];
      value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'A' + 10);
    }
    text.remove_prefix(std::min(digits, text.size()));
    return value;
  };
  const bool six = text.find(':') == 32;
  for (std::size_t i = six ? 0 : 3; i < 4; ++i) address.words.at(i) = hex(8);
  const bool good = text.starts_with(':');
  if (good) text.remove_prefix(1);
  address.port = hex(4);
  if (!text.empty()) text.remove_prefix(1);
  return good;
}

// How many bytes the socket of this line has not read, when it is the one from `local` to `remote`:
//   0: 0100007F:1F90 0100007F:C350 01 00000000:0000005B …
std::optional<unsigned long> unread_in(std::string_view line, const Address& local,
                                       const Address& remote) noexcept {
  const auto begin = line.find(": ");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin + 2);
  Address from;
  Address to;
  if (!scan(line, from) || !scan(line, to) || from != local || to != remote) return {};
  const auto queue = line.find(':');
  if (queue == std::string_view::npos) return {};
  return std::strtoul(line.data() + queue + 1, nullptr, 16);
}

// Lines are read in turn: there may be many.
std::optional<unsigned long> unread_by(const char* table, const Address& local,
                                       const Address& remote) noexcept {
  const Descriptor file(open(table, O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> buffer{};
  std::size_t held = 0;
  while (true) {
    const ssize_t got = read(file.get(), buffer.data() + held, buffer.size() - 1 - held);
    if (got <= 0) return {};
    held += static_cast<std::size_t>(got);
    buffer.at(held) = '\0';
    std::string_view text(buffer.data(), held);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      if (const auto unread = unread_in(text.substr(0, end), local, remote)) return unread;
      text.remove_prefix(end + 1);
    }
    held = text.size();
    std::memmove(buffer.data(), text.data(), held);
  }
}

// Nothing when the other end is not a socket of this network namespace.
std::optional<unsigned long> unread_by_peer(int socket) noexcept {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
      getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) {
    return {};
  }
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto unread = unread_by(table, address_of(peer), address_of(own));
    if (unread) return unread;
  }
  return {};
}

bool has_closed(int socket) noexcept {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return poll(&peer, 1, 0) == 1 && (peer.revents & (POLLRDHUP | POLLHUP)) != 0;
}

}  // namespace

bool TcpReader::can_tell() const noexcept {
  return !has_closed(socket_) || unread_by_peer(socket_);
}

bool TcpReader::has_read_all() noexcept {
  const auto unread = unread_by_peer(socket_);
  if (unread) return *unread == 0;
  if (!ended_) (void)shutdown(socket_, SHUT_WR);
  ended_ = true;
  return has_closed(socket_);
}

}  // namespace influxctl
