// SPDX-License-Identifier: MIT
#include "influxctl/api/management_response.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "influxctl/api/token_record.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

namespace {

// Bytes; an error that is longer is not meant for people.
constexpr std::size_t kLongestError = 64U << 10U;

// Seconds; far more does not fit into a clock's count.
constexpr std::int64_t kLongestWait = std::int64_t{366} * 86'400;

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

// The server's own words, where they cannot hold a token: an error's message, or a short plain
// text.
std::string server_said(const HttpResult& result, const Credential& credential) {
  if (result.body.size() > kLongestError) return {};
  std::string text = parse_error_message(result.body);
  if (text.empty() && result.body.find_first_of("{<[") == std::string::npos) {
    text = trimmed(result.body);
  }
  if (text.empty() || reads_secret(text, credential.token.reveal())) return {};
  return ": " + quoted(text, 200);
}

// A status with which the answer's body can hold the new token: neither "later" (202) nor "nothing"
// (204) is among them.
bool may_hold_token(int status) {
  return status >= 200 && status < 300 && status != 202 && status != 204;
}

// Where a redirection points, without a query or fragment, which may hold a secret.
std::string target(const HttpResult& result, const Credential& credential) {
  const std::string_view location = result.location;
  const bool tell = !location.empty() && !reads_secret(location, credential.token.reveal());
  return tell ? ", to " + quoted(std::string(location.substr(0, location.find_first_of("?#"))))
              : "";
}

// A cluster that repeats the new token elsewhere in its answer does not get it onto a terminal.
void drop_repeated_token(CreatedToken& created) {
  TokenRecord& record = created.record;
  for (std::string* text : {&record.id, &record.account_id, &record.token_prefix,
                            &record.description, &record.created_by}) {
    if (shares_run(*text, created.token.reveal())) text->clear();
  }
}

// What a success that is whole comes to.
CreateOutcome created_outcome(HttpResult& result, const Credential& credential) {
  using State = CreateOutcome::State;
  auto created = parse_created_token(result.body);
  if (created && !created->token.empty()) {
    drop_repeated_token(*created);
    return {State::created, std::move(*created), std::nullopt, std::nullopt};
  }
  if (created && !created->record.id.empty()) {
    return {State::unusable, std::move(*created),
            Error(ErrorKind::undelivered, "the answer has no usable token string"), std::nullopt};
  }
  result.reach = Reach::incomplete;
  result.problem = result.content_encoding.empty()
                       ? "the answer is not a token"
                       : "the answer is compressed, which was not asked for (Content-Encoding: " +
                             quoted(result.content_encoding) + ")";
  return {State::unknown, {}, unknown(result, credential), std::nullopt};
}

}  // namespace

std::vector<std::string> without_empty(std::initializer_list<std::string> hints) {
  std::vector<std::string> list;
  for (const auto& hint : hints) {
    if (!hint.empty()) list.push_back(hint);
  }
  return list;
}

bool is_refusal(int status) {
  return (status >= 400 && status < 500) || status == 501 || status == 307 || status == 308;
}

Error not_sent(const HttpResult& result) {
  if (result.local) {
    return {ErrorKind::config, "TLS could not be set up: " + result.problem,
            without_empty({result.hint})};
  }
  return {ErrorKind::unreached, "the cluster was not reached: " + result.problem,
          without_empty({result.hint, "nothing was sent, so it is safe to run this again"})};
}

Error refusal(const HttpResult& result, const Credential& credential, bool names_token) {
  const std::string status = std::to_string(result.status);
  const std::string said = server_said(result, credential);
  const bool moved = result.status == 307 || result.status == 308;
  if (moved || (result.status / 100 == 3 && !result.location.empty())) {
    return {ErrorKind::refused,
            "the cluster redirects elsewhere (" + status + ")" + target(result, credential) +
                ", and redirects are not followed",
            {"set host and port in config.toml, or --api-path, to where it points"}};
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
      if (names_token) return {ErrorKind::refused, "the cluster has no such token (404)" + said};
      return {ErrorKind::refused,
              "the cluster serves no management tokens at this path (404)" + said,
              {"if a gateway serves the endpoint elsewhere, name its path with --api-path"}};
    case 429:
      return {ErrorKind::refused,
              "the cluster refused (429)" + said,
              {result.retry_after.empty() || reads_secret(result.retry_after, "")
                   ? "it has too many requests: run this again later"
                   : "it has too many requests, and names when to come back: Retry-After " +
                         quoted(result.retry_after)}};
    default:
      return {ErrorKind::refused,
              std::string("the cluster ") +
                  (result.status >= 500 && result.status != 501 ? "failed" : "refused") + " (" +
                  status + ")" + said};
  }
}

Error unknown(const HttpResult& result, const Credential& credential) {
  const std::string why = result.reach == Reach::complete
                              ? "the cluster answered " + std::to_string(result.status) +
                                    server_said(result, credential)
                              : result.problem;
  return {ErrorKind::unknown, "the outcome is unknown: the request was sent, but " + why, {}};
}

CreateOutcome create_outcome(HttpResult& result, const Credential& credential) {
  using State = CreateOutcome::State;
  if (result.reach == Reach::not_sent) return {State::not_sent, {}, not_sent(result), {}};
  if (result.reach == Reach::complete && is_refusal(result.status)) {
    return {State::refused,
            {},
            refusal(result, credential),
            result.status == 429 ? retry_after(result) : std::nullopt};
  }
  if (result.reach == Reach::complete && may_hold_token(result.status)) {
    return created_outcome(result, credential);
  }
  return {State::unknown, {}, unknown(result, credential), {}};
}

}  // namespace influxctl
