// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "influxctl/base/error.h"
#include "influxctl/config/profile.h"
#include "temporary_directory.h"

namespace influxctl::profile_file_test {

namespace {

Environment variables(std::vector<std::string> entries) { return Environment(std::move(entries)); }

ProfileRequest config(const std::string& path) {
  ProfileRequest request;
  request.config_path = path;
  return request;
}

Error refusal(const ProfileRequest& request, const Environment& environment) {
  try {
    return {ErrorKind::bug, "accepted: " + load_profile(request, environment).name};
  } catch (const Error& error) {
    return error;
  }
}

TEST(ProfileFile, Path) {
#ifdef __APPLE__
  const std::string home = "/h/Library/Application Support/influxctl/config.toml";
  const std::string xdg = home;
#else
  const std::string home = "/h/.config/influxctl/config.toml";
  const std::string xdg = "/x/influxctl/config.toml";
#endif
  struct Row {
    const char* name;
    ProfileRequest request;
    Environment environment;
    std::string path;
  };
  const std::vector<Row> rows = {
      {"flag", config("f"), variables({"INFLUXCTL_CONFIG=v", "HOME=/h"}), "f"},
      {"variable", {}, variables({"INFLUXCTL_CONFIG=v", "HOME=/h", "XDG_CONFIG_HOME=/x"}), "v"},
      {"xdg", {}, variables({"HOME=/h", "XDG_CONFIG_HOME=/x"}), xdg},
      {"relative xdg", {}, variables({"HOME=/h", "XDG_CONFIG_HOME=x"}), home},
      {"empty xdg", {}, variables({"HOME=/h", "XDG_CONFIG_HOME="}), home},
      {"home", {}, variables({"HOME=/h", "INFLUXCTL_CONFIG="}), home},
      {"profile that is a path", {}, variables({"INFLUXCTL_PROFILE=./p", "HOME=/h"}), "./p"},
      {"profile that is a file", {}, variables({"INFLUXCTL_PROFILE=p.toml", "HOME=/h"}), "p.toml"},
      {"both", {}, variables({"INFLUXCTL_PROFILE=p.toml", "INFLUXCTL_CONFIG=v"}), "v"},
      {"profile that is a name", {}, variables({"INFLUXCTL_PROFILE=ptoml", "HOME=/h"}), home},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(config_file_path(row.request, row.environment), row.path);
  }
}

TEST(ProfileFile, NoHome) {
  const Error error = refusal({}, variables({"XDG_CONFIG_HOME=x"}));
  EXPECT_EQ(error.kind(), ErrorKind::config);
  EXPECT_EQ(error.message(), "cannot tell where config.toml is: HOME is not set");
  EXPECT_EQ(error.hints(), std::vector<std::string>{
                               "set HOME, or name the file with --config or INFLUXCTL_CONFIG"});
}

TEST(ProfileFile, NoFile) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("influxctl/config.toml");
  const Environment by_default =
      variables({"HOME=/nonexistent", "XDG_CONFIG_HOME=" + directory.file("")});
  EXPECT_EQ(refusal({}, by_default).hints().size(), 5U) << "how to create it";
  const Error flag = refusal(config(path), Environment());
  EXPECT_EQ(flag.kind(), ErrorKind::config);
  EXPECT_EQ(flag.message(), "there is no configuration file " + path);
  EXPECT_EQ(flag.hints(), std::vector<std::string>{"check the path given with --config"});
  EXPECT_EQ(refusal({}, variables({"INFLUXCTL_CONFIG=" + path})).hints(),
            std::vector<std::string>{"check the path in INFLUXCTL_CONFIG"});
  EXPECT_EQ(refusal({}, variables({"INFLUXCTL_PROFILE=" + path})).hints(),
            std::vector<std::string>{"check the path in INFLUXCTL_PROFILE"});
}

TEST(ProfileFile, MessagesNameTheFileByItsOwnName) {
  const TemporaryDirectory directory;
  const std::string text =
      "[[profile]]\nname='default'\nhost='h'\n[profile.auth.oauth2]\nclient_id='c'\n"
      "token_url='https://x/t'\ndevice_url='https://x/d'\n";
  const Profile profile = load_profile(config(directory.write("prod.toml", text)), Environment());
  EXPECT_EQ(profile.oauth2->config_name, "prod.toml");
}

TEST(ProfileFile, Loaded) {
  const TemporaryDirectory directory;
  const std::string text = "[[profile]]\nname='default'\nhost='h'\nmgmt_token='M.V1.x'\n";
  const Profile loaded = load_profile(config(directory.write("file", text)), Environment());
  EXPECT_EQ(loaded.mgmt_token.reveal(), "M.V1.x");
  EXPECT_EQ(loaded.config_path, directory.file("file"));
}

TEST(ProfileFile, Refused) {
  const TemporaryDirectory directory;
  const std::string bad = directory.write("bad", "[[profile]]\nnam='x'\n");
  EXPECT_EQ(refusal(config(bad), Environment()).message(),
            bad + R"(:2:1: unknown key "nam" in [[profile]])");
  const std::string large = directory.write("large", std::string(1024UL * 1024 + 1, '#'));
  EXPECT_EQ(refusal(config(large), Environment()).message(),
            "configuration file " + large + " is too large: the limit is 1024 KiB");
  EXPECT_EQ(refusal(config(directory.file("")), Environment()).message(),
            "configuration file " + directory.file("") + " is neither a regular file nor a pipe");
}

}  // namespace

}  // namespace influxctl::profile_file_test
