// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "influxctl/auth/oauth.h"
#include "influxctl/base/io.h"
#include "influxctl/base/process_context.h"
#include "influxctl/base/signals.h"
#include "influxctl/config/profile.h"

namespace influxctl {

/// What the cache holds.
struct CachedLogin {
  /// The access token may be empty, where only it was removed.
  std::optional<OAuthTokens> tokens = std::nullopt;
  std::string ignored = {};  ///< why a file that is there does not count; empty when it does
};

/// The tokens of one profile between runs: one JSON file of mode 0600 for each name of a profile,
/// and a lock file beside it, in `${XDG_CACHE_HOME:-~/.cache}/influxctl/` (macOS:
/// `~/Library/Caches/influxctl/`), a directory of mode 0700. No symbolic link in it is followed.
///
/// - A run that writes holds the lock (flock) and reads the file again under it: one run refreshes,
///   the others take what it got. Readers need no lock: a file is written elsewhere and renamed.
/// - A full disk must not lose a refresh token that the provider replaces: the new file has its
///   space before the provider is asked.
/// - Tokens of another provider, client, scopes or parameters count as none: the file names them.
/// Every call throws Error{config} where the directory or the file is one that others can write.
class TokenCache {
 public:
  /// Throws Error{config} when HOME is needed, and not set or not absolute.
  TokenCache(const Profile& profile, const Environment& environment);

  const std::string& path() const noexcept { return path_; }

  /// Held as long as it lives: at most one run has it, and every writer must.
  using Lock = Descriptor;
  /// Makes the directory where it is missing, and waits for other runs. Throws Error{unreached}
  /// when `patience` is over, Error{signals.kind()} when cancelled (`signals` may be null).
  Lock lock(std::chrono::milliseconds patience, const Signals* signals) const;

  /// Reads the file. A broken one, one of another user, and one of another provider count as none.
  CachedLogin read() const;

  /// A new file with room for any tokens. It is removed with its owner unless it was kept.
  class NewFile {
   public:
    /// Writes the tokens, and puts the file in the place of the old one in one step. Throws
    /// Error{config}.
    void keep(const OAuthTokens& tokens);
    NewFile(NewFile&&) = default;
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

   private:
    friend class TokenCache;
    NewFile(const TokenCache& cache, Descriptor directory, Descriptor file);
    const TokenCache& cache_;
    Descriptor directory_;
    Descriptor file_;
  };
  /// With the lock held. Throws Error{config} where a login cannot be kept.
  NewFile make_file() const;

  /// True when there is anything for remove().
  bool exists() const;

  /// Removes the file, whatever it holds, and what a run that was killed left of a new one. False
  /// when there was no file.
  [[nodiscard]] bool remove() const;

 private:
  std::string directory_;
  std::string name_;
  std::string path_;
  std::string label_;  ///< JSON of what the tokens belong to: profile, provider, client, scopes
};

}  // namespace influxctl
