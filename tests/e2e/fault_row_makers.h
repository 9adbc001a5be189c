// SPDX-License-Identifier: MIT
// Short ways to write a row of the fault matrix.
#pragma once

#include <utility>

#include "fault_matrix_rows.h"

namespace influxctl::e2e {

inline const std::string not_reached = "the cluster was not reached";
inline const std::string safe = "nothing was sent, so it is safe to run this again";
inline const std::string sent_but = "the outcome is unknown: the request was sent, but ";
inline const std::string none = "the cluster lists no token with this description";
inline const std::string if_nobody =
    "if nobody uses it, revoke it with: influxctl management revoke";

// A rule for the POST.
inline std::string post(const std::string& members) { return R"({"on":"POST",)" + members + "}"; }

inline FaultRow unreached(std::string name, std::string fault, std::vector<std::string> rules,
                          std::string why) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = std::move(rules),
          .exit_code = 6,
          .says = {not_reached + why, safe},
          .posts = 0};
}

inline FaultRow by_path(std::string name, std::string fault, Path path, std::string why) {
  FaultRow row = unreached(std::move(name), std::move(fault), {}, std::move(why));
  row.path = path;
  return row;
}

// The request was not read whole, and so nothing was created.
inline FaultRow request_lost(std::string name, std::string fault, std::string rule,
                             std::string why) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {std::move(rule)},
          .says = {sent_but + why, none},
          .posts = 0};
}

// The token was created, and the response did not come whole.
inline FaultRow response_lost(std::string name, std::string fault, std::string rule,
                              std::string why) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {std::move(rule)},
          .holds = Holds::named,
          .says = {sent_but + why, if_nobody}};
}

inline FaultRow delivered(std::string name, std::string fault, std::string rule) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {std::move(rule)},
          .exit_code = 0,
          .holds = Holds::delivered,
          .says = {"the cluster will not show this token again"}};
}

// The cluster says no: nothing was created.
inline FaultRow refused(std::string name, std::string fault, std::string rule, std::string message,
                        int exit_code = 5) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {std::move(rule)},
          .exit_code = exit_code,
          .says = {std::move(message)}};
}

// Whole responses that do not tell whether a token was created, and none was.
inline FaultRow nothing_made(std::string name, std::string fault, std::string rule,
                             std::string why) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {std::move(rule)},
          .says = {sent_but + why, none}};
}

// The response has an id and no usable token; the token was revoked.
inline FaultRow unusable(std::string name, std::string fault, std::string rule) {
  return {
      .name = std::move(name),
      .fault = std::move(fault),
      .rules = {std::move(rule)},
      .exit_code = 8,
      .holds = Holds::revoked,
      .says = {
          "was created but not delivered: the response has no usable token string; the token has "
          "been revoked"}};
}

}  // namespace influxctl::e2e
