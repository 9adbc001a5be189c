// SPDX-License-Identifier: MIT
#include "influxctl/base/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "influxctl/base/io.h"
#include "influxctl/base/process_context.h"

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
  return kept && is_same_file(one, two);
}

// A terminal that does not know its size is taken for the usual one.
std::size_t terminal_columns(int descriptor) {
  winsize size{};
  const bool known = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
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
    // is no /dev, a directory does: neither a read nor a write of it succeeds.
    if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) (void)open("/", O_RDONLY);
  }
  streams.in_terminal = isatty(STDIN_FILENO) == 1;
  streams.out_terminal = streams.out_open && isatty(STDOUT_FILENO) == 1;
  streams.err_terminal = isatty(STDERR_FILENO) == 1;
  if (streams.out_terminal) streams.out_columns = terminal_columns(STDOUT_FILENO);
  if (streams.err_terminal) streams.err_columns = terminal_columns(STDERR_FILENO);
  return streams;
}

bool Console::wants_colour(bool terminal, const Environment& environment) {
  return terminal && environment.get("NO_COLOR").empty() && environment.get("TERM") != "dumb";
}

void Console::write(std::string_view text) noexcept {
  TimeLimit limit(std::max(patience_, std::chrono::milliseconds(1)));
  (void)write_all(descriptor_, text, limit);
  patience_ = std::min(patience_, std::chrono::milliseconds(limit.left_ms()));
}

void Console::print(std::string_view text) noexcept {
  clear_status();
  if (!holding_) return write(text);
  try {
    held_ += text;
  } catch (...) {  // a success would not have shown it
  }
}

// One line is one write where it is short, so that those of several processes do not mix.
void Console::line(std::string_view label,
                   std::initializer_list<std::string_view> pieces) noexcept {
  std::array<char, 512> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::size_t size = 0;
  const auto add = [&](std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t part = std::min(piece.size(), buffer.size() - size);
      std::copy_n(piece.data(), part, buffer.data() + size);
      size += part;
      piece.remove_prefix(part);
      if (size < buffer.size()) break;
      print({buffer.data(), std::exchange(size, 0)});
    }
  };
  add(label);
  for (const std::string_view piece : pieces) add(piece);
  add("\n");
  print({buffer.data(), size});
}

void Console::labelled(std::string_view label, std::string_view colour,
                       std::string_view text) noexcept {
  line("influxctl: ", {colour_ ? colour : "", label, ":", colour_ ? "\x1b[0m" : "", " ", text});
}

void Console::begin_error() noexcept {
  release();
  if (std::exchange(error_begun_, true)) return;
  const bool stuck = patience_ <= std::chrono::milliseconds(0);
  patience_ = stuck && hurries_ ? std::chrono::milliseconds(300) : std::chrono::seconds(4);
}

void Console::error(std::string_view message) noexcept {
  begin_error();
  labelled("error", "\x1b[1;31m", message);
}

void Console::error(const Error& error) noexcept {
  this->error(error.message());
  for (const auto& hint : error.hints()) labelled("hint", "\x1b[1;36m", hint);
}

void Console::error(const LastWords& words) noexcept {
  const std::string_view text = words.text();
  std::size_t end = std::min(text.find('\n'), text.size());
  error(text.substr(0, end));
  while (end < text.size()) {
    const std::size_t begin = end + 1;
    end = std::min(text.find('\n', begin), text.size());
    labelled("hint", "\x1b[1;36m", text.substr(begin, end - begin));
  }
}

void Console::warning(std::string_view text) noexcept { labelled("warning", "\x1b[1;33m", text); }

void Console::note(std::initializer_list<std::string_view> pieces) noexcept {
  line("influxctl: ", pieces);
}

void Console::warn_line(std::string_view text) noexcept {
  line(colour_ ? "\x1b[1;33mwarn\x1b[0m\t" : "warn\t", {text});
}

void Console::show_wait(std::string_view what, std::chrono::milliseconds elapsed,
                        bool shared) noexcept {
  const long long seconds = elapsed.count() / 1000;
  if (!live_ || holding_ || seconds < 2 || (status_shown_ && seconds == seconds_shown_)) return;
  std::array<char, 20> digits{};
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), seconds).ptr;
  if (shared && !status_shown_) write("\n");
  write("\rinfluxctl: waiting for ");
  write(what);
  write(": ");
  write({digits.data(), static_cast<std::size_t>(end - digits.data())});
  write(" s\x1b[K");
  status_shown_ = true;
  seconds_shown_ = seconds;
}

void Console::clear_status() noexcept {
  if (std::exchange(status_shown_, false)) write("\r\x1b[K");
}

void Console::release() noexcept {
  holding_ = false;
  write(held_);
  held_.clear();
}

}  // namespace influxctl
