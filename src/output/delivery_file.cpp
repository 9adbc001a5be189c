// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkostemp is POSIX's
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/output/delivery.h"

namespace influxctl {

namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw Error(ErrorKind::usage,
              "--output " + quoted(path) + " cannot be created: " + std::strerror(error));
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Gives the file its name unless that name is taken, in one step of the file system.
int link_name(const std::string& temporary, const std::string& path) {
#if defined(__linux__) && defined(RENAME_NOREPLACE)
  if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  if (link(temporary.c_str(), path.c_str()) != 0) return errno;
  (void)unlink(temporary.c_str());
  return 0;
}

class FileDelivery : public Delivery {
 public:
  explicit FileDelivery(std::string path)
      : path_(std::move(path)), temporary_(folder_of(path_) + "/.influxctl-XXXXXX") {
    struct stat status {};
    if (path_.empty()) throw Error(ErrorKind::usage, "--output is empty", {"name a file"});
    if (path_.ends_with('/')) refuse(path_, EISDIR);
    if (lstat(path_.c_str(), &status) == 0) {
      throw Error(ErrorKind::usage, "--output " + quoted(path_) + " exists already",
                  {"nothing is ever overwritten: move it away, or name another file"});
    }
    if (errno != ENOENT) refuse(path_, errno);
    file_ = Descriptor(mkostemp(temporary_.data(), O_CLOEXEC));
    if (!file_.is_open()) {
      const int error = errno;
      temporary_.clear();
      refuse(path_, error);
    }
    if (fchmod(file_.get(), S_IRUSR | S_IWUSR) != 0) {
      const int error = errno;
      remove_temporary();
      refuse(path_, error);
    }
  }
  FileDelivery(const FileDelivery&) = delete;
  FileDelivery& operator=(const FileDelivery&) = delete;
  ~FileDelivery() override { remove_temporary(); }

  void deliver(std::string_view bytes) override {
    const std::string what = "the file " + quoted(path_);
    write_all(file_.get(), bytes, {}, what);
    if (fsync(file_.get()) != 0) fail(what, errno);
    if (const int error = file_.close(); error != 0) fail(what, error);
    if (const int error = link_name(temporary_, path_); error != 0) fail(what, error);
    temporary_.clear();
    sync_folder(what);
  }

  std::string done() const override { return "written to " + shown(path_); }

 private:
  // The name is durable only when its folder is.
  void sync_folder(const std::string& what) const {
    const Descriptor folder(open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() && errno == EACCES) return;  // it can be written, but not be opened
    if (!folder.is_open() || (fsync(folder.get()) != 0 && errno != EINVAL)) {
      const int error = errno;
      (void)unlink(path_.c_str());
      fail(what, error);
    }
  }

  void remove_temporary() noexcept {
    if (!temporary_.empty()) (void)unlink(temporary_.c_str());
    temporary_.clear();
  }

  std::string path_;
  std::string temporary_;
  Descriptor file_;
};

}  // namespace

std::unique_ptr<Delivery> deliver_to_file(const std::string& path) {
  return std::make_unique<FileDelivery>(path);
}

}  // namespace influxctl
