// SPDX-License-Identifier: MIT
#include "influxctl/base/process_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace influxctl::environment_test {

namespace {

TEST(Environment, Get) {
  const Environment environment(std::vector<std::string>{
      "HOME=/root", "HOMES=/other", "EMPTY=", "EQUALS=a=b=", "TWICE=1", "TWICE=2", "NOVALUE"});
  struct Case {
    std::string name, value;
  };
  const std::vector<Case> rows = {
      {"HOME", "/root"}, {"HOMES", "/other"}, {"EMPTY", ""},   {"EQUALS", "a=b="}, {"TWICE", "1"},
      {"HOM", ""},       {"home", ""},        {"NOVALUE", ""}, {"NONE", ""},       {"OME", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(environment.get(row.name), row.value) << row.name;
  EXPECT_EQ(Environment().get("HOME"), "");
}

TEST(Environment, CopiesEntries) {
  std::string home = "HOME=/root";
  const std::array<const char*, 3> entries{home.c_str(), "A=1", nullptr};
  const Environment environment(entries.data());
  home = "HOME=/else";
  EXPECT_EQ(environment.get("HOME"), "/root");
  EXPECT_THAT(environment.for_child(), testing::ElementsAre("HOME=/root", "A=1"));
  const char* const* const none = nullptr;
  EXPECT_THAT(Environment(none).for_child(), testing::IsEmpty());
}

TEST(Environment, ChildGetsNoSecrets) {
  const Environment environment(std::vector<std::string>{
      "A=1", "INFLUXCTL_MGMT_TOKEN=one", "INFLUXCTL_PROFILE=prod", "INFLUXCTL_MGMT_TOKEN=two",
      "INFLUXCTL_MGMT_TOKEN_ID=x", "EMPTY=", "A=2", "VAULT_TOKEN=theirs"});
  EXPECT_THAT(environment.for_child(),
              testing::ElementsAre("A=1", "INFLUXCTL_PROFILE=prod", "INFLUXCTL_MGMT_TOKEN_ID=x",
                                   "EMPTY=", "A=2", "VAULT_TOKEN=theirs"));
}

}  // namespace

}  // namespace influxctl::environment_test
