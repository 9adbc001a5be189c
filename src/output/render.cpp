// SPDX-License-Identifier: MIT
#include "influxctl/output/render.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
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

constexpr std::size_t kColumns = 6;
using Row = std::array<std::string, kColumns>;
using Widths = std::array<std::size_t, kColumns>;

// Text for a table's cell, cut at 256 columns: one long text would widen the rows of all.
std::string cell(const std::string& foreign) {
  constexpr std::size_t kWidest = 256;
  std::string text = shown(foreign);
  if (display_width(text) <= kWidest) return text;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  auto end = text.begin();
  for (std::size_t width = 1; width <= kWidest;) {  // 1: the ellipsis
    const auto next = std::find_if(end + 1, text.end(), begins);
    width += display_width({end, next});
    if (width <= kWidest) end = next;
  }
  text.erase(end, text.end());
  return text + "…";
}

std::string cell(const ReportedTime& reported) {
  return reported.time ? shown_time(reported) : cell(reported.unreadable);
}

Row row_of(const TokenRecord& token) {
  return {cell(token.id),         cell(token.description), cell(token.token_prefix),
          cell(token.created_at), cell(token.expires_at),  cell(token.revoked_at)};
}

void append_row(std::string& table, const Row& row, const Widths& widths) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    table += "| " + row.at(i) + std::string(widths.at(i) - display_width(row.at(i)) + 1, ' ');
  }
  table += "|\n";
}

}  // namespace

std::string record_table(const TokenRecord& record) {
  const std::array<std::pair<std::string, std::string>, 4> rows = {{
      {"         id", cell(record.id)},
      {"description", cell(record.description)},
      {" expires at", cell(record.expires_at)},
      {" revoked at", cell(record.revoked_at)},
  }};
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, display_width(row.second));
  const std::string border =
      "+" + std::string(rows[0].first.size() + 2, '-') + "+" + std::string(width + 2, '-') + "+\n";
  std::string table = border;
  for (const auto& [label, value] : rows) {
    table += "| ";
    table += label;
    table += " | ";
    table += value;
    table.append(width - display_width(value), ' ');
    table += " |\n";
  }
  return table + border;
}

std::string list_table(const TokenList& tokens) {
  Row header = {"ID", "DESCRIPTION", "PREFIX", "CREATED AT", "EXPIRES AT", "REVOKED AT"};
  Widths widths{};
  std::size_t beyond = 0;  // bytes that the cells have more than columns
  for (std::size_t i = 0; i < kColumns; ++i) widths.at(i) = header.at(i).size();
  for (const TokenRecord& token : tokens) {
    const Row row = row_of(token);
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::size_t width = display_width(row.at(i));
      widths.at(i) = std::max(widths.at(i), width);
      beyond += row.at(i).size() - width;
    }
  }
  std::string border;
  for (const std::size_t width : widths) border += "+" + std::string(width + 2, '-');
  border += "+\n";
  std::string table = border;
  table.reserve((tokens.size() + 4) * border.size() + beyond);  // growing would copy it
  append_row(table, header, widths);
  table += border;
  for (const TokenRecord& token : tokens) append_row(table, row_of(token), widths);
  if (!tokens.empty()) table += border;
  return table;
}

std::string list_json(const TokenList& tokens) {
  std::size_t size = 3;  // the brackets, and room for a newline
  for (const TokenRecord& token : tokens) size += one_line(record_json(token)).size() + 1;
  std::string text = "[";
  text.reserve(size);  // growing would copy it
  for (const TokenRecord& token : tokens) {
    if (text.size() > 1) text += ',';
    text += one_line(record_json(token));
  }
  text += ']';
  return text;
}

std::string created_json(const CreatedToken& created) {
  std::string text = one_line(record_json(created.record));
  // Appended as text, as it needs no escape: a b64token, which stays out of the JSON library.
  text.pop_back();
  text.reserve(text.size() + created.token.size() + 16);
  if (text.size() > 1) text += ',';
  text += R"("token":")";
  text += created.token.reveal();
  text += R"("})";
  return text;
}

std::string dry_run_json(std::string_view method, std::string_view url, std::string_view body) {
  ordered_json object = {{"method", method}, {"url", url}};
  if (!body.empty()) object["body"] = ordered_json::parse(body);
  return one_line(object);
}

}  // namespace influxctl
