// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "influxctl/api/management_api.h"
#include "influxctl/auth/credentials.h"
#include "influxctl/base/text.h"
#include "influxctl/cli/completion.h"
#include "influxctl/commands/commands.h"
#include "influxctl/commands/session.h"
#include "influxctl/http/http.h"
#include "influxctl/http/trust.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

constexpr std::chrono::seconds kTabPatience(2);  // a person waits at the keyboard

std::vector<Candidate> files(const std::string& typed) {
  const auto slash = typed.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
  std::vector<Candidate> candidates;
  std::error_code failed;
  const std::filesystem::directory_iterator entries(directory.empty() ? "." : directory, failed);
  if (failed) return {};
  for (const auto& entry : entries) {
    const std::string name = directory + entry.path().filename().string();
    if (shown(name) == name) candidates.push_back({name, ""});
  }
  return candidates;
}

std::vector<Candidate> profiles(const Completion& completion, const ProcessContext& context) {
  std::vector<Candidate> candidates;
  for (const auto& name : profile_names(completion.options.profile, context.environment)) {
    if (shown(name) == name) candidates.push_back({name, ""});
  }
  return candidates;
}

// Only with a credential that is there without asking anyone: no login, and no refresh of one.
TokenList tokens_without_asking(const Options& options, const ProcessContext& context) {
  Profile profile = load_profile(options.profile, context.environment);
  const auto credential = find_credential(profile, context.environment);
  if (!credential) return {};
  const Log log(LogLevel::off, context.console);
  const HttpClient http(profile.tls, check_tls_files(profile.tls, context.environment),
                        context.signals, log);
  const ManagementApi api(http, *credential, endpoint_of(profile, options), kTabPatience);
  return api.list(kTabPatience, OnSignal::stop).tokens;
}

std::vector<Candidate> tokens(const Completion& completion, const ProcessContext& context) {
  std::vector<Candidate> candidates;
  for (const auto& token : tokens_without_asking(completion.options, context)) {
    const bool wanted =
        !token.revoked_at.given() && !token.id.empty() && shown(token.id) == token.id &&
        std::find(completion.unwanted.begin(), completion.unwanted.end(), token.id) ==
            completion.unwanted.end();
    if (wanted) candidates.push_back({token.id, shown(token.description)});
  }
  return candidates;
}

void look_up(Completion& completion, const ProcessContext& context) {
  switch (completion.kind) {
    case Completion::Kind::words:
    case Completion::Kind::program:
      break;
    case Completion::Kind::files:
      completion.candidates = files(completion.current);
      break;
    case Completion::Kind::profiles:
      completion.candidates = profiles(completion, context);
      break;
    case Completion::Kind::tokens:
      if (auto found = tokens(completion, context); !found.empty()) {
        completion.candidates = std::move(found);
      }
  }
}

}  // namespace

void complete(const Options& options, const ProcessContext& context) {
  const ShellLine line = read_shell_line(options, context.environment);
  Completion completion = complete_line(line, context.environment);
  try {
    look_up(completion, context);
  } catch (const Error&) {
    // Someone types at the shell that shows what this prints: no word about a failure.
  }
  print_result(context, completion_reply(line, completion));
}

}  // namespace influxctl
