// SPDX-License-Identifier: MIT
#include "influxctl/base/io.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

// PIPE_BUF on Linux: a pipe that polls writable takes this much without blocking. In a sequenced
// packet socket a write is a message, which stays whole.
std::size_t piece_size(int descriptor) noexcept {
  int type = 0;
  socklen_t size = sizeof type;
  const bool socket = getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
  return socket && type == SOCK_SEQPACKET ? SIZE_MAX : PIPE_BUF;
}

[[noreturn]] void refuse(const std::string& message, std::vector<std::string> hints = {}) {
  throw Error(ErrorKind::config, message, std::move(hints));
}

/// An open file that is being read.
struct Source {
  int file;
  std::string name;  ///< for messages
  std::size_t limit;
  TimeLimit* time = nullptr;  ///< of a pipe; without it only a regular file will do
  const Signals* signals = nullptr;

  std::string text() const {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    std::string text;
    text.reserve(checked_size());  // a text that grows is copied, and wiped, again and again
    std::string buffer(8192, '\0');
    while (const std::size_t count = read_some(buffer)) {
      (void)within_limit(text.size() + count);
      text.append(buffer, 0, count);
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
      refuse(name + " is in UTF-16", {"save it as UTF-8"});
    }
    if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
    return text;
  }

  [[noreturn]] void fail(int reason) const {
    refuse("cannot read " + name + ": " + std::generic_category().message(reason));
  }

 private:
  // Of a regular file; 0 of a pipe.
  std::size_t checked_size() const {
    struct stat status {};
    if (::fstat(file, &status) != 0) fail(errno);
    if (S_ISREG(status.st_mode)) return within_limit(static_cast<std::size_t>(status.st_size));
    if (time == nullptr) refuse(name + " is not a regular file");
    if (!S_ISFIFO(status.st_mode)) refuse(name + " is neither a regular file nor a pipe");
    return 0;
  }
  std::size_t within_limit(std::size_t size) const {
    if (size <= limit) return size;
    refuse(name + " is too large: the limit is " + std::to_string(limit / 1024) + " KiB");
  }
  std::size_t read_some(std::string& buffer) const {
    while (true) {
      const ssize_t count = ::read(file, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EAGAIN && errno != EINTR) fail(errno);
      if (errno == EAGAIN) wait_for_bytes();
    }
  }
  void wait_for_bytes() const {
    if (signals != nullptr) signals->stop_if_any("nothing was sent");
    const int left = time == nullptr ? 0 : time->left_ms();
    if (left == 0) refuse("cannot read " + name + ": its writer takes too long");
    pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
    (void)::poll(&waiting, 1, left);
  }
};

std::string name_of(const std::string& path, const std::string& what) {
  return what + " " + shown(path);
}

Descriptor open_for_reading(const std::string& path, const std::string& what) {
  int number = -1;
  do {
    // O_NONBLOCK: the open of a FIFO without a writer returns at once.
    number = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  } while (number < 0 && errno == EINTR);
  if (number < 0) Source{number, name_of(path, what), 0}.fail(errno);
  return Descriptor(number);
}

// A group with the number of the owner is the owner's own.
bool others_write(const struct stat& status) {
  const bool group = (status.st_mode & S_IWGRP) != 0 && status.st_gid != status.st_uid;
  return group || (status.st_mode & S_IWOTH) != 0;
}

bool is_trusted(uid_t owner, const std::string& sudo_uid) {
  return owner == 0 || owner == ::geteuid() ||
         (::geteuid() == 0 && std::to_string(owner) == sudo_uid);
}

// Why others can replace the file through a directory above it; empty when they cannot.
std::string directories_warning(const std::filesystem::path& path, const std::string& sudo_uid) {
  const std::string file = shown(path.string());
  for (auto at = path; at != at.parent_path();) {
    at = at.parent_path();
    const std::string directory = shown(at.string());
    struct stat status {};
    if (::stat(at.c_str(), &status) != 0) return {};
    if (!is_trusted(status.st_uid, sudo_uid)) {
      return "the directory " + directory + " belongs to another user, who can replace " + file +
             "; run: chown " + std::to_string(::geteuid()) + " " + directory;
    }
    if (others_write(status) && (status.st_mode & S_ISVTX) == 0) {
      return "others can write the directory " + directory + ", and so replace " + file +
             "; run: chmod go-w " + directory;
    }
  }
  return {};
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  Descriptor moved(std::move(other));
  std::swap(number_, moved.number_);
  return *this;
}

Descriptor::~Descriptor() { (void)close(); }

int Descriptor::close() noexcept {
  if (number_ < 0) return 0;
  const int result = ::close(std::exchange(number_, -1));
  return result == 0 ? 0 : errno;
}

void check_open_files_limit() {
  constexpr rlim_t kNeeded = 16;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const Descriptor lowest(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  const auto open = lowest.is_open() ? static_cast<rlim_t>(lowest.get()) : limit.rlim_cur;
  if (limit.rlim_cur >= open + kNeeded) return;
  throw Error(ErrorKind::config,
              "this process may have only " + std::to_string(limit.rlim_cur) +
                  " files open, and needs " + std::to_string(open + kNeeded),
              {"raise the limit, which `ulimit -n` shows"});
}

int make_pipe(Descriptor& reading, Descriptor& writing) noexcept {
  std::array<int, 2> ends{-1, -1};
  if (pipe(ends.data()) != 0) return errno;
  reading = Descriptor(ends[0]);
  writing = Descriptor(ends[1]);
  for (const int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) != 0) return errno;
  }
  return 0;
}

TimeLimit::TimeLimit(Milliseconds timeout) noexcept : end_(start_ + timeout) {}

TimeLimit::TimeLimit(std::optional<Milliseconds> timeout, const Signals& signals,
                     Milliseconds after_signal) noexcept
    : signals_(&signals), after_signal_(after_signal) {
  if (timeout) end_ = start_ + *timeout;
}

TimeLimit::~TimeLimit() {
  if (console_ != nullptr) console_->clear_status();
}

void TimeLimit::show_on(Console& console, std::string_view what, bool shared) noexcept {
  console_ = &console;
  what_ = what;
  shared_ = shared;
}

int TimeLimit::left_ms() noexcept {
  const auto now = Clock::now();
  if (console_ != nullptr) {
    console_->show_wait(what_, std::chrono::duration_cast<Milliseconds>(now - start_), shared_);
  }
  if (signals_ != nullptr && signals_->any()) {
    signals_ = nullptr;
    end_ = std::min(end_.value_or(Clock::time_point::max()), now + after_signal_);
  }
  // Short where signals count, as one may come just before the wait begins.
  const int longest = signals_ != nullptr || console_ != nullptr ? 200 : 60'000;
  if (!end_) return longest;
  const auto left = std::chrono::ceil<Milliseconds>(*end_ - now);
  return static_cast<int>(std::clamp<long long>(left.count(), 0, longest));
}

void TimeLimit::wait(Milliseconds time) noexcept {
  const auto until = Clock::now() + time;
  for (int left = left_ms(); left > 0 && Clock::now() < until; left = left_ms()) {
    const auto rest = std::chrono::ceil<Milliseconds>(until - Clock::now());
    (void)poll(nullptr, 0, static_cast<int>(std::clamp<long long>(rest.count(), 0, left)));
  }
}

int write_all(int descriptor, std::string_view bytes, TimeLimit& limit) noexcept {
  const std::size_t piece = piece_size(descriptor);
  while (!bytes.empty()) {
    const int left = limit.left_ms();
    if (left == 0) return ETIMEDOUT;
    pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = poll(&writable, 1, left);
    if (ready < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (ready <= 0) continue;
    const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), piece));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

bool is_same_file(const struct stat& one, const struct stat& two) noexcept {
  return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

std::string read_file(const std::string& path, const std::string& what, std::size_t limit,
                      const ProcessContext* context, std::chrono::milliseconds patience) {
  const Descriptor file = open_for_reading(path, what);
  const std::string shown_name = "the " + what;
  TimeLimit time(patience);
  if (context != nullptr) time.show_on(context->console, shown_name);
  const Signals* const signals = context == nullptr ? nullptr : &context->signals;
  return Source{file.get(), name_of(path, what), limit, &time, signals}.text();
}

std::string read_regular_file(const std::string& path, const std::string& what, std::size_t limit) {
  return read_regular_file(open_for_reading(path, what).get(), path, what, limit);
}

std::string read_regular_file(int file, const std::string& path, const std::string& what,
                              std::size_t limit) {
  return Source{file, name_of(path, what), limit}.text();
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
  if (holds_secret && (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    return name + " holds a secret and others can read it; run: chmod 600 " + name;
  }
  if (others_write(status)) return "others can change " + name + "; run: chmod go-w " + name;
  std::error_code failure;
  const auto real = std::filesystem::canonical(path, failure);
  return failure ? std::string() : directories_warning(real, sudo_uid);
}

}  // namespace influxctl
