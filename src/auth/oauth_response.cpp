// SPDX-License-Identifier: MIT
// What an OAuth provider's responses come to.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "influxctl/auth/oauth.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
#include "influxctl/http/url.h"

namespace influxctl {

namespace {

using nlohmann::json;
using State = TokenOutcome::State;

constexpr std::size_t kLongestUri = 2048;
constexpr std::size_t kLongestUserCode = 128;
constexpr std::size_t kLongestSecret = 16U << 10U;
constexpr std::int64_t kLongestCode = 86'400;               // seconds
constexpr std::int64_t kLongestInterval = 3'600;            // seconds
constexpr std::int64_t kLongestToken = 366 * kLongestCode;  // a longer one is looked at again
constexpr const char* kSafe = "nothing was sent to the cluster, so it is safe to run this again";

/// A response that is not as RFC 8628 or RFC 6749 describe it. The text follows "cannot be used: "
/// and quotes nothing of the response.
struct Malformed : std::runtime_error {
  explicit Malformed(const std::string& why, std::string what_to_do = {})
      : std::runtime_error(why), hint(std::move(what_to_do)) {}
  std::string hint;
};

/// The members of a response; null counts as absent. What returns one throws Malformed for a member
/// of another type.
class Members {
 public:
  explicit Members(const std::string& text)
      : document_(has_nul(text) ? json() : json::parse(text, nullptr, false)) {}

  bool is_object() const { return document_.is_object(); }

  const json* find(const char* name) const {
    const auto member = document_.find(name);
    return member == document_.end() || member->is_null() ? nullptr : &*member;
  }

  /// Empty when it is absent.
  std::string_view text(const char* name) const {
    const json* const member = find(name);
    if (member == nullptr) return {};
    if (!member->is_string()) throw Malformed(its(name, "is not a string"));
    return *member->get_ptr<const std::string*>();
  }

  std::string_view required_text(const char* name) const {
    const std::string_view value = text(name);
    if (value.empty()) throw Malformed(std::string("it has no ") + name);
    return value;
  }

  /// Visible ASCII characters and spaces alone (RFC 6749 appendix A), at most 16 KiB.
  Secret secret(const char* name) const {
    const std::string_view value = text(name);
    if (!std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
      throw Malformed(its(name, "has an unexpected character"));
    }
    if (value.size() > kLongestSecret) throw Malformed(its(name, "is too long"));
    return Secret(value);
  }

  /// A whole number, which some providers send as a string; a fraction is cut off.
  std::optional<std::int64_t> number(const char* name) const {
    const json* const member = find(name);
    if (member == nullptr) return std::nullopt;
    constexpr double kLargest = 9e15;  // whole numbers are exact below it
    if (member->is_number()) {
      return static_cast<std::int64_t>(std::clamp(member->get<double>(), -kLargest, kLargest));
    }
    const auto* const digits = member->get_ptr<const std::string*>();
    const auto number = digits == nullptr ? std::nullopt : parse_number<std::int64_t>(*digits);
    if (!number) throw Malformed(its(name, "is not a number"));
    return number;
  }

  /// A number that must be there, of seconds from 1 to `most`.
  std::chrono::seconds seconds(const char* name, std::int64_t most) const {
    const auto value = number(name);
    if (!value) throw Malformed(std::string("it has no ") + name);
    if (*value < 1 || *value > most) {
      throw Malformed(its(name, "is not between 1 and " + std::to_string(most) + " seconds"));
    }
    return std::chrono::seconds(*value);
  }

 private:
  static std::string its(const char* name, const std::string& fault) {
    return std::string("its ") + name + ' ' + fault;
  }

  json document_;
};

/// `LEAD"TEXT"` without what could be a secret; empty for what is no text, and one that is empty or
/// repeats one.
std::string quoted_text(std::string_view lead, const json* text, const OAuthQuestion& question) {
  constexpr std::size_t kReadable = 200;
  if (text == nullptr || !text->is_string()) return {};
  const std::string safe = redacted(*text->get_ptr<const std::string*>(), question.secrets);
  return safe.empty() ? "" : std::string(lead) + influxctl::quoted(safe, kReadable);
}

std::string section_hint(const std::string& keys, const OAuthQuestion& question) {
  return "check " + keys + " under [profile.auth.oauth2] in " + question.config_name;
}

std::vector<std::string> hints_for(std::string_view code, const OAuthQuestion& question) {
  if (code == "invalid_scope") return {section_hint("scopes", question)};
  if (code == "invalid_request") return {section_hint("scopes and parameters", question)};
  const std::string client = section_hint("client_id and client_secret", question);
  if (code == "invalid_client") return {client};
  if (code == "unauthorized_client" || code == "unsupported_grant_type" ||
      code == "invalid_grant") {
    return {client, "the provider must allow this client the device authorization grant"};
  }
  return {section_hint(question.url_key, question)};
}

TokenOutcome failed(State state, ErrorKind kind, const std::string& message,
                    std::vector<std::string> hints) {
  return {.state = state, .failure = Error(kind, message, std::move(hints))};
}

TokenOutcome unusable(const Malformed& malformed, const OAuthQuestion& question) {
  return failed(
      State::refused, ErrorKind::not_authorized,
      std::string("the OAuth provider's response cannot be used: ") + malformed.what(),
      {malformed.hint.empty() ? section_hint(question.url_key, question) : malformed.hint});
}

/// No response that counts: none at all, an incomplete one, 5xx.
TokenOutcome no_response(const HttpResult& result) {
  const bool complete = result.reach == Reach::complete;
  const std::string what = complete ? "failed (" + std::to_string(result.status) + ")"
                           : result.reach == Reach::not_sent ? "was not reached: " + result.problem
                                                             : "did not respond: " + result.problem;
  std::vector<std::string> hints;
  if (!result.hint.empty()) hints.push_back(result.hint);
  if (!result.local) hints.emplace_back(kSafe);
  return failed(result.local || result.untrusted ? State::refused : State::unreached,
                result.local ? ErrorKind::config : ErrorKind::unreached,
                "the OAuth provider " + what, hints);
}

/// An `error` member (RFC 6749 section 5.2, RFC 8628 section 3.5), which comes with any status.
TokenOutcome error_outcome(const Members& members, int status, const OAuthQuestion& question) {
  const std::string_view code = members.text("error");
  if (code == "authorization_pending") return {.state = State::pending};
  if (code == "slow_down") return {.state = State::slow_down};
  const std::string said = quoted_text(": ", members.find("error_description"), question);
  if (code == "expired_token") {
    return failed(State::refused, ErrorKind::not_authorized,
                  "the code expired before the login was approved",
                  {"run this again for a new code"});
  }
  if (code == "access_denied" || code == "authorization_declined") {
    return failed(State::refused, ErrorKind::not_authorized, "the login was declined" + said, {});
  }
  if (code == "temporarily_unavailable" || code == "server_error") {
    return failed(State::unreached, ErrorKind::unreached,
                  "the OAuth provider failed (" + std::string(code) + ")" + said, {kSafe});
  }
  if (status == 429) return {.state = State::slow_down};  // Auth0: "Too Many Requests"
  TokenOutcome outcome = failed(State::refused, ErrorKind::not_authorized,
                                "the OAuth provider refused (" + std::to_string(status) +
                                    quoted_text(", ", members.find("error"), question) + ")" + said,
                                hints_for(code, question));
  outcome.invalid_grant = code == "invalid_grant";
  return outcome;
}

/// A status other than 200 and 201, without an error that explains it.
TokenOutcome status_outcome(const HttpResult& result, const OAuthQuestion& question) {
  const int status = result.status;
  if (status == 429) return {.state = State::slow_down};
  if (status / 100 == 2) throw Malformed("its status is " + std::to_string(status));
  const bool moved = status / 100 == 3;
  const std::string hint =
      result.compressed ? result.hint : section_hint(question.url_key, question);
  return failed(State::refused, ErrorKind::not_authorized,
                std::string("the OAuth provider ") +
                    (moved ? "redirects elsewhere (" : "refused (") + std::to_string(status) +
                    ") at " + shown(question.url.substr(0, question.url.find('?'))),
                {hint});
}

/// The one decoder of responses: gives the members of a success to `read`, whose Malformed counts
/// as a refusal, and says what everything else comes to.
TokenOutcome decode(const HttpResult& result, const OAuthQuestion& question,
                    const std::function<void(const Members&)>& read) {
  if (result.reach != Reach::complete || result.status >= 500) return no_response(result);
  try {
    const Members members(result.body);
    if (members.is_object() && !members.text("error").empty()) {
      return error_outcome(members, result.status, question);
    }
    if (result.status != 200 && result.status != 201) return status_outcome(result, question);
    if (result.compressed && !members.is_object()) {
      throw Malformed("it is compressed, and not readable", result.hint);
    }
    if (result.is_html()) {
      throw Malformed("it is a web page, perhaps a login page",
                      question.url_key + std::string(" must be an endpoint for programs, not a "
                                                     "page for people: see the provider's "
                                                     "/.well-known/openid-configuration"));
    }
    if (!members.is_object()) throw Malformed("it is not a JSON object");
    read(members);
    return {.state = State::granted};
  } catch (const Malformed& malformed) {
    return unusable(malformed, question);
  }
}

bool is_web_url(std::string_view url) {
  return url.size() <= kLongestUri && parse_url(url) &&
         std::all_of(url.begin(), url.end(), [](char c) {  // RFC 3986 section 2
           return is_unreserved(c) ||
                  std::string_view(":/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
         });
}

/// Some providers say "url" where the RFC says "uri".
std::string_view uri(const Members& members, const char* name, const char* other_name) {
  return members.text(members.find(name) != nullptr ? name : other_name);
}

/// Whoever holds the device code can take the login over, so nothing that is shown may repeat it.
DeviceAuthorization device_authorization(const Members& members) {
  DeviceAuthorization device;
  (void)members.required_text("device_code");
  device.device_code = members.secret("device_code");
  const std::vector<std::string_view> secrets = {device.device_code.reveal()};
  device.user_code = members.required_text("user_code");
  if (device.user_code.size() > kLongestUserCode || shown(device.user_code) != device.user_code) {
    throw Malformed("its user_code cannot be shown");
  }
  device.verification_uri = uri(members, "verification_uri", "verification_url");
  if (device.verification_uri.empty()) throw Malformed("it has no verification_uri");
  if (!is_web_url(device.verification_uri)) {
    throw Malformed("its verification_uri is not an http or https URL");
  }
  if (repeats_secret(device.user_code, secrets)) {
    throw Malformed("its user_code repeats the device_code, which is a secret");
  }
  if (repeats_secret(device.verification_uri, secrets)) {
    throw Malformed("its verification_uri repeats the device_code, which is a secret");
  }
  // Optional: one that no browser should be given is as good as none.
  const auto complete = uri(members, "verification_uri_complete", "verification_url_complete");
  if (is_web_url(complete) && !repeats_secret(complete, secrets)) {
    device.verification_uri_complete = complete;
  }
  device.expires_in = members.seconds("expires_in", kLongestCode);
  if (const auto interval = members.number("interval")) {
    device.interval =
        *interval == 0 ? std::chrono::seconds(1) : members.seconds("interval", kLongestInterval);
  }
  return device;
}

OAuthTokens issued_tokens(const Members& members, Timestamp now) {
  OAuthTokens tokens;
  const std::string_view access_token = members.required_text("access_token");
  if (!is_b64token(access_token, kOAuthTokenLimit)) {
    if (access_token.size() < kOAuthTokenLimit) throw Malformed("its access_token is not a token");
    throw Malformed("its access_token is longer than " + std::to_string(kOAuthTokenLimit - 1) +
                        " bytes, and no server takes such a header",
                    "ask for fewer scopes, or have the provider put fewer claims into the token");
  }
  tokens.access_token = Secret(access_token);
  if (members.find("token_type") == nullptr) throw Malformed("it has no token_type");
  if (!equals_ignoring_case(members.text("token_type"), "bearer"))
    throw Malformed("its token_type is not Bearer");
  tokens.refresh_token = members.secret("refresh_token");
  if (const auto lifetime = members.number("expires_in")) {
    if (*lifetime < 1) throw Malformed("its expires_in is not a time ahead");
    tokens.expires_at = Timestamp{now.seconds + std::min(*lifetime, kLongestToken), now.nanos};
  }
  return tokens;
}

}  // namespace

DeviceAuthorization read_device_authorization(const HttpResult& result,
                                              const OAuthQuestion& question) {
  DeviceAuthorization device;
  TokenOutcome outcome = decode(result, question, [&device](const Members& members) {
    device = device_authorization(members);
  });
  if (outcome.state == State::granted) return device;
  if (outcome.state == State::pending) {
    outcome = unusable(Malformed("it belongs to another request"), question);
  } else if (outcome.state == State::slow_down) {
    outcome =
        failed(State::refused, ErrorKind::not_authorized,
               "the OAuth provider has too many requests (" + std::to_string(result.status) + ")",
               {"run this again later"});
  }
  throw Error(std::move(*outcome.failure));
}

TokenOutcome read_tokens(const HttpResult& result, const OAuthQuestion& question, Timestamp now) {
  OAuthTokens tokens;
  TokenOutcome outcome = decode(
      result, question, [&](const Members& members) { tokens = issued_tokens(members, now); });
  if (outcome.state == State::granted) outcome.tokens = std::move(tokens);
  return outcome;
}

}  // namespace influxctl
