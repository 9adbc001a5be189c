// SPDX-License-Identifier: MIT
#include "influxctl/base/wiping_memory.h"

#ifdef INFLUXCTL_TRUST_LOOKUP
#include <openssl/crypto.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#ifdef __APPLE__
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#include "influxctl/base/secret.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define INFLUXCTL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define INFLUXCTL_SANITIZED
#endif
#endif

namespace influxctl {

namespace {

std::size_t usable_size(void* block) noexcept {
#ifdef __APPLE__
  return malloc_size(block);
#else
  return malloc_usable_size(block);
#endif
}

}  // namespace

// NOLINTBEGIN(*-no-malloc,*-owning-memory): this is the allocator

void* wiping_malloc(std::size_t size) noexcept { return std::malloc(size); }

void* wiping_calloc(std::size_t count, std::size_t size) noexcept {
  return std::calloc(count, size);
}

void wiping_free(void* block) noexcept {
  if (block == nullptr) return;
  wipe(static_cast<char*>(block), usable_size(block));
  std::free(block);
}

void* wiping_realloc(void* block, std::size_t size) noexcept {
  if (block == nullptr) return wiping_malloc(size);
  if (size == 0) {
    wiping_free(block);
    return nullptr;
  }
  void* const moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(size, usable_size(block)));
  wiping_free(block);
  return moved;
}

char* wiping_strdup(const char* text) noexcept {
  const std::size_t size = std::strlen(text) + 1;
  auto* const copy = static_cast<char*>(wiping_malloc(size));
  if (copy != nullptr) std::memcpy(copy, text, size);
  return copy;
}

void wipe_memory_of_openssl() noexcept {
#ifdef INFLUXCTL_TRUST_LOOKUP
  (void)CRYPTO_set_mem_functions(
      [](std::size_t size, const char* /*file*/, int /*line*/) { return wiping_malloc(size); },
      [](void* block, std::size_t size, const char* /*file*/, int /*line*/) {
        return wiping_realloc(block, size);
      },
      [](void* block, const char* /*file*/, int /*line*/) { wiping_free(block); });
#endif
}

// NOLINTEND(*-no-malloc,*-owning-memory)

}  // namespace influxctl

// A sanitizer has its own, which looks for what is freed twice and the like.
#ifndef INFLUXCTL_SANITIZED

// NOLINTBEGIN(misc-new-delete-overloads): the library's new takes its memory from malloc, too
void operator delete(void* block) noexcept { influxctl::wiping_free(block); }
void operator delete[](void* block) noexcept { influxctl::wiping_free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { influxctl::wiping_free(block); }
void operator delete[](void* block, std::size_t /*size*/) noexcept {
  influxctl::wiping_free(block);
}
// NOLINTEND(misc-new-delete-overloads)
void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept {
  influxctl::wiping_free(block);
}
void operator delete[](void* block, const std::nothrow_t& /*tag*/) noexcept {
  influxctl::wiping_free(block);
}

#endif
