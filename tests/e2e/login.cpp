// SPDX-License-Identifier: MIT
#include "login.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace influxctl::e2e {

namespace {

std::vector<std::string> sandbox_arguments(const std::string& kind,
                                           const std::vector<std::string>& more) {
  std::vector<std::string> all = {"--oauth", kind};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

LoginBench::LoginBench(const std::string& kind, const std::vector<std::string>& more)
    : sandbox(sandbox_arguments(kind, more)) {}

RunResult LoginBench::run(const std::vector<std::string>& args, RunOptions options) const {
  options.environment.emplace("XDG_CACHE_HOME", home_.path().string());
  return sandbox.run(args, std::move(options));
}

std::vector<RunResult> LoginBench::run_at_once(std::size_t times,
                                               const std::vector<std::string>& args) const {
  std::vector<RunResult> results(times);
  std::vector<std::thread> runs;
  runs.reserve(times);
  for (RunResult& result : results) {
    runs.emplace_back([&] { result = run(args); });
  }
  for (std::thread& run : runs) run.join();
  return results;
}

RunResult LoginBench::create_and_fail(const std::function<void()>& then) const {
  const std::string started = home_.file("started");
  const std::string go = home_.file("go");
  RunOptions options;
  options.meanwhile = [&](pid_t) {
    wait_for_file(started);
    then();
    std::ofstream(go) << "go";
  };
  return run({"management", "create", "--", "sh", "-c",
              "touch " + started + "; while [ ! -e " + go + " ]; do sleep 0.01; done; exit 1"},
             options);
}

void LoginBench::log_in() const {
  const RunResult result = run({"auth", "login"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
}

std::vector<std::string> LoginBench::cache_files() const {
  std::vector<std::string> files;
  if (!std::filesystem::exists(cache_directory())) return files;
  for (const auto& entry : std::filesystem::directory_iterator(cache_directory())) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  return files;
}

nlohmann::json LoginBench::cached() const {
  return nlohmann::json::parse(read_file(cache_files().at(0)));
}

void LoginBench::change_cache(const nlohmann::json& patch) const {
  nlohmann::json document = cached();
  document.merge_patch(patch);
  std::ofstream(cache_files().at(0), std::ios::trunc) << document;
}

}  // namespace influxctl::e2e
