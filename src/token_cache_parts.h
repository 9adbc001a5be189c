// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "influxctl/environment.h"
#include "influxctl/oauth.h"
#include "influxctl/profile.h"

namespace influxctl {

/// The folder of the cache. Throws Error{config} when HOME is needed and not set.
std::string cache_folder(const Environment& environment);

/// The name of a profile's file: two providers, clients, scopes or parameters have two files.
std::string cache_file_name(const Profile& profile);

/// The text of a file, which holds secrets: wipe() it after use.
std::string cache_text(const OAuthTokens& tokens, const std::string& token_url,
                       const std::string& client_id);

/// What such a text holds; nothing for any other text, and for one of another provider.
std::optional<OAuthTokens> cached_tokens(const std::string& text, const std::string& token_url,
                                         const std::string& client_id);

}  // namespace influxctl
