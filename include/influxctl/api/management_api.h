// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/api/token_record.h"
#include "influxctl/base/error.h"
#include "influxctl/http/http.h"

namespace influxctl {

/// What a create sends; an unset field is absent from the body.
struct CreateRequest {
  std::optional<std::string> description;  ///< not empty, UTF-8, no control characters
  std::optional<Timestamp> expires_at;     ///< unset: never expires
  std::string replaces = {};  ///< the id of the token that it succeeds; not sent, empty for none
};

/// The JSON body of a create, `expiresAt` normalised.
std::string create_body(const CreateRequest& request);

/// The path of a cluster's management tokens, or of an account's where `account_id` is not empty.
/// `api_path` replaces the documented path when it is not empty. Throws Error{usage} for an
/// api_path that is no absolute URL path, and names where it came from.
std::string management_path(const std::string& account_id, const std::string& api_path,
                            const std::string& source);

/// Where the management tokens are, and what sets that, for hints.
struct Endpoint {
  std::string url;
  std::string address_setting;    ///< "host and port in config.toml"
  std::string path_setting = {};  ///< "--api-path"; empty where the path is the documented one
};

/// What a create can come to. A value: no outcome is an exception.
struct CreateOutcome {
  enum class State {
    not_sent,  ///< nothing left this machine
    refused,   ///< a whole response that says no
    unknown,   ///< sent, and no response that can be relied on: a token may exist
    unusable,  ///< created: the response has an id, and no usable token
    created,   ///< created, with a usable token
  };
  State state = State::not_sent;
  CreatedToken created;                             ///< with unusable and created
  std::optional<Error> failure;                     ///< what to tell; with all states but created
  std::optional<std::chrono::seconds> retry_after;  ///< a 429 that names a sane wait
};

/// What became of the attempt to revoke one token.
struct RevokeOutcome {
  bool revoked = false;
  std::optional<Error> failure = std::nullopt;  ///< unless revoked
  int status = 0;                               ///< of a whole refusal; 0 without one
  bool responded = false;                       ///< the failure is one that a response tells
};

/// The cluster's management-token endpoint (docs/management-api.md): one request a call.
class ManagementApi {
 public:
  /// Puts another token into the credential that the cluster does not accept, within the time that
  /// is left; false when there is none to be had.
  using Renew = std::function<bool(std::chrono::milliseconds left, OnSignal on_signal)>;

  /// `timeout` bounds each call, renewals included. A request that gets a 401 had
  /// no effect, unless the response has a token in it; it is sent again where `renew` finds another
  /// credential, at most twice: one that another run has put in place may be too old as well.
  ManagementApi(const HttpClient& http, const Credential& credential, Endpoint endpoint,
                std::chrono::milliseconds timeout, Renew renew = {})
      : http_(http),
        credential_(credential),
        endpoint_(std::move(endpoint)),
        timeout_(timeout),
        renew_(std::move(renew)) {}

  /// Has each wait for a response reported.
  void watch(std::function<void(const RequestWait&)> watcher) { watcher_ = std::move(watcher); }

  /// Sends at most one POST that the cluster could act on. `timeout` is what is left of the call's
  /// time. `sent` becomes true when the request goes out: what is thrown after that (memory has run
  /// out) leaves the outcome unknown.
  CreateOutcome create(const CreateRequest& request, std::chrono::milliseconds timeout,
                       bool& sent) const;

  /// The tokens, revoked ones included, in the cluster's order.
  struct Listing {
    TokenList tokens;
    std::size_t unreadable = 0;            ///< records that were left out; worth a warning
    std::optional<Timestamp> server_time;  ///< the cluster's clock, where it says it
  };

  /// Says which tokens are wanted, given the cluster's clock; the others take no memory.
  using Keep = std::function<bool(const TokenRecord&, const std::optional<Timestamp>& server_time)>;

  /// Throws Error.
  Listing list(std::chrono::milliseconds timeout, OnSignal on_signal, const Keep& keep = {}) const;

  /// Whether the cluster accepts the credential, by the status of a GET whose list is not read:
  /// 403 says that it knows it, too.
  struct Probe {
    bool accepted = false;
    std::string problem = {};  ///< unless accepted
    bool responded = false;    ///< the problem is one that a response tells
  };
  Probe probe(std::chrono::milliseconds timeout, OnSignal on_signal) const;

  /// Revokes one token: 200 or 204 says that it is revoked.
  RevokeOutcome revoke(const std::string& id, std::chrono::milliseconds timeout,
                       OnSignal on_signal) const;

  std::chrono::milliseconds timeout() const noexcept { return timeout_; }

  /// True when a token's prefix is the beginning of the credential in use. One below 8 characters
  /// (the documented one has 9: "M.V1.+5Jk") tells no token from another.
  bool credential_begins_with(std::string_view token_prefix) const noexcept {
    constexpr std::size_t kTelling = 8;
    return token_prefix.size() >= kTelling && credential_.token.reveal().starts_with(token_prefix);
  }

 private:
  HttpResult send(HttpRequest request) const;
  HttpResult get(std::chrono::milliseconds timeout, OnSignal on_signal, std::size_t limit) const;
  bool may_renew(const HttpResult& result) const;

  const HttpClient& http_;
  const Credential& credential_;
  Endpoint endpoint_;
  std::chrono::milliseconds timeout_;
  Renew renew_;
  std::function<void(const RequestWait&)> watcher_;
};

}  // namespace influxctl
