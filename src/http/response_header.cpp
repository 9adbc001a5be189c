// SPDX-License-Identifier: MIT
#include "influxctl/http/response_header.h"

#include "influxctl/base/text.h"

namespace influxctl {

bool ResponseHeader::add(std::string_view line) {
  constexpr std::size_t kHeadLimit = 256U << 10U;
  size_ += line.size();
  if (size_ > kHeadLimit) return false;
  const bool first = size_ == line.size() || finished_;  // or after an interim head
  if (first && line.starts_with("HTTP/")) {
    start(line);
    return true;
  }
  if (line.starts_with('\r') || line.starts_with('\n')) {
    finished_ = true;
    return true;
  }
  const auto colon = line.find(':');
  if (finished_ || colon == std::string_view::npos) return true;  // a trailer, or not a field
  field(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return true;
}

void ResponseHeader::start(std::string_view status_line) {
  const std::size_t size = size_;
  *this = ResponseHeader();
  size_ = size;
  const auto space = status_line.find(' ');
  if (space == std::string_view::npos) return;
  const auto after = status_line.substr(space + 1);
  const auto code = after.substr(0, after.find_first_of(" \r\n"));
  if (code.size() == 3) status_ = static_cast<int>(parse_number<unsigned>(code).value_or(0));
}

void ResponseHeader::field(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "content-length")) {
    const auto length = parse_number<std::uint64_t>(value);
    malformed_ =
        malformed_ || !length || (fields_.content_length && fields_.content_length != length);
    fields_.content_length = length;
  } else if (equals_ignoring_case(name, "transfer-encoding")) {
    malformed_ = malformed_ || chunked_ || !equals_ignoring_case(value, "chunked");
    chunked_ = true;
  } else if (equals_ignoring_case(name, "retry-after")) {
    fields_.retry_after = value;
  } else if (equals_ignoring_case(name, "date")) {
    fields_.date = value;
  } else if (equals_ignoring_case(name, "location")) {
    fields_.location = value;
  } else if (equals_ignoring_case(name, "proxy-authenticate")) {
    fields_.asks_for_proxy_login = true;
  } else if (equals_ignoring_case(name, "content-encoding")) {
    if (!equals_ignoring_case(value, "identity")) fields_.content_encoding = value;
  }
}

bool ResponseHeader::body_is_whole(std::uint64_t received) const noexcept {
  if (!finished() || malformed_) return false;
  if (status_ == 204 || status_ == 304) return true;
  return chunked_ || (fields_.content_length && *fields_.content_length == received);
}

bool ResponseHeader::is_close_delimited() const noexcept {
  return finished() && !malformed_ && !chunked_ && !fields_.content_length;
}

std::string ResponseHeader::missing(std::uint64_t received) const {
  if (status_ == 0) return "the connection ended before a response";
  if (!finished()) return "the response ended within its headers";
  if (malformed_) return "the length of the response is malformed";
  if (fields_.content_length) {
    return "the response ended after " + std::to_string(received) + " of " +
           std::to_string(*fields_.content_length) + " bytes";
  }
  return "the response has no known length, so it may have been cut";
}

}  // namespace influxctl
