// SPDX-License-Identifier: MIT
// Delivery to a new file: --output.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <ostream>

#include "descriptor.h"
#include "outcome.h"
#include "tokens.h"

namespace influxctl::e2e::delivery_output_test {
namespace {

std::vector<std::string> create_to(const std::string& path) {
  return {"management", "create", "--output", path};
}

void expect_refused(const std::string& path, const std::string& message, RunOptions options = {}) {
  const Sandbox sandbox;
  const RunResult result = sandbox.run(create_to(path), std::move(options));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "influxctl: error: --output \"" + path + "\" " + message);
  expect_unsent(sandbox);
}

const std::string kExists =
    "exists already\n"
    "influxctl: hint: nothing is ever overwritten: move it away, or name another file\n";

TEST(DeliveryToFile, ANewFileIsForItsOwnerAloneWhateverTheUmask) {
  for (const mode_t mask : {0000U, 0022U, 0777U}) {
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.before_exec = [mask] { ::umask(mask); };
    const RunResult result = sandbox.run(create_to(directory.file("token")), options);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, record_of(sandbox, "written to " + directory.file("token")));
    struct stat status {};
    EXPECT_EQ(::stat(directory.file("token").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode, mode_t{S_IFREG | S_IRUSR | S_IWUSR});
    EXPECT_EQ(names_in(directory.path()), "token ");
    expect_delivered(sandbox, read_file(directory.file("token")));
  }
}

TEST(DeliveryToFile, ARelativePathIsInTheWorkingDirectory) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  RunOptions options;
  options.directory = directory.path();
  EXPECT_EQ(sandbox.run(create_to("token"), options).exit_code, 0);
  EXPECT_EQ(names_in(directory.path()), "token ");
  expect_delivered(sandbox, read_file(directory.file("token")));
}

TEST(DeliveryToFile, NeitherStdoutNorItsReaderIsNeeded) {
  for (const Stream& out : {Stream::closed(), Stream::gone(), Stream::file("/dev/full")}) {
    const Sandbox sandbox;
    const TemporaryDirectory directory;
    RunOptions options;
    options.out = out;
    EXPECT_EQ(sandbox.run(create_to(directory.file("token")), options).exit_code, 0);
    expect_delivered(sandbox, read_file(directory.file("token")));
  }
}

TEST(DeliveryToFile, JsonEndsInANewline) {
  const Sandbox sandbox;
  const TemporaryDirectory directory;
  auto args = create_to(directory.file("token"));
  args.insert(args.end(), {"--format", "json"});
  EXPECT_EQ(sandbox.run(args).exit_code, 0);
  const std::string text = read_file(directory.file("token"));
  EXPECT_TRUE(text.ends_with("}\n"));
  expect_delivered(sandbox, nlohmann::json::parse(text).at("token").get<std::string>());
}

TEST(DeliveryToFile, WhatIsThereIsLeftAlone) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "mine");
  std::filesystem::create_symlink(file, directory.file("link"));
  std::filesystem::create_symlink(directory.file("nowhere"), directory.file("dangling"));
  std::filesystem::create_directory(directory.file("directory"));
  const std::string no_link =
      "is a symbolic link\ninfluxctl: hint: no link is followed: name the file itself\n";
  expect_refused(file, kExists);
  expect_refused(directory.file("link"), no_link);
  expect_refused(directory.file("dangling"), no_link);
  expect_refused(directory.file("directory"),
                 "is a directory\ninfluxctl: hint: name a file in it\n");
  EXPECT_EQ(names_in(directory.path()), "dangling directory file link ");
  EXPECT_EQ(read_file(file), "mine");
}

TEST(DeliveryToFile, WhatIsNoFileIsRefusedWithWhatToDoInstead) {
  const TemporaryDirectory directory;
  ASSERT_EQ(::mkfifo(directory.file("fifo").c_str(), 0600), 0);
  const std::string to_stdout =
      "\ninfluxctl: hint: without --output the token goes to standard output, which a shell can "
      "redirect\n";
  const std::string descriptor = "names an open descriptor, not a file" + to_stdout +
                                 "influxctl: hint: or hand the token to a program: -- COMMAND\n";
  expect_refused("-", "is not the name of a file" + to_stdout +
                          "influxctl: hint: for a file of that name write --output ./-\n");
  for (const char* path : {"/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/0", "/dev/fd/1",
                           "/dev/fd/63", "/proc/self/fd/1", "/proc/thread-self/fd/1"}) {
    expect_refused(path, descriptor);
  }
  for (const char* path : {"/dev/null", "/dev/full", "/dev/tty", "/dev/../dev/null"}) {
    expect_refused(path, "is a device" + to_stdout);
  }
  expect_refused(directory.file("fifo"), "is a named pipe" + to_stdout);
  for (const char* path : {".", "..", "/tmp"}) {
    expect_refused(path, "is a directory\ninfluxctl: hint: name a file in it\n");
  }
}

TEST(DeliveryToFile, APathThatCannotBeIsSeenBeforeTheRequest) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("file", "mine");
  const std::string missing = directory.file("missing/");
  expect_refused(missing,
                 "does not name a file\ninfluxctl: hint: name a new file in a directory that "
                 "exists, without a / after it\n");
  expect_refused(missing + "token", "cannot be created: \"" + missing +
                                        "\" does not exist\ninfluxctl: hint: make that directory "
                                        "first\n");
  expect_refused(file + "/token", "cannot be created: \"" + file + "/\" is not a directory\n");
  EXPECT_EQ(names_in(directory.path()), "file ");
}

// Root may write everywhere: it loses that right here, and nobody else has it.
TEST(DeliveryToFile, AReadOnlyDirectoryIsSeenBeforeTheRequest) {
  const TemporaryDirectory directory;
  ASSERT_EQ(::chmod(directory.path().c_str(), S_IRUSR | S_IXUSR), 0);
  RunOptions options;
  options.before_exec = [] { ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0); };
  expect_refused(directory.file("token"), "cannot be created: Permission denied\n", options);
  EXPECT_EQ(names_in(directory.path()), "");
  ASSERT_EQ(::chmod(directory.path().c_str(), S_IRWXU), 0);
}

// Nothing that is made in such a directory can be renamed or removed.
TEST(DeliveryToFile, AnAppendOnlyDirectoryIsSeenBeforeTheRequestAndWhatStaysIsSaid) {
  const TemporaryDirectory directory;
  const Descriptor opened(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int before = 0;
  int append = FS_APPEND_FL;
  if (::ioctl(opened.get(), FS_IOC_GETFLAGS, &before) != 0 ||
      ::ioctl(opened.get(), FS_IOC_SETFLAGS, &append) != 0) {
    GTEST_SKIP() << "this file system, or this user, has no such directories";
  }
  expect_refused(directory.file("token"),
                 "cannot be created: Operation not permitted; an empty file that cannot be removed "
                 "stays in its directory\n");
  EXPECT_EQ(::ioctl(opened.get(), FS_IOC_SETFLAGS, &before), 0);
}

TEST(DeliveryToFile, AFileThatAppearsMeanwhileIsNotTouched) {
  for (const char* format : {"table", "json"}) {
    Sandbox sandbox;
    const TemporaryDirectory directory;
    const std::string path = directory.file("token");
    RunOptions options;
    options.meanwhile = before_the_response(sandbox, [&] {
      EXPECT_TRUE(names_in(directory.path()).starts_with(".influxctl-"));
      directory.write("token", "mine");
    });
    auto args = create_to(path);
    args.insert(args.end(), {"--format", format});
    const RunResult result = sandbox.run(args, options);
    EXPECT_EQ(result.exit_code, 8);
    EXPECT_EQ(result.err, lost(sandbox, "the file \"" + path + "\": File exists"));
    EXPECT_EQ(read_file(path), "mine");
    EXPECT_EQ(names_in(directory.path()), "token ");
    expect_revoked(sandbox);
  }
}

TEST(DeliveryToFile, ADirectoryThatGoesMeanwhileGetsItRevoked) {
  Sandbox sandbox;
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("sub"));
  RunOptions options;
  options.meanwhile =
      before_the_response(sandbox, [&] { std::filesystem::remove_all(directory.file("sub")); });
  const RunResult result = sandbox.run(create_to(directory.file("sub/token")), options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "the file \"" + directory.file("sub/token") +
                                          "\": No such file or directory"));
  EXPECT_EQ(names_in(directory.path()), "");
  expect_revoked(sandbox);
}

// What somebody who can write to the directory does with the temporary file during the request.
struct Swap {
  const char* name;
  void (*swap)(const std::filesystem::path& temporary);
  std::string why;
  std::string left;  ///< in the directory
};

void PrintTo(const Swap& row, std::ostream* out) { *out << row.name; }

class SwappedFile : public testing::TestWithParam<Swap> {};

TEST_P(SwappedFile, GetsItRevoked) {
  Sandbox sandbox;
  const TemporaryDirectory directory;
  const std::string sub = directory.file("sub");
  std::filesystem::create_directory(sub);
  RunOptions options;
  options.meanwhile = before_the_response(
      sandbox, [&] { GetParam().swap(std::filesystem::directory_iterator(sub)->path()); });
  const RunResult result = sandbox.run(create_to(sub + "/token"), options);
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "the file \"" + sub + "/token\": " + GetParam().why));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_FALSE(sandbox.delivered_token_matches(read_file(entry))) << entry.path();
  }
  EXPECT_EQ(names_in(sub), GetParam().left);
  expect_revoked(sandbox);
}

constexpr const char* kAnother = "someone has put another file in its place";
constexpr const char* kGone = "No such file or directory";

INSTANTIATE_TEST_SUITE_P(
    Rows, SwappedFile,
    testing::Values(
        Swap{"Removed", [](const auto& file) { std::filesystem::remove(file); }, kGone, ""},
        Swap{"MovedAway",
             [](const auto& file) { std::filesystem::rename(file, file.parent_path() / "mine"); },
             kGone, "mine "},
        Swap{"ReplacedByAFile",
             [](const auto& file) {
               std::ofstream(file.parent_path() / "theirs") << "theirs";
               std::filesystem::rename(file.parent_path() / "theirs", file);
             },
             kAnother, "token "},
        Swap{"ReplacedByALink",
             [](const auto& file) {
               std::filesystem::remove(file);
               std::filesystem::create_symlink("elsewhere", file);
             },
             kAnother, "token "},
        Swap{"ReplacedByADirectory",
             [](const auto& file) {
               std::filesystem::remove(file);
               std::filesystem::create_directory(file);
             },
             kAnother, "token "},
        Swap{"Linked",
             [](const auto& file) {
               std::filesystem::create_hard_link(file, file.parent_path() / "mine");
             },
             "someone has made another link to it", "mine "},
        Swap{"DirectoryReplaced",
             [](const auto& file) {
               const auto parent = file.parent_path();
               std::filesystem::rename(parent, parent.string() + ".old");
               std::filesystem::create_directory(parent);
             },
             kGone, ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(DeliveryToFile, NothingIsLeftWhenTheClusterRefuses) {
  Sandbox sandbox;
  sandbox.fault({{"on", "POST"}, {"status", 400}});
  const TemporaryDirectory directory;
  EXPECT_EQ(sandbox.run(create_to(directory.file("token"))).exit_code, 5);
  EXPECT_EQ(names_in(directory.path()), "");
}

TEST(DeliveryToFile, ALimitOnFileSizesGetsItRevoked) {
  for (void (*action)(int) : {SIG_IGN, SIG_DFL}) {
    const Sandbox sandbox;
    const TemporaryDirectory elsewhere;
    const TemporaryDirectory directory;
    const std::string path = directory.file("token");
    RunOptions options;
    options.environment["GCOV_PREFIX"] = elsewhere.path();  // coverage data meets the limit too
    options.before_exec = [action] {
      const rlimit limit{40, 40};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      static_cast<void>(::signal(SIGXFSZ, action));
    };
    const RunResult result = sandbox.run(create_to(path), options);
    EXPECT_EQ(result.exit_code, 8) << "signal " << result.signal;
    EXPECT_TRUE(result.err.starts_with(lost(sandbox, "the file \"" + path + "\": File too large")))
        << result.err;
    EXPECT_EQ(names_in(directory.path()), "");
    expect_revoked(sandbox);
  }
}

// The shell makes a file system of one page in a name space of its own, fills it, and lists what is
// in it at the end.
RunResult run_on_full_disk(const Sandbox& sandbox, const std::string& redirection,
                           const std::vector<std::string>& flags) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.program = "/bin/sh";
  const std::string script =
      "mount -t tmpfs -o size=4k none \"$1\" && cd \"$1\" && head -c 4096 /dev/zero >full || exit "
      "99;"
      "program=$2; shift 2; \"$program\" management create \"$@\" " +
      redirection + "; code=$?; ls -A; exit $code";
  const std::string unshare = ::geteuid() == 0 ? "unshare -m" : "unshare -rm";
  options.args = {"-c", unshare + R"( sh -c "$0" sh "$@")", script, directory.path(),
                  influxctl_binary()};
  options.args.insert(options.args.end(), flags.begin(), flags.end());
  options.environment["INFLUXCTL_CONFIG"] = sandbox.config();
  return run(options);
}

TEST(DeliveryToFile, AFullDiskGetsItRevoked) {
  const Sandbox sandbox;
  const RunResult result = run_on_full_disk(sandbox, "", {"--output", "token"});
  if (result.exit_code == 99 || result.err.starts_with("unshare:"))
    GTEST_SKIP() << "no file system can be mounted: " << result.err;
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "the file \"token\": No space left on device"));
  EXPECT_EQ(result.out, "full\n");
  expect_revoked(sandbox);
}

TEST(DeliveryToStdout, AFullDiskGetsItRevoked) {
  const Sandbox sandbox;
  const RunResult result = run_on_full_disk(sandbox, ">token", {});
  if (result.exit_code == 99 || result.err.starts_with("unshare:"))
    GTEST_SKIP() << "no file system can be mounted: " << result.err;
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.err, lost(sandbox, "standard output: No space left on device"));
  expect_revoked(sandbox);
}

}  // namespace
}  // namespace influxctl::e2e::delivery_output_test
