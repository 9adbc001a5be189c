// SPDX-License-Identifier: MIT
// Header lines, split as libcurl does: a body is whole or something is missing, and one without a
// known end is never whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "influxctl/base/console.h"
#include "influxctl/base/log.h"
#include "influxctl/base/text.h"
#include "influxctl/http/response_header.h"
#include "influxctl/http/wire_log.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  constexpr std::string_view kCredential = "credential-0123456789";
  const std::string text(data, data + size);
  ResponseHeader header;
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    if (!header.add(line)) break;
    rest.remove_prefix(line.size());
  }
  for (const std::uint64_t received : {std::uint64_t{0}, std::uint64_t{size}}) {
    const bool whole = header.body_is_whole(received);
    if (whole &&
        (header.is_close_delimited() && header.status() != 204 && header.status() != 304)) {
      std::abort();
    }
    if (whole && !header.finished()) std::abort();
    if (!whole && header.missing(received).empty()) std::abort();
  }
  if (without_secrets(text, kCredential).find(kCredential) != std::string::npos) std::abort();
  static Console nowhere(-1, false);
  const Log log(LogLevel::trace, nowhere);
  for (const HeaderOf of :
       {HeaderOf::request, HeaderOf::response, HeaderOf::response_with_secret}) {
    trace_headers(log, of, text, kCredential);
  }
  return 0;
}
