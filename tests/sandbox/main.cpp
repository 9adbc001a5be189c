// SPDX-License-Identifier: MIT
// influxctl-sandbox: a stand-in for a cluster's management-token API, for tests and for trying
// influxctl out. It prints one line of JSON that says where it is, obeys commands on stdin, and
// leaves nothing behind.
#include <csignal>
#include <exception>
#include <iostream>

#include "certificate.h"
#include "cluster.h"
#include "control.h"
#include "fault.h"
#include "folder.h"
#include "ledger.h"
#include "options.h"
#include "random.h"
#include "server.h"
#include "stop_signals.h"

namespace influxctl::sandbox {
namespace {

TlsContext set_up_tls(const Options& options, const Folder& folder) {
  if (options.plain) return nullptr;
  const Identities identities = make_identities(options.flaw);
  folder.write("ca.pem", identities.authority.certificate_pem());
  folder.write("client.pem", identities.client.certificate_pem());
  folder.write("client.key", identities.client.key_pem());
  return make_tls_context(identities, options.tls_version, options.require_client_certificate);
}

// A JSON string without \u or \/ is a TOML string too.
std::string config_text(const Options& options, const Folder& folder, int port) {
  const auto quoted = [&folder](const char* name) { return Json(folder.file(name)).dump(); };
  std::string text =
      "[[profile]]\nname = \"default\"\nproduct = \"clustered\"\nhost = \"localhost\"\nport = \"" +
      std::to_string(port) + "\"\n\n[profile.tls]\n";
  text += options.plain ? "disable = true\n" : "ca = " + quoted("ca.pem") + "\n";
  if (options.require_client_certificate && !options.plain) {
    text += "cert = " + quoted("client.pem") + "\nkey = " + quoted("client.key") + "\n";
  }
  return text + "\n[profile.auth.token]\ntoken_file = " + quoted("admin-token") + "\n";
}

Json ready(const Options& options, const Folder& folder, int port, const std::string& config) {
  const std::string scheme = options.plain ? "http" : "https";
  return {{"url", scheme + "://localhost:" + std::to_string(port)},
          {"host", "localhost"},
          {"port", port},
          {"folder", folder.path().string()},
          {"ca", options.plain ? Json() : Json(folder.file("ca.pem"))},
          {"config", config},
          {"token_file", folder.file("admin-token")},
          {"ledger", folder.file("ledger.jsonl")}};
}

int run(const Options& options) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  const StopSignals signals;
  const Folder folder(options.folder);
  Ledger ledger(folder.file("ledger.jsonl"));
  const std::string admin_token = random_token();
  folder.write("admin-token", admin_token);
  Faults faults;
  for (const std::string& fault : options.faults) faults.add(parse_rule(Json::parse(fault)));
  Cluster cluster(ledger, options.api_path, admin_token);
  cluster.seed(options.seed_tokens);
  const TlsContext tls = set_up_tls(options, folder);
  Backend backend{ledger, cluster, faults, tls.get(), {}, {}, {}};
  Server server(backend);
  const int port = server.bind();
  const std::string config = folder.write("config.toml", config_text(options, folder, port));
  server.start();
  std::cout << ready(options, folder, port, config).dump() << std::endl;
  obey_stdin(faults, cluster, signals.fd(), std::chrono::seconds(options.lifetime));
  return 0;
}

}  // namespace
}  // namespace influxctl::sandbox

int main(int argc, char** argv) {
  using namespace influxctl::sandbox;  // NOLINT(google-build-using-namespace)
  try {
    Options options;
    const int done = parse_options(argc, argv, options);
    return done >= 0 ? done : run(options);
  } catch (const std::exception& error) {
    std::cerr << "influxctl-sandbox: error: " << error.what() << '\n';
    return 1;
  }
}
