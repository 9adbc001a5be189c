// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/api/management_api.h"
#include "influxctl/auth/credentials.h"
#include "influxctl/cli/options.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/login.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"

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

}  // namespace influxctl
