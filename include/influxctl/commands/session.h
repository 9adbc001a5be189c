// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "influxctl/api/management_api.h"
#include "influxctl/auth/credentials.h"
#include "influxctl/cli/cli.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/login.h"
#include "influxctl/config/profile.h"
#include "influxctl/http/http.h"

namespace influxctl {

/// Warns once for each file that this run trusts or reads a secret from, and that others can read,
/// change or replace. `credential` may be null.
void warn_about_files(const Profile& profile, const Credential* credential,
                      const ProcessContext& context);

/// Everything that a command needs to talk to the cluster, checked as far as it can be without a
/// request to it. Its parts refer to each other: it stays where it was made.
class Session {
 public:
  /// Warns about tls.insecure, tls.disable and files with secrets that others can read. Without
  /// another credential it refreshes the OAuth login, or has a person log in where stdin and stderr
  /// are terminals. Throws Error for whatever is wrong with the configuration or the credential.
  Session(const Options& options, const ProcessContext& context, Profile profile);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const ManagementApi& api() const { return api_; }

 private:
  Credential get_credential(const Options& options, const ProcessContext& context);

  Log log_;
  Profile profile_;
  TrustStore trust_;
  std::optional<Login> login_;  ///< where the credential is an OAuth login
  Credential credential_;
  HttpClient http_;
  ManagementApi api_;
};

}  // namespace influxctl
