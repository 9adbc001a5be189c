// SPDX-License-Identifier: MIT
#include <utility>

#include "influxctl/base/text.h"
#include "influxctl/config/profile_reading.h"
#include "influxctl/config/profile_section.h"

namespace influxctl {

namespace {

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

Product read_product(SectionReader& reader) {
  const std::string product = reader.string("product");
  if (product.empty() || product == "clustered") return Product::clustered;
  if (product == "dedicated") return Product::dedicated;
  const std::vector<std::string> known = {"clustered", "dedicated"};
  const std::string near = nearest(product, known);
  Problem problem{R"(must be "clustered" or "dedicated")", {}};
  if (may_be_quoted(product)) problem.what += ", not " + quoted(product);
  if (!near.empty()) problem.hints.push_back("did you mean " + quoted(near) + "?");
  reader.fail("product", problem);
}

std::uint16_t read_port(SectionReader& reader, std::uint16_t unset) {
  const toml::node* const found = reader.node("port");
  if (found == nullptr) return unset;
  if (!found->is_string() && !found->is_integer()) {
    reader.fail_type("port", "an integer or a string", *found);
  }
  const std::string text =
      found->is_string() ? reader.string("port") : std::to_string(found->as_integer()->get());
  if (text.empty()) return unset;
  if (const auto port = parse_port(text)) return *port;
  Problem problem{"must be from 1 to 65535", {}};
  if (may_be_quoted(text)) problem.what += ", not " + (found->is_string() ? quoted(text) : text);
  reader.fail("port", problem);
}

TlsSettings read_tls(std::string_view path, toml::table& table) {
  SectionReader reader(path, Section::tls, table);
  TlsSettings tls{.names = kSettingNames};
  tls.insecure = reader.boolean("insecure");
  tls.disable = reader.boolean("disable");
  tls.cert = reader.string("cert");
  tls.key = reader.string("key");
  tls.ca = reader.string("ca");
  if (!tls.cert.empty() && tls.key.empty()) reader.fail("cert", {"needs tls.key as well", {}});
  if (!tls.key.empty() && tls.cert.empty()) reader.fail("key", {"needs tls.cert as well", {}});
  return tls;
}

// Nothing when every value is unset: the samples of influxctl have such sections.
std::optional<OAuthSettings> read_oauth2(std::string_view path, toml::table& table) {
  SectionReader reader(path, Section::oauth2, table);
  OAuthSettings oauth2;
  oauth2.client_id = reader.string("client_id");
  oauth2.client_secret = reader.secret("client_secret");
  oauth2.scopes = reader.strings("scopes");
  oauth2.parameters = reader.string_map("parameters");
  oauth2.token_url = reader.checked("token_url", url_problem);
  oauth2.device_url = reader.checked("device_url", url_problem);
  const bool unset = oauth2.client_id.empty() && oauth2.client_secret.empty() &&
                     oauth2.scopes.empty() && oauth2.parameters.empty() &&
                     oauth2.token_url.empty() && oauth2.device_url.empty();
  if (unset) return std::nullopt;
  return oauth2;
}

void read_auth(std::string_view path, toml::table& table, ProfileEntry& entry) {
  SectionReader reader(path, Section::auth, table);
  if (toml::table* const oauth2 = reader.table("oauth2")) {
    entry.oauth2 = reader.place("oauth2");
    entry.profile.oauth2 = read_oauth2(path, *oauth2);
  }
  if (toml::table* const token = reader.table("token")) {
    entry.profile.token_file = SectionReader(path, Section::token, *token).string("token_file");
  }
}

ProfileEntry read_profile(std::string_view path, toml::table& table) {
  SectionReader reader(path, Section::profile, table);
  ProfileEntry entry;
  entry.header = place_of(table.source());
  entry.name = reader.place("name");
  Profile& profile = entry.profile;
  profile.name = reader.string("name");
  if (profile.name.empty()) {
    fail_at(path, entry.name, {"this profile has no name", {R"(add a line: name = "default")"}});
  }
  profile.product = read_product(reader);
  profile.host = without_brackets(reader.checked("host", host_problem));
  profile.database = reader.string("database");
  profile.token = reader.secret("token");
  profile.account_id = reader.checked("account_id", id_problem);
  profile.cluster_id = reader.checked("cluster_id", id_problem);
  profile.mgmt_token = reader.secret("mgmt_token");
  if (toml::table* const tls = reader.table("tls")) profile.tls = read_tls(path, *tls);
  profile.port = read_port(reader, profile.tls.disable ? 80 : 443);
  if (toml::table* const auth = reader.table("auth")) read_auth(path, *auth, entry);
  return entry;
}

toml::table parse(std::string_view toml, std::string_view path) {
  try {
    return toml::parse(toml);
  } catch (const toml::parse_error& error) {
    fail_at(path, place_of(error.source()), explain_syntax_error(error.description()));
  } catch (const FailedAssertion& failure) {
    fail_at(path, failure.place, {"not valid TOML", {}});
  }
}

}  // namespace

std::vector<ProfileEntry> read_profiles(std::string_view toml, std::string_view path) {
  toml::table root = parse(toml, path);
  SectionReader reader(path, Section::root, root);
  std::vector<ProfileEntry> entries;
  toml::node* const profiles = reader.node("profile");
  if (profiles == nullptr) return entries;
  const Problem not_tables{"must be an array of tables",
                           {"write the header with two brackets: [[profile]]"}};
  if (!profiles->is_array()) reader.fail("profile", not_tables);
  for (auto& element : *profiles->as_array()) {
    if (!element.is_table()) reader.fail("profile", not_tables);
    entries.push_back(read_profile(path, *element.as_table()));
  }
  return entries;
}

}  // namespace influxctl
