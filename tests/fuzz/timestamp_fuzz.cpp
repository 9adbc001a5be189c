// SPDX-License-Identifier: MIT
// RFC 3339: what is accepted says the same instant once it is normalised, and what a hint says to
// write is accepted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "influxctl/time/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  const std::string text(data, data + size);
  (void)parse_http_date(text, {1'795'534'200, 0});
  if (const auto time = parse_rfc3339(text)) {
    const bool has_four_digits =
        time->seconds >= -62'167'219'200 && time->seconds < 253'402'300'800;
    if (has_four_digits && parse_rfc3339(format_rfc3339(*time)) != time) std::abort();
    return 0;
  }
  constexpr std::string_view kWrite = "write 2";
  const std::string hint = explain_rfc3339(text).hint;
  if (!hint.starts_with(kWrite)) return 0;
  if (!parse_rfc3339(hint.substr(6, hint.find(' ', 6) - 6))) std::abort();
  return 0;
}
