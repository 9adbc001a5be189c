// SPDX-License-Identifier: MIT
#pragma once

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace influxctl {

/// A new directory of mode 0700, removed with all that is in it. Throws std::runtime_error where
/// one cannot be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = std::filesystem::temp_directory_path() / "influxctl-e2e.XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = std::filesystem::canonical(path);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ / name; }

  /// Writes a file and returns its path. Throws std::runtime_error where that fails.
  std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) const {
    std::string path = file(name);
    std::ofstream stream(path, std::ios::binary);
    if (!(stream << text).flush() || ::chmod(path.c_str(), mode) != 0) {
      throw std::runtime_error(path + ": cannot be written");
    }
    return path;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace influxctl
