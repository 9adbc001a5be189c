// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "influxctl/auth/oauth.h"
#include "influxctl/base/environment.h"
#include "influxctl/base/io.h"
#include "influxctl/base/signals.h"
#include "influxctl/config/profile.h"

namespace influxctl {

/// What the cache holds.
struct CachedLogin {
  std::optional<OAuthTokens> tokens =
      std::nullopt;          ///< the access token may be empty, where only it was removed
  std::string ignored = {};  ///< why a file that is there does not count; empty when it does
};

/// Where the tokens of one profile and its provider are kept between runs:
/// `${XDG_CACHE_HOME:-~/.cache}/influxctl/` (macOS: `~/Library/Caches/influxctl/`), a folder of
/// mode 0700, with a file of mode 0600 for each, and a lock file beside it. No symbolic link is
/// followed in it. Every call throws Error{config} where the folder or the file is one that others
/// can write.
class TokenCache {
 public:
  /// Throws Error{config} when HOME is needed and not set. The profile has [profile.auth.oauth2].
  TokenCache(const Profile& profile, const Environment& environment);

  const std::string& path() const noexcept { return path_; }

  /// Held as long as it lives: at most one run has it, and every writer must.
  using Lock = Descriptor;
  /// Makes the folder where it is missing, and waits for other runs. Throws Error{unreached} when
  /// `patience` is over, Error{signals.kind()} when cancelled (`signals` may be null).
  Lock lock(std::chrono::milliseconds patience, const Signals* signals) const;

  /// Reads the file. A broken one, one of another user, and one of another provider count as none.
  CachedLogin read() const;

  /// A new file with room for any tokens, made before they are asked for: a full disk must not cost
  /// a refresh token that the provider has replaced. It goes with its owner unless it was kept.
  class Place {
   public:
    /// Puts the tokens into the file, and the file in the place of the old one, in one step. Throws
    /// Error{config}.
    void keep(const OAuthTokens& tokens);
    Place(Place&&) = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class TokenCache;
    Place(const TokenCache& cache, Descriptor folder, Descriptor file);
    const TokenCache& cache_;
    Descriptor folder_;
    Descriptor file_;
  };
  /// With the lock held. Throws Error{config} where a login cannot be kept.
  Place make_place() const;

  /// Removes the file. False when there was none.
  bool remove() const;

 private:
  Descriptor folder() const;

  std::string folder_;
  std::string name_;
  std::string path_;
  std::string profile_;
  std::string provider_;  ///< token_url
  std::string client_;    ///< client_id
};

/// Removes all that the cache holds of a profile, also of providers, scopes and parameters that it
/// had before, and waits `patience` for each run that has it under way. Returns how many logins
/// there were. Throws Error.
std::size_t remove_logins(const std::string& profile, const Environment& environment,
                          std::chrono::milliseconds patience, const Signals& signals);

}  // namespace influxctl
