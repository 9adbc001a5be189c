// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "influxctl/api/management_api.h"
#include "influxctl/base/io.h"
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

}  // namespace influxctl
