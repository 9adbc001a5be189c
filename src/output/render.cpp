// SPDX-License-Identifier: MIT
#include "influxctl/output/render.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using nlohmann::ordered_json;

void put(ordered_json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

// The shape of protobuf's Timestamp, which influxctl prints; a text where it is no time.
void put(ordered_json& object, const char* name, const ReportedTime& reported) {
  if (!reported.time) return put(object, name, reported.unreadable);
  ordered_json value = {{"seconds", reported.time->seconds}};
  if (reported.time->nanos != 0) value["nanos"] = reported.time->nanos;
  object[name] = std::move(value);
}

ordered_json record_json(const TokenRecord& record) {
  ordered_json object = ordered_json::object();
  put(object, "id", record.id);
  put(object, "account_id", record.account_id);
  put(object, "token_prefix", record.token_prefix);
  put(object, "created_at", record.created_at);
  put(object, "expires_at", record.expires_at);
  put(object, "revoked_at", record.revoked_at);
  put(object, "description", record.description);
  put(object, "created_by", record.created_by);
  return object;
}

// ASCII only, so that no control or bidi character of a server reaches a terminal.
std::string one_line(const ordered_json& value) { return value.dump(-1, ' ', true); }

// The columns of a list, in their order.
enum Column : std::size_t { kId, kDescription, kPrefix, kCreated, kExpires, kRevoked, kColumns };
using Row = std::array<std::string, kColumns>;
constexpr std::array<std::string_view, kColumns> kHeader = {
    "ID", "DESCRIPTION", "PREFIX", "CREATED AT", "EXPIRES AT", "REVOKED AT"};

constexpr const char* kNone = "none";  // no credential

// A longer text does not widen the rows of all others: it juts out of its own.
constexpr std::size_t kWidest = 256;
constexpr std::size_t kDate = 10;         // YYYY-MM-DD
constexpr std::size_t kLongestTime = 40;  // Go prints 39: 2027-01-01 00:00:00.123456789 +0000 UTC

// Safe text, cut to so many columns with an ellipsis.
std::string cut(std::string text, std::size_t columns) {
  if (display_width(text) <= columns) return text;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  auto end = text.begin();
  for (std::size_t width = 1; width <= columns;) {  // 1: the ellipsis
    const auto next = std::find_if(end + 1, text.end(), begins);
    width += display_width({end, next});
    if (width <= columns) end = next;
  }
  text.erase(end, text.end());
  constexpr std::string_view kJoiner = "\u200d";  // of what was cut off
  while (text.ends_with(kJoiner)) text.resize(text.size() - kJoiner.size());
  return text + "…";
}

// Labels and values, both safe to show.
using Facts = std::vector<std::pair<std::string, std::string>>;

// `columns`: the width of the terminal; 0 for none.
std::string fact_table(const Facts& facts, std::size_t columns) {
  std::size_t label_width = 0;
  std::size_t width = 0;
  for (const auto& [label, value] : facts) {
    label_width = std::max(label_width, label.size());
    width = std::max(width, std::min(display_width(value), kWidest));
  }
  const std::string border =
      "+" + std::string(label_width + 2, '-') + "+" + std::string(width + 2, '-') + "+\n";
  if (columns > 0 && border.size() - 1 > columns) {  // a frame that breaks helps nobody
    std::string lines;
    for (const auto& [label, value] : facts)
      lines.append(label).append(": ").append(value).append("\n");
    return lines;
  }
  std::string table = border;
  for (const auto& [label, value] : facts) {
    table.append("| ").append(label_width - label.size(), ' ').append(label).append(" | ");
    table.append(value).append(width - std::min(display_width(value), width) + 1, ' ');
    table += "|\n";
  }
  return table + border;
}

// How a list is laid out for its reader.
struct Layout {
  std::array<std::size_t, kColumns> widths{};
  std::array<bool, kColumns> visible{true, true, true, true, true, true};
  bool cuts = false;                             // the description, to its width
  bool dates = false;                            // in place of times
  std::size_t longest_time = std::string::npos;  // of those that cannot be read

  std::size_t total() const {
    std::size_t sum = 1;
    for (std::size_t i = 0; i < kColumns; ++i) sum += visible.at(i) ? widths.at(i) + 3 : 0;
    return sum;
  }
};

std::string time_cell(const ReportedTime& reported, const Layout& layout) {
  std::string text = time_text(reported);
  if (reported.time) return layout.dates ? text.substr(0, kDate) : text;
  return cut(std::move(text), layout.longest_time);
}

Row row_of(const TokenRecord& token, const Layout& layout) {
  Row row = {shown(token.id),
             shown(token.description),
             shown(token.token_prefix),
             time_cell(token.created_at, layout),
             time_cell(token.expires_at, layout),
             time_cell(token.revoked_at, layout)};
  if (layout.cuts) row[kDescription] = cut(row[kDescription], layout.widths[kDescription]);
  // A revoked token must not look live where there is no room for the time.
  if (!layout.visible[kRevoked] && !row[kRevoked].empty()) row[kExpires] = "revoked";
  return row;
}

// Widens the columns to their texts.
void measure(const TokenList& tokens, Layout& layout) {
  for (std::size_t i = 0; i < kColumns; ++i) layout.widths.at(i) = kHeader.at(i).size();
  for (const TokenRecord& token : tokens) {
    const Row row = row_of(token, layout);
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::size_t width = std::min(display_width(row.at(i)), kWidest);
      layout.widths.at(i) = std::max(layout.widths.at(i), width);
    }
  }
}

// Makes the list fit a terminal: cuts the description, then shows dates for times, then leaves
// columns out, then cuts an expiry that cannot be read. The id, which is there to be copied, is
// always whole.
void fit(const TokenList& tokens, std::size_t columns, Layout& layout) {
  const std::size_t description = layout.widths[kDescription];
  const auto fits_with = [&](std::size_t least) {
    layout.widths[kDescription] = 0;
    const std::size_t others = layout.total();
    const std::size_t room = columns > others ? columns - others : 0;
    layout.widths[kDescription] = std::min(description, std::max(room, least));
    return layout.total() <= columns;
  };
  if (fits_with(description)) return;
  layout.cuts = true;
  const std::size_t least = kHeader[kDescription].size();
  if (fits_with(least)) return;
  layout.dates = true;
  measure(tokens, layout);
  if (fits_with(least)) return;
  for (const std::size_t column : {kPrefix, kRevoked, kCreated}) {
    layout.visible.at(column) = false;
    if (fits_with(least)) return;
  }
  constexpr std::size_t kStub = 4;
  layout.visible[kDescription] = fits_with(kStub);
  while (layout.total() > columns && layout.widths[kExpires] > kDate) --layout.widths[kExpires];
  layout.longest_time = layout.widths[kExpires];
}

void append_row(std::string& table, const Row& row, const Layout& layout) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (!layout.visible.at(i)) continue;
    const std::size_t width = display_width(row.at(i));
    table += "| " + row.at(i);
    table.append(layout.widths.at(i) - std::min(width, layout.widths.at(i)) + 1, ' ');
  }
  table += "|\n";
}

// So many rows between a head and a tail.
Pieces in_pieces(std::size_t rows, std::string head,
                 std::function<void(std::string&, std::size_t)> append, std::string tail) {
  constexpr std::size_t kPiece = 64U << 10U;  // bytes, and up to one row more
  return [rows, piece = std::move(head), append = std::move(append), tail = std::move(tail),
          next = std::size_t{0}]() mutable {
    while (next < rows && piece.size() < kPiece) append(piece, next++);
    if (next == rows) piece += std::exchange(tail, {});
    return std::exchange(piece, {});
  };
}

}  // namespace

std::string time_text(Timestamp time) { return format_rfc3339({.seconds = time.seconds}); }

std::string time_text(const ReportedTime& reported) {
  return reported.time ? time_text(*reported.time) : shown(reported.unreadable);
}

std::string record_table(const TokenRecord& record, std::size_t columns) {
  constexpr std::size_t kFrame = 18;  // what a row has beside its value
  std::string description = shown(record.description);
  if (columns > kFrame) description = cut(std::move(description), columns - kFrame);
  return fact_table({{"id", shown(record.id)},
                     {"description", std::move(description)},
                     {"expires at", time_text(record.expires_at)},
                     {"revoked at", time_text(record.revoked_at)}},
                    columns);
}

Pieces list_table(const TokenList& tokens, std::size_t columns) {
  Layout layout;
  if (columns > 0) layout.longest_time = kLongestTime;
  measure(tokens, layout);
  if (columns > 0) fit(tokens, columns, layout);
  std::string border;
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (layout.visible.at(i)) border += "+" + std::string(layout.widths.at(i) + 2, '-');
  }
  border += "+\n";
  Row names;
  std::copy(kHeader.begin(), kHeader.end(), names.begin());
  names[kDescription] = cut(names[kDescription], layout.widths[kDescription]);
  std::string head = border;
  append_row(head, names, layout);
  const auto append = [&tokens, layout](std::string& piece, std::size_t row) {
    append_row(piece, row_of(tokens[row], layout), layout);
  };
  return in_pieces(tokens.size(), head + border, append, tokens.empty() ? "" : border);
}

Pieces list_json(const TokenList& tokens) {
  const auto append = [&tokens](std::string& piece, std::size_t row) {
    piece += row == 0 ? "\n  " : ",\n  ";
    // No text of a record has a newline of its own, as JSON escapes it.
    for (const char c : record_json(tokens[row]).dump(2, ' ', true)) {
      piece += c;
      if (c == '\n') piece += "  ";
    }
  };
  return in_pieces(tokens.size(), "[", append, tokens.empty() ? "]\n" : "\n]\n");
}

std::string created_json(const CreatedToken& created) {
  std::string text = one_line(record_json(created.record));
  // Appended as text, as it needs no escape: a b64token, which stays out of the JSON library.
  text.pop_back();
  text.append(text.size() > 1 ? "," : "").append(R"("token":")");
  return text.append(created.token.reveal()).append(R"("})");
}

std::string status_table(const CredentialStatus& status, Timestamp now, std::size_t columns) {
  Facts facts = {{"profile", shown(status.profile)},
                 {"config", shown(status.config_path)},
                 {"url", shown(status.url)},
                 {"credential", status.credential.empty() ? kNone : shown(status.credential)}};
  for (const auto& source : status.hidden) facts.emplace_back("not used", shown(source));
  if (status.token) {
    facts.emplace_back("token id", shown(status.token->id));
    facts.emplace_back("description", shown(status.token->description));
  }
  std::string expiry = "not known";
  if (status.expiry_known) {
    expiry = status.expires_at.given() ? time_text(status.expires_at) : "never";
  }
  if (status.expires_at.time && *status.expires_at.time <= now) expiry += " (expired)";
  if (!status.credential.empty()) facts.emplace_back("expires at", std::move(expiry));
  facts.emplace_back("accepted", status.accepted ? (*status.accepted ? "yes" : "no") : "not known");
  if (!status.note.empty()) facts.emplace_back("note", status.note);
  return fact_table(facts, columns);
}

std::string status_json(const CredentialStatus& status) {
  ordered_json object = ordered_json::object();
  put(object, "profile", status.profile);
  put(object, "config_path", status.config_path);
  put(object, "url", status.url);
  put(object, "credential", status.credential.empty() ? kNone : status.credential);
  object["hidden_credentials"] = status.hidden;
  if (status.token) {
    put(object, "token_id", status.token->id);
    put(object, "description", status.token->description);
  }
  put(object, "expires_at", status.expires_at);
  if (status.expiry_known) object["never_expires"] = !status.expires_at.given();
  object["accepted"] = status.accepted ? ordered_json(*status.accepted) : ordered_json();
  return one_line(object);
}

std::string dry_run_json(std::string_view method, std::string_view url, std::string_view body) {
  ordered_json object = {{"method", method}, {"url", url}};
  if (!body.empty()) object["body"] = ordered_json::parse(body);
  return one_line(object);
}

}  // namespace influxctl
