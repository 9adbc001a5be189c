// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace influxctl {

/// A token, credential or client secret. It cannot be printed, logged, compared or copied by
/// accident, and it overwrites its memory when it goes. `reveal` is the one way to its bytes.
class Secret {
 public:
  Secret() noexcept = default;
  explicit Secret(std::string_view bytes);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  /// The bytes, valid while this object lives and is not moved from. Grep for its callers.
  std::string_view reveal() const noexcept { return {bytes_.get(), size_}; }
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }

 private:
  void wipe() noexcept;

  std::unique_ptr<char[]> bytes_;  // NOLINT(modernize-avoid-c-arrays): one exact allocation
  std::size_t size_ = 0;
};

/// Overwrites memory in a way that the compiler does not remove.
void wipe(char* data, std::size_t size) noexcept;

/// True for a b64token of RFC 6750 section 2.1 (`1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" /
/// "/" ) *"="`) shorter than `limit`: the only thing that this program sends or delivers as a
/// token.
inline constexpr std::size_t kManagementTokenLimit = 8U << 10U;
inline constexpr std::size_t kOAuthTokenLimit = 64U << 10U;  ///< a JWT may carry many claims
bool is_b64token(std::string_view text, std::size_t limit = kManagementTokenLimit) noexcept;

/// Turns off core dumps and tracing by other processes, and has OpenSSL overwrite what it frees.
/// Best effort.
void protect_process_memory() noexcept;

}  // namespace influxctl
