// SPDX-License-Identifier: MIT
#include "influxctl/http/url.h"

#include <curl/curl.h>

#include <memory>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const Handle& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

// libcurl takes one to three slashes, and adds a scheme.
bool begins_as_url(std::string_view text, std::string_view start) {
  return text.size() > start.size() && equals_ignoring_case(text.substr(0, start.size()), start) &&
         text[start.size()] != '/';
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const bool secure = begins_as_url(text, "https://");
  if (!secure && !begins_as_url(text, "http://")) return std::nullopt;
  const Handle handle(curl_url(), &curl_url_cleanup);
  if (handle == nullptr || has_nul(text) ||
      curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return std::nullopt;
  }
  Url url{.scheme = secure ? "https" : "http",
          .has_user = !part_of(handle, CURLUPART_USER).empty() ||
                      !part_of(handle, CURLUPART_PASSWORD).empty(),
          .host = part_of(handle, CURLUPART_HOST),
          .port = parse_number<std::uint16_t>(part_of(handle, CURLUPART_PORT)).value_or(0),
          .path = part_of(handle, CURLUPART_PATH),
          .fragment = part_of(handle, CURLUPART_FRAGMENT)};
  if (url.port == 0 || url.host.empty()) return std::nullopt;
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  return url;
}

}  // namespace influxctl
