// SPDX-License-Identifier: MIT
#include "provider.h"

#include <strings.h>

#include <stdexcept>
#include <utility>

#include "random.h"

namespace influxctl::sandbox {

namespace {

bool is_form(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  type.erase(type.find_last_not_of(' ') + 1);
  return ::strcasecmp(type.c_str(), "application/x-www-form-urlencoded") == 0;
}

}  // namespace

Provider::Provider(Ledger& ledger, ProviderSettings settings, std::string_view client_secret)
    : ledger_(ledger),
      settings_(std::move(settings)),
      secret_digest_(client_secret.empty() ? "" : sha256_hex(client_secret)) {}

Response Provider::refuse(const std::string& error, const std::string& description) const {
  return oauth_error(settings_.kind, error, description);
}

std::optional<Response> Provider::check_request(const ProviderRequest& request) const {
  if (request.method != "POST") {
    Response response = refuse("invalid_request", "the method must be POST");
    response.status = 405;
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  if (!is_form(request.content_type)) {
    return refuse("invalid_request", "the Content-Type must be application/x-www-form-urlencoded");
  }
  if (!request.authorization.empty()) {
    return refuse("invalid_request", "the client authenticates in the form");
  }
  return std::nullopt;
}

std::optional<Response> Provider::check_client(const Form& form) const {
  const std::string* id = field(form, "client_id");
  if (id == nullptr || *id != provider_client_id) {
    return refuse("invalid_client", "Unknown client");
  }
  const std::string* secret = field(form, "client_secret");
  if ((secret == nullptr ? "" : sha256_hex(*secret)) != secret_digest_) {
    return refuse("invalid_client", "Wrong client secret");
  }
  return std::nullopt;
}

Response Provider::handle(const ProviderRequest& request) {
  if (request.path == "/oauth/activate" && request.method == "GET") {
    return {200,
            {{"Content-Type", "text/plain"}},
            "Nothing to do: the stand-in approves codes itself.\n"};
  }
  const bool device = request.path == "/oauth/device";
  if (!device && request.path != "/oauth/token") return error_response(404, "not found");
  if (auto refusal = check_request(request)) return *refusal;
  const std::lock_guard lock(mutex_);
  try {
    const Form form = parse_form(request.body);
    if (auto refusal = check_client(form)) return *refusal;
    return device ? authorize_device(request.number, form) : grant(request.number, form);
  } catch (const std::invalid_argument& error) {
    return refuse("invalid_request", error.what());
  }
}

void Provider::settle(State state) {
  const auto now = Clock::now();
  for (auto& [digest, code] : codes_) {
    if (state_of(code, now) == State::pending) code.state = state;
  }
}

void Provider::obey(const std::string& command) {
  const std::lock_guard lock(mutex_);
  if (command == "approve") {
    settle(State::approved);
  } else if (command == "deny") {
    settle(State::denied);
  } else if (command == "expire_codes") {
    settle(State::expired);
  } else if (command == "expire_access") {
    access_.clear();
  } else if (command == "revoke_refresh") {
    refresh_.clear();
  } else {
    throw std::invalid_argument("unknown command: oauth " + command);
  }
}

bool Provider::accepts(const std::string& access_digest) {
  const std::lock_guard lock(mutex_);
  const auto found = access_.find(access_digest);
  return found != access_.end() && Clock::now() < found->second;
}

}  // namespace influxctl::sandbox
