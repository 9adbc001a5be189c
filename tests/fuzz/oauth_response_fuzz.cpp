// SPDX-License-Identifier: MIT
// OAuth responses: the first byte picks a status, the rest is the body. No message repeats a
// secret.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "influxctl/auth/oauth.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"

namespace {

constexpr std::string_view kSecret = "client-secret-0123456789";

bool repeats(std::string_view text, std::string_view secret) {
  return influxctl::repeats_secret(text, {&secret, 1});
}

void check(const influxctl::Error& error) {
  if (repeats(error.message(), kSecret) || !influxctl::is_utf8(error.message())) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace influxctl;
  constexpr std::array kStatuses = {200, 201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 503};
  if (size == 0) return 0;
  HttpResult result;
  result.reach = Reach::complete;
  result.status = kStatuses.at(data[0] % kStatuses.size());
  result.body.assign(data + 1, data + size);
  const OAuthQuestion question{"token_url", "https://login.example.com/token", {kSecret}};
  const TokenOutcome outcome = read_tokens(result, question, {1'000'000, 0});
  if (outcome.failure) check(*outcome.failure);
  if (outcome.state == TokenOutcome::State::granted && outcome.tokens.access_token.empty()) {
    std::abort();
  }
  try {
    const DeviceAuthorization device = read_device_authorization(result, question);
    if (repeats(device.user_code + device.verification_uri + device.verification_uri_complete,
                device.device_code.reveal())) {
      std::abort();
    }
  } catch (const Error& error) {
    check(error);
  }
  return 0;
}
