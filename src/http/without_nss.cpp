// SPDX-License-Identifier: MIT
// For the static binary alone, whose linker puts these in the place of glibc's functions (--wrap).
// glibc's load shared objects of the very glibc that they were linked with, which another system
// does not have. OpenSSL and c-ares refer to them in code that is never reached here: c-ares asks
// the DNS itself, and ports are numbers. So each fails, as where there is no such name or file.
#include <ares.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>

#include "influxctl/base/io.h"
#include "influxctl/base/text.h"

namespace {

// resolv.conf(5): seconds to wait for a server, and how often each is asked.
struct ResolverOptions {
  int timeout = 5;
  int attempts = 2;
};

void read_option(std::string_view word, std::string_view name, int limit, int& value) {
  if (!word.starts_with(name)) return;
  const int number = influxctl::parse_number<int>(word.substr(name.size())).value_or(0);
  if (number > 0) value = std::min(number, limit);
}

void read_options(const std::string& line, ResolverOptions& options) {
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    read_option(word, "timeout:", 30, options.timeout);
    read_option(word, "attempts:", 5, options.attempts);
  }
}

// As glibc has them: the lines of resolv.conf, then RES_OPTIONS.
ResolverOptions resolver_options() noexcept {
  constexpr std::size_t kLimit = 64U << 10U;
  constexpr std::string_view kKeyword = "options";
  ResolverOptions options;
  std::istringstream file;
  try {
    file.str(influxctl::read_regular_file("/etc/resolv.conf", "resolv.conf", kLimit));
  } catch (const std::exception&) {  // none: c-ares asks this machine
  }
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKeyword)) read_options(line.substr(kKeyword.size()), options);
  }
  if (const char* const own = std::getenv("RES_OPTIONS")) read_options(own, options);
  return options;
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl50-cpp,cert-dcl51-cpp): the linker
// names them, and what they fail at does not depend on their arguments.
extern "C" {

int __wrap_getaddrinfo(...) noexcept { return EAI_FAIL; }
void __wrap_freeaddrinfo(...) noexcept {}
int __wrap_getnameinfo(...) noexcept { return EAI_FAIL; }
void* __wrap_gethostbyname(...) noexcept { return nullptr; }
void* __wrap_getservbyname(...) noexcept { return nullptr; }
int __wrap_getservbyname_r(...) noexcept { return ENOENT; }
int __wrap_getservbyport_r(...) noexcept { return ENOENT; }
void* __wrap_dlopen(...) noexcept { return nullptr; }

int __real_ares_init_options(ares_channel* channel, ares_options* options, int mask);

// c-ares 1.18 has other names for these options and waits 75 s in all for a query that nobody
// answers, even when it has an address already. Called by libcurl, with options of its own.
int __wrap_ares_init_options(ares_channel* channel, ares_options* options, int mask) noexcept {
  const ResolverOptions chosen = resolver_options();
  options->timeout = chosen.timeout * 1000;
  options->tries = chosen.attempts;
  return __real_ares_init_options(channel, options, mask | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl50-cpp,cert-dcl51-cpp)
