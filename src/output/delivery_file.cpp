// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

constexpr std::size_t kLongestName = 255;
constexpr const char* kToStdout =
    "without --output the token goes to standard output, which a shell can redirect";

[[noreturn]] void refuse(const std::string& path, const std::string& what,
                         std::vector<std::string> hints = {}) {
  throw Error(ErrorKind::usage, "--output " + influxctl::quoted(path) + " " + what,
              std::move(hints));
}

[[noreturn]] void refuse(const std::string& path, int error, const std::string& rest = {}) {
  refuse(path, std::string("cannot be created: ") + std::strerror(error) + rest);
}

void refuse_existing(const std::string& path, mode_t mode) {
  if (S_ISCHR(mode) || S_ISBLK(mode)) refuse(path, "is a device", {kToStdout});
  if (S_ISFIFO(mode)) refuse(path, "is a named pipe", {kToStdout});
  if (S_ISSOCK(mode)) {
    refuse(path, "is a socket", {"hand the token to a program that connects to it: -- COMMAND"});
  }
  if (S_ISDIR(mode)) refuse(path, "is a directory", {"name a file in it"});
  if (S_ISLNK(mode)) {
    refuse(path, "is a symbolic link", {"no link is followed: name the file itself"});
  }
  refuse(path, "exists already",
         {"nothing is ever overwritten: move it away, or name another file"});
}

// Names of open descriptors, whatever is behind them.
bool names_descriptor(const std::string& path) {
  constexpr std::array kStarts = {"/dev/fd/",    "/dev/stdin",     "/dev/stdout",
                                  "/dev/stderr", "/proc/self/fd/", "/proc/thread-self/fd/"};
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](const char* start) { return path.starts_with(start); });
}

bool is_unsupported(int error) {
  // NOLINTNEXTLINE(misc-redundant-expression): the last two are one on Linux alone
  return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == ENOTSUP;
}

// rename(2) that fails where a file of that name exists.
int rename_new(int directory, const std::string& from, const std::string& to) {
#if defined(__linux__) && defined(RENAME_NOREPLACE)
  return renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE);
#elif defined(__APPLE__)
  return renameatx_np(directory, from.c_str(), directory, to.c_str(), RENAME_EXCL);
#else
  errno = ENOSYS;
  return -1;
#endif
}

class FileDelivery : public Delivery {
 public:
  FileDelivery(std::string path, const ProcessContext& context)
      : path_(std::move(path)), signals_(context.signals) {
    name_ = path_.substr(path_.rfind('/') + 1);
    check_path();
    open_directory();
    make_temporary();
    if (try_rename()) {
      naming_ = Naming::rename;
    } else if (try_link()) {
      naming_ = Naming::link;
    } else {
      make_in_place();
    }
  }
  FileDelivery(const FileDelivery&) = delete;
  FileDelivery& operator=(const FileDelivery&) = delete;
  ~FileDelivery() override { remove(); }

  void deliver(std::string_view bytes) override {
    TimeLimit none;
    check_error(write_all(file_.get(), bytes, none));
    check(fsync_if_supported(file_.get()));
    give_name();
    check_place();
    if (directory_reads_) check(fsync_if_supported(directory_.get()));
    check_error(file_.close());
    current_.clear();
  }

  std::string done() const override { return "written to " + shown(path_); }

 private:
  /// How the file gets its name at the end; in_place: it has it from the start.
  enum class Naming { rename, link, in_place };

  void check_path() const {
    if (path_.empty()) throw Error(ErrorKind::usage, "--output is empty", {"name a file"});
    if (path_ == "-") {
      refuse(path_, "is not the name of a file",
             {kToStdout, "for a file of that name write --output ./-"});
    }
    if (names_descriptor(path_)) {
      refuse(path_, "names an open descriptor, not a file",
             {kToStdout, "or hand the token to a program: -- COMMAND"});
    }
    struct stat status {};
    if (lstat(path_.c_str(), &status) == 0) refuse_existing(path_, status.st_mode);
    if (errno != ENOENT && errno != ENOTDIR) refuse(path_, errno);
    if (name_.empty() || name_ == "." || name_ == "..") {
      refuse(path_, "does not name a file",
             {"name a new file in a directory that exists, without a / after it"});
    }
  }

  // The directory is opened once: one that is moved meanwhile is still the same. One that can be
  // written but not read cannot be synced.
  void open_directory() {
    std::string directory = path_.substr(0, path_.size() - name_.size());
    if (directory.empty()) directory = ".";
    directory_ = Descriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    directory_reads_ = directory_.is_open();
#ifdef O_PATH
    if (!directory_reads_ && errno == EACCES) {
      directory_ = Descriptor(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
#endif
    if (directory_.is_open()) return;
    const std::string in = "cannot be created: " + influxctl::quoted(directory);
    if (errno == ENOENT) refuse(path_, in + " does not exist", {"make that directory first"});
    if (errno == ENOTDIR) refuse(path_, in + " is not a directory");
    refuse(path_, errno);
  }

  [[nodiscard]] int create(const std::string& name) {
    file_ =
        Descriptor(openat(directory_.get(), name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file_.is_open()) return errno;
    current_ = name;
    struct stat status {};
    if (fchmod(file_.get(), S_IRUSR | S_IWUSR) == 0) return 0;
    const int error = errno;  // a file system without modes: good when nobody else can read it
    if (error != EPERM && !is_unsupported(error)) return error;
    const bool is_private = fstat(file_.get(), &status) == 0 &&
                            (status.st_mode & (S_IRWXG | S_IRWXO | S_IRUSR)) == S_IRUSR;
    return is_private ? 0 : error;
  }

  void create_or_refuse(const std::string& name) {
    if (const int error = create(name); error != 0) give_up(error);
  }

  [[noreturn]] void give_up(int error) {
    remove();
    refuse(path_, error, remains(true));
  }

  void make_temporary() {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    create_or_refuse(".influxctl-" + std::to_string(getpid()) + "-" + std::to_string(now));
  }

  // Tried with a name that looks like the final one, as some file systems do not take every name.
  std::string probe_name() const {
    const std::string name = current_ + "-" + name_;
    return name.size() <= kLongestName ? name : current_ + "-";
  }

  bool try_rename() {
    std::string probe = probe_name();
    if (rename_to(probe) != 0) return false;
    current_ = std::move(probe);
    return true;
  }

  bool try_link() {
    std::string probe = probe_name();
    if (link_to(probe) != 0) return false;
    const int error = unlink_name(current_) == 0 ? 0 : errno;
    std::swap(current_, probe);
    // NFS keeps a name that is removed, as another one, while the file is open by it.
    struct stat status {};
    if (fstat(file_.get(), &status) == 0) links_ = status.st_nlink;
    if (error == 0) return true;
    left_behind_ = unlink_name(probe) != 0;
    give_up(error);
  }

  void make_in_place() {
    naming_ = Naming::in_place;
    if (unlink_name(current_) != 0) give_up(errno);
    current_.clear();
    create_or_refuse(name_);
  }

  // Some network file systems cannot sync: there is nothing more to be done.
  [[nodiscard]] static int fsync_if_supported(int descriptor) {
    return fsync(descriptor) == 0 || is_unsupported(errno) ? 0 : -1;
  }

  void give_name() {
    if (naming_ == Naming::in_place) return;
    check(naming_ == Naming::rename ? rename_to(name_) : link_to(name_));
    if (naming_ == Naming::link && unlink_name(current_) != 0) {
      const int error = errno;
      left_behind_ = unlink_name(name_) != 0;
      fail(std::strerror(error));
    }
    current_.swap(name_);
  }

  // In a directory that others can write to, someone may have put another file in its place, or
  // have made a link to it, which would keep what is revoked or removed later.
  void check_place() {
    struct stat ours {};
    struct stat there {};
    check(fstat(file_.get(), &ours));
    check(lstat(path_.c_str(), &there));
    if (!is_same_file(ours, there)) fail("someone has put another file in its place");
    if (ours.st_nlink > links_) fail("someone has made another link to it");
  }

  int rename_to(const std::string& name) const {
    return rename_new(directory_.get(), current_, name);
  }
  int link_to(const std::string& name) const {
    return linkat(directory_.get(), current_.c_str(), directory_.get(), name.c_str(), 0);
  }
  int unlink_name(const std::string& name) const noexcept {
    return unlinkat(directory_.get(), name.c_str(), 0);
  }

  void check(int result) { check_error(result == 0 ? 0 : errno); }
  void check_error(int error) {
    if (error != 0) fail(std::strerror(error));
  }

  // Whatever name the file has by now, and how many: the token is in none of them.
  [[noreturn]] void fail(const char* why) {
    const bool empty = file_.is_open() && ftruncate(file_.get(), 0) == 0;
    remove();
    throw delivery_failure(signals_,
                           "the file " + influxctl::quoted(path_) + ": " + why + remains(empty));
  }

  const char* remains(bool empty) const noexcept {
    if (!left_behind_) return "";
    return empty ? "; an empty file that cannot be removed stays in its directory"
                 : "; a file that cannot be removed stays in its directory";
  }

  // Not where another file has taken the name.
  void remove() noexcept {
    struct stat ours {};
    struct stat there {};
    const bool other =
        file_.is_open() && fstat(file_.get(), &ours) == 0 &&
        fstatat(directory_.get(), current_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
        !is_same_file(ours, there);
    const bool ours_to_remove = !current_.empty() && !other;
    if (ours_to_remove && unlink_name(current_) != 0 && errno != ENOENT) left_behind_ = true;
    current_.clear();
  }

  std::string path_;
  const Signals& signals_;
  std::string name_;     ///< the last part of the path
  std::string current_;  ///< what the file is called now; empty when it is not ours to remove
  Descriptor directory_;
  bool directory_reads_ = false;
  bool left_behind_ = false;  ///< a name of the file could not be removed
  Descriptor file_;
  Naming naming_ = Naming::in_place;
  nlink_t links_ = 1;  ///< how many names the file has, if nobody gives it others
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_file(const std::string& path, const ProcessContext& context) {
  return std::make_unique<FileDelivery>(path, context);
}

}  // namespace influxctl
