// SPDX-License-Identifier: MIT
#include "influxctl/commands/session.h"

#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

void warn_about(const Profile& profile, const Credential& credential, Console& console) {
  if (profile.tls.disable) {
    console.warning(
        "tls.disable is set: the credential and the new token cross the network in "
        "plain text");
  } else if (profile.tls.insecure) {
    console.warning("tls.insecure is set: anyone in between can pose as the cluster");
  }
  if (!credential.unsafe_file.empty()) {
    console.warning(shown(credential.unsafe_file) +
                    " holds a secret and others can read it; mend it with chmod 600");
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
  warn_about(profile_, credential_, context.console);
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
