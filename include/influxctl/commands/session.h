// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/api/management_api.h"
#include "influxctl/auth/credentials.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/login.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

/// Warns once for each file that this run trusts or reads a secret from, and that others can read,
/// change or replace. `credential` may be null.
void warn_about_files(const Profile& profile, const Credential* credential,
                      const ProcessContext& context);

/// Where the profile's management tokens are. Throws Error{usage} for an API path that is none.
Endpoint endpoint_of(const Profile& profile, const Options& options);

/// A profile, its credential and the way to its cluster. Made by preflight(). Its parts refer to
/// each other: it is not moved.
class Session {
 public:
  /// Local: reads the files of TLS and of the credential, and sees to it that there is a
  /// credential, a login that can be resumed, or a terminal to log in on; `auth status` needs none
  /// of them. Warns about tls.insecure, tls.disable and files with secrets that others can read.
  /// Throws Error{config}, Error{not_authorized}.
  Session(const Options& options, const ProcessContext& context, Profile profile,
          Endpoint endpoint);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The first use of the network: where the credential is an OAuth login, refreshes it, or has the
  /// user log in, except for `auth status`. Throws Error.
  void sign_in();

  /// Asks on stderr and reads the reply from stdin, both of which are terminals. `tokens`: one line
  /// each, safe to show; `otherwise`: what is true after a no. Throws Error{usage} unless the reply
  /// is yes, and Error{signals.kind()} when cancelled.
  void confirm(const std::vector<std::string>& tokens, const std::string& question,
               const std::string& otherwise) const;

  /// The cluster, after sign_in().
  const ManagementApi& api() const { return api_; }
  /// The cluster with another credential, which must outlive what is returned.
  ManagementApi api_as(const Credential& credential);
  const std::string& url() const { return endpoint_.url; }
  const Profile& profile() const { return profile_; }
  /// Empty before sign_in() where it is an OAuth login.
  const Credential& credential() const { return credential_; }

 private:
  void use(Credential credential);
  void show_wait(const RequestWait& wait);

  const Options& options_;
  const ProcessContext& context_;
  Log log_;
  Profile profile_;
  Endpoint endpoint_;
  std::optional<Login> login_;  ///< where the credential is an OAuth login
  Credential credential_;
  HttpClient http_;
  ManagementApi api_;
  bool cancellation_told_ = false;
};

/// What a command starts with.
struct Preflight {
  CreateRequest request;               ///< what the flags of create and rotate ask for
  std::unique_ptr<Delivery> delivery;  ///< of the result; null where there is none (revoke)
  std::unique_ptr<Session> session;    ///< not signed in yet
};

/// Every local check of a command that talks to the cluster, before the first byte goes over the
/// network, the OAuth provider included: expiry, config.toml, API path, a terminal where a question
/// will be asked, stdout, --output or the sink, CA, certificate, key and token files, and that
/// there is a credential, or a login to resume, or somebody to ask. --dry-run is this and a print.
/// Throws Error{usage}, Error{config}, Error{not_authorized}.
Preflight preflight(const Options& options, const ProcessContext& context);

/// What the flags ask the cluster for. Throws Error{usage} for an expiry that is not in the future.
CreateRequest checked_request(const Options& options, Timestamp now);

/// True when a question can be asked: stdin and stderr are terminals.
bool can_ask(const StandardStreams& streams);

}  // namespace influxctl
