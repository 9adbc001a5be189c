// SPDX-License-Identifier: MIT
#include "session.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>

#include "form.h"

namespace influxctl::sandbox {

namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Json shown_credential(const std::string& value) {
  const auto space = value.find(' ');
  if (space == std::string::npos) return {{"sha256", sha256_hex(value)}};
  return {{"scheme", value.substr(0, space)}, {"sha256", sha256_hex(value.substr(space + 1))}};
}

Json shown_headers(const HttpRequest& request) {
  Json shown = Json::object();
  for (const auto& [name, value] : request.headers) {
    Json& place = shown[lower_case(name)];
    if (lower_case(name) == "authorization") {
      place = shown_credential(value);
    } else {
      place = place.is_string() ? place.get<std::string>() + ", " + value : value;
    }
  }
  return shown;
}

bool is_oauth(std::string_view path) { return path.starts_with("/oauth/"); }

/// With the query shown as a form is.
std::string shown_target(const std::string& target) {
  const auto mark = target.find('?');
  if (mark == std::string::npos) return target;
  return target.substr(0, mark + 1) + shown_form(std::string_view(target).substr(mark + 1));
}

}  // namespace

void Session::run() {
  HttpRequest request;
  const RequestResult result = read_request(connection_, request);
  if (result != RequestResult::complete) {
    if (result == RequestResult::malformed) {
      (void)connection_.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    }
    return connection_.end(Ending::notify);
  }
  request_number_ = ++backend_.requests;
  // Before the ledger has it: a release that follows then counts for it.
  if (auto rule = backend_.faults.take(Stage::request, request.method, request.path)) {
    rule_ = std::move(*rule);
  }
  record(request);
  if (rule_.acts()) response_ = true_response(request);
  response();
}

void Session::record(const HttpRequest& request) {
  // A form that went astray holds secrets too.
  const bool form =
      is_oauth(request.path) || request.header("Content-Type").find("form") != std::string::npos;
  backend_.ledger.append("request",
                         {{"request", request_number_},
                          {"connection", connection_number_},
                          {"method", request.method},
                          {"target", form ? shown_target(request.target) : request.target},
                          {"headers", shown_headers(request)},
                          {"body", form ? shown_form(request.body) : request.body}});
}

Response Session::true_response(const HttpRequest& request) {
  const std::string authorization = request.header("Authorization");
  if (backend_.provider != nullptr && is_oauth(request.path)) {
    return backend_.provider->handle({request_number_, request.method, request.path,
                                      request.header("Content-Type"), authorization, request.body});
  }
  return backend_.cluster.handle(
      {request_number_, request.method, request.path, authorization, request.body});
}

void Session::response() {
  if (!rule_.source.is_null()) response_ = changed(std::move(response_), rule_);
  const Transmission sent = framed(response_, rule_);
  if (!backend_.sockets.sleep(std::chrono::milliseconds(rule_.delay_ms))) return;
  while (rule_.hold &&
         rule_.released.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    if (!backend_.sockets.sleep({})) return;
  }
  if (!sent.bytes.empty() || !sent.stalls) {
    // Before the bytes, so that whoever has the response finds the line in the ledger.
    backend_.ledger.append("responded", {{"request", request_number_},
                                         {"status", response_.status},
                                         {"bytes", sent.bytes.size()},
                                         {"fault", rule_.source}});
  }
  const bool written = connection_.write(sent.bytes, std::chrono::milliseconds(rule_.drip_ms));
  if (written && sent.stalls) connection_.drain(std::chrono::hours(24));
  if (written) connection_.end(sent.stalls ? Ending::fin : rule_.close);
}

}  // namespace influxctl::sandbox
