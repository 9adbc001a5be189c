// SPDX-License-Identifier: MIT
#include "influxctl/auth/token_cache.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

#include "influxctl/auth/token_cache_file.h"
#include "influxctl/base/error.h"
#include "influxctl/base/file.h"
#include "influxctl/base/text.h"
#include "influxctl/base/wipe_guard.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFileLimit = 64U << 10U;
constexpr const char* kElsewhere = "logins are kept there; XDG_CACHE_HOME names another place";
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

[[noreturn]] void fail_with(const std::string& what, const std::string& path, int error) {
  throw Error(ErrorKind::config, what + " " + shown(path) + ": " + std::strerror(error),
              {kElsewhere});
}

[[noreturn]] void refuse_others(const std::string& path) {
  throw Error(ErrorKind::config, shown(path) + " can be written by others, so it is not trusted",
              {"remove it, or mend it with chmod go-w if nobody has changed it"});
}

// Closed when there is none.
Descriptor open_folder(const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!folder.is_open()) {
    if (errno == ENOENT) return folder;
    if (errno == ELOOP || errno == ENOTDIR) {
      throw Error(ErrorKind::config, shown(path) + " is not a folder, or it is a symbolic link",
                  {kElsewhere});
    }
    fail_with("cannot open", path, errno);
  }
  if (fstat(folder.get(), &status) != 0) fail_with("cannot open", path, errno);
  if (status.st_uid != geteuid()) {
    throw Error(ErrorKind::config, shown(path) + " belongs to another user",
                {"make it yours with chown, or remove it", kElsewhere});
  }
  if ((status.st_mode & kOthersWrite) != 0) refuse_others(path);
  return folder;
}

// Missing parents get mode 0700 too (XDG Base Directory Specification).
void make_folder(const std::string& path) {
  for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), S_IRWXU) != 0 && errno != EEXIST && slash == std::string::npos) {
      fail_with("cannot make", path, errno);
    }
    if (slash == std::string::npos) return;
  }
}

Descriptor lock_file(const Descriptor& folder, const std::string& name, const std::string& path,
                     std::chrono::milliseconds patience, const Signals* signals) {
  Descriptor lock(openat(folder.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                         S_IRUSR | S_IWUSR));
  if (!lock.is_open()) fail_with("cannot lock", path, errno);
  const auto deadline = Clock::now() + patience;
  while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) fail_with("cannot lock", path, errno);
    if (signals != nullptr) signals->stop_if_any("another run has the login");
    if (Clock::now() >= deadline) {
      throw Error(ErrorKind::unreached, "another run has kept the login too long: " + shown(path),
                  {"run this again when it has ended"});
    }
    (void)poll(nullptr, 0, 20);
  }
  return lock;
}

// "x.json" has the lock "x.lock".
std::string lock_name(const std::string& name) { return name.substr(0, name.rfind('.')) + ".lock"; }

std::string new_name(const std::string& name) { return name + ".new"; }

std::string path_of(const std::string& folder, const std::string& name) {
  return folder + "/" + name;
}

// Two names of profiles may lead to like names of files; what is in the file decides.
bool is_of_another(const Descriptor& folder, const std::string& name, const std::string& profile) {
  const Descriptor file(openat(folder.get(), name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return false;
  try {
    FileText text = read_regular_file(file.get(), name, "login", kFileLimit);
    const WipeGuard guard(text.text);
    const std::string named = cached_profile(text.text);
    return !named.empty() && named != profile;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TokenCache::TokenCache(const Profile& profile, const Environment& environment)
    : folder_(cache_folder(environment)),
      name_(cache_file_name(profile)),
      path_(path_of(folder_, name_)),
      profile_(profile.name),
      provider_(profile.oauth2->token_url),
      client_(profile.oauth2->client_id) {}

Descriptor TokenCache::folder() const { return open_folder(folder_); }

TokenCache::Lock TokenCache::lock(std::chrono::milliseconds patience,
                                  const Signals* signals) const {
  make_folder(folder_);
  return lock_file(folder(), lock_name(name_), path_of(folder_, lock_name(name_)), patience,
                   signals);
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
    login.tokens = cached_tokens(text.text, {profile_, provider_, client_});
    if (!login.tokens) login.ignored = "it is broken, or was not written by this program";
  } catch (const Error& error) {
    login.ignored = error.message();
  }
  return login;
}

TokenCache::Place::Place(const TokenCache& cache, Descriptor folder, Descriptor file)
    : cache_(cache), folder_(std::move(folder)), file_(std::move(file)) {}

TokenCache::Place::~Place() {
  if (file_.is_open()) (void)unlinkat(folder_.get(), new_name(cache_.name_).c_str(), 0);
}

TokenCache::Place TokenCache::make_place() const {
  Descriptor within = folder();
  struct stat status {};
  if (fstatat(within.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR(status.st_mode)) {
    fail_with("cannot write", path_, EISDIR);
  }
  // One name will do, as whoever writes has the lock; a leftover is that of a run that was killed.
  const std::string name = new_name(name_);
  (void)unlinkat(within.get(), name.c_str(), 0);
  Descriptor file(openat(within.get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) fail_with("cannot write", path_, errno);
  Place place(*this, std::move(within), std::move(file));
  try {
    write_all(place.file_.get(), std::string(kFileLimit, ' '), {}, "cannot write " + shown(path_));
  } catch (const Error& error) {
    throw Error(ErrorKind::config, error.message(), {kElsewhere});
  }
  (void)lseek(place.file_.get(), 0, SEEK_SET);
  return place;
}

void TokenCache::Place::keep(const OAuthTokens& tokens) {
  std::string text = cache_text(tokens, {cache_.profile_, cache_.provider_, cache_.client_});
  const WipeGuard guard(text);
  const std::string what = "cannot write " + shown(cache_.path_);
  const std::string name = new_name(cache_.name_);
  try {
    if (text.size() > kFileLimit) fail(what, EFBIG);
    write_all(file_.get(), text, {}, what);
    if (ftruncate(file_.get(), static_cast<off_t>(text.size())) != 0) fail(what, errno);
    if (fchmod(file_.get(), S_IRUSR | S_IWUSR) != 0) fail(what, errno);
    if (fsync(file_.get()) != 0) fail(what, errno);
    if (renameat(folder_.get(), name.c_str(), folder_.get(), cache_.name_.c_str()) != 0) {
      fail(what, errno);
    }
  } catch (const Error& error) {
    throw Error(ErrorKind::config, error.message(), {kElsewhere});
  }
  (void)file_.close();
  (void)fsync(folder_.get());
}

bool TokenCache::remove() const {
  const Descriptor within = folder();
  if (!within.is_open()) return false;
  (void)unlinkat(within.get(), new_name(name_).c_str(), 0);
  if (unlinkat(within.get(), name_.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  fail_with("cannot remove", path_, errno);
}

std::size_t remove_logins(const std::string& profile, const Environment& environment,
                          std::chrono::milliseconds patience, const Signals& signals) {
  const std::string path = cache_folder(environment);
  const Descriptor folder = open_folder(path);
  if (!folder.is_open()) return 0;
  std::size_t count = 0;
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    std::string name = entry.path().filename().string();
    if (name.ends_with(".new")) name.resize(name.size() - 4);
    if (is_cache_file_name(name, profile)) names.insert(name);
  }
  for (const std::string& name : names) {
    const Descriptor lock =
        lock_file(folder, lock_name(name), path_of(path, lock_name(name)), patience, &signals);
    if (is_of_another(folder, name, profile)) continue;
    (void)unlinkat(folder.get(), new_name(name).c_str(), 0);
    if (unlinkat(folder.get(), name.c_str(), 0) == 0) {
      ++count;
    } else if (errno != ENOENT) {
      fail_with("cannot remove", path_of(path, name), errno);
    }
  }
  return count;
}

}  // namespace influxctl
