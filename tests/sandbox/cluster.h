// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "instant.h"
#include "ledger.h"
#include "random.h"
#include "response.h"

namespace influxctl::sandbox {

/// A request that was read completely; `number` is its "request" in the ledger.
struct ClusterRequest {
  long number = 0;
  std::string method;
  std::string path;           ///< percent-decoded, without the query
  std::string authorization;  ///< the header's value; empty when it is missing
  std::string body;
};

/// The cluster's management tokens and what its API does with them. Token strings are kept only as
/// SHA-256 digests. Safe from many threads.
class Cluster {
 public:
  /// `api_path` is the path of the token collection; empty: the two documented ones.
  Cluster(Ledger& ledger, std::string api_path, std::string_view admin_token);

  /// Lets credentials in that this function knows, by SHA-256 digest; before the first request.
  void accept(std::function<bool(const std::string& digest)> knows) { knows_ = std::move(knows); }

  /// Does what a request asks and returns the true response.
  Response handle(const ClusterRequest& request);
  /// Revokes all tokens.
  void revoke_all();
  /// Refuses each token that is created from now on so many times (-1: always), as replicas that
  /// lag do.
  void refuse_new(int times);
  /// Makes all records so much older, or younger: what time does to them, without the wait.
  void age(std::chrono::seconds by);
  /// The list of tokens, as GET gives it.
  Json list();
  /// Adds made-up records, some of them expired or revoked; they are not in the ledger.
  void seed(std::size_t count);

 private:
  struct Record {
    std::string id = random_uuid();
    std::string description;
    std::string prefix;
    Instant created_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;
    int refusals = 0;  ///< still to come; -1: always
  };

  bool is_collection(std::string_view path) const;
  std::optional<std::string> token_id(std::string_view path) const;
  bool authorized(const std::string& authorization);
  Json show(const Record& record) const;
  Json show_all() const;
  Response create(const ClusterRequest& request);
  Response revoke(const std::string& id);
  void revoke_record(Record& record);

  Ledger& ledger_;
  std::string api_path_;
  std::string admin_digest_;
  std::function<bool(const std::string&)> knows_;
  std::string account_id_ = random_uuid();
  std::string user_id_ = random_uuid();
  int refusals_of_new_ = 0;
  std::mutex mutex_;
  std::vector<Record> records_;                             // oldest first
  std::unordered_map<std::string, std::size_t> by_id_;      // id → place in records_
  std::unordered_map<std::string, std::size_t> by_digest_;  // SHA-256 of the token → place
};

}  // namespace influxctl::sandbox
