// SPDX-License-Identifier: MIT
// `management list` on the way to its reader: columns, streams, signals and size.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cwchar>
#include <sstream>
#include <thread>
#include <tuple>
#include <vector>

#include "harness.h"
#include "tokens.h"

namespace influxctl::e2e::list_stream_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<std::string> list = {"management", "list"};
const std::vector<std::string> list_json = {"management", "list", "--format", "json"};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The columns at which the C library, which has its own tables, sees a line's bars; -1 for a
/// character that cannot be printed.
std::vector<int> bars(const std::string& line) {
  std::vector<int> columns;
  int column = 0;
  std::mbstate_t state{};
  for (std::size_t at = 0; at < line.size();) {
    wchar_t c = 0;
    const auto size = std::mbrtowc(&c, line.data() + at, line.size() - at, &state);
    if (size == 0 || size > line.size()) return {-2};
    if (c == (line[0] == '+' ? L'+' : L'|')) columns.push_back(column);  // prefixes have a + too
    const int width = ::wcwidth(c);
    column = width < 0 ? -1 : column + width;
    if (column < 0) return {-1};
    at += size;
  }
  return columns;
}

TEST(ListColumns, LineUpForTextsOfAllKinds) {
  ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);  // NOLINT(concurrency-mt-unsafe)
  const std::vector<std::string> texts = {"plain",
                                          "監視ダッシュボード",
                                          "ｆｕｌｌ ﾊﾝｶｸ",
                                          "한국어",
                                          "cafe\u0301",
                                          "a\u0323\u0302",
                                          "two\nlines\tand",
                                          "\x1b[31mred",
                                          "\u202eevil\u202c",
                                          "\u2066x\u2069",
                                          "\u200b\u200d",
                                          "\u009b2J",
                                          "bell\x07\x7f",
                                          "😀🔐",
                                          "\u2028\u2029",
                                          "ελληνικά",
                                          "עברית",
                                          std::string(1, '\0') + "nul"};
  json records = json::array();
  for (const auto& text : texts) {
    records.push_back({{"id", "id-" + std::to_string(records.size())}, {"description", text}});
  }
  Sandbox sandbox;
  sandbox.fault({{"status", 200}, {"body", records}});
  const auto lines = lines_of(sandbox.run(list).out);
  ASSERT_EQ(lines.size(), texts.size() + 4);
  EXPECT_EQ(bars(lines[0]).size(), 7U);
  for (const auto& line : lines) EXPECT_EQ(bars(line), bars(lines[0])) << line;
}

TEST(ListColumns, MakeWhatCannotBeSeenVisible) {
  Sandbox sandbox;
  sandbox.fault({{"status", 200},
                 {"body",
                  {{{"id", "a\r\x1b]0;t\x07"},
                    {"description", "\u202e\u2066\u200b\u00ad\ufeff\u2028\u0085|"},
                    {"tokenPrefix", "x\ty"}}}}});
  const std::string out = sandbox.run(list).out;
  EXPECT_THAT(out, HasSubstr("| a\\r\\x1b]0;t\\x07 |"));
  EXPECT_THAT(out, HasSubstr("| \\u{202e}\\u{2066}\\u{200b}\\u{00ad}\\u{feff}\\u{2028}\\x85| |"));
  EXPECT_THAT(out, HasSubstr("| x\\ty"));
}

TEST(ListColumns, AreNotWidenedByOneLongText) {
  Sandbox sandbox;
  std::string wide;
  for (int i = 0; i < 50'000; ++i) wide += "本";
  sandbox.fault({{"status", 200},
                 {"body",
                  {{{"id", "a"}, {"description", wide}},
                   {{"id", "b"}, {"description", std::string(256, 'b')}},
                   {{"id", "c"}, {"description", std::string(257, 'c')}}}}});
  const auto lines = lines_of(sandbox.run(list).out);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[3], HasSubstr("| " + wide + " |"));
  EXPECT_THAT(lines[4], HasSubstr("| " + std::string(256, 'b') + " |"));
  EXPECT_THAT(lines[5], HasSubstr("| " + std::string(257, 'c') + " |"));
  ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(bars(lines[4]), bars(lines[0]));
}

class ListWidth : public testing::TestWithParam<std::tuple<unsigned short, std::size_t>> {};

TEST_P(ListWidth, FitsTheTerminal) {
  const auto [columns, count] = GetParam();
  ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);  // NOLINT(concurrency-mt-unsafe)
  const Sandbox sandbox({"--seed-tokens", std::to_string(count)});
  RunOptions options;
  options.out = Stream::terminal();
  options.columns = columns;
  const RunResult result = sandbox.run(list, options);
  EXPECT_EQ(result.err, "");
  const auto lines = lines_of(result.terminal);
  ASSERT_EQ(lines.size(), count + 4);
  for (const auto& line : lines) {
    EXPECT_EQ(bars(line), bars(lines[0])) << line;
    EXPECT_LT(bars(line).back(), columns) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Columns, ListWidth,
                         testing::Combine(testing::Values<unsigned short>(60, 80, 120, 200),
                                          testing::Values<std::size_t>(1, 25, 500)),
                         [](const auto& row) {
                           return "At" + std::to_string(std::get<0>(row.param)) + "With" +
                                  std::to_string(std::get<1>(row.param));
                         });

TEST(ListStream, ChecksStandardOutputBeforeItAsks) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::closed();
  const RunResult result = sandbox.run(list, options);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("error: standard output is closed\n"));
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

struct Harmless {
  const char* name;
  std::vector<std::string> args;
};

void PrintTo(const Harmless& row, std::ostream* out) { *out << row.name; }

class HarmlessOutput : public testing::TestWithParam<Harmless> {};

TEST_P(HarmlessOutput, EndsInSilenceWhenNobodyReads) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::gone();
  const RunResult result = sandbox.run(GetParam().args, options);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 141);  // 128 and SIGPIPE, as a shell says it of ls
}

INSTANTIATE_TEST_SUITE_P(Commands, HarmlessOutput,
                         testing::Values(Harmless{"List", list}, Harmless{"ListJson", list_json},
                                         Harmless{"Help", {"help"}},
                                         Harmless{"HelpOfCreate",
                                                  {"management", "create", "--help"}},
                                         Harmless{"Version", {"version"}},
                                         Harmless{"Completion", {"completion", "bash"}}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ListStream, SaysThatADiskIsFull) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::file("/dev/full");
  const RunResult result = sandbox.run(list, options);
  EXPECT_EQ(result.err, "influxctl: error: standard output: No space left on device\n");
  EXPECT_EQ(result.exit_code, 2);
}

/// Standard output as a pipe in the test's hands.
struct Pipe {
  Ends ends = make_pipe();
  RunOptions options() const {
    RunOptions run;
    run.out = Stream::fd(ends.write.get());
    return run;
  }
  /// Waits until it is full: the program waits for its reader.
  void wait_until_full() const {
    pollfd writable{ends.write.get(), POLLOUT, 0};
    while (::poll(&writable, 1, 0) == 1) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
};

TEST(ListStream, EndsWhenItsReaderGoesAway) {
  const Sandbox sandbox({"--seed-tokens", "2000"});
  Pipe pipe;
  RunOptions options = pipe.options();
  options.meanwhile = [&](pid_t) {
    pipe.wait_until_full();
    pipe.ends.read.reset();
  };
  const RunResult result = sandbox.run(list, options);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 141);
}

TEST(ListStream, CanBeCancelledWhileItsReaderDoesNotRead) {
  const Sandbox sandbox({"--seed-tokens", "2000"});
  Pipe pipe;
  RunOptions options = pipe.options();
  options.meanwhile = [&](pid_t pid) {
    pipe.wait_until_full();
    ::kill(pid, SIGINT);
  };
  const RunResult result = sandbox.run(list, options);
  EXPECT_EQ(result.err, "influxctl: error: cancelled; the output is not complete\n");
  EXPECT_EQ(result.exit_code, 130);
}

TEST(ListStream, CanBeCancelledDuringASlowResponse) {
  const std::vector<std::pair<int, int>> rows = {{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}};
  Sandbox sandbox({"--seed-tokens", "100"});
  std::size_t asked = 0;
  for (const auto& [signal, exit_code] : rows) {
    sandbox.fault({{"drip_ms", 20}});
    RunOptions options;
    options.meanwhile = signal_after(sandbox, "responded", ++asked, signal);
    const RunResult result = sandbox.run(list, options);
    EXPECT_EQ(result.err, "influxctl: error: cancelled; nothing was changed\n");
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_EQ(result.out, "");
  }
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void expect_many_fit(const std::vector<std::string>& args, const std::string& framing,
                     const std::string& row, std::size_t more_rows) {
  const std::size_t count = every_case() ? 100'000 : 10'000;
  // Beside a short response the program itself counts.
  const std::size_t program = every_case() ? 0 : Sandbox().run(args).peak_memory;
  Sandbox sandbox({"--seed-tokens", std::to_string(count)});
  sandbox.fault({{"framing", framing}});
  RunOptions options;
  options.timeout = std::chrono::minutes(5);
  auto patient = args;
  patient.insert(patient.end(), {"--timeout", "5m"});
  const RunResult result = sandbox.run(patient, options);
  EXPECT_EQ(result.err, "");
  ASSERT_EQ(result.exit_code, 0);
  EXPECT_EQ(count_of(result.out, row), count + more_rows);
  const std::size_t response = sandbox.events("responded").back().at("bytes");
  EXPECT_GT(response, 200 * count);
  if (!influxctl_is_sanitized()) {
    EXPECT_LT(result.peak_memory, program + 4 * response);
  }
}

TEST(ListOfMany, ATableFitsInFourTimesTheResponsesSize) {
  expect_many_fit(list, "length", "\n", 4);
}

TEST(ListOfMany, JsonFitsInFourTimesTheResponsesSize) {
  expect_many_fit(list_json, "chunked", "\n    \"id\": ", 0);
}

}  // namespace
}  // namespace influxctl::e2e::list_stream_test
