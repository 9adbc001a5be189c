// SPDX-License-Identifier: MIT
#include "request.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "form.h"

namespace influxctl::sandbox {

namespace {

constexpr std::size_t longest = 1U << 20U;

/// What the client has sent and nobody has taken yet.
class Input {
 public:
  explicit Input(Connection& connection) : connection_(connection) {}

  /// A line without its line end.
  std::optional<std::string> line() {
    std::size_t end = 0;
    while ((end = bytes_.find('\n')) == std::string::npos) {
      if (!more()) return std::nullopt;
    }
    std::string text = bytes_.substr(0, end);
    bytes_.erase(0, end + 1);
    if (text.ends_with('\r')) text.pop_back();
    return text;
  }

  std::optional<std::string> exactly(std::size_t size) {
    while (bytes_.size() < size) {
      if (!more()) return std::nullopt;
    }
    std::string text = bytes_.substr(0, size);
    bytes_.erase(0, size);
    return text;
  }

  bool too_long() const { return total_ > longest; }

 private:
  bool more() {
    std::array<char, 16384> buffer{};
    const ssize_t got = too_long() ? 0 : connection_.read(buffer.data(), buffer.size());
    if (got <= 0) return false;
    bytes_.append(buffer.data(), static_cast<std::size_t>(got));
    total_ += static_cast<std::size_t>(got);
    return true;
  }

  Connection& connection_;
  std::string bytes_;
  std::size_t total_ = 0;
};

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || last != end || value > longest) return std::nullopt;
  return value;
}

RequestResult unfinished(const Input& input) {
  return input.too_long() ? RequestResult::malformed : RequestResult::ended;
}

bool read_request_line(std::string_view line, HttpRequest& request) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  request.path = percent_decoded(request.target.substr(0, request.target.find('?')));
  return line.substr(last + 1) == "HTTP/1.1" && request.target.starts_with('/');
}

RequestResult read_headers(Input& input, HttpRequest& request) {
  while (true) {
    const auto line = input.line();
    if (!line) return unfinished(input);
    if (line->empty()) return RequestResult::complete;
    const auto colon = line->find(':');
    if (colon == std::string::npos || colon == 0) return RequestResult::malformed;
    const auto value = line->find_first_not_of(" \t", colon + 1);
    request.headers.emplace_back(line->substr(0, colon),
                                 value == std::string::npos ? "" : line->substr(value));
  }
}

RequestResult read_chunks(Input& input, std::string& body) {
  while (true) {
    const auto line = input.line();
    if (!line) return unfinished(input);
    const auto size = number(line->substr(0, line->find(';')), 16);
    if (!size) return RequestResult::malformed;
    const auto chunk = input.exactly(*size + 2);
    if (!chunk) return unfinished(input);
    if (!chunk->ends_with("\r\n")) return RequestResult::malformed;
    if (*size == 0) return RequestResult::complete;
    body.append(*chunk, 0, *size);
  }
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
  const std::string wanted(name);
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return ::strcasecmp(header.first.c_str(), wanted.c_str()) == 0;
  });
  return found == headers.end() ? "" : found->second;
}

RequestResult read_request(Connection& connection, HttpRequest& request) {
  Input input(connection);
  const auto first = input.line();
  if (!first) return unfinished(input);
  if (!read_request_line(*first, request)) return RequestResult::malformed;
  const RequestResult head = read_headers(input, request);
  if (head != RequestResult::complete) return head;
  if (::strcasecmp(request.header("Transfer-Encoding").c_str(), "chunked") == 0) {
    return read_chunks(input, request.body);
  }
  const std::string length = request.header("Content-Length");
  if (length.empty()) return RequestResult::complete;
  const auto size = number(length, 10);
  if (!size) return RequestResult::malformed;
  auto body = input.exactly(*size);
  if (!body) return unfinished(input);
  request.body = std::move(*body);
  return RequestResult::complete;
}

}  // namespace influxctl::sandbox
