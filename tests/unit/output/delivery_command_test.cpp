// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "captured.h"
#include "failure.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"
#include "temporary_folder.h"

namespace influxctl::delivery_command_test {

namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

constexpr auto kPatience = 60s;
constexpr auto kPath = "PATH=/usr/bin:/bin";

Environment environment() { return Environment(Words{kPath}); }

/// Starts a shell's line, hands it the bytes, and gives what that comes to.
std::string outcome(const std::string& line, std::string_view bytes,
                    std::chrono::milliseconds timeout = kPatience) {
  const auto delivery = deliver_to_command({"sh", "-c", line}, environment(), timeout);
  const IgnoredSignal ignored(SIGPIPE);
  return failure_of([&] { delivery->deliver(bytes); });
}

std::string refusal(const std::string& program, const Environment& from = environment()) {
  return failure_of([&] { (void)deliver_to_command({program}, from, kPatience); });
}

TEST(DeliveryCommand, GetsExactBytes) {
  const TemporaryFolder folder;
  const std::string path = folder.path("got");
  const std::vector<std::string> rows = {"M.V1.abc", "", std::string("a\0b\n\xff", 5),
                                         std::string(200UL * 1024, 'x')};
  for (const auto& bytes : rows) {
    const auto delivery =
        deliver_to_command({"sh", "-c", R"(cat >"$0")", path}, environment(), kPatience);
    delivery->deliver(bytes);
    EXPECT_EQ(read_whole(path), bytes);
    EXPECT_EQ(delivery->done(), "handed to sh");
    EXPECT_FALSE(delivery->to_terminal());
  }
}

TEST(DeliveryCommand, ArgumentsAsTheyAre) {
  const TemporaryFolder folder;
  const std::string path = folder.path("got");
  const auto delivery =
      deliver_to_command({"/bin/sh", "-c", R"(cat >/dev/null; printf '%s|' "$@" >"$0")", path,
                          "a b", "$HOME", "", "*"},
                         environment(), kPatience);
  delivery->deliver("x");
  EXPECT_EQ(read_whole(path), "a b|$HOME||*|");
  EXPECT_EQ(delivery->done(), "handed to /bin/sh");
}

TEST(DeliveryCommand, Environment) {
  const TemporaryFolder folder;
  const std::string path = folder.path("got");
  const influxctl::Environment ours(
      Words{kPath, "INFLUXCTL_MGMT_TOKEN=secret", "VAULT_ADDR=https://v", "OUT=" + path});
  deliver_to_command({"sh", "-c", R"(cat >/dev/null; env >"$OUT")"}, ours, kPatience)->deliver("x");
  const std::string got = read_whole(path);
  EXPECT_THAT(got, testing::HasSubstr("VAULT_ADDR=https://v\n"));
  EXPECT_THAT(got, testing::Not(testing::HasSubstr("INFLUXCTL_MGMT_TOKEN")));
  EXPECT_THAT(got, testing::Not(testing::HasSubstr("secret")));
}

TEST(DeliveryCommand, InheritsOnlyItsEndOfThePipe) {
  const TemporaryFolder folder;
  const std::string path = folder.path("got");
  const auto delivery = deliver_to_command(
      {"sh", "-c", R"(cat >/dev/null; ls -l /proc/$$/fd >"$0")", path}, environment(), kPatience);
  delivery->deliver("x");
  const std::string list = read_whole(path);
  const auto begin = list.find(" 0 -> pipe:");
  ASSERT_NE(begin, std::string::npos) << list;
  const std::string pipe = list.substr(begin + 6, list.find('\n', begin) - begin - 6);
  int ends = 0;
  for (auto at = list.find(pipe); at != std::string::npos; at = list.find(pipe, at + 1)) ++ends;
  EXPECT_EQ(ends, 1) << list;
}

TEST(DeliveryCommand, DefaultSigpipe) {
  EXPECT_EQ(outcome("cat >/dev/null; kill -PIPE $$; exit 0", "x"),
            R"(8 the command "sh" was killed by signal 13)");
}

TEST(DeliveryCommand, Fails) {
  const std::string name = R"(8 the command "sh" )";
  struct Case {
    std::string line, bytes, failure;
  };
  const std::vector<Case> rows = {
      {"cat >/dev/null; exit 3", "token", name + "exited with status 3"},
      {"exit 3", "token", name + "exited with status 3"},
      {"cat >/dev/null; kill -KILL $$", "token", name + "was killed by signal 9"},
      {"exit 0", "token", name + "exited with status 0, but left 5 bytes unread"},
      {"exec <&-; exit 0", "token", name + "exited with status 0, but left 5 bytes unread"},
      {"dd bs=1 count=2 2>/dev/null >/dev/null", "token",
       name + "exited with status 0, but left 3 bytes unread"},
      {"exit 0", std::string(200UL * 1024, 'x'), name + "ended before it had read everything"},
      {"exit 3", std::string(200UL * 1024, 'x'), name + "exited with status 3"},
      {"kill -KILL $$", std::string(200UL * 1024, 'x'), name + "was killed by signal 9"},
      {"exit 0", "", "done"},
      {"exit 4", "", name + "exited with status 4"},
  };
  for (const auto& row : rows) EXPECT_EQ(outcome(row.line, row.bytes), row.failure) << row.line;
}

TEST(DeliveryCommand, TrueDoesNotRead) {
  const auto delivery = deliver_to_command({"true"}, environment(), kPatience);
  EXPECT_EQ(failure_of([&] { delivery->deliver("token"); }),
            R"(8 the command "true" exited with status 0, but left 5 bytes unread)");
}

TEST(DeliveryCommand, StoppedWhenItHangs) {
  struct Case {
    std::string name, line, bytes;
  };
  const std::vector<Case> rows = {
      {"reads nothing", "exec sleep 600", "x"},
      {"reads nothing of much", "exec sleep 600", std::string(200UL * 1024, 'x')},
      {"has read everything", "cat >/dev/null; exec sleep 600", "x"},
      {"does not mind SIGTERM", "trap '' TERM; exec sleep 600", "x"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(outcome(row.line, row.bytes, 200ms),
              R"(8 the command "sh" did not end in time and was stopped)")
        << row.name;
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << row.name << ": a child is left";
    EXPECT_EQ(errno, ECHILD) << row.name;
  }
}

TEST(DeliveryCommand, SlowReader) {
  EXPECT_EQ(outcome("sleep 0.2; cat >/dev/null; sleep 0.2", std::string(200UL * 1024, 'x')),
            "done");
}

TEST(DeliveryCommand, NothingRunsWhenDropped) {
  const TemporaryFolder folder;
  const std::string path = folder.path("ran");
  deliver_to_command({"sh", "-c", R"(touch "$0")", path}, environment(), kPatience).reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(DeliveryCommand, NotFound) {
  const TemporaryFolder folder;
  const std::string plain = folder.write("plain", "#!/bin/sh\n", 0600);
  (void)folder.write("program", "#!/bin/sh\n", 0700);
  std::filesystem::create_directory(folder.path("folder"));
  const std::vector<std::string> rows = {"influxctl-no-such-program",   plain,
                                         folder.path("folder"),         folder.path("none"),
                                         folder.path("program") + "/x", "program"};
  for (const auto& row : rows) {
    EXPECT_EQ(refusal(row), "2 the command " + influxctl::quoted(row) +
                                " is not found | install it, or write its path after --");
  }
  EXPECT_EQ(refusal("a\nb"),
            "2 the command \"a\\nb\" is not found | install it, or write its path after --");
}

TEST(DeliveryCommand, FoundInPath) {
  const TemporaryFolder folder;
  (void)folder.write("program", "#!/bin/sh\nexec /bin/cat >/dev/null\n", 0700);
  (void)folder.write("plain", "#!/bin/sh\n", 0600);
  const std::string here = folder.path("").substr(0, folder.path("").size() - 1);
  const auto with_path = [](const std::string& path) {
    return influxctl::Environment(Words{"PATH=" + path});
  };
  EXPECT_EQ(refusal("program", with_path(here)), "done");
  EXPECT_EQ(refusal("program", with_path("/none:" + here + ":/none")), "done");
  EXPECT_NE(refusal("program", with_path("/none")), "done");
  EXPECT_NE(refusal("plain", with_path(here)), "done");
  EXPECT_EQ(refusal("sh", influxctl::Environment()), "done");
  const auto delivery = deliver_to_command({"program"}, with_path("/none:" + here), kPatience);
  EXPECT_EQ(failure_of([&] { delivery->deliver("token"); }), "done");
}

TEST(DeliveryCommand, DoesNotStart) {
  const TemporaryFolder folder;
  const std::string junk = folder.write("junk",
                                        "\x7f"
                                        "ELF junk",
                                        0700);
  const std::string lost = folder.write("lost", "#!/none/interpreter\n", 0700);
  const auto failure = [](const std::string& program) {
    const auto delivery = deliver_to_command({program}, environment(), kPatience);
    return failure_of([&] { delivery->deliver("token"); });
  };
  EXPECT_EQ(failure(junk),
            "8 the command " + influxctl::quoted(junk) + " did not start: Exec format error");
  EXPECT_EQ(failure(lost), "8 the command " + influxctl::quoted(lost) +
                               " did not start: No such file or directory");
}

}  // namespace

}  // namespace influxctl::delivery_command_test
