// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace influxctl::sandbox {

/// A directory of mode 0700 that goes, with all that is in it, when this object does.
class Directory {
 public:
  /// Makes `path`, which must not exist yet; where it is empty, a new directory under $TMPDIR or
  /// /tmp. Throws std::runtime_error.
  explicit Directory(const std::string& path);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ / name; }

  /// Writes a new file of mode 0600 and returns its path. Throws std::runtime_error.
  std::string write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace influxctl::sandbox
