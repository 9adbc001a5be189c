// SPDX-License-Identifier: MIT
#include "influxctl/auth/token_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using nlohmann::json;

constexpr std::size_t kFileLimit = 128U << 10U;  // an access token of 64 KiB and a refresh token
constexpr std::size_t kNameLimit = 200;          // of a file name's 255 bytes
constexpr const char* kElsewhere = "logins are kept there; XDG_CACHE_HOME names another place";
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

[[noreturn]] void fail_with(const std::string& what, const std::string& path, int error) {
  throw Error(ErrorKind::config,
              what + " " + shown(path) + ": " + std::generic_category().message(error),
              {kElsewhere});
}

void check_written(const std::string& path, int error) {
  if (error != 0) fail_with("cannot write", path, error);
}

[[noreturn]] void refuse_others(const std::string& path) {
  throw Error(ErrorKind::config, shown(path) + " can be written by others, so it is not trusted",
              {"remove it, or if nobody has changed it run: chmod go-w " + shown(path)});
}

[[noreturn]] void refuse_foreign(const std::string& path) {
  throw Error(ErrorKind::config, shown(path) + " belongs to another user",
              {::geteuid() == 0 ? "HOME may be that of the user who called sudo: run sudo -H, or "
                                  "without sudo"
                                : "HOME may be that of another user",
               kElsewhere});
}

std::string cache_directory(const Environment& environment) {
  const std::string directory =
      environment.user_directory("XDG_CACHE_HOME", "/.cache", "/Library/Caches");
  if (directory.starts_with('/')) return directory + "/influxctl";
  throw Error(ErrorKind::config,
              std::string("cannot tell where logins are kept: HOME is not ") +
                  (directory.empty() ? "set" : "an absolute path"),
              {"set HOME"});
}

/// Closed when there is none.
Descriptor open_directory(const std::string& path) {
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!directory.is_open()) {
    if (errno == ENOENT) return directory;
    if (errno == ELOOP || errno == ENOTDIR) {
      throw Error(ErrorKind::config, shown(path) + " is not a directory, or it is a symbolic link",
                  {kElsewhere});
    }
    fail_with("cannot open", path, errno);
  }
  if (fstat(directory.get(), &status) != 0) fail_with("cannot open", path, errno);
  if (status.st_uid != geteuid()) refuse_foreign(path);
  if ((status.st_mode & kOthersWrite) != 0) refuse_others(path);
  return directory;
}

/// Makes it and what is missing above it, with mode 0700 (XDG Base Directory Specification). Root
/// makes none in the home of another user, who could not use it.
void make_directory(const std::string& path) {
  struct stat above {};
  for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    struct stat status {};
    if (stat(part.c_str(), &status) == 0) {
      above = status;
    } else if (geteuid() == 0 && above.st_uid != 0) {
      refuse_foreign(part.substr(0, part.rfind('/')));
    } else if (mkdir(part.c_str(), S_IRWXU) != 0 && errno != EEXIST && slash == std::string::npos) {
      fail_with("cannot make", path, errno);
    }
    if (slash == std::string::npos) return;
  }
}

/// What the tokens belong to. A new client secret is no other login.
json label_of(const Profile& profile) {
  const OAuthSettings& oauth = *profile.oauth2;
  return {{"profile", profile.name},
          {"token_url", oauth.token_url},
          {"client_id", oauth.client_id},
          {"scopes", oauth.scopes},
          {"parameters", oauth.parameters}};
}

std::string cache_text(const OAuthTokens& tokens, const std::string& label) {
  json object = json::parse(label);
  if (!tokens.access_token.empty()) object["access_token"] = tokens.access_token.reveal();
  if (!tokens.refresh_token.empty()) object["refresh_token"] = tokens.refresh_token.reveal();
  if (tokens.expires_at) object["expiry"] = format_rfc3339(*tokens.expires_at);
  return object.dump(2);
}

const std::string* text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

/// What a file's text holds; nothing for any other text, and for one with another label.
std::optional<OAuthTokens> cached_tokens(const std::string& text, const std::string& label) {
  if (has_nul(text)) return std::nullopt;
  const json object = json::parse(text, nullptr, false);
  const json wanted = json::parse(label);
  for (const auto& [name, value] : wanted.items()) {
    const auto found = object.find(name);
    if (found == object.end() || *found != value) return std::nullopt;
  }
  OAuthTokens tokens;
  if (const std::string* const access = text_of(object, "access_token")) {
    if (!is_b64token(*access, kOAuthTokenLimit)) return std::nullopt;
    tokens.access_token = Secret(*access);
  }
  if (const std::string* const refresh = text_of(object, "refresh_token")) {
    tokens.refresh_token = Secret(*refresh);
  }
  if (const std::string* const expiry = text_of(object, "expiry")) {
    tokens.expires_at = parse_rfc3339(*expiry);
    if (!tokens.expires_at) return std::nullopt;
  }
  if (tokens.access_token.empty() && tokens.refresh_token.empty()) return std::nullopt;
  return tokens;
}

}  // namespace

TokenCache::TokenCache(const Profile& profile, const Environment& environment)
    : directory_(cache_directory(environment)),
      name_(percent_encoded(profile.name).substr(0, kNameLimit) + ".json"),
      path_(directory_ + "/" + name_),
      label_(profile.oauth2 ? label_of(profile).dump() : "{}") {}

TokenCache::Lock TokenCache::lock(std::chrono::milliseconds patience,
                                  const Signals* signals) const {
  make_directory(directory_);
  const std::string name = name_.substr(0, name_.rfind('.')) + ".lock";
  const std::string path = directory_ + "/" + name;
  const Descriptor directory = open_directory(directory_);
  Descriptor lock(openat(directory.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                         S_IRUSR | S_IWUSR));
  if (!lock.is_open()) fail_with("cannot lock", path, errno);
  TimeLimit limit(patience);
  while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) fail_with("cannot lock", path, errno);
    if (signals != nullptr) signals->stop_if_any("another run has the login");
    if (limit.left_ms() == 0) {
      throw Error(ErrorKind::unreached, "another run has kept the login too long: " + shown(path),
                  {"run this again when it has ended"});
    }
    limit.wait(std::chrono::milliseconds(20));
  }
  return lock;
}

CachedLogin TokenCache::read() const {
  const Descriptor directory = open_directory(directory_);
  if (!directory.is_open()) return {};
  const Descriptor file(openat(directory.get(), name_.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ENOENT) return {};
    return {.ignored =
                errno == ELOOP ? "it is a symbolic link" : std::generic_category().message(errno)};
  }
  struct stat status {};
  if (fstat(file.get(), &status) == 0 && status.st_uid != geteuid()) {
    return {.ignored = "it belongs to another user"};
  }
  if (S_ISREG(status.st_mode) && (status.st_mode & kOthersWrite) != 0) refuse_others(path_);
  try {
    CachedLogin login{
        .tokens = cached_tokens(read_regular_file(file.get(), path_, "login", kFileLimit), label_)};
    if (!login.tokens) {
      login.ignored = "it is broken, or of other settings of [profile.auth.oauth2]";
    }
    return login;
  } catch (const Error& error) {
    return {.ignored = error.message()};
  }
}

TokenCache::NewFile::NewFile(const TokenCache& cache, Descriptor directory, Descriptor file)
    : cache_(cache), directory_(std::move(directory)), file_(std::move(file)) {}

TokenCache::NewFile::~NewFile() {
  if (file_.is_open()) (void)unlinkat(directory_.get(), (cache_.name_ + ".new").c_str(), 0);
}

TokenCache::NewFile TokenCache::make_file() const {
  Descriptor directory = open_directory(directory_);
  struct stat status {};
  if (fstatat(directory.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR(status.st_mode)) {
    fail_with("cannot write", path_, EISDIR);
  }
  // Whoever writes holds the lock, so a file of this name is left from a run that was killed.
  const std::string name = name_ + ".new";
  (void)unlinkat(directory.get(), name.c_str(), 0);
  Descriptor file(openat(directory.get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) fail_with("cannot write", path_, errno);
  NewFile made(*this, std::move(directory), std::move(file));
  TimeLimit none;
  check_written(path_, write_all(made.file_.get(), std::string(kFileLimit, ' '), none));
  (void)lseek(made.file_.get(), 0, SEEK_SET);
  return made;
}

void TokenCache::NewFile::keep(const OAuthTokens& tokens) {
  const std::string text = cache_text(tokens, cache_.label_);
  const std::string name = cache_.name_ + ".new";
  TimeLimit none;
  const auto check = [this](int error) { check_written(cache_.path_, error); };
  const auto check_call = [&check](int result) { check(result == 0 ? 0 : errno); };
  check(text.size() > kFileLimit ? EFBIG : 0);
  check(write_all(file_.get(), text, none));
  check_call(ftruncate(file_.get(), static_cast<off_t>(text.size())));
  check_call(fchmod(file_.get(), S_IRUSR | S_IWUSR));
  check_call(fsync(file_.get()));
  check_call(renameat(directory_.get(), name.c_str(), directory_.get(), cache_.name_.c_str()));
  (void)file_.close();
  (void)fsync(directory_.get());
}

bool TokenCache::exists() const {
  const auto is_there = [](const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0;
  };
  return is_there(path_) || is_there(path_ + ".new");
}

bool TokenCache::remove() const {
  const Descriptor directory = open_directory(directory_);
  if (!directory.is_open()) return false;
  bool removed = false;
  for (const std::string& name : {name_ + ".new", name_}) {
    removed = unlinkat(directory.get(), name.c_str(), 0) == 0;
    if (!removed && errno != ENOENT) fail_with("cannot remove", directory_ + "/" + name, errno);
  }
  return removed;
}

}  // namespace influxctl
