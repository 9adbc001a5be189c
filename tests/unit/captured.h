// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "influxctl/base/console.h"
#include "influxctl/base/io.h"

namespace influxctl {

/// The bytes of a file.
inline std::string read_whole(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

/// Both ends of a pipe.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe(ends.data()) != 0) ADD_FAILURE() << "no pipe";
    reading = Descriptor(ends[0]);
    writing = Descriptor(ends[1]);
  }

  /// Closes the writing end and gives all that was written.
  std::string rest() {
    (void)writing.close();
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 1; size > 0;) {
      size = read(reading.get(), buffer.data(), buffer.size());
      if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  Descriptor reading;
  Descriptor writing;
};

/// A console whose text (at most a pipe's buffer) the test reads.
class CapturedConsole {
 public:
  explicit CapturedConsole(bool colour = false, bool live = false)
      : console(pipe_.writing.get(), colour, live) {}

  /// All that was printed; called once, at the end.
  std::string text() { return pipe_.rest(); }

 private:
  Pipe pipe_;

 public:
  Console console;
};

/// Ignores a signal while it lives.
class IgnoredSignal {
 public:
  explicit IgnoredSignal(int number) : number_(number), before_(std::signal(number, SIG_IGN)) {}
  IgnoredSignal(const IgnoredSignal&) = delete;
  IgnoredSignal& operator=(const IgnoredSignal&) = delete;
  IgnoredSignal(IgnoredSignal&&) = delete;
  IgnoredSignal& operator=(IgnoredSignal&&) = delete;
  ~IgnoredSignal() { (void)std::signal(number_, before_); }

 private:
  int number_;
  void (*before_)(int);
};

}  // namespace influxctl
