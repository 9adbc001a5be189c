// SPDX-License-Identifier: MIT
#include "influxctl/api/management_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
#include "influxctl/http/url.h"

namespace influxctl {

namespace {

using State = CreateOutcome::State;

constexpr std::string_view kDocumentedPath = "/api/v0/management-tokens";
constexpr std::size_t kListLimit = 256U << 20U;
constexpr std::size_t kLongestError = 64U << 10U;  // bytes; what is longer is not meant for people
constexpr std::size_t kLongestPrefix = 40;  // of a token; the documented one has 9 characters
constexpr std::int64_t kLongestWait = std::int64_t{366} * 86'400;  // seconds; a clock holds it

// An absolute path that means one thing to whoever reads it: no "." or "..", as such or encoded.
bool is_plain_path(std::string_view path) {
  static constexpr std::string_view kAllowed = "/%!$&'()*+,;=:@";  // RFC 3986 section 3.3
  const auto url = parse_url("https://host" + std::string(path));
  if (!url || url->path != path || !path.starts_with('/') || path == "/") return false;
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view digits = path.substr(at + 1, 2);
    if (digits.size() != 2 || equals_ignoring_case(digits, "2e") ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return false;
    }
  }
  return path.find("//") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) {
           return is_unreserved(c) || kAllowed.find(c) != std::string_view::npos;
         });
}

std::string checked_api_path(std::string_view path, const std::string& source) {
  if (!is_plain_path(path)) {
    throw Error(ErrorKind::usage,
                source + " " + influxctl::quoted(path) + " is not an absolute URL path",
                {"write it like " + std::string(kDocumentedPath)});
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

// Digits or an HTTP-date (RFC 9110 section 10.2.3); anything else is no wait that can be relied on.
std::optional<std::chrono::seconds> retry_after(const HttpResult& result) {
  const std::string& text = result.retry_after;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size() && !text.starts_with('-')) {
    return std::chrono::seconds(std::min(seconds, kLongestWait));
  }
  const auto until = parse_http_date(text);
  if (!until) return std::nullopt;
  const auto now = parse_http_date(result.date).value_or(current_time());
  return std::chrono::seconds(
      std::clamp<std::int64_t>(until->seconds - now.seconds, 0, kLongestWait));
}

// What the responses are to.
struct Asked {
  const Credential& credential;
  const Endpoint& endpoint;
  bool names_token = false;  // a 404 speaks of it
};

std::vector<std::string> without_empty(std::initializer_list<std::string> texts) {
  std::vector<std::string> list;
  std::copy_if(texts.begin(), texts.end(), std::back_inserter(list),
               [](const std::string& text) { return !text.empty(); });
  return list;
}

// A text of the cluster's in quotation marks, without what may be a token; empty for none.
std::string quoted_words(std::string_view text, const Credential& credential,
                         const std::string& before) {
  const std::string_view secret = credential.token.reveal();
  const std::string words = redacted(text, {&secret, 1});
  return words.empty() ? "" : before + influxctl::quoted(words, 200);
}

// The server's own words: an error's message, or a short plain text.
std::string server_said(const HttpResult& result, const Credential& credential) {
  if (result.body.size() > kLongestError) return {};
  std::string text = parse_error_message(result.body);
  if (text.empty() && result.compressed) return ": compressed, and not readable";
  if (text.empty() && result.is_html()) return ": HTML, and not JSON";
  if (text.empty() && result.body.find_first_of("{[") == std::string::npos) {
    text = trimmed(result.body);
  }
  return quoted_words(text, credential, ": ");
}

std::string content_hint(const HttpResult& result) {
  if (!result.hint.empty() || !result.is_html()) return result.hint;
  return "HTML comes from a web page: a login page, a proxy, or another server than the cluster";
}

// A status that says that nothing was done.
bool is_refusal(int status) {
  return (status >= 400 && status < 500) || status == 501 || status == 307 || status == 308;
}

// A status with which the response's body can hold the new token: neither "later" (202) nor
// "nothing" (204) is among them.
bool may_hold_token(int status) {
  return status >= 200 && status < 300 && status != 202 && status != 204;
}

// Nothing was sent.
Error not_sent(const HttpResult& result) {
  if (result.local) {
    return {ErrorKind::config, "TLS could not be set up: " + result.problem,
            without_empty({result.hint})};
  }
  return {ErrorKind::unreached, "the cluster was not reached: " + result.problem,
          without_empty({result.hint, "nothing was sent, so it is safe to run this again"})};
}

// A 404 for the path as a whole: another server is likelier than another path.
Error not_served(const Asked& asked, const std::string& said) {
  const Endpoint& endpoint = asked.endpoint;
  return {ErrorKind::refused,
          "the cluster serves no management tokens at this path (404)" + said,
          {"check " + endpoint.address_setting + " first" +
           (endpoint.path_setting.empty()
                ? "; if a gateway serves the endpoint elsewhere, name its path with --api-path"
                : ", then the path, which " + endpoint.path_setting + " sets")}};
}

// Where a redirection points, without a query or fragment, which may hold a secret.
Error redirected(const HttpResult& result, const Asked& asked, const std::string& status) {
  const std::string_view location = result.location;
  return {ErrorKind::refused,
          "the cluster redirects elsewhere (" + status + ")" +
              quoted_words(location.substr(0, location.find_first_of("?#")), asked.credential,
                           ", to ") +
              ", and redirects are not followed",
          {"set " + asked.endpoint.address_setting + ", or --api-path, to where it points"}};
}

// What a status that says no means.
Error refused_with(const HttpResult& result, const Asked& asked) {
  const Credential& credential = asked.credential;
  const std::string status = std::to_string(result.status);
  const std::string said = server_said(result, credential);
  const bool moved = result.status == 307 || result.status == 308;
  if (moved || (result.status / 100 == 3 && !result.location.empty())) {
    return redirected(result, asked, status);
  }
  switch (result.status) {
    case 401:
      return {ErrorKind::not_authorized, "the cluster does not accept the credential (401)" + said,
              without_empty(
                  {"the credential came from " + credential.source +
                       "; it may be wrong, expired or revoked, or too new to be valid everywhere",
                   credential.renewal})};
    case 403:
      return {ErrorKind::not_authorized,
              "the credential does not allow this (403)" + said,
              {"the credential came from " + credential.source}};
    case 404:
      if (!asked.names_token) return not_served(asked, said);
      return {ErrorKind::refused, "the cluster has no such token (404)" + said};
    case 429: {
      const std::string when = quoted_words(result.retry_after, credential,
                                            ", and names when to come back: Retry-After ");
      return {ErrorKind::refused,
              "the cluster refused (429)" + said,
              {"it has too many requests" + (when.empty() ? ": run this again later" : when)}};
    }
    default: {
      const bool failed = result.status >= 500 && result.status != 501;
      return {ErrorKind::refused, std::string("the cluster ") + (failed ? "failed" : "refused") +
                                      " (" + status + ")" + said};
    }
  }
}

// A whole response that says no.
Error refusal(const HttpResult& result, const Asked& asked) {
  const Error error = refused_with(result, asked);
  std::vector<std::string> hints = error.hints();
  hints.push_back(content_hint(result));
  std::erase(hints, "");
  return {error.kind(), error.message(), std::move(hints)};
}

// Sent, and no response that can be relied on.
Error unknown(const HttpResult& result, const Credential& credential) {
  const std::string why = result.reach == Reach::complete
                              ? "the cluster responded with " + std::to_string(result.status) +
                                    server_said(result, credential)
                              : result.problem;
  return {ErrorKind::unknown, "the outcome is unknown: the request was sent, but " + why,
          without_empty({content_hint(result)})};
}

// What is wrong with a whole body that should be JSON of another kind.
std::string misread(const HttpResult& result, const std::string& expected) {
  if (result.compressed) return "response is compressed, and not readable";
  return "response is not " + expected + (result.is_html() ? ": it is HTML, not JSON" : "");
}

// The beginning of the token, as documented, and not so much of it that it is the token.
bool is_true_prefix(std::string_view prefix, std::string_view token) {
  return token.starts_with(prefix) && prefix.size() <= std::min(kLongestPrefix, token.size() / 2);
}

// A cluster that repeats a secret elsewhere in its response does not get it onto a terminal.
void drop_repeated_secrets(CreatedToken& created, const Credential& credential) {
  TokenRecord& record = created.record;
  const std::array<std::string_view, 2> secrets = {created.token.reveal(),
                                                   credential.token.reveal()};
  if (!is_true_prefix(record.token_prefix, secrets[0]) &&
      repeats_secret(record.token_prefix, secrets)) {
    record.token_prefix.clear();
  }
  for (auto* text : {&record.id, &record.account_id, &record.description, &record.created_by}) {
    if (repeats_secret(*text, secrets)) text->clear();
  }
  for (auto* time : {&record.created_at, &record.expires_at, &record.revoked_at}) {
    if (repeats_secret(time->unreadable, secrets)) time->unreadable = "[not shown]";
  }
}

// What a success that is whole comes to.
CreateOutcome created_outcome(HttpResult& result, const Credential& credential) {
  auto created = parse_created_token(result.body);
  if (created) drop_repeated_secrets(*created, credential);
  if (created && !created->token.empty()) {
    return {State::created, std::move(*created), std::nullopt, std::nullopt};
  }
  if (created && !created->record.id.empty()) {
    return {State::unusable, std::move(*created),
            Error(ErrorKind::undelivered, "the response has no usable token string"), std::nullopt};
  }
  result.reach = Reach::incomplete;
  result.problem = "the " + misread(result, "a token");
  return {State::unknown, {}, unknown(result, credential), std::nullopt};
}

// What the response to a POST comes to.
CreateOutcome create_outcome(HttpResult& result, const Asked& asked) {
  if (result.reach == Reach::not_sent) return {State::not_sent, {}, not_sent(result), {}};
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {State::refused,
            {},
            refusal(result, asked),
            result.status == 429 ? retry_after(result) : std::nullopt};
  }
  if (result.reach == Reach::complete && may_hold_token(result.status)) {
    return created_outcome(result, asked.credential);
  }
  return {State::unknown, {}, unknown(result, asked.credential), {}};
}

}  // namespace

std::string management_path(const std::string& account_id, const std::string& api_path,
                            const std::string& source) {
  if (!api_path.empty()) return checked_api_path(api_path, source);
  if (account_id.empty()) return std::string(kDocumentedPath);
  return "/api/v0/accounts/" + percent_encoded(account_id) + "/management-tokens";
}

std::string create_body(const CreateRequest& request) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  if (request.description) body["description"] = *request.description;
  if (request.expires_at) body["expiresAt"] = format_rfc3339(*request.expires_at);
  return body.dump();
}

// A refusal for the credential's sake, of a request that had no effect.
bool ManagementApi::may_renew(const HttpResult& result) const {
  if (!renew_ || result.reach != Reach::complete || result.status != 401) return false;
  const auto created = parse_created_token(result.body);
  return !created || (created->token.empty() && created->record.id.empty());
}

HttpResult ManagementApi::send(HttpRequest request) const {
  request.address_setting = endpoint_.address_setting;
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + request.timeout;
  const auto left = [until] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  };
  request.on_wait = watcher_;
  HttpResult result = http_.perform(request, credential_.token);
  for (int again = 0; again < 2 && may_renew(result) && left().count() > 0; ++again) {
    if (!renew_(left(), request.on_signal)) break;
    request.timeout = std::max(left(), std::chrono::milliseconds(1));
    result = http_.perform(request, credential_.token);
  }
  return result;
}

CreateOutcome ManagementApi::create(const CreateRequest& request, std::chrono::milliseconds timeout,
                                    bool& sent) const {
  HttpResult result = send({.method = "POST",
                            .url = endpoint_.url,
                            .body = create_body(request),
                            .timeout = timeout,
                            .on_signal = OnSignal::grace,
                            .sent = &sent});
  return create_outcome(result, {credential_, endpoint_});
}

ManagementApi::Listing ManagementApi::list(std::chrono::milliseconds timeout, OnSignal on_signal,
                                           const Keep& keep) const {
  HttpResult result = send({.method = "GET",
                            .url = endpoint_.url,
                            .body = {},
                            .timeout = timeout,
                            .body_limit = kListLimit,
                            .on_signal = on_signal});
  if (result.reach == Reach::not_sent) throw not_sent(result);
  if (result.reach == Reach::incomplete) {
    throw Error(ErrorKind::unreached, "the cluster did not respond: " + result.problem,
                without_empty({result.hint}));
  }
  const auto server_time = parse_http_date(result.date);
  if (result.status == 204) return {{}, 0, server_time};
  if (result.status != 200) throw refusal(result, {credential_, endpoint_});
  KeepRecord wanted;
  if (keep) wanted = [&](const TokenRecord& record) { return keep(record, server_time); };
  auto list = parse_token_list(result.body, wanted);
  if (!list) {
    throw Error(ErrorKind::refused, "the cluster's " + misread(result, "a list of tokens"),
                without_empty({content_hint(result)}));
  }
  return {std::move(list->tokens), list->unreadable, server_time};
}

ManagementApi::Probe ManagementApi::probe(std::chrono::milliseconds timeout,
                                          OnSignal on_signal) const {
  constexpr std::size_t kErrorLimit = 16U << 10U;
  const HttpResult result = send({.method = "GET",
                                  .url = endpoint_.url,
                                  .body = {},
                                  .timeout = timeout,
                                  .body_limit = kErrorLimit,
                                  .on_signal = on_signal});
  if (result.reach == Reach::not_sent) return {false, not_sent(result).message()};
  // What is no list comes from elsewhere; all of a list may be too long for the limit.
  const std::string_view body = trimmed(result.body);
  if (result.status == 200 && !body.empty() && !body.starts_with('[') && body != "null") {
    return {false, "the cluster's " + misread(result, "a list of tokens"), result.status};
  }
  if (result.status == 200 || result.status == 204) return {true};
  if (result.status == 403 && !result.is_html()) return {true};
  if (result.reach == Reach::incomplete) return {false, result.problem};
  return {false, refusal(result, {credential_, endpoint_}).message(), result.status};
}

RevokeOutcome ManagementApi::revoke(const std::string& id, std::chrono::milliseconds timeout,
                                    OnSignal on_signal) const {
  const HttpResult result = send({.method = "DELETE",
                                  .url = endpoint_.url + "/" + percent_encoded(id),
                                  .body = {},
                                  .timeout = timeout,
                                  .on_signal = on_signal});
  if (result.reach == Reach::not_sent) return {false, not_sent(result)};
  if (result.reach == Reach::complete && (result.status == 200 || result.status == 204)) {
    return {.revoked = true};
  }
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {false, refusal(result, {credential_, endpoint_, true}), result.status};
  }
  return {false, unknown(result, credential_)};
}

}  // namespace influxctl
