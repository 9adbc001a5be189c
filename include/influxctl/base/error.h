// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace influxctl {

/// Why a run failed. The value is the process's exit code: a documented contract for scripts.
enum class ErrorKind : int {
  bug = 1,     ///< a defect in this program
  usage = 2,   ///< flags, timestamp, sink not found, output file in the way; nothing was sent
  config = 3,  ///< config.toml, profile, CA or token file; nothing was sent
  not_authorized = 4,  ///< no credentials, login refused, 401, 403; no token was created
  refused = 5,         ///< the cluster refused (any other 4xx, 501, 307/308); no token was created
  unreached = 6,       ///< DNS, connect, proxy, TLS; nothing was sent, safe to run again
  unknown = 7,         ///< sent, and no complete response; a token may exist
  undelivered = 8,     ///< created but not delivered; revoked, or its id is named
  hangup = 129,        ///< cancelled by SIGHUP; nothing is left behind
  reader_gone = 141,   ///< nobody reads the output any more: ends in silence, as after SIGPIPE
  interrupted = 130,   ///< cancelled by SIGINT; nothing is left behind
  terminated = 143,    ///< cancelled by SIGTERM; nothing is left behind
};

/// The process's exit code for a kind of failure.
constexpr int exit_code(ErrorKind kind) noexcept { return static_cast<int>(kind); }

/// A failure, thrown where it is found and shown in one place (main). The message is lower case,
/// without a final period; every foreign text in it went through shown() or quoted(). A hint says
/// what the user can do about it; an empty one is none.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::vector<std::string> hints = {})
      : kind_(kind), message_(std::move(message)), hints_(std::move(hints)) {
    std::erase(hints_, "");
  }

  void add_hint(std::string hint) {
    if (!hint.empty()) hints_.push_back(std::move(hint));
  }

  ErrorKind kind() const noexcept { return kind_; }
  const std::string& message() const noexcept { return message_; }
  const std::vector<std::string>& hints() const noexcept { return hints_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
  std::vector<std::string> hints_;
};

/// A failure that is shown without an allocation, for where memory has run out: a message, and
/// hints on the lines after it. What does not fit is cut.
class LastWords {
 public:
  explicit LastWords(ErrorKind kind) noexcept : kind_(kind) {}

  LastWords& operator<<(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), text_.size() - size_);
    std::copy_n(text.data(), size, text_.data() + size_);
    size_ += size;
    return *this;
  }

  ErrorKind kind() const noexcept { return kind_; }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  ErrorKind kind_;
  std::array<char, 1536> text_;  // only the first size_ bytes are set
  std::size_t size_ = 0;
};

}  // namespace influxctl
