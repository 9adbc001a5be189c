// SPDX-License-Identifier: MIT
#include "cluster.h"

#include <array>
#include <regex>
#include <stdexcept>
#include <utility>

namespace influxctl::sandbox {

namespace {

constexpr std::size_t prefix_size = 9;

/// What a POST asks for. Throws std::invalid_argument with the server's words.
struct CreateBody {
  std::optional<std::string> description;
  std::optional<Instant> expires_at;
};

std::string text_of(const std::string& name, const Json& value) {
  if (!value.is_string()) throw std::invalid_argument(name + " must be a string");
  return value.get<std::string>();
}

CreateBody parse_create(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw std::invalid_argument("body is not a JSON object");
  CreateBody body;
  for (const auto& [name, value] : json.items()) {
    if (name == "description") {
      body.description = text_of(name, value);
      if (body.description->empty()) throw std::invalid_argument("description must not be empty");
    } else if (name == "expiresAt") {
      body.expires_at = parse_instant(text_of(name, value));
      if (!body.expires_at) throw std::invalid_argument("expiresAt is not an RFC 3339 time");
      if (*body.expires_at <= current_instant()) {
        throw std::invalid_argument("expiresAt is in the past");
      }
    } else {
      throw std::invalid_argument("unknown field " + name);
    }
  }
  return body;
}

Response json_response(const Json& body) {
  return {200, {{"Content-Type", "application/json"}}, body.dump()};
}

Response not_allowed(const std::string& allowed) {
  Response response = error_response(405, "method not allowed");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Json optional_text(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

}  // namespace

Cluster::Cluster(Ledger& ledger, std::string api_path, std::string_view admin_token)
    : ledger_(ledger), api_path_(std::move(api_path)), admin_digest_(sha256_hex(admin_token)) {}

bool Cluster::is_collection(std::string_view path) const {
  if (!api_path_.empty()) return path == api_path_;
  static const std::regex documented("/api/v0/(?:accounts/[^/]+/)?management-tokens");
  return std::regex_match(path.begin(), path.end(), documented);
}

std::optional<std::string> Cluster::token_id(std::string_view path) const {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == path.size()) return std::nullopt;
  if (!is_collection(path.substr(0, slash))) return std::nullopt;
  return std::string(path.substr(slash + 1));
}

bool Cluster::authorized(const std::string& authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!authorization.starts_with(scheme)) return false;
  const std::string digest = sha256_hex(std::string_view(authorization).substr(scheme.size()));
  if (digest == admin_digest_ || (knows_ && knows_(digest))) return true;
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end()) return false;
  Record& record = records_[found->second];
  if (record.refusals != 0) {
    if (record.refusals > 0) --record.refusals;
    return false;
  }
  return !record.revoked_at && (!record.expires_at || *record.expires_at > current_instant());
}

Response Cluster::handle(const ClusterRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto id = token_id(request.path);
  if (!id && !is_collection(request.path)) return error_response(404, "not found");
  if (!authorized(request.authorization)) return error_response(401, "unauthorized");
  if (id) return request.method == "DELETE" ? revoke(*id) : not_allowed("DELETE");
  if (request.method == "GET") return json_response(show_all());
  if (request.method == "POST") return create(request);
  return not_allowed("GET, POST");
}

Json Cluster::show(const Record& record) const {
  Json json{{"id", record.id},
            {"accountId", account_id_},
            {"description", record.description},
            {"tokenPrefix", record.prefix},
            {"createdAt", format_instant(record.created_at)}};
  if (record.expires_at) json["expiresAt"] = format_instant(*record.expires_at);
  if (record.revoked_at) json["revokedAt"] = format_instant(*record.revoked_at);
  json["createdBy"] = user_id_;
  return json;
}

Json Cluster::show_all() const {
  Json all = Json::array();
  for (const Record& record : records_) all.push_back(show(record));
  return all;
}

Json Cluster::list() {
  const std::lock_guard lock(mutex_);
  return show_all();
}

Response Cluster::create(const ClusterRequest& request) {
  CreateBody body;
  try {
    body = parse_create(request.body);
  } catch (const std::invalid_argument& error) {
    return error_response(400, error.what());
  }
  const std::string token = random_token();
  const std::string digest = sha256_hex(token);
  Record record;
  record.description = body.description.value_or("");
  record.prefix = token.substr(0, prefix_size);
  record.created_at = current_instant();
  record.expires_at = body.expires_at;
  record.refusals = refusals_of_new_;
  by_id_[record.id] = records_.size();
  by_digest_[digest] = records_.size();
  records_.push_back(record);
  Json json = show(record);
  ledger_.append("created", {{"request", request.number},
                             {"id", record.id},
                             {"sha256", digest},
                             {"size", token.size()},
                             {"description", optional_text(body.description)},
                             {"expires_at", json.value("expiresAt", Json())}});
  json["accessToken"] = token;
  return json_response(json);
}

void Cluster::revoke_record(Record& record) {
  if (record.revoked_at) return;
  record.revoked_at = current_instant();
  ledger_.append("revoked", {{"id", record.id}});
}

Response Cluster::revoke(const std::string& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return error_response(404, "token not found");
  revoke_record(records_[found->second]);
  return {204, {}, ""};
}

void Cluster::revoke_all() {
  const std::lock_guard lock(mutex_);
  for (Record& record : records_) revoke_record(record);
}

void Cluster::refuse_new(int times) {
  const std::lock_guard lock(mutex_);
  refusals_of_new_ = times;
}

void Cluster::age(std::chrono::seconds by) {
  const std::lock_guard lock(mutex_);
  for (Record& record : records_) {
    record.created_at.seconds -= by.count();
    if (record.expires_at) record.expires_at->seconds -= by.count();
    if (record.revoked_at) record.revoked_at->seconds -= by.count();
  }
}

void Cluster::seed(std::size_t count) {
  const std::array<std::string, 8> descriptions{
      "nightly backup",        "",
      "監視ダッシュボード",    "cafe\u0301 terminal",
      "two\nlines\tand a tab", "\u001b[31mred\u001b[0m and bidi \u202e\u202c",
      std::string(120, 'w'),   "emoji \U0001F510 \U0001F469\u200D\U0001F4BB"};
  const Instant now = current_instant();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < count; ++i) {
    const auto age = static_cast<std::int64_t>(count - i) * 60;
    Record record;
    record.description = descriptions.at(i % descriptions.size());
    record.prefix = random_token().substr(0, prefix_size);
    record.created_at = {now.seconds - age, i % 2 == 0 ? 0 : now.nanos};
    if (i % 4 == 1) record.expires_at = Instant{now.seconds - age / 2, 0};  // expired
    if (i % 4 == 2) record.expires_at = Instant{now.seconds + 86'400, 500'000'000};
    if (i % 5 == 3) record.revoked_at = Instant{now.seconds - age / 3, 0};
    by_id_[record.id] = records_.size();
    records_.push_back(std::move(record));
  }
}

}  // namespace influxctl::sandbox
