// SPDX-License-Identifier: MIT
// The stand-in's faults, as bytes on the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "client.h"
#include "harness.h"

namespace influxctl::e2e::sandbox_fault_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* ok_head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

struct Row {
  const char* name;
  const char* rule;
  std::string bytes;  // the whole response to a GET of the empty list
  Seen end = Seen::notify;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.rule; }

class FaultOnGet : public testing::TestWithParam<Row> {};

TEST_P(FaultOnGet, SendsTheseBytes) {
  const Row& row = GetParam();
  for (const bool plain : {false, true}) {
    Sandbox sandbox(plain ? std::vector<std::string>{"--plain"} : std::vector<std::string>{});
    sandbox.fault(json::parse(row.rule));
    const Exchange seen = talk(sandbox, request("GET", "", sandbox.admin_token()));
    EXPECT_EQ(seen.bytes, row.bytes);
    EXPECT_EQ(seen.end, plain && row.end == Seen::notify ? Seen::fin : row.end);
    const Exchange next = talk(sandbox, request("GET", "", sandbox.admin_token()));
    EXPECT_EQ(next.bytes, std::string(ok_head) + "Content-Length: 2\r\n\r\n[]");
  }
}

const std::string list = std::string(ok_head) + "Content-Length: 2\r\n\r\n[]";

INSTANTIATE_TEST_SUITE_P(
    Rows, FaultOnGet,
    testing::Values(
        Row{"None", R"({"on":"POST"})", list},
        Row{"Accept", R"({"accept":"reset"})", "", Seen::reset},
        Row{"RequestCut", R"({"request_cut":10,"close":"rst"})", "", Seen::reset},
        Row{"RequestCutFin", R"({"request_cut":10,"close":"fin"})", "", Seen::fin},
        Row{"Status", R"({"status":503})",
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            "Content-Length: 44\r\n\r\n{\"code\":503,\"message\":\"Service Unavailable\"}"},
        Row{"StatusThatActs", R"({"status":202,"act":true})",
            "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n[]"},
        Row{"NoContent", R"({"status":204,"act":true})",
            "HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n"},
        Row{"Headers", R"({"headers":{"content-type":null,"Retry-After":3,"A":["b","c"]}})",
            "HTTP/1.1 200 OK\r\nA: b\r\nA: c\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n[]"},
        Row{"Body", R"({"body":"no"})", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"},
        Row{"JsonBody", R"({"body":{"a":1}})",
            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}"},
        Row{"Replace", R"({"body_replace":["]","]]"],"pad_body":2})",
            std::string(ok_head) + "Content-Length: 5\r\n\r\n[]]  "},
        Row{"Chunked", R"({"framing":"chunked"})",
            std::string(ok_head) + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"},
        Row{"Unfinished", R"({"framing":"chunked-unfinished"})",
            std::string(ok_head) + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"},
        Row{"NoLength", R"({"framing":"close"})", std::string(ok_head) + "\r\n[]"},
        Row{"Both", R"({"framing":"both"})",
            std::string(ok_head) +
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"},
        Row{"TooLong", R"({"length_delta":3})",
            std::string(ok_head) + "Content-Length: 5\r\n\r\n[]"},
        Row{"Head", R"({"status_line":"HTTP/1.1 200","header_block":"a b\r\n","pad_header":3})",
            "HTTP/1.1 200\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            "X-Padding: xxx\r\na b\r\n\r\n[]"},
        Row{"Raw", R"({"raw":"\u00ff\u0000!","latin1":true})", std::string("\xff\0!", 3)},
        Row{"Interim", R"({"interim":2})",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + list},
        Row{"InterimOnly", R"({"interim":1,"interim_status":100,"final":false})",
            "HTTP/1.1 100 Continue\r\n\r\n"},
        Row{"Cut", R"({"cut":12})", list.substr(0, 12)},
        Row{"CutFin", R"({"cut":12,"close":"fin"})", list.substr(0, 12), Seen::fin},
        Row{"CutReset", R"({"cut":0,"close":"rst"})", "", Seen::reset},
        Row{"Drip", R"({"drip_ms":1,"delay_ms":1})", list}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Fault, PatchesTheTrueResponse) {
  Sandbox sandbox;
  sandbox.fault({{"patch", {{"accessToken", nullptr}, {"description", "b"}}}});
  const Exchange seen = talk(sandbox, request("POST", "", sandbox.admin_token(), "{}"));
  EXPECT_FALSE(seen.json().contains("accessToken"));
  EXPECT_EQ(seen.json().at("description"), "b");
  EXPECT_EQ(sandbox.live().size(), 1U);
}

TEST(Fault, ActsOrNotAsToldBeforeRespondingOtherwise) {
  Sandbox sandbox;
  sandbox.fault({{"status", 500}});
  sandbox.fault({{"status", 500}, {"act", true}});
  const std::string text = request("POST", "", sandbox.admin_token(), "{}");
  EXPECT_EQ(talk(sandbox, text).status(), 500);
  EXPECT_EQ(sandbox.count("created"), 0U);
  EXPECT_EQ(talk(sandbox, text).status(), 500);
  EXPECT_EQ(sandbox.count("created"), 1U);
  EXPECT_EQ(sandbox.events("responded").at(1).at("fault"), (json{{"status", 500}, {"act", true}}));
}

TEST(Fault, CountsSkipsAndTimesAndMethods) {
  Sandbox sandbox({"--fault", R"({"on":"GET","skip":1,"times":2,"status":429})", "--fault",
                   R"({"on":"DELETE","times":-1,"status":403})"});
  const std::string get = request("GET", "", sandbox.admin_token());
  const std::string drop = request("DELETE", "/a", sandbox.admin_token());
  std::array<int, 4> seen{};
  for (int& status : seen) status = talk(sandbox, get).status();
  EXPECT_THAT(seen, testing::ElementsAre(200, 429, 429, 200));
  EXPECT_EQ(talk(sandbox, drop).status(), 403);
  EXPECT_EQ(talk(sandbox, drop).status(), 403);
  sandbox.clear();
  EXPECT_EQ(talk(sandbox, drop).status(), 404);
}

TEST(Fault, StallsWithoutHoldingUpOthersOrTheEnd) {
  Sandbox sandbox;
  const Dial impatient{"localhost", 0, false, std::chrono::milliseconds(300)};
  const std::string text = request("POST", "", sandbox.admin_token(), "{}");
  sandbox.fault({{"accept", "stall"}});
  EXPECT_EQ(talk(sandbox, text, impatient).end, Seen::silence);
  EXPECT_EQ(sandbox.count("request"), 0U);
  sandbox.fault({{"stall", true}});
  sandbox.fault({{"stall_at", 20}, {"times", 40}});
  std::atomic<bool> ending = false;  // from then on a slow one gets nothing
  std::vector<std::thread> clients(41);
  for (std::thread& client : clients) {
    client = std::thread([&] {
      const std::size_t size = talk(sandbox, text).bytes.size();
      EXPECT_TRUE(size == 20 || (size == 0 && ending)) << size;
    });
  }
  EXPECT_TRUE(sandbox.wait_for("created", 41));
  EXPECT_EQ(talk(sandbox, request("GET", "", sandbox.admin_token())).status(), 200);
  EXPECT_TRUE(sandbox.wait_for("responded", 40 + 1));
  EXPECT_EQ(sandbox.count("responded"), 40U + 1U);  // "stall" sends no byte
  ending = true;
  EXPECT_EQ(sandbox.stop(), 0);  // ends the clients' waiting too
  for (std::thread& client : clients) client.join();
}

TEST(Fault, RefusesARuleThatItDoesNotUnderstand) {
  Sandbox sandbox;
  for (const char* rule : {R"({"statu":500})", R"({"status":"x"})", R"({"close":"now"})",
                           R"({"cut":-1})", R"({"on":"PUT"})", "[]"}) {
    EXPECT_THROW(sandbox.fault(json::parse(rule)), std::runtime_error) << rule;
  }
  EXPECT_THROW(sandbox.command({{"nothing", 1}}), std::runtime_error);
}

TEST(Sandbox, RevokesAllAndShowsAllOnCommand) {
  Sandbox sandbox;
  talk(sandbox, request("POST", "", sandbox.admin_token(), "{}"));
  sandbox.command({{"revoke_all", true}});
  EXPECT_TRUE(sandbox.live().empty());
  EXPECT_TRUE(sandbox.command({{"snapshot", true}}).at("tokens").at(0).contains("revokedAt"));
}

TEST(Sandbox, AnIncompleteRequestLeavesNoTrace) {
  const Sandbox sandbox({"--plain"});
  std::string text = request("POST", "", sandbox.admin_token(), "{}");
  text.pop_back();
  const Dial impatient{"localhost", 0, false, std::chrono::milliseconds(200)};
  EXPECT_THAT(talk(sandbox, text, impatient).bytes, Not(HasSubstr("200")));
  EXPECT_EQ(sandbox.count("request"), 0U);
}

}  // namespace
}  // namespace influxctl::e2e::sandbox_fault_test
