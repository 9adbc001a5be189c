// SPDX-License-Identifier: MIT
#include "influxctl/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "temporary_folder.h"

namespace influxctl {

namespace {

constexpr std::size_t kLimit = 64UL * 1024;

std::string refusal(const std::string& path) {
  try {
    const FileText file = read_regular_file(path, "token file", kLimit);
    return "read " + std::to_string(file.text.size()) + " bytes";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.message();
  }
}

TEST(File, ReadWhole) {
  const TemporaryFolder folder;
  const std::string binary("a\0b\r\n\xff", 6);
  EXPECT_EQ(read_regular_file(folder.write("a", binary), "file", kLimit).text, binary);
  EXPECT_EQ(read_regular_file(folder.write("b", ""), "file", kLimit).text, "");
  const std::string largest(kLimit, 'x');
  EXPECT_EQ(read_regular_file(folder.write("c", largest), "file", kLimit).text, largest);
  std::filesystem::create_symlink("a", folder.path("link"));
  EXPECT_EQ(read_regular_file(folder.path("link"), "file", kLimit).text, binary);
}

TEST(File, ReadableByOthers) {
  const TemporaryFolder folder;
  struct Row {
    mode_t mode;
    bool readable_by_others;
  };
  const std::vector<Row> rows = {{0600, false}, {0400, false}, {0620, false},
                                 {0640, true},  {0604, true},  {0644, true}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.mode);
    const std::string path = folder.write(std::to_string(row.mode), "x", row.mode);
    EXPECT_EQ(read_regular_file(path, "file", kLimit).readable_by_others, row.readable_by_others);
  }
}

TEST(File, Refused) {
  const TemporaryFolder folder;
  const std::string fifo = folder.path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::filesystem::create_directory(folder.path("folder"));
  std::filesystem::create_symlink("loop", folder.path("loop"));
  const std::string large = folder.write("large", std::string(kLimit + 1, 'x'));
  const std::string file = folder.write("file", "x");
  struct Row {
    std::string path, message;
  };
  const std::vector<Row> rows = {
      {folder.path("none"),
       "cannot read token file " + folder.path("none") + ": No such file or directory"},
      {folder.path("a\nb"),
       "cannot read token file " + folder.path("a\\nb") + ": No such file or directory"},
      {"", "cannot read token file : No such file or directory"},
      {file + "/x", "cannot read token file " + file + "/x: Not a directory"},
      {folder.path("loop"),
       "cannot read token file " + folder.path("loop") + ": Too many levels of symbolic links"},
      {folder.path("folder"), "token file " + folder.path("folder") + " is not a regular file"},
      {fifo, "token file " + fifo + " is not a regular file"},
      {"/dev/null", "token file /dev/null is not a regular file"},
      {large, "token file " + large + " is too large: the limit is 64 KiB"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(refusal(row.path), row.message);
  }
}

// In a child, as root, who may read everything, becomes somebody else there.
TEST(File, Unreadable) {
  constexpr uid_t kNobody = 65534;
  const TemporaryFolder folder;
  const std::string path = folder.write("secret", "x", 0);
  ASSERT_EQ(chmod(folder.path("").c_str(), 0755), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    _exit(refusal(path) == "cannot read token file " + path + ": Permission denied" ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace

}  // namespace influxctl
