// SPDX-License-Identifier: MIT

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "temporary_directory.h"

namespace influxctl::file_test {

namespace {

constexpr std::size_t kLimit = 64UL * 1024;

std::string refusal(const std::string& path) {
  try {
    const std::string text = read_regular_file(path, "token file", kLimit);
    return "read " + std::to_string(text.size()) + " bytes";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.message();
  }
}

TEST(File, ReadWhole) {
  const TemporaryDirectory directory;
  const std::string binary("a\0b\r\n\xff", 6);
  EXPECT_EQ(read_regular_file(directory.write("a", binary), "file", kLimit), binary);
  EXPECT_EQ(read_regular_file(directory.write("b", ""), "file", kLimit), "");
  const std::string largest(kLimit, 'x');
  EXPECT_EQ(read_regular_file(directory.write("c", largest), "file", kLimit), largest);
  std::filesystem::create_symlink("a", directory.file("link"));
  EXPECT_EQ(read_regular_file(directory.file("link"), "file", kLimit), binary);
}

TEST(File, ByteOrderMarks) {
  const TemporaryDirectory directory;
  struct Row {
    const char* name;
    std::string text, outcome;
  };
  for (const Row& row : std::vector<Row>{
           {"utf8", "\xef\xbb\xbfM.V1.x", "M.V1.x"},
           {"only-once", "\xef\xbb\xbf\xef\xbb\xbfx", "\xef\xbb\xbfx"},
           {"half", "\xef\xbbx", "\xef\xbbx"},
           {"only-a-mark", "\xef\xbb\xbf", ""},
           {"little", std::string("\xff\xfex\0", 4), "token file PATH is in UTF-16"},
           {"big", std::string("\xfe\xff\0x", 4), "token file PATH is in UTF-16"},
       }) {
    SCOPED_TRACE(row.name);
    const std::string path = directory.write(row.name, row.text);
    std::string outcome;
    try {
      outcome = read_file(path, "token file", kLimit);
    } catch (const Error& error) {
      EXPECT_EQ(error.hints(), std::vector<std::string>{"save it as UTF-8"});
      outcome = error.message();
      outcome.replace(outcome.find(path), path.size(), "PATH");
    }
    EXPECT_EQ(outcome, row.outcome);
  }
}

TEST(File, PipesAreReadToTheirEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  const std::string path = "/dev/fd/" + std::to_string(reader.get());
  ASSERT_EQ(write(writer.get(), "abc", 3), 3);
  (void)writer.close();
  EXPECT_EQ(read_file(path, "file", kLimit), "abc");
}

TEST(File, APipeThatGoesOnIsNotReadForEver) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  const std::string path = "/dev/fd/" + std::to_string(reader.get());
  const auto outcome = [&path](std::size_t limit) {
    try {
      return read_file(path, "file", limit, nullptr, std::chrono::milliseconds(50));
    } catch (const Error& error) {
      return error.message();
    }
  };
  EXPECT_EQ(outcome(kLimit), "cannot read file " + path + ": its writer takes too long");
  ASSERT_EQ(write(writer.get(), "abc", 3), 3);
  EXPECT_EQ(outcome(2), "file " + path + " is too large: the limit is 0 KiB");
}

TEST(File, AFifoWithoutAWriterIsEmpty) {
  const TemporaryDirectory directory;
  ASSERT_EQ(mkfifo(directory.file("fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_file(directory.file("fifo"), "file", kLimit), "");
}

TEST(File, NeitherDirectoriesNorDevices) {
  const TemporaryDirectory directory;
  for (const std::string& path : {directory.file(""), std::string("/dev/zero")}) {
    try {
      (void)read_file(path, "configuration file", kLimit);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(),
                "configuration file " + path + " is neither a regular file nor a pipe");
    }
  }
}

// The warning with the paths left out.
std::string warning(const TemporaryDirectory& directory, const std::string& name, bool holds_secret,
                    const std::string& sudo_uid = "") {
  std::string text = access_warning(directory.file(name), holds_secret, sudo_uid);
  const std::string root = directory.file("");
  for (auto at = text.find(root); at != std::string::npos; at = text.find(root, at)) {
    text.replace(at, root.size(), "");
  }
  return text;
}

TEST(File, AccessWarnings) {
  const TemporaryDirectory directory;
  const std::string readable = "f holds a secret and others can read it; run: chmod 600 f";
  const std::string changeable = "others can change f; run: chmod go-w f";
  struct Row {
    mode_t mode;
    bool holds_secret;
    std::string warning;
  };
  const std::vector<Row> rows = {
      {0600, true, ""},         {0400, true, ""},          {0640, true, readable},
      {0604, true, readable},   {0666, true, readable},    {0644, false, ""},
      {0602, true, changeable}, {0646, false, changeable},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.mode);
    (void)directory.write("f", "x", row.mode);
    EXPECT_EQ(warning(directory, "f", row.holds_secret), row.warning);
  }
}

TEST(File, AccessWarningsOfDirectories) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("d"));
  std::filesystem::create_directory(directory.file("d/e"));
  (void)directory.write("d/e/f", "x");
  std::filesystem::create_symlink("d/e/f", directory.file("link"));
  EXPECT_EQ(warning(directory, "d/e/f", true), "");
  ASSERT_EQ(chmod(directory.file("d").c_str(), 0757), 0);
  const std::string open =
      "others can write the directory d, and so replace d/e/f; run: chmod go-w d";
  EXPECT_EQ(warning(directory, "d/e/f", true), open);
  EXPECT_EQ(warning(directory, "link", false), open);
  ASSERT_EQ(chmod(directory.file("d").c_str(), 01777), 0);
  EXPECT_EQ(warning(directory, "d/e/f", true), "");
  EXPECT_EQ(warning(directory, "d", true), "");
  EXPECT_EQ(warning(directory, "none", true), "");
  EXPECT_EQ(access_warning("", true, ""), "");
}

TEST(File, AccessWarningsOfOwnersAndGroups) {
  if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("d"));
  (void)directory.write("d/f", "x", 0620);
  const auto own = [&directory](const std::string& name, uid_t user, gid_t group) {
    ASSERT_EQ(chown(directory.file(name).c_str(), user, group), 0);
  };
  EXPECT_EQ(warning(directory, "d/f", true), "");  // the group is the owner's own
  own("d/f", 0, 1234);
  EXPECT_EQ(warning(directory, "d/f", true), "others can change d/f; run: chmod go-w d/f");
  own("d/f", 1234, 1234);
  EXPECT_EQ(warning(directory, "d/f", true),
            "d/f belongs to another user, who can change it; run: chown 0 d/f");
  EXPECT_EQ(warning(directory, "d/f", true, "1234"), "");
  own("d", 4321, 0);
  EXPECT_EQ(warning(directory, "d/f", true, "1234"),
            "the directory d belongs to another user, who can replace d/f; run: chown 0 d");
}

TEST(File, Refused) {
  const TemporaryDirectory directory;
  const std::string fifo = directory.file("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::filesystem::create_directory(directory.file("directory"));
  std::filesystem::create_symlink("loop", directory.file("loop"));
  const std::string large = directory.write("large", std::string(kLimit + 1, 'x'));
  const std::string file = directory.write("file", "x");
  struct Row {
    std::string path, message;
  };
  const std::vector<Row> rows = {
      {directory.file("none"),
       "cannot read token file " + directory.file("none") + ": No such file or directory"},
      {directory.file("a\nb"),
       "cannot read token file " + directory.file("a\\nb") + ": No such file or directory"},
      {"", "cannot read token file : No such file or directory"},
      {file + "/x", "cannot read token file " + file + "/x: Not a directory"},
      {directory.file("loop"),
       "cannot read token file " + directory.file("loop") + ": Too many levels of symbolic links"},
      {directory.file("directory"),
       "token file " + directory.file("directory") + " is not a regular file"},
      {fifo, "token file " + fifo + " is not a regular file"},
      {"/dev/null", "token file /dev/null is not a regular file"},
      {large, "token file " + large + " is too large: the limit is 64 KiB"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(refusal(row.path), row.message);
  }
}

// Root, who may read everything, is somebody else meanwhile.
TEST(File, Unreadable) {
  constexpr uid_t kNobody = 65534;
  const TemporaryDirectory directory;
  const std::string path = directory.write("secret", "x", 0);
  ASSERT_EQ(chmod(directory.file("").c_str(), 0755), 0);
  const uid_t user = geteuid();
  ASSERT_EQ(seteuid(user == 0 ? kNobody : user), 0);
  const std::string message = refusal(path);
  ASSERT_EQ(seteuid(user), 0);
  EXPECT_EQ(message, "cannot read token file " + path + ": Permission denied");
}

}  // namespace

}  // namespace influxctl::file_test
