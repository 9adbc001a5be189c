// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "form.h"
#include "ledger.h"
#include "provider_responses.h"

namespace influxctl::sandbox {

/// A request to a path below /oauth/ that was read completely; `number` is its "request" in the
/// ledger.
struct ProviderRequest {
  long number = 0;
  std::string method;
  std::string path;  ///< percent-decoded, without the query
  std::string content_type;
  std::string authorization;  ///< the header's value; empty when it is missing
  std::string body;
};

/// An OAuth provider with the device grant (RFC 8628) and refresh tokens (RFC 6749, 6). Codes,
/// tokens and the client's secret are kept only as SHA-256 digests. Safe from many threads.
class Provider {
 public:
  /// `client_secret` is empty where the client has none.
  Provider(Ledger& ledger, ProviderSettings settings, std::string_view client_secret);

  /// Does what a request asks and returns the true response.
  Response handle(const ProviderRequest& request);
  /// Carries out a command: approve, deny, expire_codes, expire_access or revoke_refresh. Throws
  /// std::invalid_argument for another one.
  void obey(const std::string& command);
  /// True for the digest of an access token that is good now.
  bool accepts(const std::string& access_digest);

 private:
  using Clock = std::chrono::steady_clock;
  enum class State { pending, approved, denied, expired, used };
  struct Code {
    Clock::time_point issued;
    std::chrono::seconds interval;
    std::string scope;
    State state = State::pending;
    std::optional<Clock::time_point> polled;
  };
  struct Refresh {
    std::string family;  // the same for all that one login led to
    std::string scope;
    bool spent = false;
  };

  Response refuse(const std::string& error, const std::string& description) const;
  std::optional<Response> check_request(const ProviderRequest& request) const;
  std::optional<Response> check_client(const Form& form) const;
  Response authorize_device(long number, const Form& form);
  Response grant(long number, const Form& form);
  Response poll(long number, const Form& form);
  Response poll_known(long number, Code& code);
  Response refresh(long number, const Form& form);
  Response issue(long number, const std::string& scope, const std::string& family);
  State state_of(const Code& code, Clock::time_point now) const;
  void settle(State state);

  Ledger& ledger_;
  ProviderSettings settings_;
  std::string secret_digest_;  // empty: the client has none
  std::mutex mutex_;
  std::map<std::string, Code> codes_;                // by digest
  std::map<std::string, Clock::time_point> access_;  // digest → end
  std::map<std::string, Refresh> refresh_;           // by digest
};

}  // namespace influxctl::sandbox
