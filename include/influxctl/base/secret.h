// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace influxctl {

// This program's `operator delete` overwrites what it frees, and so do libcurl and OpenSSL: no copy
// of a secret stays behind on the heap.

/// A token, credential or client secret. It cannot be printed, logged, compared or copied by
/// accident. `reveal` is the one way to its bytes.
class Secret {
 public:
  Secret() noexcept = default;
  explicit Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  Secret(Secret&& other) noexcept = default;
  Secret& operator=(Secret&& other) noexcept {
    Secret(std::move(other)).bytes_.swap(bytes_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() = default;

  /// The bytes, valid while this object lives and is not moved from. Grep for its callers.
  std::string_view reveal() const noexcept { return {bytes_.data(), bytes_.size()}; }
  bool empty() const noexcept { return bytes_.empty(); }
  std::size_t size() const noexcept { return bytes_.size(); }

 private:
  std::vector<char> bytes_;  // no string, which keeps a short text within itself
};

inline constexpr std::size_t kManagementTokenLimit = 8U << 10U;
inline constexpr std::size_t kOAuthTokenLimit = 64U << 10U;  ///< a JWT may carry many claims

/// True for a b64token of RFC 6750 section 2.1 shorter than `limit`: the only thing that this
/// program sends or delivers as a token.
bool is_b64token(std::string_view text, std::size_t limit = kManagementTokenLimit) noexcept;

/// Turns off core dumps and tracing by other processes, and has OpenSSL overwrite what it frees.
/// Before anything else of OpenSSL's; best effort.
void protect_process_memory() noexcept;

/// realloc() and free() that overwrite what they give up, for libcurl and OpenSSL.
void* wiping_realloc(void* block, std::size_t size) noexcept;
void wiping_free(void* block) noexcept;

}  // namespace influxctl
