// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

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

}  // namespace influxctl::e2e
