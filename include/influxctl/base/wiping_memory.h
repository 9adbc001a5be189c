// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace influxctl {

/// Has OpenSSL, too, overwrite what it frees. Before anything else of OpenSSL's; best effort.
void wipe_memory_of_openssl() noexcept;

// This program's `operator delete` overwrites what it frees; these do the same for C libraries that
// take an allocator, so that no copy of a secret stays behind on the heap.

/// malloc(), realloc() and free() that overwrite what they give up.
void* wiping_malloc(std::size_t size) noexcept;
void* wiping_calloc(std::size_t count, std::size_t size) noexcept;
void* wiping_realloc(void* block, std::size_t size) noexcept;
char* wiping_strdup(const char* text) noexcept;
void wiping_free(void* block) noexcept;

}  // namespace influxctl
