// SPDX-License-Identifier: MIT
#include "influxctl/cli/options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace influxctl::options_test {

namespace {

TEST(Options, ShellWord) {
  struct Case {
    std::string text, word;
  };
  const std::vector<Case> rows = {
      {"production", "production"},
      {"/etc/a-b_c.toml", "/etc/a-b_c.toml"},
      {"--config=a", "--config=a"},
      {"", "''"},
      {"~/a", "'~/a'"},
      {"a b", "'a b'"},
      {"$(reboot)", "'$(reboot)'"},
      {"it's", R"('it'\''s')"},
      {"Grüße", "'Grüße'"},
      {"a\nb", R"($'a\012b')"},
      {"\xff'\\1", R"($'\377\'\\1')"},
  };
  for (const auto& row : rows) EXPECT_EQ(shell_word(row.text), row.word);
}

TEST(Options, PasteCommand) {
  Options options;
  EXPECT_EQ(paste_command(options, "management list"), "influxctl management list");
  options.profile.config_path = "my config.toml";
  options.profile.profile = "production";
  EXPECT_EQ(paste_command(options, "management revoke ID"),
            "influxctl --config 'my config.toml' --profile production management revoke ID");
}

}  // namespace

}  // namespace influxctl::options_test
