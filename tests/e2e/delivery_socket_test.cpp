// SPDX-License-Identifier: MIT
// Standard output is a socket (Node.js, systemd, a TCP connection), and its reader does this and
// that: the token is delivered or revoked, by the ledger.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "outcome.h"

namespace influxctl::e2e::delivery_socket_test {
namespace {

enum class Kind { unix_stream, unix_packets, tcp };

struct Row {
  const char* name;
  Kind kind;
  std::function<void(Sandbox&, Descriptor&)> before;  ///< the run starts
  std::function<void(Sandbox&, Descriptor&)> meanwhile;
  int exit_code;
  const char* why;  ///< on stderr
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

void nothing(Sandbox& /*sandbox*/, Descriptor& /*reader*/) {}
void close_it(Sandbox& /*sandbox*/, Descriptor& reader) { reader.reset(); }
void shut_reading(Sandbox& /*sandbox*/, Descriptor& reader) {
  EXPECT_EQ(::shutdown(reader.get(), SHUT_RD), 0);
}
void shut_writing(Sandbox& /*sandbox*/, Descriptor& reader) {
  EXPECT_EQ(::shutdown(reader.get(), SHUT_WR), 0);
}

/// Closes it with a reset, whatever was read.
void reset_it(Sandbox& /*sandbox*/, Descriptor& reader) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  EXPECT_EQ(::setsockopt(reader.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
  reader.reset();
}

/// Keeps the response back, for once_created().
void hold(Sandbox& sandbox, Descriptor& /*reader*/) {
  sandbox.fault({{"on", "POST"}, {"hold", true}});
}

/// Does it when the token is there, and then lets the response go.
auto once_created(void (*act)(Sandbox&, Descriptor&)) {
  return [act](Sandbox& sandbox, Descriptor& reader) {
    EXPECT_TRUE(sandbox.wait_for("created"));
    act(sandbox, reader);
    sandbox.release();
  };
}

/// Does it when the first bytes are there, of which it reads so many.
auto once_read(std::size_t count, void (*act)(Sandbox&, Descriptor&)) {
  return [act, count](Sandbox& sandbox, Descriptor& reader) {
    std::string bytes(std::max<std::size_t>(count, 1), '\0');
    EXPECT_GT(::recv(reader.get(), bytes.data(), bytes.size(), count == 0 ? MSG_PEEK : 0), 0);
    act(sandbox, reader);
  };
}

class DeliveryToSocket : public testing::TestWithParam<Row> {};

TEST_P(DeliveryToSocket, AgreesWithTheLedger) {
  const Row& row = GetParam();
  Sandbox sandbox;
  Ends sockets = make_sockets(row.kind == Kind::tcp ? AF_INET : AF_UNIX,
                              row.kind == Kind::unix_packets ? SOCK_SEQPACKET : SOCK_STREAM);
  if (row.before) row.before(sandbox, sockets.read);
  std::string got;
  RunOptions options;
  options.out = Stream::fd(sockets.write.get());
  options.meanwhile = [&](pid_t) {
    if (row.meanwhile) {
      row.meanwhile(sandbox, sockets.read);
    } else {
      got.resize(4096);
      const ssize_t size = ::recv(sockets.read.get(), got.data(), got.size(), 0);
      got.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
  };
  const RunResult result = sandbox.run({"management", "create", "--timeout", "4s"}, options);
  EXPECT_EQ(result.exit_code, row.exit_code) << result.err;
  EXPECT_NE(result.err.find(row.why), std::string::npos) << result.err;
  if (row.exit_code == 0) {
    expect_delivered(sandbox, got);
  } else if (row.exit_code == 2) {
    expect_unsent(sandbox);
  } else {
    expect_revoked(sandbox);
  }
}

constexpr const char* kWarning = "the cluster will not show this token again";
constexpr const char* kGone = "nobody reads standard output: its reader has gone";
constexpr const char* kWentAway =
    "went away before it had read everything; the token has been revoked";
constexpr const char* kLate = "nobody read standard output in time; the token has been revoked";
constexpr const char* kRevoked =
    "; the token has been revoked";  // how a broken connection is said varies

INSTANTIATE_TEST_SUITE_P(
    Readers, DeliveryToSocket,
    testing::Values(
        Row{"UnixTakesAll", Kind::unix_stream, {}, {}, 0, kWarning},
        Row{"PacketsTakeAll", Kind::unix_packets, {}, {}, 0, kWarning},
        Row{"TcpTakesAll", Kind::tcp, {}, {}, 0, kWarning},
        Row{"UnixTakesAllAndSaysNothing", Kind::unix_stream, shut_writing, {}, 0, kWarning},
        Row{"TcpTakesAllAndSaysNothing", Kind::tcp, shut_writing, {}, 0, kWarning},
        Row{"UnixClosedBeforeTheStart", Kind::unix_stream, close_it, nothing, 2, kGone},
        Row{"PacketsClosedBeforeTheStart", Kind::unix_packets, close_it, nothing, 2, kGone},
        Row{"TcpClosedBeforeTheStart", Kind::tcp, close_it, nothing, 2, kGone},
        Row{"TcpResetBeforeTheStart", Kind::tcp, reset_it, nothing, 2, "nobody reads "},
        Row{"UnixShutBeforeTheStart", Kind::unix_stream, shut_reading, nothing, 2, kGone},
        Row{"UnixClosesUnread", Kind::unix_stream, hold, once_created(close_it), 8, kRevoked},
        Row{"PacketsCloseUnread", Kind::unix_packets, hold, once_created(close_it), 8, kRevoked},
        Row{"TcpClosesUnread", Kind::tcp, hold, once_created(close_it), 8, kRevoked},
        Row{"UnixShutsUnread", Kind::unix_stream, hold, once_created(shut_reading), 8, kRevoked},
        Row{"PacketsShutUnread", Kind::unix_packets, hold, once_created(shut_reading), 8, kRevoked},
        Row{"TcpResetsUnread", Kind::tcp, hold, once_created(reset_it), 8, kRevoked},
        Row{"UnixClosesWithItBeforeIt",
            Kind::unix_stream,
            {},
            once_read(0, close_it),
            8,
            kWentAway},
        Row{"PacketsCloseWithItBeforeThem",
            Kind::unix_packets,
            {},
            once_read(0, close_it),
            8,
            kWentAway},
        Row{"TcpClosesWithItBeforeIt", Kind::tcp, {}, once_read(0, close_it), 8, kWentAway},
        Row{"UnixReadsHalfAndCloses", Kind::unix_stream, {}, once_read(40, close_it), 8, kWentAway},
        Row{"TcpReadsHalfAndCloses", Kind::tcp, {}, once_read(40, close_it), 8, kWentAway},
        Row{"TcpReadsHalfAndResets", Kind::tcp, {}, once_read(40, reset_it), 8, kWentAway},
        Row{"UnixReadsHalfAndNoMore", Kind::unix_stream, {}, once_read(40, nothing), 8, kLate},
        Row{"TcpReadsHalfAndNoMore", Kind::tcp, {}, once_read(40, nothing), 8, kLate},
        Row{"UnixNeverReads", Kind::unix_stream, {}, nothing, 8, kLate},
        Row{"PacketsAreNeverRead", Kind::unix_packets, {}, nothing, 8, kLate},
        Row{"TcpNeverReads", Kind::tcp, {}, nothing, 8, kLate},
        Row{"TcpShutsUnread", Kind::tcp, hold, once_created(shut_reading), 8, kRevoked}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace influxctl::e2e::delivery_socket_test
