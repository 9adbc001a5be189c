// SPDX-License-Identifier: MIT
#include "influxctl/api/token_record.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace influxctl {

namespace {

using nlohmann::json;

// Go's zero time and the Unix epoch stand for "never" in InfluxData's own output.
std::optional<Timestamp> set_time(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time && time->seconds > 0 ? time : std::nullopt;
}

// Takes the fields of token records as the parser meets them, one record at a time, so that no
// document tree is built: a list may have 100,000 records.
class RecordReader : public nlohmann::json_sax<json> {
 public:
  enum class Shape { one_object = 1, array_of_objects = 2 };  // the depth of a record

  explicit RecordReader(Shape shape) : record_depth_(static_cast<int>(shape)) {}

  TokenList& records() { return records_; }
  Secret& token() { return token_; }

  bool start_object(std::size_t /*size*/) override {
    ++depth_;
    if (depth_ == record_depth_) {
      records_.emplace_back();
      seen_.fill(false);
    }
    return depth_ >= record_depth_;
  }
  bool start_array(std::size_t /*size*/) override {
    ++depth_;
    return depth_ != record_depth_;
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(std::string& name) override {
    if (depth_ == record_depth_) key_ = name;
    return true;
  }
  bool string(std::string& value) override {
    if (depth_ == record_depth_) take(value);
    return in_record();
  }
  bool null() override { return in_record(); }
  bool boolean(bool /*value*/) override { return in_record(); }
  bool number_integer(std::int64_t /*value*/) override { return in_record(); }
  bool number_unsigned(std::uint64_t /*value*/) override { return in_record(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return in_record(); }
  bool binary(json::binary_t& /*value*/) override { return false; }
  bool parse_error(std::size_t /*position*/, const std::string& /*last_token*/,
                   const json::exception& /*error*/) override {
    return false;
  }

 private:
  enum Field { kId, kAccountId, kPrefix, kDescription, kCreatedBy, kCreated, kExpires, kRevoked };

  // A value outside any record makes it a document of another shape.
  bool in_record() const { return depth_ >= record_depth_; }
  bool leave() {
    --depth_;
    return true;
  }

  void take(std::string& value) {
    if (key_ == "accessToken" || key_ == "token") return take_token(value);
    constexpr std::array<std::string_view, 8> kNames = {"id",          "accountId", "tokenPrefix",
                                                        "description", "createdBy", "createdAt",
                                                        "expiresAt",   "revokedAt"};
    const auto* found = std::find(kNames.begin(), kNames.end(), key_);
    if (found == kNames.end()) return;
    const auto field = static_cast<std::size_t>(found - kNames.begin());
    TokenRecord& record = records_.back();
    // An id that is given twice names nothing for sure.
    if (std::exchange(seen_.at(field), true) && field == kId) return record.id.clear();
    store(record, static_cast<Field>(field), value);
  }

  static void store(TokenRecord& record, Field field, std::string& value) {
    switch (field) {
      case kId:
        record.id = value;
        break;
      case kAccountId:
        record.account_id = value;
        break;
      case kPrefix:
        record.token_prefix = value;
        break;
      case kDescription:
        record.description = value;
        break;
      case kCreatedBy:
        record.created_by = value;
        break;
      case kCreated:
        record.created_at = set_time(value);
        break;
      case kExpires:
        record.expires_at = set_time(value);
        break;
      case kRevoked:
        record.revoked_at = set_time(value);
        break;
    }
  }

  // `accessToken` or `token`; two different ones leave it open which is the token.
  void take_token(std::string& value) {
    if (value.empty()) return;  // unset, as some encoders write it
    const bool contradicts = token_seen_ && token_.reveal() != value;
    token_ = !contradicts && is_b64token(value) ? Secret(value) : Secret();
    token_seen_ = true;
    wipe(value.data(), value.size());
  }

  int record_depth_;
  int depth_ = 0;
  std::string key_;
  std::array<bool, 8> seen_{};
  TokenList records_;
  bool token_seen_ = false;
  Secret token_;
};

// The parser takes a NUL for the end of the text, and does not look at what follows it.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

bool read(std::string_view text, RecordReader& reader) {
  return !has_nul(text) && json::sax_parse(text.begin(), text.end(), &reader);
}

}  // namespace

std::optional<CreatedToken> parse_created_token(std::string_view text) {
  RecordReader reader(RecordReader::Shape::one_object);
  if (!read(text, reader)) return std::nullopt;
  return CreatedToken{std::move(reader.records().front()), std::move(reader.token())};
}

std::optional<TokenList> parse_token_list(std::string_view text) {
  RecordReader reader(RecordReader::Shape::array_of_objects);
  if (!read(text, reader)) return std::nullopt;
  for (const TokenRecord& record : reader.records()) {
    if (record.id.empty()) return std::nullopt;
  }
  return std::move(reader.records());
}

std::string parse_error_message(std::string_view text) {
  if (has_nul(text)) return {};
  const json document = json::parse(text.begin(), text.end(), nullptr, false);
  if (!document.is_object()) return {};
  const auto message = document.find("message");
  return message != document.end() && message->is_string() ? message->get<std::string>() : "";
}

}  // namespace influxctl
