// SPDX-License-Identifier: MIT
#include "influxctl/api/management_api.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using State = CreateOutcome::State;

constexpr std::string_view kDocumentedPath = "/api/v0/management-tokens";
constexpr std::size_t kListLimit = 256U << 20U;
constexpr std::size_t kLongestError = 64U << 10U;  // bytes; what is longer is not meant for people
constexpr std::size_t kLongestPrefix = 40;  // of a token; the documented one has 9 characters
constexpr std::int64_t kLongestWait = std::int64_t{366} * 86'400;  // seconds; a clock holds it

// An absolute path that means one thing to whoever reads it: no "." or "..", as such or encoded,
// and no encoded slash.
bool is_plain_path(std::string_view path) {
  static constexpr std::string_view kAllowed = "/%!$&'()*+,;=:@";  // RFC 3986 section 3.3
  if (!path.starts_with('/') || path == "/" || has_dot_segment(path)) return false;
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view digits = path.substr(at + 1, 2);
    if (digits.size() != 2 || hex_value(digits[0]) < 0 || hex_value(digits[1]) < 0 ||
        equals_ignoring_case(digits, "2e") || equals_ignoring_case(digits, "2f") ||
        equals_ignoring_case(digits, "5c")) {
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
  const auto seconds = parse_number<std::int64_t>(text);
  if (seconds && !text.starts_with('-')) {
    return std::chrono::seconds(std::min(*seconds, kLongestWait));
  }
  const auto until = parse_http_date(text);
  if (!until) return std::nullopt;
  const auto now = parse_http_date(result.date).value_or(current_time());
  return std::chrono::seconds(
      std::clamp<std::int64_t>(until->seconds - now.seconds, 0, kLongestWait));
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

// What a request came to, and in which words that is told.
struct Reply {
  const HttpResult& result;
  const Credential& credential;
  const Endpoint& endpoint;
  bool names_token = false;  // a 404 speaks of it

  bool is_whole() const { return result.reach == Reach::complete; }

  Error not_sent() const {
    if (result.local) {
      return {ErrorKind::config, "TLS could not be set up: " + result.problem, {result.hint}};
    }
    return {ErrorKind::unreached,
            "the cluster was not reached: " + result.problem,
            {result.hint, "nothing was sent, so it is safe to run this again"}};
  }

  // A whole response that says no.
  Error refusal() const {
    Error error = refused();
    error.add_hint(content_hint());
    return error;
  }

  // Sent, and no response that can be relied on.
  Error unknown(const std::string& why) const {
    return {ErrorKind::unknown,
            "the outcome is unknown: the request was sent, but " + why,
            {content_hint()}};
  }
  Error unknown() const {
    return unknown(is_whole() ? "the cluster responded with " + status() + said() : result.problem);
  }

  // What is wrong with a whole body that should be JSON of another kind.
  std::string misread(const std::string& expected) const {
    if (result.compressed) return "response is compressed, and not readable";
    return "response is not " + expected + (result.is_html() ? ": it is HTML, not JSON" : "");
  }

  std::string content_hint() const {
    if (!result.hint.empty() || !result.is_html()) return result.hint;
    return "HTML comes from a web page: a login page, a proxy, or another server than the cluster";
  }

 private:
  std::string status() const { return std::to_string(result.status); }

  // A text of the cluster's in quotation marks, without what may be a token; empty for none.
  std::string quote(const std::string& before, std::string_view text) const {
    const std::string_view secret = credential.token.reveal();
    const std::string words = redacted(text, {&secret, 1});
    return words.empty() ? "" : before + influxctl::quoted(words, 200);
  }

  // The server's own words: an error's message, or a short plain text.
  std::string said() const {
    if (result.body.size() > kLongestError) return {};
    std::string text = parse_error_message(result.body);
    if (text.empty() && result.compressed) return ": compressed, and not readable";
    if (text.empty() && result.is_html()) return ": HTML, and not JSON";
    if (text.empty() && result.body.find_first_of("{[") == std::string::npos) {
      text = trimmed(result.body);
    }
    return quote(": ", text);
  }

  // Where a redirection points, without a query or fragment, which may hold a secret.
  Error redirected() const {
    const std::string_view location = result.location;
    return {ErrorKind::refused,
            "the cluster redirects elsewhere (" + status() + ")" +
                quote(", to ", location.substr(0, location.find_first_of("?#"))) +
                ", and redirects are not followed",
            {"set " + endpoint.address_setting + ", or --api-path, to where it points"}};
  }

  // A 404 for the path as a whole: another server is likelier than another path.
  Error not_served() const {
    return {ErrorKind::refused,
            "the cluster serves no management tokens at this path (404)" + said(),
            {"check " + endpoint.address_setting + " first" +
             (endpoint.path_setting.empty()
                  ? "; if a gateway serves the endpoint elsewhere, name its path with --api-path"
                  : ", then the path, which " + endpoint.path_setting + " sets")}};
  }

  Error refused() const {
    const bool moved = result.status == 307 || result.status == 308;
    if (moved || (result.status / 100 == 3 && !result.location.empty())) return redirected();
    const std::string source = "the credential came from " + credential.source;
    switch (result.status) {
      case 401:
        return {
            ErrorKind::not_authorized,
            "the cluster does not accept the credential (401)" + said(),
            {source + "; it may be wrong, expired or revoked, or too new to be valid everywhere",
             credential.renewal}};
      case 403:
        return {ErrorKind::not_authorized,
                "the credential does not allow this (403)" + said(),
                {source}};
      case 404:
        if (!names_token) return not_served();
        return {ErrorKind::refused, "the cluster has no such token (404)" + said()};
      case 429: {
        const std::string when =
            quote(", and names when to come back: Retry-After ", result.retry_after);
        return {ErrorKind::refused,
                "the cluster refused (429)" + said(),
                {"it has too many requests" + (when.empty() ? ": run this again later" : when)}};
      }
      default: {
        const bool failed = result.status >= 500 && result.status != 501;
        const std::string does = failed                 ? "failed"
                                 : result.status >= 400 ? "refused"
                                                        : "gave no list";
        return {ErrorKind::refused, "the cluster " + does + " (" + status() + ")" + said()};
      }
    }
  }
};

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
CreateOutcome created_outcome(const Reply& reply) {
  auto created = parse_created_token(reply.result.body);
  if (created) drop_repeated_secrets(*created, reply.credential);
  if (created && !created->token.empty()) return {State::created, std::move(*created), {}, {}};
  if (created && !created->record.id.empty()) {
    return {State::unusable,
            std::move(*created),
            Error(ErrorKind::undelivered, "the response has no usable token string"),
            {}};
  }
  return {State::unknown, {}, reply.unknown("the " + reply.misread("a token")), {}};
}

// What the response to a POST comes to.
CreateOutcome create_outcome(const Reply& reply) {
  const HttpResult& result = reply.result;
  if (result.reach == Reach::not_sent) return {State::not_sent, {}, reply.not_sent(), {}};
  if (reply.is_whole() && is_refusal(result.status)) {
    return {State::refused,
            {},
            reply.refusal(),
            result.status == 429 ? retry_after(result) : std::nullopt};
  }
  if (reply.is_whole() && may_hold_token(result.status)) return created_outcome(reply);
  return {State::unknown, {}, reply.unknown(), {}};
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

HttpResult ManagementApi::get(std::chrono::milliseconds timeout, OnSignal on_signal,
                              std::size_t limit) const {
  return send({.method = "GET",
               .url = endpoint_.url,
               .body = {},
               .timeout = timeout,
               .body_limit = limit,
               .on_signal = on_signal});
}

CreateOutcome ManagementApi::create(const CreateRequest& request, std::chrono::milliseconds timeout,
                                    bool& sent) const {
  const HttpResult result = send({.method = "POST",
                                  .url = endpoint_.url,
                                  .body = create_body(request),
                                  .timeout = timeout,
                                  .on_signal = OnSignal::grace,
                                  .sent = &sent});
  return create_outcome({result, credential_, endpoint_});
}

ManagementApi::Listing ManagementApi::list(std::chrono::milliseconds timeout, OnSignal on_signal,
                                           const Keep& keep) const {
  const HttpResult result = get(timeout, on_signal, kListLimit);
  const Reply reply{result, credential_, endpoint_};
  if (result.reach == Reach::not_sent) throw reply.not_sent();
  if (result.reach == Reach::incomplete) {
    throw Error(ErrorKind::unreached, "the cluster did not respond: " + result.problem,
                {result.hint});
  }
  const auto server_time = parse_http_date(result.date);
  if (result.status == 204) return {{}, 0, server_time};
  if (result.status != 200) throw reply.refusal();
  KeepRecord wanted;
  if (keep) wanted = [&](const TokenRecord& record) { return keep(record, server_time); };
  auto list = parse_token_list(result.body, wanted);
  if (!list) {
    throw Error(ErrorKind::refused, "the cluster's " + reply.misread("a list of tokens"),
                {reply.content_hint()});
  }
  return {std::move(list->tokens), list->unreadable, server_time};
}

ManagementApi::Probe ManagementApi::probe(std::chrono::milliseconds timeout,
                                          OnSignal on_signal) const {
  constexpr std::size_t kErrorLimit = 16U << 10U;
  const HttpResult result = get(timeout, on_signal, kErrorLimit);
  const Reply reply{result, credential_, endpoint_};
  if (result.reach == Reach::not_sent) return {false, reply.not_sent().message()};
  // What is no list comes from elsewhere; all of a list may be too long for the limit.
  const std::string_view body = trimmed(result.body);
  if (result.status == 200 && !body.empty() && !body.starts_with('[') && body != "null") {
    return {false, "the cluster's " + reply.misread("a list of tokens"), true};
  }
  if (result.status == 200 || result.status == 204) return {true};
  if (result.status == 403 && !result.is_html()) return {true};
  if (result.reach == Reach::incomplete) return {false, result.problem};
  return {false, reply.refusal().message(), true};
}

RevokeOutcome ManagementApi::revoke(const std::string& id, std::chrono::milliseconds timeout,
                                    OnSignal on_signal) const {
  const HttpResult result = send({.method = "DELETE",
                                  .url = endpoint_.url + "/" + percent_encoded(id),
                                  .body = {},
                                  .timeout = timeout,
                                  .on_signal = on_signal});
  const Reply reply{result, credential_, endpoint_, true};
  if (result.reach == Reach::not_sent) return {false, reply.not_sent()};
  if (reply.is_whole() && (result.status == 200 || result.status == 204)) return {true};
  if (reply.is_whole() && is_refusal(result.status)) {
    return {false, reply.refusal(), result.status, true};
  }
  return {false, reply.unknown(), 0, reply.is_whole()};
}

}  // namespace influxctl
