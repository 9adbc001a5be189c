// SPDX-License-Identifier: MIT
#include "influxctl/auth/token_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "captured.h"
#include "failure.h"
#include "influxctl/base/signals.h"
#include "temporary_directory.h"

namespace influxctl::token_cache_test {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Profile with_provider(const std::string& name = "prod") {
  Profile profile;
  profile.name = name;
  OAuthSettings& oauth = profile.oauth2.emplace();
  oauth.client_id = "client";
  oauth.token_url = "https://login.example.com/token";
  oauth.device_url = "https://login.example.com/device";
  return profile;
}

OAuthTokens tokens(const std::string& access, const std::string& refresh = "",
                   std::optional<Timestamp> expiry = std::nullopt) {
  return {Secret(access), Secret(refresh), expiry};
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

void write(const TokenCache& cache, const OAuthTokens& tokens) { cache.make_file().keep(tokens); }

class TokenCacheTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(directory_.file("c")); }

  TokenCache cache(const Profile& profile = with_provider()) const {
    return {profile, Environment({"XDG_CACHE_HOME=" + directory_.file("c")})};
  }
  // One that has been written.
  TokenCache full_cache() const {
    TokenCache full = cache();
    (void)full.lock(std::chrono::seconds(1), nullptr);
    write(full, tokens("access", "refresh", Timestamp{2'000'000'000, 0}));
    return full;
  }
  std::string directory() const { return directory_.file("c/influxctl"); }

  TemporaryDirectory directory_;
};

TEST_F(TokenCacheTest, GivesBackWhatWasWritten) {
  const TokenCache cache = full_cache();
  const CachedLogin login = cache.read();
  ASSERT_TRUE(login.tokens);
  EXPECT_EQ(login.tokens->access_token.reveal(), "access");
  EXPECT_EQ(login.tokens->refresh_token.reveal(), "refresh");
  EXPECT_EQ(login.tokens->expires_at->seconds, 2'000'000'000);
  EXPECT_EQ(login.ignored, "");
}

TEST_F(TokenCacheTest, KeepsItToTheUser) {
  const mode_t before = umask(0);
  const TokenCache cache = full_cache();
  umask(before);
  EXPECT_EQ(mode_of(directory()), 0700U);
  EXPECT_EQ(mode_of(cache.path()), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory()), fs::directory_iterator()), 2)
      << "the file and its lock";
}

TEST_F(TokenCacheTest, NothingIsThereAtFirst) {
  const TokenCache empty = cache();
  EXPECT_FALSE(empty.read().tokens);
  EXPECT_EQ(empty.read().ignored, "");
  EXPECT_FALSE(empty.remove());
  EXPECT_FALSE(fs::exists(directory())) << "looking makes nothing";
}

TEST_F(TokenCacheTest, RemovesTheFile) {
  const TokenCache cache = full_cache();
  EXPECT_TRUE(cache.remove());
  EXPECT_FALSE(cache.remove());
  EXPECT_FALSE(cache.read().tokens);
}

TEST_F(TokenCacheTest, RemovesWhatAKilledRunLeft) {
  const TokenCache cache = full_cache();
  EXPECT_TRUE(cache.remove());
  EXPECT_FALSE(cache.exists());
  const std::string left = cache.path() + ".new";
  std::ofstream(left) << "{}";
  EXPECT_TRUE(cache.exists());
  EXPECT_FALSE(cache.remove()) << "it is no login";
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(TokenCacheTest, HasOneFileForEachProfile) {
  const std::string path = full_cache().path();
  EXPECT_NE(cache(with_provider("other")).path(), path);
  EXPECT_NE(cache(with_provider("PROD")).path(), path);
  Profile profile = with_provider();
  profile.oauth2->client_secret = Secret("s");
  EXPECT_TRUE(cache(profile).read().tokens) << "a new secret is no other login";
  profile.oauth2->scopes = {"a", "b"};
  EXPECT_EQ(cache(profile).path(), path);
  EXPECT_FALSE(cache(profile).read().tokens);
  write(cache(profile), tokens("other"));
  EXPECT_TRUE(cache(profile).read().tokens);
  EXPECT_FALSE(cache().read().tokens) << "the last login of a profile counts";
}

TEST_F(TokenCacheTest, TakesAnAccessTokenOf64KiB) {
  const TokenCache cache = full_cache();
  write(cache, tokens(std::string((64U << 10U) - 1, 'a'), std::string(16U << 10U, 'r')));
  EXPECT_EQ(cache.read().tokens->access_token.size(), (64U << 10U) - 1);
}

TEST_F(TokenCacheTest, NamesAreFitForAFile) {
  for (const std::string name : {"../../etc/x", "a b\n", "\xc3\xa4", "."}) {
    const std::string path = cache(with_provider(name)).path();
    EXPECT_EQ(fs::path(path).parent_path(), directory());
    EXPECT_EQ(fs::path(path).filename().string().find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.%"),
              std::string::npos)
        << path;
  }
  EXPECT_LT(
      fs::path(cache(with_provider(std::string(1000, ' '))).path()).filename().string().size(),
      251U);
}

TEST_F(TokenCacheTest, PlaceIsTheXdgOne) {
  const auto path = [](std::vector<std::string> variables) {
    return TokenCache(with_provider(), Environment(std::move(variables))).path();
  };
  EXPECT_THAT(path({"HOME=/home/u"}), EndsWith("/home/u/.cache/influxctl/prod.json"));
  EXPECT_THAT(path({"HOME=/home/u", "XDG_CACHE_HOME=/c"}), EndsWith("/c/influxctl/prod.json"));
  EXPECT_THAT(path({"HOME=/home/u", "XDG_CACHE_HOME=rel"}), StartsWith("/home/u/.cache/"));
  EXPECT_THAT(failure_of([&] { (void)path({}); }), HasSubstr("HOME is not set"));
  EXPECT_THAT(failure_of([&] { (void)path({"HOME=here"}); }),
              HasSubstr("HOME is not an absolute path"));
}

TEST_F(TokenCacheTest, WhatIsNotOursCountsAsNone) {
  const std::string good = [this] {
    const TokenCache full = full_cache();
    return read_whole(full.path());
  }();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
  };
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"empty", ""},
      {"half", good.substr(0, good.size() / 2)},
      {"without its end", good.substr(0, good.size() - 3)},
      {"a list", "[]"},
      {"not JSON", "hello"},
      {"two documents", good + good},
      {"not UTF-8", replaced("refresh", "\xff")},
      {"another provider's", replaced("login.example.com", "login.example.net")},
      {"of other scopes", replaced(R"("scopes": [])", R"("scopes": ["x"])")},
      {"of other parameters",
       replaced(R"("parameters": {})", R"("parameters": {"audience": "x"})")},
      {"without a label", R"({"access_token":"access"})"},
      {"another profile's", replaced("\"prod\"", "\"prod2\"")},
      {"with a NUL", good + std::string(1, '\0')},
      {"another client's", replaced("\"client\"", "\"client2\"")},
      {"without a token",
       R"({"profile":"prod","token_url":"https://login.example.com/token","client_id":"client"})"},
      {"a token with a space", replaced("\"access\"", "\"acc ess\"")},
      {"a time that is none", replaced("2033-05-18T03:33:20Z", "tomorrow")},
      {"too large", good + std::string(140'000, ' ')},
  };
  const TokenCache cache = this->cache();
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    directory_.write("c/influxctl/" + fs::path(cache.path()).filename().string(), text);
    const CachedLogin login = cache.read();
    EXPECT_FALSE(login.tokens);
    EXPECT_NE(login.ignored, "");
    EXPECT_EQ(login.ignored.find("refresh"), std::string::npos) << "nothing of it is quoted";
    write(cache, tokens("new"));
    EXPECT_EQ(cache.read().tokens->access_token.reveal(), "new");
  }
}

TEST_F(TokenCacheTest, ASymbolicLinkIsNotFollowedAndReplaced) {
  const TokenCache cache = full_cache();
  const std::string elsewhere = directory_.write("elsewhere", read_whole(cache.path()));
  fs::remove(cache.path());
  fs::create_symlink(elsewhere, cache.path());
  EXPECT_FALSE(cache.read().tokens);
  EXPECT_EQ(cache.read().ignored, "it is a symbolic link");
  write(cache, tokens("new"));
  EXPECT_FALSE(fs::is_symlink(cache.path()));
  EXPECT_THAT(read_whole(elsewhere), HasSubstr("\"access\"")) << "the link's target is as it was";
}

TEST_F(TokenCacheTest, ADirectoryThatIsALinkOrAFileIsRefused) {
  const TokenCache cache = this->cache();
  const TemporaryDirectory other;
  fs::create_symlink(other.file(""), directory());
  const std::string what = directory() + " is not a directory, or it is a symbolic link";
  EXPECT_THAT(failure_of([&] { (void)cache.read(); }), StartsWith("3 " + what));
  EXPECT_THAT(failure_of([&] { (void)cache.lock(std::chrono::seconds(1), nullptr); }),
              StartsWith("3 " + what));
  fs::remove(directory());
  directory_.write("c/influxctl", "");
  EXPECT_THAT(failure_of([&] { write(cache, tokens("a")); }), StartsWith("3 " + what));
}

TEST_F(TokenCacheTest, WhatOthersCanWriteIsRefused) {
  const TokenCache cache = full_cache();
  ASSERT_EQ(chmod(cache.path().c_str(), 0620), 0);
  EXPECT_THAT(failure_of([&] { (void)cache.read(); }),
              StartsWith(std::string("3 ") + cache.path() +
                         " can be written by others, so it is not trusted"));
  ASSERT_EQ(chmod(cache.path().c_str(), 0644), 0);
  EXPECT_TRUE(cache.read().tokens);
  ASSERT_EQ(chmod(directory().c_str(), 0702), 0);
  EXPECT_THAT(failure_of([&] { (void)cache.read(); }),
              StartsWith(std::string("3 ") + directory() +
                         " can be written by others, so it is not trusted"));
}

TEST_F(TokenCacheTest, AnotherUsersFileCountsAsNone) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const TokenCache cache = full_cache();
  ASSERT_EQ(chown(cache.path().c_str(), 65534, 65534), 0);
  EXPECT_EQ(cache.read().ignored, "it belongs to another user");
  write(cache, tokens("new"));
  EXPECT_EQ(cache.read().tokens->access_token.reveal(), "new");
  ASSERT_EQ(chown(directory().c_str(), 65534, 65534), 0);
  EXPECT_THAT(failure_of([&] { (void)cache.read(); }),
              StartsWith(std::string("3 ") + directory() + " belongs to another user"));
}

TEST_F(TokenCacheTest, OneRunHasTheLock) {
  const TokenCache cache = full_cache();
  std::optional<TokenCache::Lock> held = cache.lock(std::chrono::seconds(1), nullptr);
  EXPECT_THAT(failure_of([&] { (void)cache.lock(std::chrono::milliseconds(50), nullptr); }),
              StartsWith("6 another run has kept the login too long: "));
  held.reset();
  EXPECT_TRUE(cache.lock(std::chrono::seconds(1), nullptr).is_open());
}

TEST_F(TokenCacheTest, APlaceThatCannotBeMadeIsNamed) {
  const std::string file = directory_.write("file", "");
  const TokenCache cache(with_provider(), Environment({"XDG_CACHE_HOME=" + file + "/x"}));
  EXPECT_THAT(failure_of([&] { (void)cache.lock(std::chrono::seconds(1), nullptr); }),
              StartsWith("3 cannot make " + file + "/x/influxctl: Not a directory"));
}

TEST_F(TokenCacheTest, ALeftoverOfARunThatWasKilledIsInNobodysWay) {
  const TokenCache cache = full_cache();
  directory_.write("c/influxctl/" + fs::path(cache.path()).filename().string() + ".new", "half");
  write(cache, tokens("new"));
  EXPECT_EQ(cache.read().tokens->access_token.reveal(), "new");
  EXPECT_FALSE(fs::exists(cache.path() + ".new"));
}

TEST_F(TokenCacheTest, APlaceThatCannotBeMadeLeavesTheOldOne) {
  const TokenCache cache = full_cache();
  fs::create_directory(cache.path() + ".new");
  EXPECT_THAT(failure_of([&] { write(cache, tokens("new")); }),
              StartsWith("3 cannot write " + cache.path() + ": File exists"));
  EXPECT_EQ(cache.read().tokens->access_token.reveal(), "access");
  fs::remove(cache.path() + ".new");
  fs::remove(cache.path());
  fs::create_directory(cache.path());
  EXPECT_THAT(failure_of([&] { write(cache, tokens("new")); }),
              StartsWith("3 cannot write " + cache.path() + ": Is a directory"));
}

TEST_F(TokenCacheTest, APlaceThatIsNotUsedGoes) {
  const TokenCache cache = full_cache();
  { const auto place = cache.make_file(); }
  EXPECT_FALSE(fs::exists(cache.path() + ".new"));
  EXPECT_EQ(cache.read().tokens->access_token.reveal(), "access");
}

// A disk that is full is met before the provider replaces the refresh token.
TEST_F(TokenCacheTest, APlaceHasRoomForEverything) {
  const TokenCache cache = full_cache();
  const auto place = cache.make_file();
  EXPECT_EQ(fs::file_size(cache.path() + ".new"), 128U << 10U);
}

TEST_F(TokenCacheTest, MissingParentsAreTheUsersAlone) {
  const mode_t before = umask(0);
  const TokenCache cache(with_provider(),
                         Environment({"XDG_CACHE_HOME=" + directory_.file("a/b")}));
  (void)cache.lock(std::chrono::seconds(1), nullptr);
  umask(before);
  for (const char* const name : {"a", "a/b", "a/b/influxctl"}) {
    EXPECT_EQ(mode_of(directory_.file(name)), 0700U) << name;
  }
}

TEST_F(TokenCacheTest, RemovesWhatAProfileHadBefore) {
  const TokenCache first = full_cache();
  Profile without = with_provider();
  without.oauth2.reset();
  EXPECT_TRUE(cache(without).exists());
  directory_.write("c/influxctl/" + fs::path(first.path()).filename().string() + ".new",
                   "leftover");
  EXPECT_TRUE(cache(without).remove());
  EXPECT_FALSE(fs::exists(first.path() + ".new"));
  EXPECT_FALSE(cache(without).exists());
}

TEST_F(TokenCacheTest, RootMakesNothingInTheHomeOfAnother) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  ASSERT_EQ(chown(directory_.file("c").c_str(), 65534, 65534), 0);
  const TokenCache cache = this->cache();
  EXPECT_THAT(failure_of([&] { (void)cache.lock(std::chrono::seconds(1), nullptr); }),
              StartsWith("3 " + directory_.file("c") + " belongs to another user"));
  EXPECT_FALSE(fs::exists(directory()));
}

}  // namespace
}  // namespace influxctl::token_cache_test
