// SPDX-License-Identifier: MIT
#include "ledger.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

namespace influxctl::sandbox {

Ledger::Ledger(const std::string& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
                 S_IRUSR | S_IWUSR)) {
  if (fd_ < 0) throw std::runtime_error(path + ": the ledger cannot be created");
}

Ledger::~Ledger() { ::close(fd_); }

void Ledger::append(const std::string& name, const Json& details) {
  const std::lock_guard lock(mutex_);
  const auto age = std::chrono::steady_clock::now() - start_;
  Json line{{"n", ++count_},
            {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(age).count()},
            {"event", name}};
  line.update(details);
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the ledger cannot be written");
  }
}

}  // namespace influxctl::sandbox
