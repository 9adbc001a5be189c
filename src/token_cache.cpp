// SPDX-License-Identifier: MIT
#include "influxctl/token_cache.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "influxctl/error.h"
#include "influxctl/file.h"
#include "influxctl/text.h"
#include "token_cache_parts.h"
#include "wipe_guard.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFileLimit = 64U << 10U;
constexpr const char* kElsewhere = "logins are kept there; XDG_CACHE_HOME names another place";
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

[[noreturn]] void fail_with(const std::string& what, const std::string& path, int error) {
  throw Error(Kind::config, what + " " + shown(path) + ": " + std::strerror(error), {kElsewhere});
}

[[noreturn]] void refuse_others(const std::string& path) {
  throw Error(Kind::config, shown(path) + " can be written by others, so it is not trusted",
              {"remove it, or mend it with chmod go-w if nobody has changed it"});
}

}  // namespace

TokenCache::TokenCache(const Profile& profile, const Environment& environment)
    : folder_(cache_folder(environment)),
      name_(cache_file_name(profile)),
      path_(folder_ + "/" + name_),
      provider_(profile.oauth2->token_url),
      client_(profile.oauth2->client_id) {}

// Closed when there is none.
Descriptor TokenCache::folder() const {
  Descriptor folder(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!folder.is_open()) {
    if (errno == ENOENT) return folder;
    if (errno == ELOOP || errno == ENOTDIR) {
      throw Error(Kind::config, shown(folder_) + " is not a folder, or it is a symbolic link",
                  {kElsewhere});
    }
    fail_with("cannot open", folder_, errno);
  }
  if (fstat(folder.get(), &status) != 0) fail_with("cannot open", folder_, errno);
  if (status.st_uid != geteuid()) {
    throw Error(Kind::config, shown(folder_) + " belongs to another user", {kElsewhere});
  }
  if ((status.st_mode & kOthersWrite) != 0) refuse_others(folder_);
  return folder;
}

TokenCache::Lock TokenCache::lock(std::chrono::milliseconds patience,
                                  const Signals* signals) const {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(folder_).parent_path(), ignored);
  if (mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    fail_with("cannot make", folder_, errno);
  }
  const Descriptor within = folder();
  const std::string name = name_.substr(0, name_.rfind('.')) + ".lock";
  Lock lock(openat(within.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                   S_IRUSR | S_IWUSR));
  if (!lock.is_open()) fail_with("cannot lock", folder_ + "/" + name, errno);
  const auto deadline = Clock::now() + patience;
  while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      fail_with("cannot lock", folder_ + "/" + name, errno);
    }
    if (signals != nullptr) signals->stop_if_any("nothing was sent");
    if (Clock::now() >= deadline) {
      throw Error(Kind::unreached,
                  "another run has kept the login of " + shown(path_) + " too long",
                  {"nothing was sent, so it is safe to run this again"});
    }
    (void)poll(nullptr, 0, 20);
  }
  return lock;
}

CachedLogin TokenCache::read() const {
  CachedLogin login;
  const Descriptor within = folder();
  if (!within.is_open()) return login;
  const Descriptor file(openat(within.get(), name_.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ELOOP) login.ignored = "it is a symbolic link";
    if (errno != ENOENT && errno != ELOOP) login.ignored = std::strerror(errno);
    return login;
  }
  struct stat status {};
  if (fstat(file.get(), &status) == 0 && status.st_uid != geteuid()) {
    login.ignored = "it belongs to another user";
    return login;
  }
  if (S_ISREG(status.st_mode) && (status.st_mode & kOthersWrite) != 0) refuse_others(path_);
  try {
    FileText text = read_regular_file(file.get(), path_, "login", kFileLimit);
    const WipeGuard guard(text.text);
    login.tokens = cached_tokens(text.text, provider_, client_);
    login.readable_by_others = text.readable_by_others;
    if (!login.tokens) login.ignored = "it is broken, or was not written by this program";
  } catch (const Error& error) {
    login.ignored = error.message();
  }
  return login;
}

void TokenCache::write(const OAuthTokens& tokens) const {
  std::string text = cache_text(tokens, provider_, client_);
  const WipeGuard guard(text);
  const Descriptor within = folder();
  const std::string what = "cannot write " + shown(path_);
  // One name will do, as whoever writes has the lock; a leftover is that of a run that was killed.
  const std::string temporary = name_ + ".new";
  (void)unlinkat(within.get(), temporary.c_str(), 0);
  Descriptor file(openat(within.get(), temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  try {
    if (!file.is_open()) fail(what, errno);
    write_all(file.get(), text, {}, what);
    if (fchmod(file.get(), S_IRUSR | S_IWUSR) != 0) fail(what, errno);
    if (fsync(file.get()) != 0) fail(what, errno);
    if (const int error = file.close(); error != 0) fail(what, error);
    if (renameat(within.get(), temporary.c_str(), within.get(), name_.c_str()) != 0) {
      fail(what, errno);
    }
  } catch (const Error& error) {
    (void)unlinkat(within.get(), temporary.c_str(), 0);
    throw Error(Kind::config, error.message(), {kElsewhere});
  }
  (void)fsync(within.get());
}

bool TokenCache::remove() const {
  const Descriptor within = folder();
  if (!within.is_open()) return false;
  if (unlinkat(within.get(), name_.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  fail_with("cannot remove", path_, errno);
}

}  // namespace influxctl
