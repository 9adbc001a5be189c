// SPDX-License-Identifier: MIT
// Responses of the cluster: a token that is read is a b64token, no record of a list lacks an id,
// and what is kept of a list is what was asked for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "influxctl/api/token_record.h"
#include "influxctl/base/text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_time(const influxctl::ReportedTime& time) {
  require(!time.time || time.unreadable.empty());
}

void check_record(const influxctl::TokenRecord& record) {
  for (const auto* time : {&record.created_at, &record.expires_at, &record.revoked_at}) {
    check_time(*time);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  const std::string text(data, data + size);
  if (const auto created = parse_created_token(text)) {
    require(created->token.empty() || is_b64token(created->token.reveal()));
    check_record(created->record);
  }
  if (const auto list = parse_token_list(text)) {
    for (const auto& record : list->tokens) {
      require(!record.id.empty());
      check_record(record);
    }
    const auto none = parse_token_list(text, [](const TokenRecord&) { return false; });
    require(none && none->tokens.empty() && none->unreadable == list->unreadable);
  }
  require(is_utf8(parse_error_message(text)));
  return 0;
}
