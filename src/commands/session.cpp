// SPDX-License-Identifier: MIT
#include "influxctl/commands/session.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/file.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

void warn_about_tls(const Profile& profile, Console& console) {
  if (profile.tls.disable) {
    console.warning(
        "tls.disable is set: the credential and the new token cross the network in "
        "plain text");
  } else if (profile.tls.insecure) {
    console.warning("tls.insecure is set: anyone in between can pose as the cluster");
  }
}

std::vector<std::string> hints_for_none(const Profile& profile) {
  std::vector<std::string> hints = {"set INFLUXCTL_MGMT_TOKEN to a management token",
                                    "or set mgmt_token in " + shown(profile.config_path)};
  hints.emplace_back(profile.oauth2 ? "or log in with: influxctl auth login"
                                    : "or add [profile.auth.oauth2] to it, and then run: "
                                      "influxctl auth login");
  return hints;
}

}  // namespace

void warn_about_files(const Profile& profile, const Credential* credential,
                      const ProcessContext& context) {
  const std::string credential_file = credential == nullptr ? "" : credential->file;
  const bool config_is_secret = credential_file == profile.config_path ||
                                (profile.oauth2 && !profile.oauth2->client_secret.empty() &&
                                 (credential == nullptr || !credential->renewal.empty()));
  std::map<std::string, bool> holds_secret = {{profile.config_path, config_is_secret},
                                              {profile.tls.ca, false},
                                              {profile.tls.cert, false},
                                              {profile.tls.key, true}};
  holds_secret[credential_file] |= !credential_file.empty();
  for (const auto& [path, is_secret] : holds_secret) {
    const std::string warning =
        access_warning(path, is_secret, context.environment.get("SUDO_UID"));
    if (!warning.empty()) context.console.warning(warning);
  }
}

Session::Session(const Options& options, const ProcessContext& context, Profile profile)
    : log_(options.log, context.console),
      profile_(std::move(profile)),
      trust_(check_tls_files(profile_.tls, context.environment)),
      credential_(get_credential(options, context)),
      http_(profile_.tls, std::move(trust_), context.signals, log_),
      api_(http_, credential_, management_url(profile_, options.api_path), options.timeout,
           [this](std::chrono::milliseconds left, OnSignal on_signal) {
             return login_ && login_->renew(credential_, left, on_signal);
           }) {
  log_.debug("profile " + profile_.name + " of " + profile_.config_path + ", credential from " +
             credential_.source);
  warn_about_tls(profile_, context.console);
  warn_about_files(profile_, &credential_, context);
}

Credential Session::get_credential(const Options& options, const ProcessContext& context) {
  if (auto credential = find_credential(profile_, context.environment))
    return std::move(*credential);
  if (profile_.oauth2) {
    login_.emplace(profile_, options, context, log_);
    if (auto credential = login_->resume()) return std::move(*credential);
    const bool person = context.streams.in_terminal && context.streams.err_terminal;
    if (person) return login_->by_device(false);
    if (const auto& why = login_->why_not()) {
      auto hints = why->hints();
      hints.emplace_back("or set INFLUXCTL_MGMT_TOKEN to a management token");
      throw Error(why->kind(), why->message(), hints);
    }
  }
  throw Error(ErrorKind::not_authorized,
              "no credentials for profile " + influxctl::quoted(profile_.name),
              hints_for_none(profile_));
}

}  // namespace influxctl
