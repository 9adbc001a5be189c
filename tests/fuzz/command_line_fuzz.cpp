// SPDX-License-Identifier: MIT
// The command line, a word a line: Options or an Error of usage; a dry run that is typed is one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/base/process_context.h"
#include "influxctl/base/text.h"
#include "influxctl/cli/options.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  std::vector<std::string> words(1);
  for (const std::uint8_t* byte = data; byte != data + size; ++byte) {
    if (*byte == '\n') {
      words.emplace_back();
    } else if (*byte != 0) {  // no argument of a process has one
      words.back() += static_cast<char>(*byte);
    }
  }
  try {
    const Options options = parse_command_line(words, Environment(std::vector<std::string>{}));
    const bool creates = options.command == Command::create || options.command == Command::rotate;
    const auto sink = std::find(words.begin(), words.end(), "--");
    const bool dry = std::find(words.begin(), sink, "--dry-run") != sink;
    if (creates && dry && !options.dry_run) {
      // Only as the value of another flag.
      const auto at = std::find(words.begin(), sink, "--dry-run");
      if (at == words.begin() || !std::prev(at)->starts_with('-')) std::abort();
    }
    if (options.command == Command::revoke && options.token_ids.empty()) std::abort();
    for (const auto& word : options.sink) {
      if (std::find(words.begin(), words.end(), word) == words.end()) std::abort();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage || !is_utf8(error.message())) std::abort();
  }
  return 0;
}
