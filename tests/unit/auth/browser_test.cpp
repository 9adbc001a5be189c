// SPDX-License-Identifier: MIT
#include "influxctl/auth/browser.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "captured.h"
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
    EXPECT_EQ(browser_opener(Environment(row.variables), row.is_root),
              row.found ? directory.path("/xdg-open") : "")
        << row.name;
  }
}

TEST(Browser, GetsTheUrlAndNoneOfOurSecrets) {
  const TemporaryDirectory directory;
  const std::string seen = directory.path("seen");
  const std::string opener =
      directory.write("xdg-open",
                      "#!/bin/sh\nexec >" + seen + ".new\nprintf '%s ' $# \"$@\"\nenv\n" +
                          "/bin/mv " + seen + ".new " + seen + "\n",
                      0700);
  const Environment environment(
      std::vector<std::string>{"PATH=/usr/bin:/bin", "INFLUXCTL_MGMT_TOKEN=planted"});
  ASSERT_TRUE(open_in_browser(opener, "https://x/?a=b&c=$(d)", environment));
  for (int i = 0; i < 2000 && !std::filesystem::exists(seen); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GT(waitpid(-1, nullptr, 0), 0) << "so that no other test meets it";
  const std::string text = read_whole(seen);
  EXPECT_TRUE(text.starts_with("1 https://x/?a=b&c=$(d) ")) << text;
  EXPECT_EQ(text.find("planted"), std::string::npos);
}

TEST(Browser, TakesNothingButWebPages) {
  for (const char* const url : {"javascript:alert(1)", "file:///etc/passwd", "-h", "", "ftp://x"}) {
    EXPECT_FALSE(open_in_browser("/bin/true", url, Environment())) << url;
  }
  EXPECT_FALSE(open_in_browser("/nonexistent", "https://x", Environment()));
}

}  // namespace
}  // namespace influxctl::browser_test
