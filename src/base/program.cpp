// SPDX-License-Identifier: MIT
#include "influxctl/base/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#ifdef __linux__
#include <elf.h>
#include <link.h>
#endif

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using Problem = std::optional<ProgramProblem>;

constexpr std::size_t kHeadSize = 256;  // BINPRM_BUF_SIZE: what Linux looks at
constexpr int kMostScripts = 5;         // of a chain of #! lines

bool is_program(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

Problem file_problem(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return ProgramProblem{
        missing ? "is not found" : std::string("cannot be looked at: ") + std::strerror(errno),
        "install it, or write its path after --"};
  }
  if (S_ISDIR(status.st_mode)) {
    return ProgramProblem{"is a directory", "write the path of a program after --"};
  }
  if (is_program(path)) return {};
  return ProgramProblem{"is not executable", "run: chmod +x " + shown(path)};
}

// The first bytes of a file; nothing when it cannot be read.
std::optional<std::string> head_of(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string head(kHeadSize, '\0');
  const ssize_t count = read(file.get(), head.data(), head.size());
  if (count < 0) return {};
  head.resize(static_cast<std::size_t>(count));
  return head;
}

#ifdef __linux__
std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtol(hex.substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

// True when the kernel has an interpreter for files that begin so (binfmt_misc).
bool has_handler(const std::string& head) {
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/sys/fs/binfmt_misc", ignored)) {
    std::ifstream file(entry.path());
    std::string word;
    std::string magic;
    std::string mask;
    std::size_t offset = 0;
    bool enabled = false;
    while (file >> word) {
      if (word == "enabled") enabled = entry.path().filename() != "status";
      if (word == "extension") return true;  // by its name: whether it is this one is not worth it
      if (word == "offset") file >> offset;
      if (word == "magic") file >> magic;
      if (word == "mask") file >> mask;
    }
    const std::string wanted = from_hex(magic);
    const std::string bits = from_hex(mask);
    bool same = enabled && !wanted.empty() && head.size() >= offset + wanted.size();
    for (std::size_t i = 0; same && i < wanted.size(); ++i) {
      const int different = head[offset + i] ^ wanted[i];
      same = (i < bits.size() ? different & bits[i] : different) == 0;
    }
    if (same) return true;
  }
  return false;
}

ElfW(Ehdr) elf_header(const std::string& head) {
  ElfW(Ehdr) header{};
  std::memcpy(&header, head.data(), std::min(head.size(), sizeof header));
  return header;
}

// The dynamic loader that a program of our own kind asks for, empty where it has none. Nothing when
// the file is cut: a page that begins past its end kills the program.
std::optional<std::string> loader_of(const std::string& path, const ElfW(Ehdr) & header) {
  constexpr std::uint64_t kPage = 4096;
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return "";
  std::string loader;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) part{};
    const auto at = static_cast<off_t>(header.e_phoff + std::size_t{i} * header.e_phentsize);
    if (pread(file.get(), &part, sizeof part, at) != ssize_t{sizeof part}) return {};
    const std::uint64_t end = part.p_offset + part.p_filesz;
    const bool read = part.p_filesz > 0 && (part.p_type == PT_LOAD || part.p_type == PT_INTERP);
    if (read && (end - 1) / kPage * kPage >= static_cast<std::uint64_t>(status.st_size)) return {};
    if (part.p_type != PT_INTERP) continue;
    loader.resize(std::min<std::size_t>(part.p_filesz, kPage));
    if (pread(file.get(), loader.data(), loader.size(), static_cast<off_t>(part.p_offset)) < 0) {
      return {};
    }
    loader.resize(std::min(loader.find('\0'), loader.size()));
  }
  return loader;
}

Problem elf_problem(const std::string& path, const std::string& head) {
  const std::string install = "install the build for this system";
  const ElfW(Ehdr) header = elf_header(head);
  const ElfW(Ehdr) own = elf_header(head_of("/proc/self/exe").value_or(""));
  const bool own_class = header.e_ident[EI_CLASS] == own.e_ident[EI_CLASS];
  const bool own_kind = own_class && header.e_ident[EI_DATA] == own.e_ident[EI_DATA] &&
                        header.e_machine == own.e_machine;
  const ProgramProblem broken{"is no program: it is broken", install};
  if (head.size() < sizeof header) return broken;
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return broken;
  if (own_kind) {
    const auto loader = loader_of(path, header);
    if (!loader) return broken;
    if (loader->empty() || is_program(*loader)) return {};
    return ProgramProblem{"needs the loader " + influxctl::quoted(*loader) + ", which is not found",
                          "it is built for another system: " + install};
  }
  // A 64-bit kernel may run 32-bit programs of its family.
  const bool family = (own.e_machine == EM_X86_64 && header.e_machine == EM_386) ||
                      (own.e_machine == EM_AARCH64 && header.e_machine == EM_ARM);
  if (family || own.e_machine == EM_NONE || has_handler(head)) return {};
  return ProgramProblem{"is built for another processor", install};
}
#endif

Problem problem_at(const std::string& path, const Environment& environment, int scripts);

Problem script_problem(const std::string& path, const std::string& head,
                       const Environment& environment, int scripts) {
  const std::string line = head.substr(2, head.find('\n') - 2);
  const std::string fix = "correct the first line of " + shown(path);
  if (line.ends_with('\r')) {
    return ProgramProblem{"has a first line that ends in a carriage return, as on Windows",
                          "run: sed -i 's/\\r$//' " + shown(path)};
  }
  const std::string words(trimmed(line));
  const std::string interpreter = words.substr(0, words.find_first_of(" \t"));
  const std::string argument(trimmed(std::string_view(words).substr(interpreter.size())));
  if (interpreter.empty()) {
    return ProgramProblem{"has a first line without an interpreter after #!", fix};
  }
  const auto missing = [&](const std::string& name, const std::string& what) {
    return ProgramProblem{"needs the interpreter " + influxctl::quoted(name) + ", which " + what,
                          "install it, or " + fix};
  };
  if (scripts == kMostScripts) return ProgramProblem{"is a script of too many scripts", fix};
  if (const auto problem = file_problem(interpreter)) return missing(interpreter, problem->what);
  const bool by_env = std::filesystem::path(interpreter).filename() == "env" && !argument.empty() &&
                      argument[0] != '-' && argument.find('=') == std::string::npos;
  if (by_env && find_program(argument, environment).empty()) {
    return missing(argument, "is not found");
  }
  const auto problem = problem_at(interpreter, environment, scripts + 1);
  if (problem) return missing(interpreter, problem->what);
  return {};
}

Problem problem_at(const std::string& path, const Environment& environment, int scripts) {
  if (auto problem = file_problem(path)) return problem;
  const auto head = head_of(path);
  if (!head) return {};
  if (head->starts_with("#!")) return script_problem(path, *head, environment, scripts);
#ifdef __linux__
  if (head->starts_with(ELFMAG)) return elf_problem(path, *head);
  if (has_handler(*head)) return {};
  if (head->empty()) return ProgramProblem{"is an empty file", "install it again"};
  if (head->find('\0') != std::string::npos) {
    return ProgramProblem{"is no program for this system", "install the build for this system"};
  }
  return ProgramProblem{"is a text file without #! in its first line",
                        "write #!/bin/sh as its first line, or run it with: -- sh " + shown(path)};
#else
  return {};
#endif
}

}  // namespace

std::string find_program(const std::string& name, const Environment& environment) {
  if (name.find('/') != std::string::npos) return is_program(name) ? name : "";
  std::string directories = environment.get("PATH");
  if (directories.empty()) directories = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string_view directory : split_at(":", directories)) {
    std::string path = std::string(directory.empty() ? "." : directory) + "/" + name;
    if (is_program(path)) return path;
  }
  return {};
}

std::optional<ProgramProblem> program_problem(const std::string& path,
                                              const Environment& environment) {
  return problem_at(path, environment, 0);
}

}  // namespace influxctl
