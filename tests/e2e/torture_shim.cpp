// SPDX-License-Identifier: MIT
// Preloaded into influxctl: an allocation fails, or all from one on. TORTURE_FAIL is its number
// (from 1; 0: none), TORTURE_ALL=1 has the later ones fail too. At the end the file TORTURE_NOTES
// gets how many there were in all and how many before the first byte was sent.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT: glibc's own names
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT
void* __libc_realloc(void* memory, std::size_t size);      // NOLINT
}

namespace {

std::atomic<long> count{0};
std::atomic<long> before_send{-1};
long first = -1;  // not read yet
bool all = false;

bool fails() {
  if (first < 0) {
    const char* number = getenv("TORTURE_FAIL");  // NOLINT(concurrency-mt-unsafe)
    first = number == nullptr ? 0 : strtol(number, nullptr, 10);
    all = getenv("TORTURE_ALL") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  }
  const long number = ++count;
  if (first == 0 || number < first || (number > first && !all)) return false;
  errno = ENOMEM;
  return true;
}

__attribute__((destructor)) void write_notes() {
  const char* path = getenv("TORTURE_NOTES");  // NOLINT(concurrency-mt-unsafe)
  if (path == nullptr) return;
  char text[64];  // NOLINT(modernize-avoid-c-arrays)
  const int size = snprintf(text, sizeof text, "%ld %ld", count.load(), before_send.load());
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file >= 0 && write(file, text, static_cast<std::size_t>(size)) < 0) _exit(99);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t number, std::size_t size) {
  return fails() ? nullptr : __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) {
  return fails() ? nullptr : __libc_realloc(memory, size);
}

ssize_t send(int socket, const void* data, std::size_t size, int flags) {
  if (before_send < 0) before_send = count.load();
  return sendto(socket, data, size, flags, nullptr, 0);
}
}
