// SPDX-License-Identifier: MIT
// For the static binary alone, whose linker puts these in the place of glibc's functions (--wrap).
// glibc's load shared objects of the very glibc that they were linked with, which another system
// does not have. OpenSSL and c-ares refer to them in code that is never reached here: c-ares asks
// the DNS itself, and ports are numbers. So each fails, as where there is no such name or file.
#include <ares.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "influxctl/base/file.h"

namespace {

// resolv.conf(5): seconds to wait for a server, and how often each is asked.
struct ResolverOptions {
  int timeout = 5;
  int attempts = 2;
};

void read_option(std::string_view word, std::string_view name, int limit, int& value) {
  if (!word.starts_with(name)) return;
  int number = 0;
  const auto [end, error] =
      std::from_chars(word.data() + name.size(), word.data() + word.size(), number);
  if (error == std::errc() && number > 0) value = std::min(number, limit);
}

void read_options(std::string_view line, ResolverOptions& options) {
  while (!line.empty()) {
    const auto word = line.substr(0, line.find_first_of(" \t"));
    read_option(word, "timeout:", 30, options.timeout);
    read_option(word, "attempts:", 5, options.attempts);
    line.remove_prefix(std::min(word.size() + 1, line.size()));
  }
}

// As glibc has them: the lines of resolv.conf, then RES_OPTIONS.
ResolverOptions resolver_options() noexcept {
  constexpr std::size_t kLimit = 64U << 10U;
  constexpr std::string_view kKeyword = "options";
  ResolverOptions options;
  std::string file;
  try {
    file = influxctl::read_regular_file("/etc/resolv.conf", "resolv.conf", kLimit);
  } catch (const std::exception&) {  // none: c-ares asks this machine
  }
  for (std::string_view rest = file; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    if (line.starts_with(kKeyword)) read_options(line.substr(kKeyword.size()), options);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  if (const char* const own = std::getenv("RES_OPTIONS")) read_options(own, options);
  return options;
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker names them.
extern "C" {

int __wrap_getaddrinfo(const char* /*name*/, const char* /*service*/, const addrinfo* /*hints*/,
                       addrinfo** result) noexcept {
  *result = nullptr;
  return EAI_FAIL;
}

void __wrap_freeaddrinfo(addrinfo* /*list*/) noexcept {}

int __wrap_getnameinfo(const sockaddr* /*address*/, socklen_t /*length*/, char* /*name*/,
                       socklen_t /*name_size*/, char* /*service*/, socklen_t /*service_size*/,
                       int /*flags*/) noexcept {
  return EAI_FAIL;
}

hostent* __wrap_gethostbyname(const char* /*name*/) noexcept {
  h_errno = NO_RECOVERY;
  return nullptr;
}

servent* __wrap_getservbyname(const char* /*name*/, const char* /*protocol*/) noexcept {
  return nullptr;
}

int __wrap_getservbyname_r(const char* /*name*/, const char* /*protocol*/, servent* /*entry*/,
                           char* /*buffer*/, size_t /*size*/, servent** result) noexcept {
  *result = nullptr;
  return ENOENT;
}

int __wrap_getservbyport_r(int /*port*/, const char* /*protocol*/, servent* /*entry*/,
                           char* /*buffer*/, size_t /*size*/, servent** result) noexcept {
  *result = nullptr;
  return ENOENT;
}

int __real_ares_init_options(ares_channel* channel, ares_options* options, int mask);

// c-ares 1.18 has other names for these options and waits 75 s in all for a query that nobody
// answers, even when it has an address already. Called by libcurl, with options of its own.
int __wrap_ares_init_options(ares_channel* channel, ares_options* options, int mask) noexcept {
  const ResolverOptions chosen = resolver_options();
  options->timeout = chosen.timeout * 1000;
  options->tries = chosen.attempts;
  return __real_ares_init_options(channel, options, mask | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
}

void* __wrap_dlopen(const char* /*file*/, int /*mode*/) noexcept { return nullptr; }

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
