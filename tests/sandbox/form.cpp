// SPDX-License-Identifier: MIT
#include "form.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "random.h"

namespace influxctl::sandbox {

namespace {

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    parts.push_back(text.substr(0, end));
    const bool last = end == text.size();
    text.remove_prefix(last ? end : end + 1);
    if (!last && text.empty()) parts.emplace_back();  // an empty part after the last "&"
  }
  return parts;
}

std::optional<unsigned> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  return std::nullopt;
}

/// Nothing when a byte that needs encoding is not encoded, or an escape is broken.
std::optional<std::string> decoded(std::string_view raw) {
  constexpr std::string_view safe_marks = "*-._~";
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char byte = raw[i];
    if (byte == '+') {
      text += ' ';
    } else if (byte == '%' && i + 2 < raw.size()) {
      const auto high = hex_value(raw[i + 1]);
      const auto low = hex_value(raw[i + 2]);
      if (!high || !low) return std::nullopt;
      text += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else if (std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
               safe_marks.find(byte) != std::string_view::npos) {
      text += byte;
    } else {
      return std::nullopt;
    }
  }
  return text;
}

/// A part's name and value, decoded; nothing when it is no encoded field.
std::optional<std::pair<std::string, std::string>> field_of(std::string_view part) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  auto name = decoded(part.substr(0, equals));
  auto value = decoded(part.substr(equals + 1));
  if (!name || name->empty() || !value) return std::nullopt;
  return std::pair(std::move(*name), std::move(*value));
}

std::string shown_part(std::string_view part) {
  constexpr std::array<std::string_view, 3> secrets{"client_secret", "device_code",
                                                    "refresh_token"};
  if (part.empty()) return "";
  const auto field = field_of(part);
  if (!field) return "sha256:" + sha256_hex(part);
  if (std::find(secrets.begin(), secrets.end(), field->first) == secrets.end()) {
    return std::string(part);
  }
  return std::string(part.substr(0, part.find('=') + 1)) + "sha256:" + sha256_hex(field->second);
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const auto high = escape ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = escape ? hex_value(text[i + 2]) : std::nullopt;
    decoded += high && low ? static_cast<char>(*high * 16 + *low) : text[i];
    if (high && low) i += 2;
  }
  return decoded;
}

Form parse_form(std::string_view text) {
  Form form;
  for (const std::string_view part : parts_of(text)) {
    const auto field = field_of(part);
    if (!field) throw std::invalid_argument("the body is not form-encoded");
    if (field->second.empty()) throw std::invalid_argument(field->first + " has no value");
    if (!form.insert(*field).second) throw std::invalid_argument(field->first + " is repeated");
  }
  return form;
}

const std::string* field(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? nullptr : &found->second;
}

std::string shown_form(std::string_view text) {
  std::string shown;
  for (const std::string_view part : parts_of(text)) {
    if (part.data() != text.data()) shown += '&';
    shown += shown_part(part);
  }
  return shown;
}

}  // namespace influxctl::sandbox
