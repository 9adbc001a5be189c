// SPDX-License-Identifier: MIT
#include "influxctl/base/secret.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "influxctl/base/wiping_memory.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace influxctl {

Secret::Secret(std::string_view bytes)
    : bytes_(bytes.empty() ? nullptr : new char[bytes.size()]), size_(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), bytes_.get());
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
  influxctl::wipe(bytes_.get(), size_);
  bytes_.reset();
  size_ = 0;
}

void wipe(char* data, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(data, 0, size);
  __asm__ __volatile__("" : : "r"(data) : "memory");  // the bytes are looked at, as far as it knows
}

bool is_b64token(std::string_view text, std::size_t limit) noexcept {
  if (text.empty() || text.size() >= limit) return false;
  const auto padding = text.find('=');
  const auto body = text.substr(0, padding);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  };
  return !body.empty() && std::all_of(body.begin(), body.end(), allowed) &&
         text.find_first_not_of('=', body.size()) == std::string_view::npos;
}

void protect_process_memory() noexcept {
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // not the limit: a program that is started would inherit it
#else
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &limit);
#endif
  wipe_memory_of_openssl();
}

}  // namespace influxctl
