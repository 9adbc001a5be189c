// SPDX-License-Identifier: MIT
#include "influxctl/commands/confirm.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

// One line of standard input without its end; what there is of it when the input ends or a signal
// comes.
std::string read_reply(const ProcessContext& context) {
  std::string line;
  char c = 0;
  while (!context.signals.any()) {
    // Short waits, as a signal may come just before one begins.
    pollfd readable{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, 200) <= 0) continue;
    const ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    if (line.size() < 100) line += c;
  }
  if (c != '\n') context.console.print("\n");  // no reply has ended the question's line
  return line;
}

}  // namespace

std::string cluster_name(const Profile& profile) {
  if (profile.product == Product::dedicated) return "account " + shown(profile.account_id);
  const bool ipv6 = profile.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + profile.host + "]" : profile.host) + ":" + std::to_string(profile.port);
}

void confirm(const Question& question, const ProcessContext& context) {
  std::string text = "cluster " + cluster_name(question.profile) + ", profile " +
                     influxctl::quoted(question.profile.name) + "\n";
  for (const auto& token : question.tokens) text += "  " + token + "\n";
  context.console.print(text + question.text + " [y/N] ");
  const std::string reply = read_reply(context);
  context.signals.stop_if_any(question.otherwise);
  constexpr std::array<std::string_view, 5> kYes = {"y", "Y", "yes", "Yes", "YES"};
  if (std::find(kYes.begin(), kYes.end(), trimmed(reply)) == kYes.end()) {
    throw Error(ErrorKind::usage, "not confirmed; " + question.otherwise);
  }
}

}  // namespace influxctl
