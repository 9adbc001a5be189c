// SPDX-License-Identifier: MIT
// Commands within the library, from arguments to exit code.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/console.h"
#include "influxctl/base/environment.h"
#include "influxctl/base/signals.h"
#include "influxctl/commands/commands.h"
#include "process.h"

namespace influxctl {

/// How a command ended.
struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs in a child, as a command ends its standard output.
inline Ran run_in_child(const std::vector<std::string>& arguments,
                        std::vector<std::string> environment) {
  const e2e::TemporaryFolder folder;
  const std::string out = folder.write("out", "");
  const std::string err = folder.write("err", "");
  environment.push_back("HOME=" + folder.path().string());
  environment.emplace_back("PATH=/usr/bin:/bin");
  const pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "r", stdin) == nullptr) std::exit(99);
    if (freopen(out.c_str(), "a", stdout) == nullptr) std::exit(99);
    if (freopen(err.c_str(), "a", stderr) == nullptr) std::exit(99);
    const StandardStreams streams = claim_standard_streams();
    Console console(STDERR_FILENO, false);
    const Environment variables(std::move(environment));
    const Signals signals;
    std::exit(run(arguments, {variables, streams, console, signals}));
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, e2e::read_file(out), e2e::read_file(err)};
}

}  // namespace influxctl
