// SPDX-License-Identifier: MIT
#include "outcome.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace influxctl::e2e {

namespace {

std::string id_of_last(const Sandbox& sandbox) {
  const auto created = sandbox.created();
  return created.empty() ? "(none)" : created.back().at("id").get<std::string>();
}

void expect_one_created(const Sandbox& sandbox) {
  EXPECT_EQ(sandbox.requests("POST").size(), 1U);
  EXPECT_EQ(sandbox.created().size(), 1U);
}

}  // namespace

void expect_unsent(const Sandbox& sandbox) { EXPECT_EQ(sandbox.count("connection"), 0U); }

void expect_delivered(const Sandbox& sandbox, std::string_view bytes) {
  expect_one_created(sandbox);
  EXPECT_EQ(sandbox.live().size(), 1U);
  EXPECT_TRUE(sandbox.delivered_token_matches(bytes)) << "got " << bytes.size() << " bytes";
}

void expect_revoked(const Sandbox& sandbox) {
  expect_one_created(sandbox);
  EXPECT_EQ(sandbox.count("revoked"), 1U);
  EXPECT_TRUE(sandbox.live().empty());
}

std::string record_of(const Sandbox& sandbox, const std::string& done, bool on_a_terminal) {
  const std::string id = id_of_last(sandbox);
  const std::string blank(id.size(), ' ');
  const std::string border = "+-------------+" + std::string(id.size() + 2, '-') + "+\n";
  std::string text = border;
  text += "|          id | " + id + " |\n| description | " + blank + " |\n";
  text += "|  expires at | " + blank + " |\n|  revoked at | " + blank + " |\n" + border;
  text += on_a_terminal ? "warn\tplease copy the token and store in a safe place\n"
                          "warn\tthis is the *only time* you will see the token\n"
                        : "warn\tthe cluster will not show this token again\n";
  return done.empty() ? text : text + "influxctl: " + done + "\n";
}

std::string lost(const Sandbox& sandbox, const std::string& why) {
  const std::string token = "token " + id_of_last(sandbox) + " was created but not delivered: ";
  return record_of(sandbox) + "influxctl: " + token + "revoking it\ninfluxctl: error: " + token +
         why + "; the token has been revoked\n";
}

std::string names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.insert(entry.path().filename());
  }
  std::string text;
  for (const auto& name : names) text += name + " ";
  return text;
}

}  // namespace influxctl::e2e
