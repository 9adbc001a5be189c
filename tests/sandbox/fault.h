// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ledger.h"

namespace influxctl::sandbox {

/// Where a rule takes hold: on a new connection, or on a request that was read completely.
enum class Stage { connection, request };
/// What is done to a new connection before anything is read.
enum class Accept { normal, reset, close, stall };
enum class Framing { automatic, length, chunked, chunked_unfinished, close, both };
/// How a connection ends: TLS close_notify and FIN, a bare FIN, or RST.
enum class Ending { notify, fin, rst };

/// One fault. The members are the JSON members that fault_help() documents.
struct Rule {
  std::string on = "any";
  std::optional<std::string> path;
  int times = 1;
  int skip = 0;
  Accept accept = Accept::normal;
  std::optional<std::size_t> request_cut;
  std::optional<int> status;
  Json headers = Json::object();
  std::optional<std::string> body;
  std::optional<bool> act;
  Json patch;
  std::optional<std::pair<std::string, std::string>> body_replace;
  std::size_t pad_body = 0;
  std::size_t pad_header = 0;
  std::size_t pad_headers = 1;
  Framing framing = Framing::automatic;
  long length_delta = 0;
  std::string header_block;
  std::optional<std::string> status_line;
  std::optional<std::string> raw;
  int interim = 0;
  int interim_status = 103;
  bool final = true;
  std::optional<std::size_t> cut;
  std::optional<std::size_t> stall_at;
  bool stall = false;
  bool hold = false;
  int delay_ms = 0;
  int drip_ms = 0;
  Ending close = Ending::notify;
  Json source;                        ///< the rule as it was given, for the ledger
  std::shared_future<void> released;  ///< of a held response; set by Faults::take()

  Stage stage() const;
  /// True when the request takes effect before the response.
  bool acts() const { return act.value_or(!status && !body && !raw); }
};

/// Reads a rule. Throws std::exception, naming the member, when one is unknown or wrong.
Rule parse_rule(const Json& source);

/// The rules in force, in order. Safe from many threads.
class Faults {
 public:
  void add(Rule rule);
  void clear();
  /// Lets the responses go that rules hold so far.
  void release();
  /// Takes one use of the first rule that matches; nothing when none does. A match that a rule
  /// skips goes on to the next rule. `method` and `path` are empty for connections.
  std::optional<Rule> take(Stage stage, std::string_view method, std::string_view path);

 private:
  std::mutex mutex_;
  std::deque<Rule> rules_;
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future();
};

/// The rules explained for people who write tests.
std::string_view fault_help();

}  // namespace influxctl::sandbox
