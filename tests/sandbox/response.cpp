// SPDX-License-Identifier: MIT
#include "response.h"

#include <strings.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace influxctl::sandbox {

namespace {

constexpr std::size_t chunk_size = 40;  // small enough that every response takes several chunks

std::string reason(int status) {
  static const std::map<int, std::string> reasons{{100, "Continue"},
                                                  {103, "Early Hints"},
                                                  {200, "OK"},
                                                  {201, "Created"},
                                                  {202, "Accepted"},
                                                  {204, "No Content"},
                                                  {301, "Moved Permanently"},
                                                  {302, "Found"},
                                                  {303, "See Other"},
                                                  {307, "Temporary Redirect"},
                                                  {308, "Permanent Redirect"},
                                                  {400, "Bad Request"},
                                                  {401, "Unauthorized"},
                                                  {403, "Forbidden"},
                                                  {404, "Not Found"},
                                                  {405, "Method Not Allowed"},
                                                  {409, "Conflict"},
                                                  {413, "Content Too Large"},
                                                  {429, "Too Many Requests"},
                                                  {500, "Internal Server Error"},
                                                  {501, "Not Implemented"},
                                                  {502, "Bad Gateway"},
                                                  {503, "Service Unavailable"},
                                                  {504, "Gateway Timeout"}};
  const auto found = reasons.find(status);
  return found == reasons.end() ? "Status" : found->second;
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

void remove_header(Response& response, const std::string& name) {
  std::erase_if(response.headers, [&name](const auto& header) {
    return ::strcasecmp(header.first.c_str(), name.c_str()) == 0;
  });
}

void change_headers(Response& response, const Json& headers) {
  for (const auto& [name, value] : headers.items()) {
    remove_header(response, name);
    if (value.is_null()) continue;
    for (const Json& one : value.is_array() ? value : Json::array({value})) {
      response.headers.emplace_back(name, one.is_string() ? one.get<std::string>() : one.dump());
    }
  }
}

void change_body(Response& response, const Rule& rule) {
  if (!rule.patch.is_null()) {
    Json body = Json::parse(response.body, nullptr, false);
    if (!body.is_discarded()) {
      body.merge_patch(rule.patch);
      response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  if (rule.body_replace) {
    const auto& [from, to] = *rule.body_replace;
    const auto place = response.body.find(from);
    if (place != std::string::npos) response.body.replace(place, from.size(), to);
  }
  response.body.append(rule.pad_body, ' ');
}

std::string chunked(const std::string& body, bool finished) {
  std::ostringstream text;
  for (std::size_t start = 0; start < body.size(); start += chunk_size) {
    const std::string chunk = body.substr(start, chunk_size);
    text << std::hex << chunk.size() << "\r\n" << chunk << "\r\n";
  }
  if (finished) text << "0\r\n\r\n";
  return text.str();
}

std::string head(const Response& response, const Rule& rule) {
  std::ostringstream text;
  text << rule.status_line.value_or("HTTP/1.1 " + std::to_string(response.status) + ' ' +
                                    reason(response.status))
       << "\r\n";
  for (const auto& [name, value] : response.headers) text << name << ": " << value << "\r\n";
  const Framing framing = rule.framing;
  const bool no_length = framing == Framing::close || framing == Framing::chunked ||
                         framing == Framing::chunked_unfinished;
  const bool bodiless = framing == Framing::automatic && rule.length_delta == 0 &&
                        response.body.empty() && has_no_body(response.status);
  if (!no_length && !bodiless) {
    const long length = static_cast<long>(response.body.size()) + rule.length_delta;
    text << "Content-Length: " << length << "\r\n";
  }
  if (framing == Framing::both || (no_length && framing != Framing::close)) {
    text << "Transfer-Encoding: chunked\r\n";
  }
  const std::string padding = "X-Padding: " + std::string(rule.pad_header, 'x') + "\r\n";
  for (std::size_t i = 0; rule.pad_header > 0 && i < rule.pad_headers; ++i) text << padding;
  text << rule.header_block << "\r\n";
  return text.str();
}

std::string whole(const Response& response, const Rule& rule) {
  if (rule.raw) return *rule.raw;
  switch (rule.framing) {
    case Framing::chunked:
    case Framing::both:
      return head(response, rule) + chunked(response.body, true);
    case Framing::chunked_unfinished:
      return head(response, rule) + chunked(response.body, false);
    default:
      return head(response, rule) + response.body;
  }
}

std::string interim_responses(const Rule& rule) {
  std::string text;
  for (int i = 0; i < rule.interim; ++i) {
    text += "HTTP/1.1 " + std::to_string(rule.interim_status) + ' ' + reason(rule.interim_status) +
            "\r\n\r\n";
  }
  return text;
}

}  // namespace

Response error_response(int status, const std::string& message) {
  return {status,
          {{"Content-Type", "application/json"}},
          Json{{"code", status}, {"message", message}}.dump()};
}

Response changed(Response real, const Rule& rule) {
  if (rule.status) {
    const bool success = *rule.status >= 200 && *rule.status < 300;
    if (!success) real = error_response(*rule.status, reason(*rule.status));
    real.status = *rule.status;
    if (has_no_body(real.status)) real.body.clear();
  }
  if (rule.body) real.body = *rule.body;
  change_headers(real, rule.headers);
  change_body(real, rule);
  return real;
}

Transmission framed(const Response& response, const Rule& rule) {
  Transmission sent{interim_responses(rule), rule.stall};
  if (rule.final && !rule.stall) sent.bytes += whole(response, rule);
  if (rule.cut) sent.bytes.resize(std::min(sent.bytes.size(), *rule.cut));
  if (rule.stall_at) {
    sent.bytes.resize(std::min(sent.bytes.size(), *rule.stall_at));
    sent.stalls = true;
  }
  return sent;
}

}  // namespace influxctl::sandbox
