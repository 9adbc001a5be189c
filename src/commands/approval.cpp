// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>

#include "influxctl/base/io.h"
#include "influxctl/commands/login.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using State = TokenOutcome::State;

constexpr std::chrono::milliseconds kShortestPoll = 5s;

void show_instructions(const DeviceAuthorization& device, const ProcessContext& context) {
  std::string text = "To log in, open this page in a browser, on this machine or another:\n\n    " +
                     device.verification_uri + "\n\nand enter the code:\n\n    " +
                     device.user_code + "\n\n";
  if (!device.verification_uri_complete.empty()) {
    text += "Or open this page, and compare the code:\n\n    " + device.verification_uri_complete +
            "\n\n";
  }
  context.console.print(text);
}

// The pause between two polls (RFC 8628 section 3.5): it grows when the provider asks for it, and
// doubles for every poll without a response.
struct Pause {
  std::chrono::seconds asked;
  std::chrono::seconds backed_off{0};

  std::chrono::seconds next() const { return std::max(asked, backed_off); }
  void after(const TokenOutcome& outcome) {
    constexpr std::chrono::seconds kLongest = 1min;
    if (outcome.state == State::slow_down) asked += 5s;
    backed_off = outcome.state == State::unreached ? std::min(next() * 2, kLongest) : 0s;
  }
};

DeviceAuthorization authorize(const OAuthProvider& provider, const Signals& signals) {
  try {
    return provider.authorize();
  } catch (const Error&) {
    signals.stop_if_any("not logged in");
    throw;
  }
}

}  // namespace

OAuthTokens wait_for_approval(const OAuthProvider& provider, const ProcessContext& context) {
  const DeviceAuthorization device = authorize(provider, context.signals);
  const auto end = Clock::now() + device.expires_in;
  show_instructions(device, context);
  TimeLimit limit({}, context.signals, 0ms);
  limit.show_on(context.console, "approval");
  const auto wait_until = [&](Clock::time_point until) {
    limit.wait(std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()));
    context.signals.stop_if_any("not logged in");
  };
  Pause pause{.asked = device.interval};
  std::optional<Error> last_failure;
  // The last poll comes a second before the end, however long the pause is: an approval in time
  // counts. Its response may come after the end.
  for (bool last = false; !last;) {
    const auto now = Clock::now();
    last = now + pause.next() >= end - 1s;
    wait_until(last ? std::max(end - 1s, now + 1s) : now + pause.next());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    TokenOutcome outcome = provider.poll(device, std::max(left, kShortestPoll));
    context.signals.stop_if_any("not logged in");
    if (outcome.state == State::granted) return std::move(outcome.tokens);
    if (outcome.state == State::refused) throw Error(std::move(*outcome.failure));
    if (outcome.failure && !last_failure) {
      context.console.warning(outcome.failure->message() + "; trying again");
    }
    pause.after(outcome);
    last_failure = std::move(outcome.failure);
  }
  wait_until(end);
  const std::string what = "the code expired before the login was approved";
  if (!last_failure) {
    throw Error(ErrorKind::not_authorized, what, {"run this again for a new code"});
  }
  throw Error(last_failure->kind(), what + ": " + last_failure->message(), last_failure->hints());
}

}  // namespace influxctl
