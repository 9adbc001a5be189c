// SPDX-License-Identifier: MIT
#include "influxctl/commands/session.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/file.h"
#include "influxctl/base/text.h"
#include "influxctl/commands/preflight.h"

namespace influxctl {

namespace {

void warn_about(const TlsSettings& tls, Console& console) {
  if (tls.disable) {
    console.warning(
        "tls.disable is set: the credential and the new token cross the network in plain text");
  } else if (tls.insecure) {
    console.warning("tls.insecure is set: anyone in between can pose as the cluster");
  }
}

// Why there is no credential, and nobody can be asked to log in.
Error no_credential(const Profile& profile, const Options& options,
                    const std::optional<Login>& login) {
  if (login && login->why_not()) {
    const Error& why = *login->why_not();
    auto hints = why.hints();
    hints.emplace_back("or set INFLUXCTL_MGMT_TOKEN to a management token");
    return {why.kind(), why.message(), hints};
  }
  const std::string command = paste_command(options, "auth login");
  return {ErrorKind::not_authorized,
          "no credentials for profile " + influxctl::quoted(profile.name),
          {"set INFLUXCTL_MGMT_TOKEN to a management token",
           "or set mgmt_token in " + shown(profile.config_path),
           profile.oauth2 ? "or log in with: " + command
                          : "or add [profile.auth.oauth2] to it, and then run: " + command}};
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

Endpoint endpoint_of(const Profile& profile, const Options& options) {
  const bool dedicated = profile.product == Product::dedicated;
  return {
      .url = origin_of(profile) + management_path(dedicated ? profile.account_id : "",
                                                  options.api_path, options.api_path_source),
      .address_setting = (dedicated ? "account_id in " : "host and port in ") + profile.config_name,
      .path_setting = options.api_path.empty() ? "" : options.api_path_source};
}

Session::Session(const Options& options, const ProcessContext& context, Profile profile,
                 Endpoint endpoint)
    : options_(options),
      context_(context),
      log_(options.log, context.console),
      profile_(std::move(profile)),
      endpoint_(std::move(endpoint)),
      http_(profile_.tls, check_tls_files(profile_.tls, context.environment), context.signals,
            log_),
      api_(http_, credential_, endpoint_, options.timeout,
           [this](std::chrono::milliseconds left, OnSignal on_signal) {
             return login_ && login_->renew(credential_, left, on_signal);
           }) {
  api_.watch([this](const RequestWait& wait) { show_wait(wait); });
  warn_about(profile_.tls, context.console);
  if (auto found = find_credential(profile_, context.environment, &context)) {
    use(std::move(*found));
    return;
  }
  if (profile_.oauth2) login_.emplace(profile_, options, context, log_);
  const bool can_sign_in = login_ && (login_->can_resume() || can_ask(context.streams));
  if (can_sign_in || options.command == Command::status) return;  // which shows what there is first
  throw no_credential(profile_, options, login_);
}

void Session::sign_in() {
  if (!credential_.token.empty()) return;
  auto credential = login_ ? login_->resume() : std::nullopt;
  const bool may_ask = options_.command != Command::status && can_ask(context_.streams);
  if (!credential && !may_ask) throw no_credential(profile_, options_, login_);
  use(credential ? std::move(*credential) : login_->by_device(false));
}

ManagementApi Session::api_as(const Credential& credential) {
  ManagementApi api(http_, credential, endpoint_, api_.timeout());
  api.watch([this](const RequestWait& wait) { show_wait(wait); });
  return api;
}

void Session::show_wait(const RequestWait& wait) {
  Console& console = context_.console;
  if (wait.over) return console.clear_status();
  const bool goes_on = wait.cancelled && wait.on_signal == OnSignal::never;
  if ((goes_on || wait.waits_on()) && !std::exchange(cancellation_told_, true)) {
    const bool creates = wait.method == "POST";
    console.release();
    if (goes_on) {
      console.note({"cancelled: this goes on for up to 9 s, as a token may be live"});
    } else {
      console.note({"cancelled: waiting up to 5 s for the response",
                    creates ? ", as a token may come with it" : "",
                    "; a second signal ends the wait, and ",
                    creates ? "may leave a token that nobody holds"
                            : "leaves open whether the token is revoked"});
    }
  }
  console.show_wait(wait.method == "DELETE" ? "the cluster's response to the revocation"
                    : wait.method == "GET"  ? "the cluster's response with the list of tokens"
                                            : "the cluster's response",
                    wait.elapsed);
}

void Session::use(Credential credential) {
  credential_ = std::move(credential);
  log_.debug("profile " + profile_.name + " of " + profile_.config_path + ", credential from " +
             credential_.source);
  warn_about_files(profile_, &credential_, context_);
}

}  // namespace influxctl
