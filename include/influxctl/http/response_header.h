// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace influxctl {

/// What the header fields of a response say, as it came; empty when absent.
struct ResponseFields {
  std::optional<std::uint64_t> content_length = {};
  std::string retry_after = {};
  std::string date = {};
  std::string location = {};
  std::string content_encoding = {};  ///< unless it is `identity`
  bool asks_for_proxy_login = false;  ///< a user and a password (RFC 9110 section 11.7.1)
};

/// Follows the header lines of one exchange as they come, through interim (1xx) responses to the
/// final one, to tell whether its body has a known end (RFC 9112 section 6.3). libcurl's own result
/// does not: 7.88 reports success for headers that were cut in the middle.
class ResponseHeader {
 public:
  /// One line as libcurl hands it over, with its line end. False when the head is over 256 KiB.
  [[nodiscard]] bool add(std::string_view line);

  /// The blank line after the final response's header fields has come.
  bool finished() const noexcept { return finished_ && status_ >= 200; }
  int status() const noexcept { return status_; }

  /// True when a body of `received` bytes is whole, where libcurl saw no error: as long as
  /// Content-Length says, chunked and ended, or none at all for this status.
  bool body_is_whole(std::uint64_t received) const noexcept;
  /// True when the body ends with the connection (RFC 9112 section 6.3, rule 8).
  bool is_close_delimited() const noexcept;
  /// Why it is not, for people; the counterpart of body_is_whole.
  std::string missing(std::uint64_t received) const;

  const ResponseFields& fields() const noexcept { return fields_; }

 private:
  void start(std::string_view status_line);
  void field(std::string_view name, std::string_view value);

  std::size_t size_ = 0;
  int status_ = 0;
  bool finished_ = false;
  bool malformed_ = false;  ///< framing fields that contradict each other or are no numbers
  bool chunked_ = false;
  ResponseFields fields_;
};

}  // namespace influxctl
