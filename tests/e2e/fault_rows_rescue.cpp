// SPDX-License-Identifier: MIT
// Faults of what follows a create that failed: revoking its token, and looking for it.
#include "fault_row_makers.h"

namespace influxctl::e2e {

namespace {

const std::string no_usable_token = R"({"on":"POST","patch":{"accessToken":null}})";
const std::string lost_response = R"({"on":"POST","cut":0})";
const std::string nothing_done = R"({"on":"POST","status":500})";

FaultRow revoked(std::string name, std::string fault, std::string rule) {
  FaultRow row = unusable(std::move(name), std::move(fault), no_usable_token);
  row.rules.push_back(std::move(rule));
  return row;
}

// Revoking failed too: the id is named.
FaultRow still_live(std::string name, std::string fault, std::string rule, std::string why) {
  FaultRow row = revoked(std::move(name), std::move(fault), std::move(rule));
  row.holds = Holds::named;
  row.says = {"live, as revoking it failed: " + why, "revoke it with: influxctl management revoke"};
  return row;
}

FaultRow silent_at_last(std::string name, std::string fault) {
  FaultRow row =
      still_live(std::move(name), std::move(fault), R"({"on":"DELETE","status":404})",
                 "the cluster has no such token (404): \"Not Found\"; at last: " + sent_but);
  row.rules.emplace_back(R"({"on":"DELETE","act":false,"stall":true,"times":-1})");
  return std::move(row).with_timeout("3s");
}

// Looking for the token failed too.
FaultRow unseen(std::string name, std::string fault, std::string rule, std::string why) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {lost_response, std::move(rule)},
          .holds = Holds::unseen,
          .says = {sent_but, "looking for it failed too: " + why,
                   "look for a token that nobody holds with: influxctl management list"}};
}

// Nothing was created, and the list is empty in a way of its own.
FaultRow empty(std::string name, std::string fault, std::string rule, std::string says) {
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {nothing_done, std::move(rule)},
          .says = {sent_but, std::move(says), "look again with influxctl management list"}};
}

// The list has the token in a record that cannot be read.
FaultRow unlisted(std::string name, std::string fault, std::string rule, std::string said) {
  FaultRow row = unseen(std::move(name), std::move(fault), std::move(rule), "");
  row.says = {sent_but, std::move(said), "look for a token that nobody holds with: influxctl"};
  return row;
}

std::string record(const std::string& id, const std::string& more) {
  return R"({"id":")" + id +
         R"(","createdAt":"2999-01-01T00:00:00Z","description":"fault matrix")" + more + "}";
}

// Nothing was created, and the list holds what others did meanwhile.
FaultRow listed(std::string name, std::string fault, const std::string& records,
                std::vector<std::string> says) {
  says.insert(says.begin(), sent_but);
  return {.name = std::move(name),
          .fault = std::move(fault),
          .rules = {nothing_done, R"({"on":"GET","body":[)" + records + "]}"},
          .says = std::move(says)};
}

}  // namespace

std::vector<FaultRow> rescue_rows() {
  return {
      revoked("RevokeOnce500", "DELETE: 500 once", R"({"on":"DELETE","status":500})"),
      revoked("RevokeOnce429", "DELETE: 503 twice", R"({"on":"DELETE","status":503,"times":2})"),
      revoked("RevokeOnceCut", "DELETE: done, and the response is cut",
              R"({"on":"DELETE","cut":9,"close":"rst"})"),
      revoked("RevokeOnceReset", "DELETE: the connection is reset once",
              R"({"accept":"reset","skip":1})"),
      revoked("RevokeStatus200", "DELETE: 200 instead of 204",
              R"({"on":"DELETE","status":200,"act":true,"body":{}})"),
      revoked("RevokeOnceStall", "DELETE: silence once, longer than the timeout",
              R"({"on":"DELETE","act":false,"stall":true})")
          .with_timeout("2s"),
      still_live("Revoke401", "DELETE: 401", R"({"on":"DELETE","status":401,"times":-1})",
                 "the cluster does not accept the credential (401)"),
      still_live("Revoke403", "DELETE: 403", R"({"on":"DELETE","status":403,"times":-1})",
                 "the credential does not allow this (403)"),
      still_live("Revoke404", "DELETE: 404", R"({"on":"DELETE","status":404,"times":-1})",
                 "the cluster has no such token (404)"),
      silent_at_last("Revoke404ThenSilence", "DELETE: 404, then silence"),
      still_live("Revoke405", "DELETE: 405", R"({"on":"DELETE","status":405,"times":-1})",
                 "the cluster refused (405)"),
      still_live(
          "RevokeForever500", "DELETE: 500 for 10 s", R"({"on":"DELETE","status":500,"times":-1})",
          "the outcome is unknown: the request was sent, but the cluster responded with 500"),
      still_live("RevokeForeverStall", "DELETE: silence for 10 s",
                 R"({"on":"DELETE","act":false,"stall":true,"times":-1})", "the outcome is unknown")
          .with_timeout("3s"),
      still_live("RevokeForeverReset", "DELETE: no connection for 10 s",
                 R"({"accept":"reset","skip":1,"times":-1})", "the cluster was not reached"),
  };
}

std::vector<FaultRow> lookup_rows() {
  FaultRow no_times =
      response_lost("NoCreatedAt", "GET: the list does not say when", lost_response, "");
  no_times.rules.emplace_back(R"({"on":"GET","body_replace":["createdAt","since"]})");
  no_times.says = {sent_but,
                   "is live with this description, and may be another run's; if nobody uses it, "};
  return {
      unseen("List500", "GET: 500", R"({"on":"GET","status":500})", "the cluster failed (500)"),
      unseen("List401", "GET: 401", R"({"on":"GET","status":401})",
             "the cluster does not accept the credential (401)"),
      unseen("List404", "GET: 404", R"({"on":"GET","status":404})", ""),
      unseen("ListCut", "GET: cut", R"({"on":"GET","cut":120,"close":"fin"})",
             "the cluster did not respond"),
      unseen("ListReset", "GET: reset", R"({"on":"GET","cut":20,"close":"rst"})",
             "the cluster did not respond"),
      unseen("ListNotReached", "GET: no connection", R"({"accept":"reset","skip":1})",
             "the cluster was not reached"),
      unseen("ListStall", "GET: silence", R"({"on":"GET","stall":true})",
             "the cluster did not respond: operation timed out")
          .with_timeout("2s"),
      unseen("ListWithoutLength", "GET: no length", R"({"on":"GET","framing":"close"})",
             "the cluster did not respond: the response has no known length"),
      unseen("ListUnfinished", "GET: an unfinished chunked list",
             R"({"on":"GET","framing":"chunked-unfinished"})", "the cluster did not respond"),
      unseen("ListShort", "GET: half a list with a right length",
             R"({"on":"GET","body_replace":["}]","}"]})", "the cluster's response is not a list"),
      unseen("ListText", "GET: text", R"({"on":"GET","body":"none"})",
             "the cluster's response is not a list"),
      unseen("ListObject", "GET: an object", R"({"on":"GET","body":{}})",
             "the cluster's response is not a list"),
      empty("ListNull", "GET: null", R"({"on":"GET","body":"null"})", none),
      unlisted("ListOfNumbers", "GET: numbers", R"({"on":"GET","body":[1,2]})",
               "2 of the listed tokens cannot be read, and may be it"),
      unlisted("ListWithoutIds", "GET: records without ids", R"({"on":"GET","body":[{"a":1}]})",
               "1 of the listed tokens cannot be read, and may be it"),
      unseen("ListEmptyBody", "GET: an empty body", R"({"on":"GET","body":""})",
             "the cluster's response is not a list"),
      empty("List204", "GET: 204", R"({"on":"GET","status":204})", none),
      no_times,
      listed("One", "GET: one that may be it", record("one", ""), {"token one was created at"}),
      listed(
          "Several", "GET: several that may be it",
          record("one", "") + "," + record("two", "") + "," + record("three", ""),
          {"token one was created at", "token two was created at", "token three was created at"}),
      listed("None", "GET: an empty list", "", {none}),
      listed("OtherDescription", "GET: one with another description",
             R"({"id":"one","createdAt":"2999-01-01T00:00:00Z","description":"other"})", {none}),
      listed("OnlyOlder", "GET: one that is older",
             R"({"id":"one","createdAt":"2020-01-01T00:00:00Z","description":"fault matrix"})",
             {none}),
      listed("OnlyRevoked", "GET: one that is revoked",
             record("one", R"(,"revokedAt":"2999-01-01T00:00:01Z")"), {none}),
      listed("OnlyOddlyRevoked", "GET: revocations that cannot be read",
             record("one", R"(,"revokedAt":5)") + "," + record("two", R"(,"revokedAt":"soon")") +
                 "," + record("three", R"(,"revokedAt":"2999-01-01 00:00:01Z")"),
             {none}),
      listed("HostileId", "GET: an id with control characters", record(R"(a\u001b[31mb)", ""),
             {R"(token a\x1b[31mb was created at)"}),
  };
}

std::vector<FaultGroup> fault_groups() {
  return {{"Connection", "the connection, or the request on it", connection_rows()},
          {"Cut", "the way of the response", cut_rows()},
          {"Framing", "the response's framing", framing_rows()},
          {"Head", "the response's head", head_rows()},
          {"Status", "the response's status", status_rows()},
          {"Retry", "the response's status 429", retry_rows()},
          {"Body", "the response's body", body_rows()},
          {"Rescue", "after a response without a usable token, DELETE", rescue_rows()},
          {"LookUp", "after a response that was lost, GET", lookup_rows()}};
}

}  // namespace influxctl::e2e
