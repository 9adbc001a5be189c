// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "descriptor.h"
#include "process.h"

namespace influxctl::e2e {

/// The SHA-256 digest of the bytes, as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// True when the text contains the secret of so many bytes and of this SHA-256 digest. Every place
/// is tried, as only the digest is known.
bool contains_secret(std::string_view text, std::size_t size, const std::string& sha256);

/// Sends a signal and waits until it has arrived: a second one of its kind is not merged with it.
void send_signal(pid_t pid, int signal);
/// Waits until this process is the program under test and has this file open.
void wait_until_open(pid_t pid, const std::string& path);
/// Sends these signals so far apart that none is taken for a repetition of the one before. Returns
/// the time of the first one.
std::chrono::steady_clock::time_point send_apart(pid_t pid, const std::vector<int>& signals);
/// Runs it until it takes less than `limit`, at most five times, as a busy machine delays some.
/// `run` returns when what counts began. False when it never did.
bool takes_less(std::chrono::milliseconds limit,
                const std::function<std::chrono::steady_clock::time_point()>& run);

/// A running influxctl-sandbox, this test's own. `influxctl-sandbox --help` explains its options,
/// fault rules and ledger events. The destructor ends it and fails the test if it did not end well.
class Sandbox {
 public:
  /// Starts it with more arguments. Throws std::runtime_error when it does not get ready.
  explicit Sandbox(const std::vector<std::string>& args = {});
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  std::string url() const { return ready_.at("url"); }
  int port() const { return ready_.at("port"); }
  std::string directory() const { return ready_.at("directory"); }
  std::string file(const std::string& name) const { return directory() + "/" + name; }
  std::string ca() const { return file("ca.pem"); }
  std::string config() const { return ready_.at("config"); }
  std::string token_file() const { return ready_.at("token_file"); }
  std::string ledger_file() const { return ready_.at("ledger"); }
  /// The first credential.
  std::string admin_token() const { return read_file(token_file()); }

  /// Sends a command and returns the response. Throws std::runtime_error when it is an error.
  nlohmann::json command(const nlohmann::json& command);
  /// Appends a fault rule.
  void fault(const nlohmann::json& rule) { command({{"fault", rule}}); }
  /// What the OAuth provider is to do: "approve", "deny", "expire_codes", "expire_access" or
  /// "revoke_refresh".
  void oauth(const std::string& what) { command({{"oauth", what}}); }
  /// The SHA-256 digest of the OAuth client's secret; empty where it has none.
  std::string client_secret_sha256() const;
  /// Sends the responses that rules hold so far.
  void release() { command({{"release", true}}); }
  /// Drops all fault rules.
  void clear() { command({{"clear", true}}); }

  /// All events so far but the first `from`, in order.
  std::vector<nlohmann::json> ledger(std::size_t from = 0) const;
  /// The events of one kind: "connection", "request", "created", "revoked", "responded", "polled" …
  std::vector<nlohmann::json> events(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::vector<nlohmann::json> created() const { return events("created"); }
  /// The raw bodies, secrets as digests, of the requests to this path (without a query).
  std::vector<std::string> bodies(std::string_view path) const;
  /// The requests with this method.
  std::vector<nlohmann::json> requests(std::string_view method) const;
  /// The ids of tokens that were created and not revoked, oldest first.
  std::vector<std::string> live() const;
  /// True when the bytes hold, unencoded, a device code, access or refresh token of the provider.
  bool hold_issued_token(std::string_view bytes) const;
  /// True when these are, to the last byte, the string of the token created last.
  bool delivered_token_matches(std::string_view bytes) const;
  /// Waits until there are so many events of that kind; false when there are not in time.
  bool wait_for(std::string_view name, std::size_t count = 1) const;

  /// Runs influxctl with these arguments and INFLUXCTL_CONFIG set to the sandbox's config.toml
  /// (unless options.environment sets it).
  RunResult run(const std::vector<std::string>& args, RunOptions options = {}) const;

  /// Ends it now, as the destructor does. Returns the exit code; -1 where it has none.
  int stop();

 private:
  void write_line(const nlohmann::json& line);
  nlohmann::json read_line();
  void read_ledger() const;

  Descriptor connection_;
  std::string pending_;
  nlohmann::json ready_;
  mutable std::mutex ledger_mutex_;
  mutable std::vector<nlohmann::json> ledger_;  ///< what was read of it
  mutable std::size_t ledger_size_ = 0;         ///< its bytes
};

}  // namespace influxctl::e2e
