// SPDX-License-Identifier: MIT
// One create for every byte (every_case(); else every 61st): the response is cut after each of its
// bytes, and the request too.
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <ostream>

#include "promise.h"

namespace influxctl::e2e::sweep_test {
namespace {

using nlohmann::json;

const std::size_t slices = every_case() ? 4 : 1;  // run side by side

enum class Side { response, request };

struct Sweep {
  const char* name;
  Side side;
  bool plain;
  std::string close;
};

void PrintTo(const Sweep& sweep, std::ostream* out) { *out << sweep.name; }

class EveryByte : public testing::TestWithParam<std::tuple<Sweep, std::size_t>> {
 protected:
  const Sweep& sweep() const { return std::get<0>(GetParam()); }

  /// One create with one cut, and its account.
  RunResult create(const json& rule) {
    if (!rule.is_null()) sandbox_.fault(rule);
    const std::string description = "cut " + std::to_string(10'000 + ++runs_);  // of one length
    RunResult result =
        sandbox_.run({"management", "create", "--timeout", "10s", "--description", description});
    const std::vector<json> events = sandbox_.ledger(seen_);
    seen_ += events.size();
    account_ = account_of(events);
    EXPECT_EQ(broken_promise(account_, result), "") << rule << "\n" << result.err;
    return result;
  }

  /// The bytes of a request like those of create().
  std::size_t request_size() const {
    const json request = sandbox_.requests("POST").at(0);
    std::size_t size = std::string("POST  HTTP/1.1\r\n\r\n").size();
    size += request.at("target").get<std::string>().size();
    size += request.at("body").get<std::string>().size();
    for (const auto& [name, value] : request.at("headers").items()) {
      const bool secret = name == "authorization";
      const std::string text =
          secret ? "Bearer " + sandbox_.admin_token() : value.get<std::string>();
      size += name.size() + std::string(": \r\n").size() + text.size();
    }
    return size;
  }

  std::size_t response_size() const {
    return sandbox_.events("responded").at(0).at("bytes").get<std::size_t>();
  }

  void expect_outcome(std::size_t cut, const RunResult& result) const {
    if (sweep().side == Side::request) {
      // A reset at once may come before the client knows that it was connected.
      const bool never_connected = cut == 0 && sweep().plain && result.exit_code == 6;
      EXPECT_TRUE(result.exit_code == 7 || never_connected) << cut << "\n" << result.err;
      EXPECT_TRUE(account_.created.empty()) << cut;
      return;
    }
    ASSERT_EQ(account_.created.size(), 1U) << cut;
    EXPECT_EQ(result.exit_code == 0, is_token(account_.created[0], result.out)) << cut;
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 7) << cut << "\n" << result.err;
    // The fraction of createdAt has three or six digits, or none: the response's size varies a
    // little.
    if (cut + 10 < whole_) {
      EXPECT_EQ(result.exit_code, 7) << cut;
    } else if (cut > whole_ + 10) {
      EXPECT_EQ(result.exit_code, 0) << cut << "\n" << result.err;
    }
  }

  Sandbox sandbox_{std::get<0>(GetParam()).plain ? std::vector<std::string>{"--plain"}
                                                 : std::vector<std::string>{}};
  std::size_t whole_ = 0;

 private:
  int runs_ = 0;
  std::size_t seen_ = 0;
  Account account_;
};

TEST_P(EveryByte, KeepsThePromise) {
  ASSERT_EQ(create(nullptr).exit_code, 0);
  const bool response = sweep().side == Side::response;
  whole_ = response ? response_size() : request_size();
  const std::size_t end = response ? whole_ + 12 : whole_ + 1;
  const std::size_t stride = every_case() ? 1 : 61;
  std::map<int, int> exits;
  for (std::size_t cut = std::get<1>(GetParam()) * stride; cut < end; cut += slices * stride) {
    json rule{{response ? "cut" : "request_cut", cut}, {"close", sweep().close}};
    if (response) rule["on"] = "POST";
    const RunResult result = create(rule);
    expect_outcome(cut, result);
    ++exits[result.exit_code];
  }
  std::cout << "figures " << sweep().name << ": 0:" << exits[0] << " 6:" << exits[6]
            << " 7:" << exits[7] << '\n';
}

const std::vector<Sweep> sweeps{{"ResponseTlsFin", Side::response, false, "fin"},
                                {"ResponseTlsNotify", Side::response, false, "notify"},
                                {"ResponseTlsReset", Side::response, false, "rst"},
                                {"ResponsePlainFin", Side::response, true, "fin"},
                                {"ResponsePlainReset", Side::response, true, "rst"},
                                {"RequestTlsFin", Side::request, false, "fin"},
                                {"RequestTlsReset", Side::request, false, "rst"},
                                {"RequestPlainFin", Side::request, true, "fin"},
                                {"RequestPlainReset", Side::request, true, "rst"}};

INSTANTIATE_TEST_SUITE_P(Sweep, EveryByte,
                         testing::Combine(testing::ValuesIn(sweeps),
                                          testing::Range<std::size_t>(0, slices)),
                         [](const auto& row) {
                           return std::get<0>(row.param).name + std::string("Slice") +
                                  std::to_string(std::get<1>(row.param) + 1);
                         });

}  // namespace
}  // namespace influxctl::e2e::sweep_test
