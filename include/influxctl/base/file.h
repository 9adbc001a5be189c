// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace influxctl {

/// A file read whole.
struct FileText {
  std::string text;
  bool readable_by_others = false;  ///< mode gives the group or others read access
};

/// Reads a regular file of at most `limit` bytes; symbolic links are followed. Throws Error{config}
/// naming `what` ("token file"), the path and the reason when it is missing, unreadable, not a
/// regular file (never blocks on a FIFO) or too large.
FileText read_regular_file(const std::string& path, const std::string& what, std::size_t limit);

/// The same of a file that is open for reading.
FileText read_regular_file(int file, const std::string& path, const std::string& what,
                           std::size_t limit);

}  // namespace influxctl
