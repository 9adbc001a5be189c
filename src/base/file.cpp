// SPDX-License-Identifier: MIT
#include "influxctl/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/secret.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wipe_guard.h"

namespace influxctl {

namespace {

[[noreturn]] void fail_with_errno(const std::string& path, const std::string& what, int reason) {
  throw Error(ErrorKind::config, "cannot read " + what + " " + shown(path) + ": " +
                                     std::generic_category().message(reason));
}

[[noreturn]] void fail_too_large(const std::string& path, const std::string& what,
                                 std::size_t limit) {
  throw Error(ErrorKind::config, what + " " + shown(path) + " is too large: the limit is " +
                                     std::to_string(limit / 1024) + " KiB");
}

int open_for_reading(const std::string& path) noexcept {
  int number = -1;
  do {
    // O_NONBLOCK: the open of a FIFO without a writer returns at once.
    number = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  } while (number < 0 && errno == EINTR);
  return number;
}

}  // namespace

FileText read_regular_file(const std::string& path, const std::string& what, std::size_t limit) {
  const Descriptor file(open_for_reading(path));
  if (!file.is_open()) fail_with_errno(path, what, errno);
  return read_regular_file(file.get(), path, what, limit);
}

FileText read_regular_file(int file, const std::string& path, const std::string& what,
                           std::size_t limit) {
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_with_errno(path, what, errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::config, what + " " + shown(path) + " is not a regular file");
  }
  if (status.st_size > static_cast<off_t>(limit)) fail_too_large(path, what, limit);
  FileText result;
  result.readable_by_others = (status.st_mode & static_cast<mode_t>(S_IRGRP | S_IROTH)) != 0;
  // Room for all of it: a string that grows leaves unwiped copies of secrets behind.
  result.text.reserve(static_cast<std::size_t>(status.st_size));
  std::string buffer(8192, '\0');
  const WipeGuard guard(buffer);
  while (true) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with_errno(path, what, errno);
    if (count == 0) return result;
    // The size is counted again: the file may grow, and one in /proc says that it is empty.
    if (result.text.size() + static_cast<std::size_t>(count) > limit) {
      fail_too_large(path, what, limit);
    }
    result.text.append(buffer, 0, static_cast<std::size_t>(count));
  }
}

}  // namespace influxctl
