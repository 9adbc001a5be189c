// SPDX-License-Identifier: MIT
#include "influxctl/base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/secret.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wipe_guard.h"

namespace influxctl {

namespace {

/// A file that is being read: for messages, and the limits that it must keep.
struct Source {
  int file;
  const std::string& path;
  const std::string& what;
  std::size_t limit;
  TimeLimit* time = nullptr;  ///< of a pipe
  const Signals* signals = nullptr;

  std::string name() const { return what + " " + shown(path); }
};

[[noreturn]] void refuse(const std::string& message, std::vector<std::string> hints = {}) {
  throw Error(ErrorKind::config, message, std::move(hints));
}

[[noreturn]] void fail_with_errno(const std::string& path, const std::string& what, int reason) {
  refuse("cannot read " + what + " " + shown(path) + ": " +
         std::generic_category().message(reason));
}

int open_for_reading(const std::string& path) noexcept {
  int number = -1;
  do {
    // O_NONBLOCK: the open of a FIFO without a writer returns at once.
    number = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  } while (number < 0 && errno == EINTR);
  return number;
}

struct stat status_of(const Source& source) {
  struct stat status {};
  if (::fstat(source.file, &status) != 0) fail_with_errno(source.path, source.what, errno);
  return status;
}

void wait_for_bytes(const Source& source) {
  if (source.signals != nullptr) source.signals->stop_if_any("nothing was sent");
  const int left = source.time == nullptr ? 0 : source.time->left_ms();
  if (left == 0) refuse("cannot read " + source.name() + ": its writer takes too long");
  pollfd waiting{.fd = source.file, .events = POLLIN, .revents = 0};
  (void)::poll(&waiting, 1, left);
}

std::size_t read_some(const Source& source, std::string& buffer) {
  while (true) {
    const ssize_t count = ::read(source.file, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN) {
      wait_for_bytes(source);
    } else if (errno != EINTR) {
      fail_with_errno(source.path, source.what, errno);
    }
  }
}

/// Room for all of it comes first: a string that grows leaves unwiped copies of secrets behind.
std::string read_whole(const Source& source, std::size_t expected) {
  const auto check_size = [&source](std::size_t size) {
    if (size <= source.limit) return;
    refuse(source.name() + " is too large: the limit is " + std::to_string(source.limit / 1024) +
           " KiB");
  };
  check_size(expected);
  std::string text;
  text.reserve(expected);
  std::string buffer(8192, '\0');
  const WipeGuard guard(buffer);
  while (const std::size_t count = read_some(source, buffer)) {
    check_size(text.size() + count);  // the file may grow, and one in /proc says that it is empty
    text.append(buffer, 0, count);
  }
  return text;
}

void remove_byte_order_mark(std::string& text, const Source& source) {
  constexpr std::string_view kUtf8 = "\xef\xbb\xbf";
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    wipe(text.data(), text.size());
    refuse(source.name() + " is in UTF-16", {"save it as UTF-8"});
  }
  if (!text.starts_with(kUtf8)) return;
  std::rotate(text.begin(), text.begin() + kUtf8.size(), text.end());
  text.resize(text.size() - kUtf8.size());  // what is cut off is the mark
}

FileText text_of(const Source& source, std::size_t expected) {
  FileText result{read_whole(source, expected)};
  remove_byte_order_mark(result.text, source);
  return result;
}

constexpr mode_t kOthersRead = S_IRGRP | S_IROTH;

/// Who else than the owner can write. A group with the number of the owner is the owner's own.
bool others_write(const struct stat& status) {
  const bool group = (status.st_mode & S_IWGRP) != 0 && status.st_gid != status.st_uid;
  return group || (status.st_mode & S_IWOTH) != 0;
}

bool is_trusted(uid_t owner, const std::string& sudo_uid) {
  return owner == 0 || owner == ::geteuid() ||
         (::geteuid() == 0 && std::to_string(owner) == sudo_uid);
}

std::string directory_warning(const std::filesystem::path& file, const std::string& sudo_uid) {
  for (auto directory = file.parent_path();; directory = directory.parent_path()) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return {};
    const std::string name = shown(directory.string());
    if (!is_trusted(status.st_uid, sudo_uid)) {
      return std::string("the directory ")
          .append(name)
          .append(" belongs to another user, who can replace ")
          .append(shown(file.string()))
          .append("; run: chown ")
          .append(std::to_string(::geteuid()))
          .append(" ")
          .append(name);
    }
    if (others_write(status) && (status.st_mode & S_ISVTX) == 0) {
      return std::string("others can write the directory ")
          .append(name)
          .append(", and so replace ")
          .append(shown(file.string()))
          .append("; run: chmod go-w ")
          .append(name);
    }
    if (directory == directory.parent_path()) return {};
  }
}

}  // namespace

bool is_same_file(const struct stat& one, const struct stat& two) noexcept {
  return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

FileText read_file(const std::string& path, const std::string& what, std::size_t limit,
                   const ProcessContext* context, std::chrono::milliseconds patience) {
  const Descriptor file(open_for_reading(path));
  if (!file.is_open()) fail_with_errno(path, what, errno);
  const std::string name = "the " + what;
  TimeLimit time(patience);
  if (context != nullptr) time.show_on(context->console, name);
  const Source source{file.get(), path,  what,
                      limit,      &time, context == nullptr ? nullptr : &context->signals};
  const struct stat status = status_of(source);
  if (S_ISREG(status.st_mode)) return read_regular_file(file.get(), path, what, limit);
  if (!S_ISFIFO(status.st_mode)) refuse(source.name() + " is neither a regular file nor a pipe");
  return text_of(source, limit);
}

FileText read_regular_file(const std::string& path, const std::string& what, std::size_t limit) {
  const Descriptor file(open_for_reading(path));
  if (!file.is_open()) fail_with_errno(path, what, errno);
  return read_regular_file(file.get(), path, what, limit);
}

FileText read_regular_file(int file, const std::string& path, const std::string& what,
                           std::size_t limit) {
  const Source source{file, path, what, limit};
  const struct stat status = status_of(source);
  if (!S_ISREG(status.st_mode)) refuse(source.name() + " is not a regular file");
  return text_of(source, static_cast<std::size_t>(status.st_size));
}

std::string access_warning(const std::string& path, bool holds_secret,
                           const std::string& sudo_uid) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const std::string name = shown(path);
  if (!is_trusted(status.st_uid, sudo_uid)) {
    return name + " belongs to another user, who can change it; run: chown " +
           std::to_string(::geteuid()) + " " + name;
  }
  if (holds_secret && (status.st_mode & kOthersRead) != 0) {
    return name + " holds a secret and others can read it; run: chmod 600 " + name;
  }
  if (others_write(status)) return "others can change " + name + "; run: chmod go-w " + name;
  std::error_code failure;
  const auto real = std::filesystem::canonical(path, failure);
  return failure ? std::string() : directory_warning(real, sudo_uid);
}

}  // namespace influxctl
