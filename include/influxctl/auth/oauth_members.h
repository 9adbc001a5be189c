// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/secret.h"
#include "influxctl/base/wiped_json.h"

namespace influxctl {

/// An answer that is not as RFC 8628 or RFC 6749 has it. The text says why, to follow "cannot be
/// used: ", and quotes nothing.
class Malformed : public std::exception {
 public:
  explicit Malformed(std::string why) : why_(std::move(why)) {}
  const char* what() const noexcept override { return why_.c_str(); }

 private:
  std::string why_;
};

/// The members of a provider's answer, null counted as absent. The strings may be secrets: they are
/// overwritten in the end, and every view of one ends with this object. What
/// returns a member throws Malformed for one of another type.
class OAuthMembers {
 public:
  explicit OAuthMembers(const std::string& text);
  OAuthMembers(const OAuthMembers&) = delete;
  OAuthMembers& operator=(const OAuthMembers&) = delete;

  bool is_object() const { return object_.is_object(); }
  bool has(const char* name) const;
  bool has_text(const char* name) const;  ///< has it, as a string

  /// Empty when it is absent.
  std::string_view text(const char* name) const;

  /// The same with visible ASCII characters alone (RFC 6749 appendix A), and at most 16 KiB.
  Secret secret(const char* name) const;

  /// A whole number, which some providers send as a string; a fraction is cut off.
  std::optional<std::int64_t> number(const char* name) const;

  /// A number that must be there, of seconds from 1 to `most`.
  std::chrono::seconds seconds(const char* name, std::int64_t most) const;

 private:
  WipedJson document_;
  const nlohmann::json& object_;
};

}  // namespace influxctl
