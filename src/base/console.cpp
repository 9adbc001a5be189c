// SPDX-License-Identifier: MIT
#include "influxctl/base/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

namespace influxctl {

namespace {

bool open_for_writing(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

// A terminal is for people, and what a device like /dev/null takes is nowhere.
bool is_one_place(int descriptor, int other) {
  struct stat one {};
  struct stat two {};
  if (fstat(descriptor, &one) != 0 || fstat(other, &two) != 0) return false;
  const bool kept = S_ISREG(one.st_mode) || S_ISFIFO(one.st_mode) || S_ISSOCK(one.st_mode);
  return kept && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

}  // namespace

StandardStreams claim_standard_streams() {
  StandardStreams streams;
  streams.out_open = open_for_writing(STDOUT_FILENO);
  streams.err_open = open_for_writing(STDERR_FILENO);
  streams.same_out_err =
      streams.out_open && streams.err_open && is_one_place(STDOUT_FILENO, STDERR_FILENO);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free descriptor is the closed one, as those below it are open by now. Where there
    // is no /dev, a folder does: neither a read nor a write of it succeeds.
    if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) (void)open("/", O_RDONLY);
  }
  streams.in_terminal = isatty(STDIN_FILENO) == 1;
  streams.out_terminal = streams.out_open && isatty(STDOUT_FILENO) == 1;
  streams.err_terminal = isatty(STDERR_FILENO) == 1;
  return streams;
}

bool Console::wants_colour(bool terminal, const Environment& environment) {
  return terminal && environment.get("NO_COLOR").empty() && environment.get("TERM") != "dumb";
}

void Console::print(std::string_view text) {
  using Clock = std::chrono::steady_clock;
  while (!text.empty()) {
    pollfd writable{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    const auto start = Clock::now();
    const int ready = poll(&writable, 1, patience_ms_);
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    patience_ms_ -= static_cast<int>(std::min<long long>(waited.count(), patience_ms_));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return;
    // A pipe that polls writable takes at least one small piece without blocking.
    const ssize_t written =
        write(descriptor_, text.data(), std::min<std::size_t>(text.size(), 512));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Console::labelled(std::string_view label, std::string_view colour, std::string_view text) {
  std::string line = "influxctl: ";
  line +=
      colour_ ? std::string(colour) + std::string(label) + ":\x1b[0m" : std::string(label) + ":";
  print(line + " " + std::string(text) + "\n");
}

void Console::error(const Error& error) {
  labelled("error", "\x1b[1;31m", error.message());
  for (const auto& hint : error.hints()) labelled("hint", "\x1b[1;36m", hint);
}

void Console::warning(std::string_view text) { labelled("warning", "\x1b[1;33m", text); }

void Console::warn_line(std::string_view text) {
  print((colour_ ? "\x1b[1;33mwarn\x1b[0m\t" : "warn\t") + std::string(text) + "\n");
}

}  // namespace influxctl
