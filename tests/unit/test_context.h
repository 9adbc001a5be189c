// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "influxctl/base/io.h"
#include "influxctl/base/process_context.h"

namespace influxctl {

/// The context of a process whose stderr nobody reads.
struct TestContext {
  explicit TestContext(const StandardStreams& streams_there = {},
                       std::vector<std::string> variables = {})
      : environment(std::move(variables)), streams(streams_there) {}
  TestContext(const TestContext&) = delete;
  TestContext& operator=(const TestContext&) = delete;
  ~TestContext() = default;

  Environment environment;
  StandardStreams streams;
  Descriptor null{open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Console console{null.get(), false};
  Signals signals;
  ProcessContext context{environment, streams, console, signals};
};

}  // namespace influxctl
