// SPDX-License-Identifier: MIT
// What is seen of a command before it is started; what becomes of it is in the end-to-end tests.
#include <elf.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "failure.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"
#include "temporary_directory.h"
#include "test_context.h"

namespace influxctl::delivery_command_test {

namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

std::string refusal(const std::string& program, const std::string& path = "/usr/bin:/bin") {
  const TestContext process({}, {"PATH=" + path});
  return failure_of([&] { (void)deliver_to_command({program}, process.context, 1s); });
}

std::string refused(const std::string& program, const std::string& what, const std::string& hint) {
  return "2 the command " + influxctl::quoted(program) + " " + what + " | " + hint;
}

const std::string kInstall = "install it, or write its path after --";

TEST(DeliveryCommand, NotFound) {
  const TemporaryDirectory directory;
  (void)directory.write("program", "#!/bin/sh\n", 0700);
  const Words rows = {"influxctl-no-such-program",
                      directory.file("none"),
                      directory.file("program") + "/x",
                      "program",
                      "a\nb",
                      ""};
  for (const auto& row : rows) EXPECT_EQ(refusal(row), refused(row, "is not found", kInstall));
}

TEST(DeliveryCommand, NoShellSplitsALine) {
  for (const std::string row : {"cat -", "vault kv put secret/influx token=-", "/bin/cat -"}) {
    EXPECT_EQ(refusal(row), refused(row, "is not found", "no shell splits it: write -- " + row));
  }
  const TemporaryDirectory directory;
  EXPECT_EQ(refusal(directory.write("a program", "#!/bin/sh\n", 0700)), "done");
}

TEST(DeliveryCommand, FoundInPath) {
  const TemporaryDirectory directory;
  (void)directory.write("program", "#!/bin/sh\n", 0700);
  (void)directory.write("plain", "#!/bin/sh\n", 0600);
  const std::string here = std::filesystem::path(directory.file("x")).parent_path();
  EXPECT_EQ(refusal("program", here), "done");
  EXPECT_EQ(refusal("program", "/none:" + here + ":/none"), "done");
  EXPECT_NE(refusal("program", "/none"), "done");
  EXPECT_NE(refusal("plain", here), "done");
  EXPECT_EQ(refusal("sh", ""), "done");
  EXPECT_EQ(refusal("/bin/sh", "/none"), "done");
}

TEST(DeliveryCommand, NoProgram) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("directory"));
  const std::string plain = directory.write("plain", "#!/bin/sh\n", 0600);
  EXPECT_EQ(refusal(directory.file("directory")),
            refused(directory.file("directory"), "is a directory",
                    "write the path of a program after --"));
  EXPECT_EQ(refusal(plain), refused(plain, "is not executable", "run: chmod +x " + plain));
}

struct Case {
  std::string name, text, what, hint;
};

// FILE in a hint is the file's path.
void expect_rows(const std::vector<Case>& rows) {
  const TemporaryDirectory directory;
  for (const auto& row : rows) {
    const std::string path = directory.write("file", row.text, 0700);
    std::string hint = row.hint;
    if (const auto at = hint.find("FILE"); at != std::string::npos) hint.replace(at, 4, path);
    EXPECT_EQ(refusal(path), row.what.empty() ? "done" : refused(path, row.what, hint)) << row.name;
  }
}

TEST(DeliveryCommand, Scripts) {
  const std::string fix = "correct the first line of FILE";
  const std::string needs = "needs the interpreter ";
  const std::string text = "is a text file without #! in its first line";
  const std::string run_it = "write #!/bin/sh as its first line, or run it with: -- sh FILE";
  const std::string windows = "has a first line that ends in a carriage return, as on Windows";
  const std::string unix_ends = "run: sed -i 's/\\r$//' FILE";
  expect_rows({
      {"a shell's", "#!/bin/sh\nexit\n", "", ""},
      {"blanks and an argument", "#! \t/bin/sh \t-e \nexit\n", "", ""},
      {"no end of the line", "#!/bin/sh", "", ""},
      {"by env", "#!/usr/bin/env sh\n", "", ""},
      {"by env -S", "#!/usr/bin/env -S none -x\n", "", ""},
      {"by env with a variable", "#!/usr/bin/env A=b none\n", "", ""},
      {"no #!", "cat >stored\n", text, run_it},
      {"a blank before #!", " #!/bin/sh\n", text, run_it},
      {"a byte order mark before #!", "\xef\xbb\xbf#!/bin/sh\n", text, run_it},
      {"CRLF", "#!/bin/sh\r\nexit\r\n", windows, unix_ends},
      {"CRLF after an argument", "#!/bin/sh -e\r\n", windows, unix_ends},
      {"CRLF by env", "#!/usr/bin/env bash\r\n", windows, unix_ends},
      {"nothing after #!", "#!\n", "has a first line without an interpreter after #!", fix},
      {"blanks after #!", "#! \t\n", "has a first line without an interpreter after #!", fix},
      {"a missing interpreter", "#!/none/sh\n", needs + "\"/none/sh\", which is not found",
       "install it, or " + fix},
      {"a directory for an interpreter", "#!/bin/\n", needs + "\"/bin/\", which is a directory",
       "install it, or " + fix},
      {"an interpreter that is not executable", "#!/etc/passwd\n",
       needs + "\"/etc/passwd\", which is not executable", "install it, or " + fix},
      {"a missing interpreter by env", "#!/usr/bin/env none\n",
       needs + "\"none\", which is not found", "install it, or " + fix},
      {"two words for env", "#!/usr/bin/env sh -e\n", needs + "\"sh -e\", which is not found",
       "install it, or " + fix},
  });
}

TEST(DeliveryCommand, ScriptsOfScripts) {
  const TemporaryDirectory directory;
  std::string last = directory.write("0", "#!/bin/sh\n", 0700);
  for (int i = 1; i < 5; ++i) {
    last = directory.write(std::to_string(i), "#!" + last + "\n", 0700);
    EXPECT_EQ(refusal(last), "done") << i;
  }
  last = directory.write("5", "#!" + last + "\n", 0700);
  EXPECT_NE(refusal(last), "done");
  const std::string itself = directory.file("self");
  (void)directory.write("self", "#!" + itself + "\n", 0700);
  EXPECT_NE(refusal(itself), "done");
  const std::string text = directory.write("text", "cat\n", 0700);
  const std::string upon = directory.write("upon", "#!" + text + "\n", 0700);
  EXPECT_EQ(refusal(upon), refused(upon,
                                   "needs the interpreter " + influxctl::quoted(text) +
                                       ", which is a text file without #! in its first line",
                                   "install it, or correct the first line of " + upon));
}

/// A program's first bytes, after those of this very program.
std::string elf_with(const std::function<void(Elf64_Ehdr&)>& change, const std::string& rest = "") {
  Elf64_Ehdr header{};
  std::ifstream("/proc/self/exe", std::ios::binary)
      .read(reinterpret_cast<char*>(&header), sizeof header);
  header.e_phnum = 0;
  change(header);
  std::string bytes(sizeof header, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes + rest;
}

TEST(DeliveryCommand, Binaries) {
  // A program with one segment, and the bytes after its header.
  const auto with_part = [](Elf64_Word type, Elf64_Off at, Elf64_Xword size,
                            const std::string& rest = "") {
    Elf64_Phdr part{};
    part.p_type = type;
    part.p_offset = at;
    part.p_filesz = size;
    std::string bytes(sizeof part, '\0');
    std::memcpy(bytes.data(), &part, sizeof part);
    const auto one_part = [](Elf64_Ehdr& header) {
      header.e_phnum = 1;
      header.e_phoff = sizeof header;
      header.e_phentsize = sizeof(Elf64_Phdr);
    };
    return elf_with(one_part, bytes + rest);
  };
  constexpr Elf64_Off kEnd = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
  const std::string install = "install the build for this system";
  const std::string broken = "is no program: it is broken";
  expect_rows({
      {"our own kind", elf_with([](Elf64_Ehdr&) {}), "", ""},
      {"another processor", elf_with([](Elf64_Ehdr& header) { header.e_machine = EM_MIPS; }),
       "is built for another processor", install},
      {"another byte order", elf_with([](Elf64_Ehdr& header) { header.e_ident[EI_DATA] ^= 3; }),
       "is built for another processor", install},
      {"an object file", elf_with([](Elf64_Ehdr& header) { header.e_type = ET_REL; }), broken,
       install},
      {"cut in its header", elf_with([](Elf64_Ehdr&) {}).substr(0, 40), broken, install},
      {"cut before its segments", with_part(PT_NOTE, 0, 0).substr(0, kEnd - 1), broken, install},
      {"cut in a segment", with_part(PT_LOAD, 0, 4097), broken, install},
      {"cut before a segment", with_part(PT_LOAD, 8192, 1), broken, install},
      {"cut before its loader", with_part(PT_INTERP, 8192, 9), broken, install},
      {"a last page that is short", with_part(PT_LOAD, 0, 4096), "", ""},
      {"a segment without bytes", with_part(PT_LOAD, 8192, 0), "", ""},
      {"notes that are cut", with_part(PT_NOTE, 8192, 9), "", ""},
      {"a missing loader", with_part(PT_INTERP, kEnd, 9, std::string("/none/ld\0", 9)),
       "needs the loader \"/none/ld\", which is not found",
       "it is built for another system: " + install},
      {"no program at all", std::string("PK\3\4\0\0", 6), "is no program for this system", install},
      {"empty", "", "is an empty file", "install it again"},
  });
}

TEST(DeliveryCommand, NothingIsSaidBeforehand) {
  const TestContext process;
  const auto delivery = deliver_to_command({"sh"}, process.context, 1s);
  EXPECT_EQ(delivery->done(), "handed to sh");
  EXPECT_FALSE(delivery->to_terminal());
}

}  // namespace

}  // namespace influxctl::delivery_command_test
