// SPDX-License-Identifier: MIT
#include "influxctl/config/profile.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "influxctl/base/error.h"
#include "influxctl/base/io.h"
#include "influxctl/base/text.h"
#include "influxctl/config/profile_file.h"

namespace influxctl {

namespace {

constexpr std::size_t kFileLimit = 1024UL * 1024;
constexpr std::size_t kNamesShown = 10;

std::vector<std::string> sample_hints(const std::string& introduction) {
  return {introduction, "  [[profile]]", R"(  name = "default")", R"(  product = "clustered")",
          R"(  host = "cluster.example.com")"};
}

[[noreturn]] void fail_not_found(const std::vector<ProfileEntry>& entries, const std::string& name,
                                 std::string_view path) {
  const std::string message = shown(path) + ": there is no profile " + influxctl::quoted(name);
  if (entries.empty()) {
    throw Error(ErrorKind::config, message, sample_hints("add one to the file:"));
  }
  std::vector<std::string> names;
  std::string list;
  for (const auto& entry : entries) {
    if (names.size() < kNamesShown)
      list += (names.empty() ? "" : ", ") + influxctl::quoted(entry.profile.name);
    names.push_back(entry.profile.name);
  }
  if (names.size() > kNamesShown) list += ", …";
  std::vector<std::string> hints = did_you_mean(name, names);
  hints.push_back("the file has " + list + "; choose with --profile or INFLUXCTL_PROFILE");
  throw Error(ErrorKind::config, message, hints);
}

void override_id(std::string& id, const std::string& given, const std::string& flag) {
  if (given.empty()) return;
  if (const auto problem = id_problem(given)) {
    throw Error(ErrorKind::usage, flag + " " + problem->what, problem->hints);
  }
  id = given;
}

void check_present(const ProfileEntry& entry, std::string_view path) {
  const Profile& profile = entry.profile;
  const auto check = [&](const std::string& value, const char* key, const char* line) {
    if (!value.empty()) return;
    fail_at(path, entry.header,
            {"profile " + influxctl::quoted(profile.name) + " has no " + key,
             {std::string("add a line: ") + key + " = " + line}});
  };
  if (profile.product == Product::dedicated) {
    check(profile.account_id, "account_id", R"("…", or give --account)");
    check(profile.cluster_id, "cluster_id", R"("…", or give --cluster)");
  } else {
    check(profile.host, "host", R"("cluster.example.com")");
  }
}

void check_oauth2_present(const ProfileEntry& entry, std::string_view path) {
  if (!entry.profile.oauth2) return;
  const OAuthSettings& oauth = *entry.profile.oauth2;
  std::string missing;
  if (oauth.client_id.empty()) missing += ", client_id";
  if (oauth.token_url.empty()) missing += ", token_url";
  if (oauth.device_url.empty()) missing += ", device_url";
  if (missing.empty()) return;
  fail_at(path, entry.oauth2, {"[profile.auth.oauth2] has no " + missing.substr(2)});
}

void expand_home(std::string& path, const std::string& label, const Environment& environment) {
  if (!path.starts_with("~/")) return;
  const std::string home = environment.get("HOME");
  if (home.empty()) {
    throw Error(ErrorKind::config, label + " begins with ~/, but HOME is not set",
                {"set HOME, or write the whole path"});
  }
  path.replace(0, 1, home);
}

void complete(ProfileEntry& entry, std::string_view path, const ProfileRequest& request,
              const Environment& environment) {
  Profile& profile = entry.profile;
  override_id(profile.account_id, request.account_id, "--account");
  override_id(profile.cluster_id, request.cluster_id, "--cluster");
  check_present(entry, path);
  check_oauth2_present(entry, path);
  expand_home(profile.tls.cert, "tls.cert", environment);
  expand_home(profile.tls.key, "tls.key", environment);
  expand_home(profile.tls.ca, "tls.ca", environment);
  expand_home(profile.token_file, "auth.token.token_file", environment);
  profile.config_path = path;
  // A pipe's, as of <(...), is a number.
  profile.config_name =
      shown(path.starts_with("/dev/") ? path : std::filesystem::path(path).filename().string());
  if (profile.oauth2) profile.oauth2->config_name = profile.config_name;
}

// Of INFLUXCTL_PROFILE: influxctl's release notes say of it that it is the path of the file
// (2.10.2) and that it is the name of the profile (2.10.1).
bool names_file(std::string_view value) {
  return value.find('/') != std::string_view::npos || value.ends_with(".toml");
}

std::string read_config_file(const std::string& path, const ProfileRequest& request,
                             const Environment& environment, const ProcessContext* context) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) || ignored) {
    return read_file(path, "configuration file", kFileLimit, context);
  }
  std::vector<std::string> hints = sample_hints("create " + shown(path) + " with:");
  if (!request.config_path.empty()) {
    hints = {"check the path given with --config"};
  } else if (!environment.get("INFLUXCTL_CONFIG").empty()) {
    hints = {"check the path in INFLUXCTL_CONFIG"};
  } else if (names_file(environment.get("INFLUXCTL_PROFILE"))) {
    hints = {"check the path in INFLUXCTL_PROFILE"};
  }
  throw Error(ErrorKind::config, "there is no configuration file " + shown(path), hints);
}

}  // namespace

std::string origin_of(const Profile& profile) {
  if (profile.product == Product::dedicated) return "https://console.influxdata.com";
  const bool ipv6 = profile.host.find(':') != std::string::npos;
  return (profile.tls.disable ? "http://" : "https://") +
         (ipv6 ? "[" + profile.host + "]" : profile.host) + ":" + std::to_string(profile.port);
}

std::string config_file_path(const ProfileRequest& request, const Environment& environment) {
  if (!request.config_path.empty()) return request.config_path;
  if (auto path = environment.get("INFLUXCTL_CONFIG"); !path.empty()) return path;
  if (auto path = environment.get("INFLUXCTL_PROFILE"); names_file(path)) return path;
  const std::string directory =
      environment.user_directory("XDG_CONFIG_HOME", "/.config", "/Library/Application Support");
  if (!directory.empty()) return directory + "/influxctl/config.toml";
  throw Error(ErrorKind::config, "cannot tell where config.toml is: HOME is not set",
              {"set HOME, or name the file with --config or INFLUXCTL_CONFIG"});
}

Profile load_profile(const ProfileRequest& request, const Environment& environment,
                     const ProcessContext* context) {
  const std::string path = config_file_path(request, environment);
  return parse_profile(read_config_file(path, request, environment, context), path, request,
                       environment);
}

std::vector<std::string> profile_names(const ProfileRequest& request,
                                       const Environment& environment) {
  const std::string path = config_file_path(request, environment);
  std::vector<std::string> names;
  for (const auto& entry :
       read_profiles(read_config_file(path, request, environment, nullptr), path)) {
    names.push_back(entry.profile.name);
  }
  return names;
}

Profile parse_profile(std::string_view toml, std::string_view path, const ProfileRequest& request,
                      const Environment& environment) {
  auto entries = read_profiles(toml, path);
  std::string name =
      request.profile.empty() ? environment.get("INFLUXCTL_PROFILE") : request.profile;
  if (name.empty() || (request.profile.empty() && names_file(name))) name = "default";
  const auto chosen = std::find_if(entries.begin(), entries.end(), [&](const ProfileEntry& entry) {
    return entry.profile.name == name;
  });
  if (chosen == entries.end()) fail_not_found(entries, name, path);
  complete(*chosen, path, request, environment);
  return std::move(chosen->profile);
}

}  // namespace influxctl
