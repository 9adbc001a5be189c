// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "process.h"

namespace influxctl::e2e {

TemporaryDirectory::TemporaryDirectory() {
  std::string path = std::filesystem::temp_directory_path() / "influxctl-e2e.XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = std::filesystem::canonical(path);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(const std::string& name, const std::string& text,
                                      unsigned mode) const {
  std::string path = file(name);
  std::ofstream stream(path, std::ios::binary);
  if (!(stream << text).flush() || ::chmod(path.c_str(), mode) != 0) {
    throw std::runtime_error(path + ": cannot be written");
  }
  return path;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  if (!stream.is_open()) throw std::runtime_error(path.string() + ": cannot be read");
  return text.str();
}

void wait_for_file(const std::filesystem::path& path) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!std::filesystem::exists(path)) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << path;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace influxctl::e2e
