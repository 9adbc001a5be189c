// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "client.h"
#include "harness.h"

namespace influxctl::e2e {

struct NewToken {
  std::string id;
  std::string token;
};

/// Creates a token without influxctl's help; `body` is that of the POST.
inline NewToken new_token(const Sandbox& sandbox,
                          const nlohmann::json& body = nlohmann::json::object()) {
  const auto seen = talk(sandbox, request("POST", "", sandbox.admin_token(), body.dump())).json();
  if (!seen.is_object() || !seen.contains("id")) throw std::runtime_error("no new token");
  return {seen.at("id"), seen.at("accessToken")};
}

/// Sends a signal once there are so many events of that kind, and then the responses that are held.
inline auto signal_after(Sandbox& sandbox, const std::string& event, std::size_t count,
                         int signal = SIGINT) {
  return [&sandbox, event, count, signal](pid_t pid) {
    if (!sandbox.wait_for(event, count)) return;
    send_signal(pid, signal);
    sandbox.release();
  };
}

/// Does this when the create has made its token, so many with it, and before its response comes.
inline auto before_the_response(Sandbox& sandbox, const std::function<void()>& act,
                                std::size_t count = 1) {
  sandbox.fault({{"on", "POST"}, {"hold", true}});
  return [&sandbox, act, count](pid_t) {
    EXPECT_TRUE(sandbox.wait_for("created", count));
    act();
    sandbox.release();
  };
}

/// A run that gets these signals when the ledger has so many events of a kind. A response that is
/// held comes when they have been sent and the program has said what it does about them.
inline RunResult run_signalled(Sandbox& sandbox, const std::vector<int>& signals,
                               const std::string& event, std::size_t count = 1,
                               const std::vector<std::string>& args = {"management", "create"}) {
  std::promise<void> sent;
  RunOptions options;
  options.meanwhile = [&](pid_t pid) {
    EXPECT_TRUE(sandbox.wait_for(event, count));
    for (const int signal : signals) send_signal(pid, signal);
    sent.set_value();
  };
  options.when_told = {"influxctl: cancelled: ", [&] {
                         sent.get_future().wait();
                         sandbox.release();
                       }};
  return sandbox.run(args, options);
}

}  // namespace influxctl::e2e
