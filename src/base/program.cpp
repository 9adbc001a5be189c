// SPDX-License-Identifier: MIT
#include "influxctl/base/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace influxctl {

namespace {

bool is_program(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> list;
  list.reserve(strings.size() + 1);
  for (auto& string : strings) list.push_back(string.data());
  list.push_back(nullptr);
  return list;
}

class SpawnSettings {
 public:
  explicit SpawnSettings(const ProgramStart& start) {
    posix_spawn_file_actions_init(&actions);
    if (start.detached) {
      for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
      }
    } else {
      posix_spawn_file_actions_adddup2(&actions, start.standard_input, STDIN_FILENO);
    }
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    const int flags = POSIX_SPAWN_SETSIGDEF | (start.detached ? POSIX_SPAWN_SETSID : 0);
    posix_spawnattr_setflags(&attributes, static_cast<short>(flags));
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

std::string find_program(const std::string& name, const Environment& environment) {
  if (name.find('/') != std::string::npos) return is_program(name) ? name : "";
  std::string folders = environment.get("PATH");
  if (folders.empty()) folders = "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const auto end = std::min(folders.find(':', begin), folders.size());
    const std::string folder = folders.substr(begin, end - begin);
    std::string path = (folder.empty() ? "." : folder) + "/" + name;
    if (is_program(path)) return path;
    begin = end + 1;
  }
  return {};
}

int start_program(ProgramStart start, pid_t& child) {
  const SpawnSettings settings(start);
  return posix_spawn(&child, start.path.c_str(), &settings.actions, &settings.attributes,
                     pointers(start.arguments).data(), pointers(start.environment).data());
}

}  // namespace influxctl
