// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "process.h"

namespace influxctl::e2e {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  if (!stream.is_open()) throw std::runtime_error(path.string() + ": cannot be read");
  return text.str();
}

bool comes_true(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void wait_for_file(const std::filesystem::path& path) {
  ASSERT_TRUE(comes_true([&] { return std::filesystem::exists(path); })) << path;
}

}  // namespace influxctl::e2e
