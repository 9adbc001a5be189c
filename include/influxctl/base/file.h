// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "influxctl/base/process_context.h"

namespace influxctl {

/// True when both are of one file.
bool is_same_file(const struct stat& one, const struct stat& two) noexcept;

/// The text of a regular file or a pipe (`<(…)`) of at most `limit` bytes, without a UTF-8 byte
/// order mark at its start; symbolic links are followed. Throws Error{config} naming `what` ("token
/// file"), the path and the reason when it is missing, unreadable, UTF-16, too large, a directory
/// or a device. A pipe may take `patience` in all, and where there is a `context` the wait for it
/// is shown and ends with a signal (Error{its kind}); a FIFO without a writer is empty.
std::string read_file(const std::string& path, const std::string& what, std::size_t limit,
                      const ProcessContext* context = nullptr,
                      std::chrono::milliseconds patience = std::chrono::seconds(30));

/// The same where only a regular file will do.
std::string read_regular_file(const std::string& path, const std::string& what, std::size_t limit);

/// The same of a file that is open for reading.
std::string read_regular_file(int file, const std::string& path, const std::string& what,
                              std::size_t limit);

/// A warning for people where others can read a file that holds a secret, or can change a file,
/// own it, or replace it through a directory on the way (as sshd's StrictModes asks), with the
/// command that fixes it. Empty where all is well, and for what is no regular file. Others are all
/// but root, this user, and who called sudo (`sudo_uid`: its variable SUDO_UID).
std::string access_warning(const std::string& path, bool holds_secret, const std::string& sudo_uid);

}  // namespace influxctl
