// SPDX-License-Identifier: MIT
#include "influxctl/api/token_record.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
namespace influxctl {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestRecord = 1U << 20U;       // bytes; a create's response may be as long
constexpr std::size_t kShortestRecord = 10;             // {"id":"x"}
constexpr std::size_t kSmallList = 64U << 20U;          // bytes of records that any list may take
constexpr std::size_t kLongestOddId = 64;               // what is longer and no UUID may be a token
constexpr std::int64_t kFirstSecond = -62'167'219'200;  // of the year 0
constexpr std::int64_t kGoZeroTime = -62'135'596'800;   // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // of the year 9999
constexpr std::string_view kSpace = " \t\r\n";          // of JSON
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

template <typename Value>
using Field = std::pair<std::string_view, Value TokenRecord::*>;
constexpr std::array<Field<std::string>, 5> kTexts = {{{"id", &TokenRecord::id},
                                                       {"accountId", &TokenRecord::account_id},
                                                       {"tokenPrefix", &TokenRecord::token_prefix},
                                                       {"description", &TokenRecord::description},
                                                       {"createdBy", &TokenRecord::created_by}}};

constexpr std::array<Field<ReportedTime>, 3> kTimes = {{{"createdAt", &TokenRecord::created_at},
                                                        {"expiresAt", &TokenRecord::expires_at},
                                                        {"revokedAt", &TokenRecord::revoked_at}}};

// Go's zero time and the Unix epoch stand for "never" in InfluxData's own output.
ReportedTime reported_time(std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (!time || time->seconds < kFirstSecond || time->seconds > kLastSecond) {
    return {std::nullopt, std::string(text)};
  }
  const bool never = time->nanos == 0 && (time->seconds == 0 || time->seconds == kGoZeroTime);
  return {never ? std::nullopt : time, {}};
}

bool is_usable_id(std::string_view id) {
  return !id.empty() && !has_token_beginning(id) && !has_dot_segment(id) &&
         (id.size() <= kLongestOddId || !has_token_run(id));
}

// Takes the fields of one record as the parser meets them; no document tree is built.
class RecordReader {
 public:
  // Nothing for what is not one strict JSON object.
  std::optional<CreatedToken> read(std::string_view text) {
    const auto visit = [this](int depth, Event event, const json& value) {
      return depth == 0 || (depth == 1 && take_part(event, value));
    };
    if (has_nul(text) || !json::parse(text.begin(), text.end(), visit, false).is_object()) {
      return std::nullopt;
    }
    if (ids_ != 1 || !is_usable_id(read_.record.id)) read_.record.id.clear();
    return std::move(read_);
  }

 private:
  using Event = json::parse_event_t;

  // False for what is not to be kept, the key of each value among it.
  bool take_part(Event event, const json& part) {
    if (event == Event::key) {
      key_ = part.get_ref<const std::string&>();
      ids_ += key_ == "id" ? 1 : 0;
    } else if (event == Event::object_start || event == Event::array_start) {
      take_other(event == Event::object_start ? "{…}" : "[…]");
    } else if (part.is_string()) {
      take_text(part.get_ref<const std::string&>());
    } else if (event == Event::value && !part.is_null()) {
      take_other(part.dump());
    }
    return event == Event::value;
  }

  ReportedTime* time_field() {
    for (const auto& [name, member] : kTimes) {
      if (name == key_) return &(read_.record.*member);
    }
    return nullptr;
  }

  // A value that is neither a text nor null.
  void take_other(const std::string& value) {
    if (ReportedTime* const time = time_field()) *time = {std::nullopt, value};
    read_.record.description_unreadable |= key_ == "description";
  }

  void take_text(const std::string& value) {
    if (value.empty()) return;  // unset, as some encoders write it
    if (key_ == "accessToken" || key_ == "token") return take_token(value);
    for (const auto& [name, member] : kTexts) {
      if (name == key_) read_.record.*member = value;
    }
    if (ReportedTime* const time = time_field()) *time = reported_time(value);
  }

  // `accessToken` or `token`; two different ones leave it open which is the token.
  void take_token(const std::string& value) {
    const bool contradicts = token_seen_ && read_.token.reveal() != value;
    read_.token = !contradicts && is_b64token(value) ? Secret(value) : Secret();
    token_seen_ = true;
  }

  int ids_ = 0;
  std::string key_;
  bool token_seen_ = false;
  CreatedToken read_;
};

// The size of the array's element that `text` begins with: up to the comma or bracket after it.
// Looks at strings and brackets only; npos where they do not close.
std::size_t element_size(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      return i;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return std::string_view::npos;
      --depth;
    }
  }
  return std::string_view::npos;
}

// Calls `visit` with each element until it returns false; true when `text` is one whole array and
// all were visited. Each element is whole in its strings and brackets, no more is known of it.
template <typename Visit>
bool for_each_element(std::string_view text, Visit visit) {
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  text.remove_prefix(1);
  if (trimmed(text, kSpace) == "]") return true;
  while (true) {
    const std::size_t size = element_size(text);
    if (size == std::string_view::npos) return false;
    const std::string_view element = trimmed(text.substr(0, size), kSpace);
    if (element.empty() || !visit(element)) return false;
    const bool last = text[size] == ']';
    text.remove_prefix(size + 1);
    if (last) return text.empty();
  }
}

}  // namespace

std::optional<CreatedToken> parse_created_token(std::string_view text) {
  return RecordReader().read(text);
}

std::optional<ParsedList> parse_token_list(std::string_view text, const KeepRecord& keep) {
  const std::size_t limit = std::max(kSmallList, 3 * text.size()) / sizeof(TokenRecord);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = trimmed(text, kSpace);
  ParsedList list;
  if (text == "null") return list;
  const bool whole = for_each_element(text, [&](std::string_view element) {
    const bool worth_it = element.size() >= kShortestRecord && element.size() <= kLongestRecord;
    auto read = worth_it ? parse_created_token(element) : std::nullopt;
    if (!read || read->record.id.empty()) {
      ++list.unreadable;
    } else if (!keep || keep(read->record)) {
      list.tokens.push_back(std::move(read->record));
    }
    return list.tokens.size() <= limit;
  });
  if (!whole) return std::nullopt;
  return list;
}

std::string parse_error_message(std::string_view text) {
  if (has_nul(text)) return {};
  const json document = json::parse(text.begin(), text.end(), nullptr, false);
  if (!document.is_object()) return {};
  const auto message = document.find("message");
  return message != document.end() && message->is_string() ? message->get<std::string>() : "";
}

}  // namespace influxctl
