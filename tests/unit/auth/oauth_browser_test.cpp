// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "influxctl/auth/oauth.h"
#include "temporary_directory.h"

namespace influxctl::browser_test {
namespace {

TEST(Browser, OnlyForSomebodyAtADesktop) {
  const TemporaryDirectory directory;
  const std::string opener = directory.write("xdg-open", "#!/bin/sh\n", 0700);
  const std::string path = "PATH=" + directory.path("");
  struct Row {
    std::string name;
    std::vector<std::string> variables;
    bool is_root;
    bool found;
  };
  const std::vector<Row> rows = {
      {"X", {path, "DISPLAY=:0"}, false, true},
      {"Wayland", {path, "WAYLAND_DISPLAY=wayland-0"}, false, true},
      {"no display", {path}, false, false},
      {"root", {path, "DISPLAY=:0"}, true, false},
      {"SSH", {path, "DISPLAY=localhost:10.0", "SSH_CONNECTION=a b"}, false, false},
      {"SSH client", {path, "DISPLAY=:0", "SSH_CLIENT=a"}, false, false},
      {"SSH terminal", {path, "DISPLAY=:0", "SSH_TTY=/dev/pts/1"}, false, false},
      {"no opener", {"PATH=/nonexistent", "DISPLAY=:0"}, false, false},
  };
  for (const Row& row : rows) {
    const auto start = browser_start("https://x", Environment(row.variables), row.is_root);
    EXPECT_EQ(start ? start->path : "", row.found ? directory.path("/xdg-open") : "") << row.name;
  }
}

TEST(Browser, GetsTheUrlAndNoneOfOurSecrets) {
  const TemporaryDirectory directory;
  (void)directory.write("xdg-open", "#!/bin/sh\n", 0700);
  const std::string path = "PATH=" + directory.path("");
  const std::vector<std::string> variables = {path, "DISPLAY=:0", "INFLUXCTL_MGMT_TOKEN=planted"};
  const auto start = browser_start("https://x/?a=b&c=$(d)", Environment(variables), false);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->arguments, std::vector<std::string>({start->path, "https://x/?a=b&c=$(d)"}));
  EXPECT_EQ(start->environment, std::vector<std::string>({path, "DISPLAY=:0"}));
}

TEST(Browser, TakesNothingButWebPages) {
  const TemporaryDirectory directory;
  (void)directory.write("xdg-open", "#!/bin/sh\n", 0700);
  const Environment desktop({"PATH=" + directory.path(""), "DISPLAY=:0"});
  EXPECT_TRUE(browser_start("http://x", desktop, false));
  for (const char* const url : {"javascript:alert(1)", "file:///etc/passwd", "-h", "", "ftp://x"}) {
    EXPECT_FALSE(browser_start(url, desktop, false)) << url;
  }
}

}  // namespace
}  // namespace influxctl::browser_test
