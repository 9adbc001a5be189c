// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/auth/oauth.h"
#include "influxctl/base/environment.h"
#include "influxctl/config/profile.h"

namespace influxctl {

/// The folder of the cache. Throws Error{config} when HOME is needed, and not set or not absolute.
std::string cache_folder(const Environment& environment);

/// What a file says of where its tokens belong.
struct CacheLabel {
  std::string profile;
  std::string token_url;
  std::string client_id;
  bool operator==(const CacheLabel&) const = default;
};

/// The name of a profile's file: two providers, clients, scopes or parameters have two files.
std::string cache_file_name(const Profile& profile);

/// True for a name that cache_file_name() may have given to a profile of this name.
bool is_cache_file_name(const std::string& name, const std::string& profile);

/// The text of a file, which holds secrets: wipe() it after use.
std::string cache_text(const OAuthTokens& tokens, const CacheLabel& label);

/// What such a text holds; nothing for any other text, and for one with another label.
std::optional<OAuthTokens> cached_tokens(const std::string& text, const CacheLabel& label);

/// The profile that such a text names; empty when it names none.
std::string cached_profile(const std::string& text);

}  // namespace influxctl
