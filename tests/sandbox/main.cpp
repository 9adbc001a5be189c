// SPDX-License-Identifier: MIT
// influxctl-sandbox: a stand-in for a cluster's management-token API, for tests and for trying
// influxctl out. It prints one line of JSON that says where it is, obeys commands on stdin, and
// leaves nothing behind.
#include <csignal>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certificate.h"
#include "cluster.h"
#include "control.h"
#include "directory.h"
#include "fault.h"
#include "ledger.h"
#include "options.h"
#include "provider.h"
#include "random.h"
#include "server.h"
#include "starter.h"
#include "stop_signals.h"

namespace influxctl::sandbox {
namespace {

/// `made` are identities without a flaw, where there are some already.
TlsContext set_up_tls(const Options& options, const Directory& directory,
                      std::optional<Identities> made) {
  if (options.plain) return nullptr;
  const bool fit = made && options.flaw == Flaw::none;
  const Identities identities = fit ? *std::move(made) : make_identities(options.flaw);
  directory.write("ca.pem", identities.authority.certificate_pem());
  directory.write("client.pem", identities.client.certificate_pem());
  directory.write("client.key", identities.client.key_pem());
  return make_tls_context(identities, options.tls_version, options.require_client_certificate);
}

std::string url_of(const Options& options, int port) {
  return (options.plain ? "http://localhost:" : "https://localhost:") + std::to_string(port);
}

std::string oauth_section(const ProviderSettings& settings, const std::string& client_secret) {
  const auto quoted = [](const std::string& text) { return Json(text).dump(); };
  std::string text = "\n[profile.auth.oauth2]\nclient_id = " + quoted(provider_client_id) + "\n";
  if (!client_secret.empty()) text += "client_secret = " + quoted(client_secret) + "\n";
  if (settings.kind == ProviderKind::keycloak) text += "scopes = [\"openid\"]\n";
  if (settings.kind == ProviderKind::entra) text += "scopes = [\"influxctl-sandbox/.default\"]\n";
  if (settings.kind == ProviderKind::auth0) {
    text += "parameters = { audience = \"https://sandbox.example/api?a=b&c=d+e%20f\" }\n";
  }
  return text + "token_url = " + quoted(settings.url + "/oauth/token") +
         "\ndevice_url = " + quoted(settings.url + "/oauth/device") + "\n";
}

// What Json::dump makes of a string without control characters is a TOML string too.
std::string config_text(const Options& options, const Directory& directory, int port,
                        const std::string& client_secret) {
  const auto quoted = [&directory](const char* name) { return Json(directory.file(name)).dump(); };
  std::string text =
      "[[profile]]\nname = \"default\"\nproduct = \"clustered\"\nhost = \"localhost\"\nport = \"" +
      std::to_string(port) + "\"\n\n[profile.tls]\n";
  text += options.plain ? "disable = true\n" : "ca = " + quoted("ca.pem") + "\n";
  if (options.require_client_certificate && !options.plain) {
    text += "cert = " + quoted("client.pem") + "\nkey = " + quoted("client.key") + "\n";
  }
  if (options.oauth) return text + oauth_section(*options.oauth, client_secret);
  return text + "\n[profile.auth.token]\ntoken_file = " + quoted("admin-token") + "\n";
}

Json ready(const Options& options, const Directory& directory, int port,
           const std::string& client_secret) {
  return {
      {"url", url_of(options, port)},
      {"host", "localhost"},
      {"port", port},
      {"directory", directory.path().string()},
      {"ca", options.plain ? Json() : Json(directory.file("ca.pem"))},
      {"config", directory.file("config.toml")},
      {"token_file", directory.file("admin-token")},
      {"ledger", directory.file("ledger.jsonl")},
      {"client_secret_sha256", client_secret.empty() ? Json() : Json(sha256_hex(client_secret))}};
}

int run(Options options, std::optional<Identities> identities) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  const StopSignals signals;
  const Directory directory(options.directory);
  Ledger ledger(directory.file("ledger.jsonl"));
  const std::string admin_token = random_token();
  directory.write("admin-token", admin_token);
  Faults faults;
  for (const std::string& fault : options.faults) faults.add(parse_rule(Json::parse(fault)));
  std::optional<Provider> provider;
  Cluster cluster(ledger, options.api_path, admin_token);
  cluster.seed(options.seed_tokens);
  const TlsContext tls = set_up_tls(options, directory, std::move(identities));
  Backend backend{ledger, cluster, faults, nullptr, tls.get(), {}, {}, {}};
  Server server(backend);
  const int port = server.bind();
  const bool secretive = options.oauth && options.oauth->kind == ProviderKind::auth0;
  const std::string client_secret = secretive ? random_client_secret() : "";
  if (options.oauth) {
    options.oauth->url = url_of(options, port);
    backend.provider = &provider.emplace(ledger, *options.oauth, client_secret);
    cluster.accept([&provider](const std::string& digest) { return provider->accepts(digest); });
  }
  directory.write("config.toml", config_text(options, directory, port, client_secret));
  server.start();
  std::cout << ready(options, directory, port, client_secret).dump() << std::endl;
  obey_stdin(faults, cluster, backend.provider, signals.fd(),
             std::chrono::seconds(options.lifetime));
  return 0;
}

}  // namespace
}  // namespace influxctl::sandbox

int main(int argc, char** argv) {
  using namespace influxctl::sandbox;  // NOLINT(google-build-using-namespace)
  try {
    Start start{{argv, std::next(argv, argc)}};
    const bool starts_others = start.arguments.size() == 2 && start.arguments[1] == "--starter";
    if (starts_others) start = wait_for_start();
    Options options;
    const int done = parse_options(start.arguments, options);
    const int status = done >= 0 ? done : run(std::move(options), std::move(start.identities));
    if (starts_others) std::cout << Json{{"status", status}}.dump() << std::endl;
    return status;
  } catch (const std::exception& error) {
    std::cerr << "influxctl-sandbox: error: " << error.what() << '\n';
    return 1;
  }
}
