// SPDX-License-Identifier: MIT
#include "control.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <stdexcept>

namespace influxctl::sandbox {

namespace {

Json carry_out(const std::string& line, Faults& faults, Cluster& cluster, Provider* provider) {
  const Json command = Json::parse(line, nullptr, false);
  if (!command.is_object() || command.size() != 1) {
    throw std::invalid_argument("a command is a JSON object with one member");
  }
  const std::string name = command.begin().key();
  Json response{{"ok", true}};
  if (name == "fault") {
    faults.add(parse_rule(command.begin().value()));
  } else if (name == "clear") {
    faults.clear();
  } else if (name == "release") {
    faults.release();
  } else if (name == "revoke_all") {
    cluster.revoke_all();
  } else if (name == "refuse_new") {
    cluster.refuse_new(command.begin().value().get<int>());
  } else if (name == "age_seconds") {
    cluster.age(std::chrono::seconds(command.begin().value().get<int>()));
  } else if (name == "snapshot") {
    response["tokens"] = cluster.list();
  } else if (name == "oauth") {
    if (provider == nullptr) throw std::invalid_argument("oauth: there is no provider");
    provider->obey(command.begin().value().get<std::string>());
  } else {
    throw std::invalid_argument("unknown command: " + name);
  }
  return response;
}

}  // namespace

std::string obey(const std::string& line, Faults& faults, Cluster& cluster, Provider* provider) {
  Json response;
  try {
    response = carry_out(line, faults, cluster, provider);
  } catch (const std::exception& error) {
    response = {{"error", error.what()}};
  }
  return response.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void obey_stdin(Faults& faults, Cluster& cluster, Provider* provider, int stop_fd,
                std::chrono::seconds lifetime) {
  const auto end = std::chrono::steady_clock::now() + lifetime;
  std::string pending;
  std::array<char, 4096> bytes{};
  while (std::chrono::steady_clock::now() < end) {
    std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    ::poll(ready.data(), ready.size(), static_cast<int>(left.count()) + 1);
    if (ready[1].revents != 0) return;
    if (ready[0].revents == 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) return;
    pending.append(bytes.data(), static_cast<std::size_t>(got));
    for (auto line = pending.find('\n'); line != std::string::npos; line = pending.find('\n')) {
      std::cout << obey(pending.substr(0, line), faults, cluster, provider) << std::endl;
      pending.erase(0, line + 1);
    }
  }
}

}  // namespace influxctl::sandbox
