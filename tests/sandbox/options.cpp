// SPDX-License-Identifier: MIT
#include "options.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <iterator>
#include <map>
#include <string>

#include "fault.h"

namespace influxctl::sandbox {

namespace {

template <typename Place>
void add_seconds(CLI::Option* oauth, CLI::App& app, const char* name, int least, Place& place,
                 const char* help) {
  const auto put = [&place](int seconds) { place = std::chrono::seconds(seconds); };
  app.add_option_function<int>(name, put, help)->check(CLI::Range(least, 86'400))->needs(oauth);
}

/// Returns the option that asks for a provider.
CLI::Option* add_oauth(CLI::App& app, ProviderSettings& settings) {
  const std::map<std::string, ProviderKind> kinds{{"keycloak", ProviderKind::keycloak},
                                                  {"auth0", ProviderKind::auth0},
                                                  {"entra", ProviderKind::entra}};
  CLI::Option* oauth =
      app.add_option("--oauth", settings.kind,
                     "Serve an OAuth provider too, in the manner of keycloak, auth0 or entra")
          ->transform(CLI::Transformer(kinds));
  add_seconds(oauth, app, "--oauth-code-lifetime", 1, settings.code_lifetime,
              "Device codes expire after SECONDS (default 600)");
  add_seconds(oauth, app, "--oauth-interval", 0, settings.interval,
              "Least SECONDS between polls, at first (default 1)");
  add_seconds(oauth, app, "--oauth-access-lifetime", 1, settings.access_lifetime,
              "Access tokens expire after SECONDS (default 300)");
  add_seconds(oauth, app, "--oauth-approve-after", 0, settings.approve_after,
              "Codes are approved after SECONDS (default: by command alone)");
  app.add_flag_callback(
         "--oauth-no-refresh-token", [&settings] { settings.refresh_tokens = false; },
         "Give out no refresh tokens")
      ->needs(oauth);
  return oauth;
}

}  // namespace

int parse_options(const std::vector<std::string>& arguments, Options& options) {
  CLI::App app("A stand-in for the management-token API of InfluxDB Clustered, on 127.0.0.1.\n",
               "influxctl-sandbox");
  const std::map<std::string, Flaw> flaws{{"expired", Flaw::expired},
                                          {"wrong-host", Flaw::wrong_host},
                                          {"self-signed", Flaw::self_signed},
                                          {"common-name", Flaw::common_name},
                                          {"client-purpose", Flaw::client_purpose},
                                          {"weak-key", Flaw::weak_key},
                                          {"weak-digest", Flaw::weak_digest}};
  const std::map<std::string, int> versions{
      {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}};
  app.add_flag("--plain", options.plain, "Serve HTTP without TLS");
  app.add_option("--lifetime", options.lifetime, "End after this many SECONDS (default 600)")
      ->check(CLI::Range(1, 86'400));
  app.add_option(
      "--directory", options.directory,
      "Make this directory (it must not exist), not a temporary one; removed at the end");
  app.add_option("--api-path", options.api_path,
                 "Serve the tokens at this path alone, as in /gateway/tokens");
  app.add_option(
         "--certificate", options.flaw,
         "A bad one: expired, wrong-host, self-signed, common-name, client-purpose, weak-key "
         "or weak-digest")
      ->transform(CLI::Transformer(flaws));
  app.add_option("--tls", options.tls_version, "Speak this version alone: 1.1, 1.2 or 1.3")
      ->transform(CLI::Transformer(versions));
  app.add_flag("--require-client-certificate", options.require_client_certificate,
               "Want a certificate of the sandbox's CA, such as DIRECTORY/client.pem");
  app.add_option("--seed-tokens", options.seed_tokens, "Begin with this many made-up records");
  app.add_option("--fault", options.faults, "A fault rule (JSON); can be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  ProviderSettings settings;
  const CLI::Option* oauth = add_oauth(app, settings);
  app.footer(std::string(fault_help()));
  try {
    // CLI11 takes them from behind.
    app.parse(std::vector<std::string>(arguments.rbegin(), std::prev(arguments.rend())));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (oauth->count() > 0) options.oauth = settings;
  return -1;
}

}  // namespace influxctl::sandbox
