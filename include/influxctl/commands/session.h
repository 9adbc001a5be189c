// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/api/management_api.h"
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

/// What a command that talks to the cluster works with: what was asked for, a profile, its
/// credential and the way to its cluster. Its parts refer to each other: it is not moved.
class Session {
 public:
  /// The preflight: every local check, before the first byte goes over the network, the OAuth
  /// provider included: expiry, config.toml, API path, a terminal where a question will be asked,
  /// stdout, --output or the sink, CA, certificate, key and token files, and that there is a
  /// credential, or a login to resume, or somebody to ask (`auth status` needs none). --dry-run is
  /// this and a print. Warns about tls.insecure, tls.disable and files with secrets that others can
  /// read. Throws Error{usage}, Error{config}, Error{not_authorized}.
  Session(const Options& asked_for, const ProcessContext& process);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Options& options;
  const ProcessContext& context;

  /// What the flags of create and rotate ask for. Throws Error{usage} for an expiry that is not
  /// after `now`.
  CreateRequest request(Timestamp now) const;
  /// Where the result of create and rotate goes.
  Delivery& delivery() const { return *delivery_; }

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

  Profile profile_;
  Endpoint endpoint_;
  std::unique_ptr<Delivery> delivery_;  ///< null where there is none (list, revoke)
  Log log_;
  std::optional<Login> login_;  ///< where the credential is an OAuth login
  Credential credential_;
  HttpClient http_;
  ManagementApi api_;
  bool cancellation_told_ = false;
};

/// True when a question can be asked: stdin and stderr are terminals.
bool can_ask(const StandardStreams& streams);

}  // namespace influxctl
