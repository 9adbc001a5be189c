// SPDX-License-Identifier: MIT
// The choke point for foreign text: what it gives is UTF-8 without a control character, and shows
// the same a second time; and the filter for secrets.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  const std::string text(data, data + size);
  const std::string safe = shown(text);
  if (!is_utf8(safe) || has_control_characters(safe) || shown(safe) != safe) std::abort();
  if (!is_utf8(quoted(text, 8)) || has_control_characters(quoted(text, 8))) std::abort();
  (void)display_width(safe);
  // What is encoded holds unreserved characters alone.
  for (const char c : percent_encoded(text)) {
    if (!is_unreserved(c) && c != '%') std::abort();
  }
  const std::array<std::string_view, 1> secrets = {"secret-of-this-run-0123456789"};
  const std::string told = redacted(text, secrets);
  if (repeats_secret(told, secrets)) std::abort();
  const std::array<std::string_view, 1> own = {text};
  if (text.size() >= 16 && !repeats_secret("<" + text + ">", own)) std::abort();
  (void)has_token_run(text);
  const std::vector<std::string> words = {"create", "list", text.substr(0, 64)};
  (void)nearest(text, words);
  return 0;
}
