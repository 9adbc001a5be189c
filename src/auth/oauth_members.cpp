// SPDX-License-Identifier: MIT
#include "influxctl/auth/oauth_members.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace influxctl {

namespace {

constexpr std::size_t kLongestSecret = 16U << 10U;

std::string its(const char* name, const std::string& fault) {
  return std::string("its ") + name + ' ' + fault;
}

std::optional<std::int64_t> parse_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

// The parser takes a NUL for the end of the text, whatever comes after it.
OAuthMembers::OAuthMembers(const std::string& text)
    : document_(text.find('\0') == std::string::npos ? nlohmann::json::parse(text, nullptr, false)
                                                     : nlohmann::json()),
      object_(document_.value) {}

bool OAuthMembers::has(const char* name) const {
  const auto member = object_.find(name);
  return member != object_.end() && !member->is_null();
}

bool OAuthMembers::has_text(const char* name) const {
  return has(name) && object_.find(name)->is_string();
}

std::string_view OAuthMembers::text(const char* name) const {
  if (!has(name)) return {};
  const auto* const value = object_.find(name)->get_ptr<const std::string*>();
  if (value == nullptr) throw Malformed(its(name, "is not a string"));
  return *value;
}

Secret OAuthMembers::secret(const char* name) const {
  const std::string_view value = text(name);
  if (!std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    throw Malformed(its(name, "has an unexpected character"));
  }
  if (value.size() > kLongestSecret) throw Malformed(its(name, "is too long"));
  return Secret(value);
}

std::optional<std::int64_t> OAuthMembers::number(const char* name) const {
  if (!has(name)) return std::nullopt;
  const nlohmann::json& value = *object_.find(name);
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned()) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value.get<std::uint64_t>(), kMost));
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    constexpr double kLargest = 9e15;  // whole numbers are exact below it
    return static_cast<std::int64_t>(std::clamp(value.get<double>(), -kLargest, kLargest));
  }
  if (const auto* const digits = value.get_ptr<const std::string*>()) {
    if (const auto number = parse_number(*digits)) return number;
  }
  throw Malformed(its(name, "is not a number"));
}

std::chrono::seconds OAuthMembers::seconds(const char* name, std::int64_t most) const {
  const auto value = number(name);
  if (!value) throw Malformed(std::string("it has no ") + name);
  if (*value < 1 || *value > most) {
    throw Malformed(its(name, "is not between 1 and " + std::to_string(most) + " seconds"));
  }
  return std::chrono::seconds(*value);
}

}  // namespace influxctl
