// SPDX-License-Identifier: MIT
#include "influxctl/base/secret.h"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ostr.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <concepts>
#include <cstring>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace influxctl::secret_test {

namespace {

template <typename T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

template <typename T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
}
|| requires(const T& a, const T& b) { a < b; };

static_assert(Streamable<std::string> && Comparable<std::string>);
static_assert(fmt::is_formattable<std::string>::value);

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(std::is_nothrow_move_assignable_v<Secret>);
static_assert(!Streamable<Secret>);
static_assert(!Comparable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_convertible_v<const char*, Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<Secret, bool>);

TEST(Secret, HoldsItsBytes) {
  const Secret secret("M.V1.abc");
  EXPECT_EQ(secret.reveal(), "M.V1.abc");
  EXPECT_EQ(secret.size(), 8U);
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret("").empty());
  EXPECT_EQ(Secret().reveal(), "");
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first("first");
  Secret second(std::move(first));
  EXPECT_TRUE(first.empty());     // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(first.reveal(), "");  // NOLINT(clang-analyzer-cplusplus.Move)
  EXPECT_EQ(second.reveal(), "first");
  first = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(first.reveal(), "first");
  first = Secret("third");
  EXPECT_EQ(first.reveal(), "third");
  Secret& same = first;
  first = std::move(same);
  EXPECT_EQ(first.reveal(), "third");
}

// What it gives up is overwritten, as an end-to-end test sees in the memory of the program.
TEST(Secret, ABlockThatGrowsKeepsItsBytes) {
  void* block = wiping_realloc(nullptr, 4);
  std::memcpy(block, "M.V1", 4);
  for (const std::size_t size : {5U, 5000U, 4U}) {
    block = wiping_realloc(block, size);
    EXPECT_EQ(std::string(static_cast<const char*>(block), 4), "M.V1");
  }
  EXPECT_EQ(wiping_realloc(block, 0), nullptr);
  wiping_free(nullptr);
}

TEST(Secret, B64TokenAccepted) {
  const std::vector<std::string> rows = {"a",
                                         "M.V1.+5Jk/~_-09AZaz",
                                         "abc=",
                                         "abc==",
                                         "a====",
                                         "-",
                                         ".",
                                         "~",
                                         "+",
                                         "/",
                                         "_",
                                         "0",
                                         std::string(8191, 'x'),
                                         std::string(8190, 'x') + "="};
  for (const auto& row : rows) EXPECT_TRUE(is_b64token(row)) << row;
}

TEST(Secret, B64TokenRefused) {
  struct Case {
    std::string name, text;
  };
  const std::vector<Case> rows = {
      {"empty", ""},
      {"padding alone", "="},
      {"padding in front", "=abc"},
      {"padding in the middle", "ab=c"},
      {"padding twice", "ab=c="},
      {"newline at the end", "abc\n"},
      {"newline after the padding", "abc=\n"},
      {"carriage return", "abc\r"},
      {"space in front", " abc"},
      {"space inside", "ab c"},
      {"space at the end", "abc "},
      {"tab", "ab\tc"},
      {"NUL", std::string("ab\0c", 4)},
      {"NUL at the end", std::string("abc\0", 4)},
      {"DEL", "ab\x7f"},
      {"UTF-8", "abcé"},
      {"high byte", "abc\xff"},
      {"quotation mark", R"(ab"c)"},
      {"comma", "ab,c"},
      {"colon", "ab:c"},
      {"8192 bytes", std::string(8192, 'x')},
      {"8192 bytes with padding", std::string(8191, 'x') + "="},
  };
  for (const auto& row : rows) EXPECT_FALSE(is_b64token(row.text)) << row.name;
}

TEST(Secret, B64TokenAlphabet) {
  int allowed = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string inside{'a', static_cast<char>(byte), 'a'};
    allowed += is_b64token(inside) ? 1 : 0;
  }
  EXPECT_EQ(allowed, 26 + 26 + 10 + 6);
}

void protect_and_report() {
  rlimit before{};
  rlimit after{};
  getrlimit(RLIMIT_CORE, &before);
  protect_process_memory();
  getrlimit(RLIMIT_CORE, &after);
  const bool same = before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max;
  std::exit(prctl(PR_GET_DUMPABLE) == 0 && same ? 0 : 1);  // NOLINT
}

TEST(SecretDeathTest, NoCoreDumps) {
  EXPECT_EXIT(protect_and_report(), testing::ExitedWithCode(0), "");
}

}  // namespace

}  // namespace influxctl::secret_test
