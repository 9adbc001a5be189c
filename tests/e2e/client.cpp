// SPDX-License-Identifier: MIT
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>

namespace influxctl::e2e {

namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Ssl = std::unique_ptr<SSL, FreeSsl>;

/// A connection; none when it was reset at once, which connect() may be the one to tell.
Descriptor connect_to(int port, std::chrono::milliseconds patience) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
  timeval limit{};
  limit.tv_sec = seconds.count();
  limit.tv_usec = std::chrono::microseconds(patience - seconds).count();
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNRESET) return {};
    throw std::runtime_error("the sandbox does not accept");
  }
  return socket;
}

Context make_context(const Sandbox& sandbox, const Dial& dial) {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* tls = context.get();
  if (dial.tls_version == TLS1_1_VERSION) SSL_CTX_set_security_level(tls, 0);
  SSL_CTX_set_min_proto_version(tls, dial.tls_version);
  SSL_CTX_set_max_proto_version(tls, dial.tls_version);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(tls, sandbox.ca().c_str(), nullptr) != 1) {
    throw std::runtime_error("ca.pem cannot be used");
  }
  if (dial.client_certificate &&
      (SSL_CTX_use_certificate_chain_file(tls, sandbox.file("client.pem").c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(tls, sandbox.file("client.key").c_str(), SSL_FILETYPE_PEM) !=
           1)) {
    throw std::runtime_error("the client certificate cannot be used");
  }
  return context;
}

Seen end_of(SSL* ssl, int error) {
  if (ssl != nullptr && SSL_get_error(ssl, 0) == SSL_ERROR_ZERO_RETURN) return Seen::notify;
  if (error == EAGAIN || error == EWOULDBLOCK) return Seen::silence;
  return error == ECONNRESET || error == EPIPE ? Seen::reset : Seen::fin;
}

Exchange read_all(SSL* ssl, int socket) {
  Exchange exchange;
  std::array<char, 16'384> bytes{};
  while (true) {
    errno = 0;
    ERR_clear_error();
    std::size_t got = 0;
    if (ssl != nullptr) {
      if (SSL_read_ex(ssl, bytes.data(), bytes.size(), &got) != 1) got = 0;
    } else {
      const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
      got = count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    if (got == 0) {
      exchange.end = end_of(ssl, errno);
      return exchange;
    }
    exchange.bytes.append(bytes.data(), got);
  }
}

}  // namespace

int Exchange::status() const {
  return bytes.starts_with("HTTP/1.1 ") ? std::stoi(bytes.substr(9, 3)) : 0;
}

std::string Exchange::head() const { return bytes.substr(0, bytes.find("\r\n\r\n") + 4); }

std::string Exchange::body() const {
  const auto empty_line = bytes.find("\r\n\r\n");
  return empty_line == std::string::npos ? "" : bytes.substr(empty_line + 4);
}

Exchange talk(const Sandbox& sandbox, const std::string& text, const Dial& dial) {
  const Descriptor socket = connect_to(sandbox.port(), dial.patience);
  if (!socket.open()) return {"", Seen::reset};
  if (sandbox.url().starts_with("http:")) {
    // The system tells of a reset only once: here, or when reading.
    if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
      return {"", end_of(nullptr, errno)};
    }
    return read_all(nullptr, socket.get());
  }
  const Context context = make_context(sandbox, dial);
  const Ssl ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), socket.get());
  SSL_set1_host(ssl.get(), dial.host.c_str());
  errno = 0;
  if (SSL_connect(ssl.get()) != 1) {
    const Seen end = end_of(nullptr, errno);
    return {"", end == Seen::fin ? Seen::no_handshake : end};
  }
  SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
  return read_all(ssl.get(), socket.get());
}

std::string request(const std::string& method, const std::string& path, const std::string& token,
                    const std::string& body) {
  std::string text = method + " /api/v0/management-tokens" + path + " HTTP/1.1\r\n";
  text += "Host: localhost\r\n";
  if (!token.empty()) text += "Authorization: Bearer " + token + "\r\n";
  if (!body.empty()) {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + body;
}

}  // namespace influxctl::e2e
