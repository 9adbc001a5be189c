// SPDX-License-Identifier: MIT
// The rows of the fault matrix: docs/fault-matrix.md shows them as its table.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace influxctl::e2e {

/// What the cluster holds when influxctl has ended.
enum class Holds {
  nothing,    ///< no token was created
  delivered,  ///< one token, and stdout has it
  revoked,    ///< one token, revoked; its id is named
  named,      ///< one live token, and stderr names its id
  unseen,     ///< one live token; stderr says that one may exist and that looking for it failed
};

/// What stands between influxctl and the stand-in.
enum class Path {
  direct,
  dead_port,              ///< nobody listens
  unknown_host,           ///< a name that does not resolve
  other_ca,               ///< tls.ca is not the one that signed
  http_to_tls,            ///< tls.disable, and the port speaks TLS
  https_to_plain,         ///< TLS, and the port does not speak it
  no_client_certificate,  ///< one is wanted, and config.toml has none
  dead_proxy,             ///< https_proxy names a port where nobody listens
  deaf_proxy,             ///< https_proxy names a server that refuses CONNECT
};

/// For FaultRow::posts: not checked.
inline constexpr std::size_t kAnyNumber = 1'000;

/// One create with faults, and what it must come to.
struct FaultRow {
  std::string name;                ///< the test's, unique within its group
  std::string fault;               ///< for people
  std::vector<std::string> rules;  ///< `influxctl-sandbox --help` explains them
  int exit_code = 7;
  Holds holds = Holds::nothing;
  std::vector<std::string> says;  ///< phrases on stderr: of the message, then of the hints
  std::size_t posts = 1;          ///< POST requests that the stand-in reads whole
  std::vector<std::string> sandbox_args = {};
  std::vector<std::string> args = {};  ///< more arguments of create
  std::string timeout = "30s";
  Path path = Path::direct;

  FaultRow with_sandbox(std::vector<std::string> more_args) && {
    sandbox_args = std::move(more_args);
    return std::move(*this);
  }
  FaultRow with_timeout(std::string time) && {
    timeout = std::move(time);
    return std::move(*this);
  }
};

inline void PrintTo(const FaultRow& row, std::ostream* out) { *out << row.fault; }

/// A group of rows; its name goes before the rows' in the tests' names.
struct FaultGroup {
  std::string name;
  std::string injected;  ///< where, for people
  std::vector<FaultRow> rows;
};

std::vector<FaultRow> connection_rows();
std::vector<FaultRow> cut_rows();
std::vector<FaultRow> framing_rows();
std::vector<FaultRow> head_rows();
std::vector<FaultRow> status_rows();
std::vector<FaultRow> retry_rows();
std::vector<FaultRow> body_rows();
std::vector<FaultRow> rescue_rows();
std::vector<FaultRow> lookup_rows();

/// All of them, in the order of a request's life.
std::vector<FaultGroup> fault_groups();

}  // namespace influxctl::e2e
