// SPDX-License-Identifier: MIT
#include "directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace influxctl::sandbox {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::runtime_error(path + ": " + std::generic_category().message(errno));
}

std::string new_directory() {
  const char* base = std::getenv("TMPDIR");
  std::string path = base == nullptr || *base == '\0' ? "/tmp" : base;
  path += "/influxctl-sandbox.XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) fail(path);
  return path;
}

}  // namespace

Directory::Directory(const std::string& path) : path_(path.empty() ? new_directory() : path) {
  if (!path.empty() && ::mkdir(path.c_str(), S_IRWXU) != 0) fail(path);
  path_ = std::filesystem::canonical(path_);
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Directory::write(const std::string& name, std::string_view text) const {
  std::string path = file(name);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) fail(path);
  const auto written = ::write(fd, text.data(), text.size());
  const bool complete = written == static_cast<ssize_t>(text.size());
  if (::close(fd) != 0 || !complete) fail(path);
  return path;
}

}  // namespace influxctl::sandbox
