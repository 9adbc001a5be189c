// SPDX-License-Identifier: MIT
#include "influxctl/base/secret.h"

#ifdef INFLUXCTL_TRUST_LOOKUP
#include <openssl/crypto.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <cstring>

#ifdef __linux__
#include <sys/prctl.h>
#else
#include <sys/resource.h>
#endif

#ifdef __APPLE__
#include <malloc/malloc.h>
#define malloc_usable_size malloc_size
#else
#include <malloc.h>
#endif

#include "influxctl/base/text.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define INFLUXCTL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define INFLUXCTL_SANITIZED
#endif
#endif

namespace influxctl {

bool is_b64token(std::string_view text, std::size_t limit) noexcept {
  if (text.empty() || text.size() >= limit) return false;
  const auto padding = text.find('=');
  const auto body = text.substr(0, padding);
  const auto allowed = [](char c) { return is_unreserved(c) || c == '+' || c == '/'; };
  return !body.empty() && std::all_of(body.begin(), body.end(), allowed) &&
         text.find_first_not_of('=', body.size()) == std::string_view::npos;
}

// NOLINTBEGIN(*-no-malloc,*-owning-memory): this is the allocator
void wiping_free(void* block) noexcept {
  if (block == nullptr) return;
  std::memset(block, 0, malloc_usable_size(block));
  __asm__ __volatile__("" : : "r"(block) : "memory");  // as if the bytes were read: memset stays
  std::free(block);
}

void* wiping_realloc(void* block, std::size_t size) noexcept {
  if (block == nullptr) return std::malloc(size);
  void* const moved = size == 0 ? nullptr : std::malloc(size);
  if (moved != nullptr) std::memcpy(moved, block, std::min(size, malloc_usable_size(block)));
  if (moved != nullptr || size == 0) wiping_free(block);
  return moved;
}
// NOLINTEND(*-no-malloc,*-owning-memory)

void protect_process_memory() noexcept {
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // not the limit: a program that is started would inherit it
#else
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &limit);
#endif
#ifdef INFLUXCTL_TRUST_LOOKUP
  (void)CRYPTO_set_mem_functions(
      [](std::size_t size, const char* /*file*/, int /*line*/) noexcept {
        return std::malloc(size);
      },
      [](void* block, std::size_t size, const char* /*file*/, int /*line*/) noexcept {
        return wiping_realloc(block, size);
      },
      [](void* block, const char* /*file*/, int /*line*/) noexcept { wiping_free(block); });
#endif
}

}  // namespace influxctl

// A sanitizer has its own, which looks for what is freed twice and the like.
#ifndef INFLUXCTL_SANITIZED

// The library's other forms of delete end here, and its new takes its memory from malloc, too.
// NOLINTBEGIN(misc-new-delete-overloads)
void operator delete(void* block) noexcept { influxctl::wiping_free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { influxctl::wiping_free(block); }
// NOLINTEND(misc-new-delete-overloads)

#endif
