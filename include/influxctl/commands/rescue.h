// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "influxctl/api/management_api.h"
#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/signals.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"

namespace influxctl {

/// Time for a look-up or a revocation after a failure: 9 s, and after a signal what is left of 9 s
/// since it arrived (container runtimes kill after 10), at least 1.5 s.
std::chrono::milliseconds time_to_clean_up(const Signals& signals);

/// The tries of one request until it is done: how long each may take, and pauses that double.
class Tries {
 public:
  struct Texts {
    std::string_view waits_for;  ///< in a pause, on a terminal
    std::string at_pause = {};   ///< said before the first one
    std::string at_signal = {};  ///< said before the last try
  };
  /// With OnSignal::never a clean-up, for time_to_clean_up(). Otherwise for `timeout`; after a
  /// signal there is one more try, of 2 s, which a second signal ends.
  Tries(const ProcessContext& context, OnSignal on_signal, std::chrono::milliseconds timeout,
        Texts texts);

  struct Try {
    std::chrono::milliseconds limit;
    OnSignal on_signal;
  };
  Try next();
  /// After a failure: pauses. False when there is no other try.
  bool again();
  bool is_last() const noexcept { return is_last_; }  ///< as a signal has arrived

 private:
  const ProcessContext& context_;
  OnSignal on_signal_;
  std::chrono::steady_clock::time_point end_;
  std::chrono::steady_clock::time_point try_end_;
  Texts texts_;
  TimeLimit pauses_;
  std::chrono::milliseconds pause_{100};
  bool is_last_ = false;
};

/// Revokes a token: DELETE is idempotent. `lag` is the status with which a replica that lags says
/// no: 404 for a new token, 401 for a new credential, 0 for none.
RevokeOutcome revoke_with_patience(const ManagementApi& api, const std::string& id, Tries& tries,
                                   int lag);

/// The command that revokes the token, with this run's global flags, to paste into a shell whatever
/// the id is.
std::string revoke_command(const Options& options, const std::string& id);

/// The id for people: visible, and cut at 256 bytes.
std::string shown_id(const std::string& id);

/// The guard of one create. Whatever is thrown after the request went out, by whatever: the token
/// is delivered, or revoked, or named, or said to be possible (exit 7). What that needs is made
/// beforehand: memory for the look-up or the revocation, and texts for when there is none.
class Rescue {
 public:
  /// Before the request. All that it is given outlives it. Throws std::bad_alloc.
  Rescue(const CreateRequest& request, Timestamp started, const Options& options,
         const ProcessContext& context, const ManagementApi& api);

  /// For HttpRequest::sent: true once the request went out.
  bool& sent() noexcept { return sent_; }
  /// A token was created. Its id may be empty.
  void created(const std::string& id) noexcept;

  /// The outcome is unknown: looks once for what the request may have left, and ends with `why` and
  /// what was found.
  [[noreturn]] void end_unknown(const Error& why);
  /// The token cannot be handed over: revokes it, and ends with exit 8, or the signal's code where
  /// that is why. Where it may still be live it is named; where the response did not give its id,
  /// it is looked for.
  [[noreturn]] void end_undelivered(const Error& why);
  /// Ends with this failure, and with what it means for the token that is to be replaced.
  [[noreturn]] void end(const Error& why);
  bool has_ended() const noexcept { return ended_; }  ///< an Error that is thrown is the last one
  /// For a handler of what is no Error: calls end_undelivered() or end_unknown() where memory
  /// allows, and throws LastWords where it does not.
  [[noreturn]] void end_exception();

 private:
  Error look_for_tokens(const Error& why) const;
  LastWords last_words(ErrorKind kind) const noexcept;
  void name_the_old(LastWords& words) const noexcept;

  const CreateRequest& request_;
  Timestamp started_;
  const Options& options_;
  const ProcessContext& context_;
  const ManagementApi& api_;
  std::string revoke_prefix_;  // the command up to the id
  std::string list_command_;
  struct Free {
    void operator()(void* block) const noexcept;
  };
  std::unique_ptr<void, Free> reserve_;  // never touched: `delete` would wipe it page by page
  std::array<char, 257> id_{};           // a copy that needs no memory
  std::size_t id_size_ = 0;
  bool sent_ = false;
  bool created_ = false;
  bool revoked_ = false;
  bool ended_ = false;
};

}  // namespace influxctl
