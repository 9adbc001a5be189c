// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "influxctl/base/text.h"
#include "influxctl/config/profile_reading.h"

namespace influxctl {

namespace {

struct Schema {
  Section section;
  std::string header;  // as a file has it
  std::string prefix;  // of its keys' labels
  std::vector<std::string> keys;
};

const std::array<Schema, 6>& schemas() {
  static const std::array<Schema, 6> all = {{
      {Section::root, "", "", {"profile"}},
      {Section::profile,
       "[[profile]]",
       "",
       {"name", "product", "host", "port", "database", "token", "account_id", "cluster_id",
        "mgmt_token", "tls", "auth"}},
      {Section::tls, "[profile.tls]", "tls.", {"insecure", "disable", "cert", "key", "ca"}},
      {Section::auth, "[profile.auth]", "auth.", {"oauth2", "token"}},
      {Section::oauth2,
       "[profile.auth.oauth2]",
       "auth.oauth2.",
       {"client_id", "client_secret", "scopes", "parameters", "token_url", "device_url"}},
      {Section::token, "[profile.auth.token]", "auth.token.", {"token_file"}},
  }};
  return all;
}

const Schema& schema(Section section) {
  return *std::find_if(schemas().begin(), schemas().end(),
                       [section](const Schema& one) { return one.section == section; });
}

std::vector<std::string> hints_for(Section section, std::string_view key) {
  const std::string near = nearest(key, schema(section).keys);
  if (!near.empty()) return {"did you mean " + quoted(near) + "?"};
  for (const auto& other : schemas()) {
    if (other.section != Section::root && has_key(other.section, key)) {
      return {"it belongs in " + other.header};
    }
  }
  return {};
}

}  // namespace

bool has_key(Section section, std::string_view key) {
  const auto& keys = schema(section).keys;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string key_label(Section section, std::string_view key) {
  return schema(section).prefix + std::string(key);
}

std::string known_name(std::string_view written) {
  for (const auto& one : schemas()) {
    const auto table = std::string_view(one.header).substr(one.header.rfind('[') + 1);
    if (!table.empty() && table.substr(0, table.find(']')) == written) return std::string(written);
    if (has_key(one.section, written)) return std::string(written);
  }
  return {};
}

Problem unknown_key(Section section, std::string_view key) {
  const std::string& header = schema(section).header;
  const std::string where = header.empty() ? " outside of [[profile]]" : " in " + header;
  if (!may_be_quoted(key)) {
    return {"unknown key" + where, {"the key is not shown here, because it may hold a secret"}};
  }
  return {"unknown key " + quoted(key) + where, hints_for(section, key)};
}

}  // namespace influxctl
