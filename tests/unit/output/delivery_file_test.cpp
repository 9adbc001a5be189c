// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "captured.h"
#include "failure.h"
#include "influxctl/output/delivery.h"
#include "temporary_directory.h"
#include "test_context.h"

namespace influxctl::delivery_file_test {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  Umask(Umask&&) = delete;
  Umask& operator=(Umask&&) = delete;
  ~Umask() { umask(before_); }

 private:
  mode_t before_;
};

/// The names in a directory, hidden ones too.
std::vector<std::string> names_in(const TemporaryDirectory& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory.file(""))) {
    names.push_back(entry.path().filename());
  }
  return names;
}

std::unique_ptr<Delivery> deliver_to(const std::string& path) {
  static const TestContext process;
  return deliver_to_file(path, process.context);
}

std::string refusal(const std::string& path) {
  return failure_of([&] { (void)deliver_to(path); });
}

TEST(DeliveryFile, WritesExactBytes) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("token");
  const std::string bytes = std::string("a\0b\n\xff", 5) + std::string(100'000, 'x');
  for (const std::string& written : {bytes, std::string()}) {
    const auto delivery = deliver_to(path);
    EXPECT_FALSE(fs::exists(path));
    delivery->deliver(written);
    EXPECT_EQ(read_whole(path), written);
    EXPECT_THAT(names_in(directory), ElementsAre("token"));
    EXPECT_EQ(delivery->done(), "written to " + path);
    EXPECT_FALSE(delivery->to_terminal());
    fs::remove(path);
  }
}

TEST(DeliveryFile, ModeWhateverTheUmask) {
  const TemporaryDirectory directory;
  for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
    const std::string path = directory.file(std::to_string(mask));
    const Umask changed(mask);
    deliver_to(path)->deliver("x");
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFREG | 0600)) << mask;
  }
}

TEST(DeliveryFile, RelativePath) {
  const TemporaryDirectory directory;
  const fs::path before = fs::current_path();
  fs::current_path(directory.file(""));
  deliver_to("token")->deliver("x");
  fs::current_path(before);
  EXPECT_EQ(read_whole(directory.file("token")), "x");
  EXPECT_THAT(names_in(directory), ElementsAre("token"));
}

const std::string kToStdout =
    " | without --output the token goes to standard output, which a shell can redirect";

TEST(DeliveryFile, RefusesWhatExists) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "old");
  fs::create_directory(directory.file("directory"));
  fs::create_symlink("file", directory.file("link"));
  fs::create_symlink("none", directory.file("dangling"));
  ASSERT_EQ(mkfifo(directory.file("fifo").c_str(), 0600), 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  directory.file("socket").copy(address.sun_path, sizeof address.sun_path - 1);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string overwritten =
      "exists already | nothing is ever overwritten: move it away, or name another file";
  const std::string linked = "is a symbolic link | no link is followed: name the file itself";
  struct Case {
    std::string path, what;
  };
  const std::vector<Case> rows = {
      {file, overwritten},
      {directory.file("directory"), "is a directory | name a file in it"},
      {directory.file("link"), linked},
      {directory.file("dangling"), linked},
      {directory.file("fifo"), "is a named pipe" + kToStdout},
      {directory.file("socket"),
       "is a socket | hand the token to a program that connects to it: -- COMMAND"},
      {"/dev/null", "is a device" + kToStdout},
      {"/dev/tty", "is a device" + kToStdout},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusal(row.path), "2 --output \"" + row.path + "\" " + row.what);
  }
  EXPECT_EQ(read_whole(file), "old");
  EXPECT_FALSE(fs::exists(directory.file("none")));
  EXPECT_EQ(names_in(directory).size(), 6U);
}

TEST(DeliveryFile, RefusesStandardStreams) {
  EXPECT_EQ(refusal("-"), "2 --output \"-\" is not the name of a file" + kToStdout +
                              " | for a file of that name write --output ./-");
  for (const std::string path : {"/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/fd/1",
                                 "/dev/fd/63", "/proc/self/fd/1", "/proc/thread-self/fd/1"}) {
    EXPECT_EQ(refusal(path), "2 --output \"" + path + "\" names an open descriptor, not a file" +
                                 kToStdout + " | or hand the token to a program: -- COMMAND");
  }
}

TEST(DeliveryFile, RefusesAnEmptyName) {
  EXPECT_EQ(refusal(""), "2 --output is empty | name a file");
}

TEST(DeliveryFile, RefusesWhatCannotBeCreated) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "old");
  const std::string long_name(300, 'x');
  struct Case {
    std::string path, shown, reason;
  };
  fs::create_symlink("none", directory.file("link"));
  const auto missing = [&](const std::string& name) {
    return R"(")" + directory.file(name) + R"(/" does not exist | make that directory first)";
  };
  const std::vector<Case> rows = {
      {directory.file("none/x"), directory.file("none/x"), missing("none")},
      {directory.file("link/x"), directory.file("link/x"), missing("link")},
      {file + "/x", file + "/x", R"(")" + file + R"(/" is not a directory)"},
      {file + "/x/y", file + "/x/y", R"(")" + file + R"(/x/" is not a directory)"},
      {directory.file("no\nne/x"), directory.file("no\\nne/x"), missing("no\\nne")},
      {long_name, std::string(60, 'x') + "…", "File name too long"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusal(row.path),
              R"(2 --output ")" + row.shown + R"(" cannot be created: )" + row.reason);
  }
  for (const std::string path : {"x/", "x//", "x/.", "x/..", "file/", "file/.", "link/"}) {
    EXPECT_EQ(refusal(directory.file(path)),
              "2 --output \"" + directory.file(path) +
                  "\" does not name a file | name a new file in a directory that exists, without a "
                  "/ after it");
  }
  EXPECT_THAT(names_in(directory), UnorderedElementsAre("file", "link"));
}

TEST(DeliveryFile, RefusesADirectory) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.file("sub"));
  fs::create_symlink("sub", directory.file("link"));
  for (const std::string path : {"sub", "sub/", "sub/.", "sub/..", "link/"}) {
    EXPECT_EQ(refusal(directory.file(path)),
              "2 --output \"" + directory.file(path) + "\" is a directory | name a file in it");
  }
}

TEST(DeliveryFile, FailsWhereALinkWouldKeepIt) {
  const TemporaryDirectory directory;
  auto delivery = deliver_to(directory.file("token"));
  fs::create_hard_link(directory.file(names_in(directory).front()), directory.file("mine"));
  EXPECT_EQ(
      failure_of([&] { delivery->deliver("new"); }),
      R"(8 the file ")" + directory.file("token") + R"(": someone has made another link to it)");
  EXPECT_THAT(names_in(directory), ElementsAre("mine"));
  EXPECT_EQ(read_whole(directory.file("mine")), "");
}

TEST(DeliveryFile, RefusesADirectoryThatCannotBeWritten) {
  const TemporaryDirectory directory;
  const bool root = geteuid() == 0;  // whom only a file system like /proc refuses
  const std::string path = root ? "/proc/influxctl" : directory.file("x");
  fs::permissions(directory.file(""), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(refusal(path), R"(2 --output ")" + path + R"(" cannot be created: )" +
                               (root ? "No such file or directory" : "Permission denied"));
  fs::permissions(directory.file(""), fs::perms::owner_all);
}

TEST(DeliveryFile, LeavesNothingWhenDropped) {
  const TemporaryDirectory directory;
  {
    const auto delivery = deliver_to(directory.file("token"));
    EXPECT_EQ(names_in(directory).size(), 1U);
  }
  EXPECT_THAT(names_in(directory), IsEmpty());
}

TEST(DeliveryFile, NeverOverwritesALatecomer) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("token");
  for (const bool as_link : {false, true}) {
    auto delivery = deliver_to(path);
    if (as_link) fs::create_symlink("none", path);
    if (!as_link) (void)directory.write("token", "old");
    EXPECT_EQ(failure_of([&] { delivery->deliver("new"); }),
              R"(8 the file ")" + path + R"(": File exists)");
    delivery.reset();
    EXPECT_THAT(names_in(directory), ElementsAre("token"));
    EXPECT_EQ(fs::is_symlink(path), as_link);
    EXPECT_EQ(as_link ? "old" : read_whole(path), "old");
    fs::remove(path);
  }
}

TEST(DeliveryFile, FailsWhenTheDirectoryHasGone) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.file("sub"));
  const std::string path = directory.file("sub/token");
  auto delivery = deliver_to(path);
  fs::remove_all(directory.file("sub"));
  EXPECT_EQ(failure_of([&] { delivery->deliver("x"); }),
            R"(8 the file ")" + path + R"(": No such file or directory)");
}

TEST(DeliveryFile, FailsWhenTheFileCannotGrow) {
  const TemporaryDirectory directory;
  const IgnoredSignal ignored(SIGXFSZ);
  const std::string path = directory.file("token");
  auto delivery = deliver_to(path);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string failure = failure_of([&] { delivery->deliver(std::string(5000, 'x')); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(failure, R"(8 the file ")" + path + R"(": File too large)");
  delivery.reset();
  EXPECT_THAT(names_in(directory), IsEmpty());
}

// The name that the file has before it is delivered.
std::string temporary_in(const TemporaryDirectory& directory) {
  return directory.file(names_in(directory).at(0));
}

TEST(DeliveryFile, SeesThatAnotherFileIsInItsPlace) {
  for (const std::string other : {"file", "link", "second name"}) {
    const TemporaryDirectory directory;
    const TemporaryDirectory elsewhere;
    const std::string path = directory.file("token");
    auto delivery = deliver_to(path);
    const std::string temporary = temporary_in(directory);
    fs::rename(temporary, elsewhere.file("kept"));
    if (other == "file") std::ofstream(temporary) << "theirs";
    if (other == "link") fs::create_symlink(elsewhere.file("kept"), temporary);
    if (other == "second name") fs::create_hard_link(elsewhere.write("mine", "theirs"), temporary);
    EXPECT_EQ(failure_of([&] { delivery->deliver("secret"); }),
              "8 the file \"" + path + "\": someone has put another file in its place")
        << other;
    delivery.reset();
    EXPECT_EQ(read_whole(elsewhere.file("kept")), "") << other;
  }
}

TEST(DeliveryFile, LeavesTheFileOfAnother) {
  const TemporaryDirectory directory;
  auto delivery = deliver_to(directory.file("token"));
  const std::string temporary = temporary_in(directory);
  fs::remove(temporary);
  std::ofstream(temporary) << "theirs";
  delivery.reset();
  EXPECT_EQ(read_whole(temporary), "theirs");
}

TEST(DeliveryFile, FollowsADirectoryThatIsMoved) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.file("sub"));
  const std::string path = directory.file("sub/token");
  auto delivery = deliver_to(path);
  fs::rename(directory.file("sub"), directory.file("moved"));
  EXPECT_EQ(failure_of([&] { delivery->deliver("secret"); }),
            "8 the file \"" + path + "\": No such file or directory");
  delivery.reset();
  EXPECT_TRUE(fs::is_empty(directory.file("moved")));
}

TEST(DeliveryFile, AnyNameThatTheFileSystemTakes) {
  const TemporaryDirectory directory;
  for (const std::string& name : {std::string("./-"), std::string(255, 'x'), std::string("a b\n"),
                                  std::string(".influxctl-1")}) {
    const std::string path = directory.file(name);
    EXPECT_EQ(failure_of([&] { deliver_to(path)->deliver("secret"); }), "done") << name;
    EXPECT_EQ(read_whole(path), "secret");
  }
  EXPECT_EQ(names_in(directory).size(), 4U);
}

TEST(DeliveryFile, SaysThatASignalCameFirst) {
  const TemporaryDirectory directory;
  const TestContext process;
  const std::string path = directory.file("token");
  const auto delivery = deliver_to_file(path, process.context);
  ASSERT_EQ(std::raise(SIGINT), 0);
  (void)directory.write("token", "theirs");
  EXPECT_EQ(failure_of([&] { delivery->deliver("secret"); }),
            "130 cancelled: the file \"" + path + "\": File exists");
  const Signals forgets;
}

}  // namespace

}  // namespace influxctl::delivery_file_test
