// SPDX-License-Identifier: MIT
// For the static binary alone, whose linker puts these in the place of glibc's functions (--wrap).
// glibc's load shared objects of the very glibc that they were linked with, which another system
// does not have. OpenSSL and c-ares refer to them in code that is never reached here: c-ares asks
// the DNS itself, and ports are numbers. So each fails, as where there is no such name or file.
#include <netdb.h>

#include <cerrno>

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker names them.
extern "C" {

int __wrap_getaddrinfo(const char* /*name*/, const char* /*service*/, const addrinfo* /*hints*/,
                       addrinfo** result) {
  *result = nullptr;
  return EAI_FAIL;
}

void __wrap_freeaddrinfo(addrinfo* /*list*/) {}

int __wrap_getnameinfo(const sockaddr* /*address*/, socklen_t /*length*/, char* /*name*/,
                       socklen_t /*name_size*/, char* /*service*/, socklen_t /*service_size*/,
                       int /*flags*/) {
  return EAI_FAIL;
}

hostent* __wrap_gethostbyname(const char* /*name*/) {
  h_errno = NO_RECOVERY;
  return nullptr;
}

servent* __wrap_getservbyname(const char* /*name*/, const char* /*protocol*/) { return nullptr; }

int __wrap_getservbyport_r(int /*port*/, const char* /*protocol*/, servent* /*entry*/,
                           char* /*buffer*/, size_t /*size*/, servent** result) {
  *result = nullptr;
  return ENOENT;
}

void* __wrap_dlopen(const char* /*file*/, int /*mode*/) { return nullptr; }

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
