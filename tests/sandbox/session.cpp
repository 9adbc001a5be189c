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

Json shown_headers(const httplib::Headers& headers) {
  Json shown = Json::object();
  for (const auto& [name, value] : headers) {
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
        name == "LOCAL_PORT") {
      continue;  // the library's own notes
    }
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

Session::Session(Backend& backend, Connection& connection, long number)
    : backend_(backend), connection_(connection), connection_number_(number) {
  const auto handler = [this](const auto& request, auto& response) { handle(request, response); };
  Get(".*", handler);
  Post(".*", handler);
  Put(".*", handler);
  Patch(".*", handler);
  Delete(".*", handler);
  Options(".*", handler);
}

void Session::run() {
  bool ignored = false;
  // Without a length a DELETE has no body; the library would wait for one until the client leaves.
  process_request(*this, false, ignored, [this](httplib::Request& request) {
    length_added_ =
        !request.has_header("Content-Length") && !request.has_header("Transfer-Encoding");
    if (length_added_) request.headers.emplace("Content-Length", "0");
  });
  if (request_number_ == 0) {
    connection_.end(Ending::notify);
  } else {
    answer();
  }
}

void Session::record(const httplib::Request& request) {
  // A form that went astray holds secrets too.
  const bool form = is_oauth(request.path) ||
                    request.get_header_value("Content-Type").find("form") != std::string::npos;
  Json headers = shown_headers(request.headers);
  if (length_added_) headers.erase("content-length");
  backend_.ledger.append("request",
                         {{"request", request_number_},
                          {"connection", connection_number_},
                          {"method", request.method},
                          {"target", form ? shown_target(request.target) : request.target},
                          {"headers", headers},
                          {"body", form ? shown_form(request.body) : request.body}});
}

void Session::handle(const httplib::Request& request, httplib::Response& response) {
  request_number_ = ++backend_.requests;
  record(request);
  response.status = 204;  // the library's answer is thrown away, see write()
  if (auto rule = backend_.faults.take(Stage::request, request.method, request.path)) {
    rule_ = std::move(*rule);
  }
  if (rule_.acts()) answer_ = true_answer(request);
}

Answer Session::true_answer(const httplib::Request& request) {
  const std::string authorization = request.get_header_value("Authorization");
  if (backend_.provider != nullptr && is_oauth(request.path)) {
    return backend_.provider->handle({request_number_, request.method, request.path,
                                      request.get_header_value("Content-Type"), authorization,
                                      request.body});
  }
  return backend_.cluster.handle(
      {request_number_, request.method, request.path, authorization, request.body});
}

void Session::answer() {
  if (!rule_.source.is_null()) answer_ = changed(std::move(answer_), rule_);
  const Transmission sent = framed(answer_, rule_);
  if (!backend_.sockets.sleep(std::chrono::milliseconds(rule_.delay_ms))) return;
  if (!sent.bytes.empty() || !sent.stalls) {
    // Before the bytes, so that whoever has the answer finds the line in the ledger.
    backend_.ledger.append("answered", {{"request", request_number_},
                                        {"status", answer_.status},
                                        {"bytes", sent.bytes.size()},
                                        {"fault", rule_.source}});
  }
  const bool written = connection_.write(sent.bytes, std::chrono::milliseconds(rule_.drip_ms));
  if (written && sent.stalls) connection_.drain(std::chrono::hours(24));
  if (written) connection_.end(sent.stalls ? Ending::fin : rule_.close);
}

ssize_t Session::write(const char* bytes, size_t size) {
  // Before a request was handled these are "100 Continue" and the refusal of broken requests.
  if (request_number_ == 0 && !connection_.write({bytes, size})) return -1;
  return static_cast<ssize_t>(size);
}

void Session::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Session::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

}  // namespace influxctl::sandbox
