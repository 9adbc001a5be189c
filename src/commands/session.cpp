// SPDX-License-Identifier: MIT
#include "influxctl/commands/session.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/auth/credentials.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

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
    Error why = *login->why_not();
    why.add_hint("or set INFLUXCTL_MGMT_TOKEN to a management token");
    return why;
  }
  const std::string command = paste_command(options, "auth login");
  return {ErrorKind::not_authorized,
          "no credentials for profile " + influxctl::quoted(profile.name),
          {"set INFLUXCTL_MGMT_TOKEN to a management token",
           "or set mgmt_token in " + shown(profile.config_path),
           profile.oauth2 ? "or log in with: " + command
                          : "or add [profile.auth.oauth2] to it, and then run: " + command}};
}

// For people.
std::string cluster_name(const Profile& profile) {
  if (profile.product == Product::dedicated) return "account " + shown(profile.account_id);
  const bool ipv6 = profile.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + profile.host + "]" : profile.host) + ":" + std::to_string(profile.port);
}

// One line of standard input without its end; what there is of it when the input ends or a signal
// comes.
std::string read_reply(const ProcessContext& context) {
  std::string line;
  char c = 0;
  while (!context.signals.any()) {
    // Short waits, as a signal may come just before one begins.
    pollfd readable{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, 200) <= 0) continue;
    const ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    if (line.size() < 100) line += c;
  }
  if (c != '\n') context.console.print("\n");  // no reply has ended the question's line
  return line;
}

// Comes before all other checks.
Profile checked_profile(const Session& session) {
  const Options& options = session.options;
  const ProcessContext& context = session.context;
  check_open_files_limit();
  const bool issues = options.command == Command::create || options.command == Command::rotate;
  const bool to_stdout = !options.output && options.sink.empty() && !options.dry_run;
  if (issues && to_stdout && context.streams.same_out_err) context.console.hold();
  (void)session.request(current_time());
  return load_profile(options.profile, context.environment, &context);
}

std::unique_ptr<Delivery> prepare_delivery(const Options& options, const ProcessContext& context) {
  if (options.command == Command::revoke) {
    if (options.force || can_ask(context.streams)) return nullptr;
    throw Error(ErrorKind::usage, "revoking asks first, and there is no terminal to ask on",
                {"to revoke without being asked add --force"});
  }
  const bool shows = options.command == Command::list || options.command == Command::status;
  if (shows || options.dry_run) check_standard_output(context.streams);
  if (shows) return nullptr;
  if (options.output) return deliver_to_file(*options.output, context);
  if (options.sink.empty()) return deliver_to_stdout(context, options.timeout);
  return deliver_to_command(options.sink, context, options.timeout);
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

Session::Session(const Options& asked_for, const ProcessContext& process)
    : options(asked_for),
      context(process),
      profile_(checked_profile(*this)),
      endpoint_(endpoint_of(profile_, options)),
      delivery_(prepare_delivery(options, context)),
      log_(options.log, context.console),
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

CreateRequest Session::request(Timestamp now) const {
  CreateRequest request;
  request.description = options.description;
  if (options.expires_at) request.expires_at = parse_expiry(*options.expires_at, now);
  if (options.expires_in) request.expires_at = expiry_after(*options.expires_in, now);
  return request;
}

void Session::sign_in() {
  if (!credential_.token.empty()) return;
  auto credential = login_ ? login_->resume() : std::nullopt;
  const bool may_ask = options.command != Command::status && can_ask(context.streams);
  if (!credential && !may_ask) throw no_credential(profile_, options, login_);
  use(credential ? std::move(*credential) : login_->by_device(false));
}

void Session::confirm(const std::vector<std::string>& tokens, const std::string& question,
                      const std::string& otherwise) const {
  std::string text =
      "cluster " + cluster_name(profile_) + ", profile " + influxctl::quoted(profile_.name) + "\n";
  for (const auto& token : tokens) text += "  " + token + "\n";
  context.console.print(text + question + " [y/N] ");
  const std::string reply = read_reply(context);
  context.signals.stop_if_any(otherwise);
  constexpr std::array<std::string_view, 5> kYes = {"y", "Y", "yes", "Yes", "YES"};
  if (std::find(kYes.begin(), kYes.end(), trimmed(reply)) == kYes.end()) {
    throw Error(ErrorKind::usage, "not confirmed; " + otherwise);
  }
}

ManagementApi Session::api_as(const Credential& credential) {
  ManagementApi api(http_, credential, endpoint_, api_.timeout());
  api.watch([this](const RequestWait& wait) { show_wait(wait); });
  return api;
}

void Session::show_wait(const RequestWait& wait) {
  Console& console = context.console;
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
  warn_about_files(profile_, &credential_, context);
}

bool can_ask(const StandardStreams& streams) { return streams.in_terminal && streams.err_terminal; }

}  // namespace influxctl
