// SPDX-License-Identifier: MIT
#include "harness.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>

#include "build_paths.h"

namespace influxctl::e2e {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience(240);  // an end of the sandbox is seen at once

/// The process that starts this process's sandboxes: see --starter in tests/sandbox/starter.h.
class Starter {
 public:
  Starter() {
    const Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_.sun_family = AF_UNIX;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    // Without a name the kernel finds one that is free (unix(7), "Autobind").
    if (::bind(listener.get(), address, sizeof address_.sun_family) != 0 ||
        ::listen(listener.get(), SOMAXCONN) != 0 ||
        ::getsockname(listener.get(), address, &size_) != 0) {
      throw std::runtime_error("no socket for sandboxes");
    }
    lifeline_ = make_pipe();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no new process");
    if (pid_ == 0) {
      ::dup2(listener.get(), STDIN_FILENO);
      ::dup2(lifeline_.write.get(), STDOUT_FILENO);
      ::execl(SANDBOX_BINARY, SANDBOX_BINARY, "--starter", nullptr);
      ::_exit(127);
    }
    lifeline_.write.reset();
  }
  Starter(const Starter&) = delete;
  Starter& operator=(const Starter&) = delete;
  ~Starter() {
    lifeline_.read.reset();
    ::waitpid(pid_, nullptr, 0);
  }

  Descriptor connect() const {
    Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address_), size_) != 0) {
      throw std::runtime_error("nothing starts sandboxes");
    }
    return connection;
  }

 private:
  sockaddr_un address_{};
  socklen_t size_ = sizeof address_;
  Ends lifeline_;
  pid_t pid_ = -1;
};

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest sha256(std::string_view bytes) {
  Digest digest{};
  static_cast<void>(
      ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data()));
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : sha256(bytes)) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 0xfU];
  }
  return text;
}

bool contains_secret(std::string_view text, std::size_t size, const std::string& sha256_digest) {
  Digest wanted{};
  std::size_t length = 0;
  OPENSSL_hexstr2buf_ex(wanted.data(), wanted.size(), &length, sha256_digest.c_str(), '\0');
  if (length != wanted.size()) throw std::runtime_error("no SHA-256 digest: " + sha256_digest);
  for (std::size_t at = 0; at + size <= text.size(); ++at) {
    if (sha256(text.substr(at, size)) == wanted) return true;
  }
  return false;
}

namespace {

bool has_open(pid_t pid, const std::string& path) {
  std::error_code gone;
  const std::string proc = "/proc/" + std::to_string(pid);
  if (std::filesystem::read_symlink(proc + "/exe", gone) != influxctl_binary()) return false;
  for (const auto& entry : std::filesystem::directory_iterator(proc + "/fd", gone)) {
    if (std::filesystem::read_symlink(entry, gone) == path) return true;
  }
  return false;
}

// True while a signal is on its way to a process that has not seen it.
bool has_pending(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const std::string none = "0000000000000000";
  return status.find("ShdPnd:\t" + none) == std::string::npos ||
         status.find("SigPnd:\t" + none) == std::string::npos;
}

}  // namespace

void send_signal(pid_t pid, int signal) {
  EXPECT_EQ(::kill(pid, signal), 0);
  EXPECT_TRUE(comes_true([&] { return !has_pending(pid); }));
}

void wait_until_open(pid_t pid, const std::string& path) {
  EXPECT_TRUE(comes_true([&] { return has_open(pid, path); })) << path;
}

Clock::time_point send_apart(pid_t pid, const std::vector<int>& signals) {
  const Clock::time_point first = Clock::now();
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1000));
    send_signal(pid, signals[i]);
  }
  return first;
}

bool takes_less(std::chrono::milliseconds limit, const std::function<Clock::time_point()>& run) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    const Clock::time_point begin = run();
    if (Clock::now() - begin < limit) return true;
  }
  return false;
}

Sandbox::Sandbox(const std::vector<std::string>& args) {
  static const Starter starter;
  // A sandbox that is gone is an error of a call, not the tests' end.
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  connection_ = starter.connect();
  std::vector<std::string> command_line{"influxctl-sandbox"};
  command_line.insert(command_line.end(), args.begin(), args.end());
  write_line(command_line);
  ready_ = read_line();
  if (!ready_.contains("url")) throw std::runtime_error("the sandbox does not start");
}

Sandbox::~Sandbox() {
  if (!connection_.open()) return;
  EXPECT_EQ(stop(), 0) << "the sandbox did not end well";
}

int Sandbox::stop() {
  ::shutdown(connection_.get(), SHUT_WR);
  int status = -1;
  try {
    status = read_line().at("status");
  } catch (const std::exception&) {  // it was killed
  }
  connection_.reset();
  return status;
}

void Sandbox::write_line(const json& line) {
  const std::string text = line.dump() + "\n";
  if (::write(connection_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the sandbox does not listen");
  }
}

json Sandbox::read_line() {
  while (pending_.find('\n') == std::string::npos) {
    pollfd ready{connection_.get(), POLLIN, 0};
    std::array<char, 65'536> bytes{};
    const bool readable = ::poll(&ready, 1, std::chrono::milliseconds(patience).count()) > 0;
    const ssize_t got = readable ? ::read(connection_.get(), bytes.data(), bytes.size()) : 0;
    if (got <= 0) throw std::runtime_error("the sandbox does not respond");
    pending_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  const auto end = pending_.find('\n');
  json line = json::parse(pending_.substr(0, end));
  pending_.erase(0, end + 1);
  return line;
}

json Sandbox::command(const json& command) {
  write_line(command);
  json response = read_line();
  if (response.contains("error")) {
    throw std::runtime_error("the sandbox refuses: " + response.at("error").get<std::string>());
  }
  return response;
}

// Reads the lines that have come since the last time.
void Sandbox::read_ledger() const {
  std::ifstream file(ledger_file(), std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + ledger_file());
  file.seekg(static_cast<std::streamoff>(ledger_size_));
  for (std::string line; std::getline(file, line) && !file.eof();) {
    ledger_.push_back(json::parse(line));
    ledger_size_ += line.size() + 1;
  }
}

std::vector<json> Sandbox::ledger(std::size_t from) const {
  const std::lock_guard lock(ledger_mutex_);
  read_ledger();
  return {std::next(ledger_.begin(), static_cast<std::ptrdiff_t>(from)), ledger_.end()};
}

std::vector<json> Sandbox::events(std::string_view name) const {
  const std::lock_guard lock(ledger_mutex_);
  read_ledger();
  std::vector<json> some;
  std::copy_if(ledger_.begin(), ledger_.end(), std::back_inserter(some),
               [name](const json& event) { return event.at("event") == name; });
  return some;
}

std::size_t Sandbox::count(std::string_view name) const {
  const std::lock_guard lock(ledger_mutex_);
  read_ledger();
  const auto count = std::count_if(ledger_.begin(), ledger_.end(),
                                   [name](const json& event) { return event.at("event") == name; });
  return static_cast<std::size_t>(count);
}

std::vector<json> Sandbox::requests(std::string_view method) const {
  std::vector<json> all = events("request");
  std::erase_if(all, [method](const json& event) { return event.at("method") != method; });
  return all;
}

std::vector<std::string> Sandbox::bodies(std::string_view path) const {
  std::vector<std::string> all;
  for (const json& event : events("request")) {
    if (event.at("target") == path) all.push_back(event.at("body"));
  }
  return all;
}

std::string Sandbox::client_secret_sha256() const {
  const json& digest = ready_.at("client_secret_sha256");
  return digest.is_null() ? "" : digest.get<std::string>();
}

bool Sandbox::hold_issued_token(std::string_view bytes) const {
  const auto holds = [bytes](const json& event, const std::string& name) {
    const json& digest = event.at(name + "_sha256");
    return !digest.is_null() && contains_secret(bytes, event.at(name + "_size"), digest);
  };
  for (const json& event : events("device_authorization")) {
    if (holds(event, "device_code")) return true;
  }
  const std::vector<json> issued = events("issued");
  return std::any_of(issued.begin(), issued.end(), [&holds](const json& event) {
    return holds(event, "access") || holds(event, "refresh");
  });
}

std::vector<std::string> Sandbox::live() const {
  std::vector<std::string> ids;
  for (const json& event : ledger()) {
    if (event.at("event") == "created") ids.push_back(event.at("id"));
    if (event.at("event") == "revoked") std::erase(ids, event.at("id").get<std::string>());
  }
  return ids;
}

bool Sandbox::delivered_token_matches(std::string_view bytes) const {
  const auto all = created();
  return !all.empty() && all.back().at("size") == bytes.size() &&
         all.back().at("sha256") == sha256_hex(bytes);
}

bool Sandbox::wait_for(std::string_view name, std::size_t count) const {
  return comes_true([&] { return this->count(name) >= count; });
}

RunResult Sandbox::run(const std::vector<std::string>& args, RunOptions options) const {
  options.args = args;
  options.environment.emplace("INFLUXCTL_CONFIG", config());
  return e2e::run(options);
}

}  // namespace influxctl::e2e
