// SPDX-License-Identifier: MIT
#include "session.h"

#include <string>

#include "influxctl/text.h"

namespace influxctl {

namespace {

void warn_about(const Profile& profile, const Credential& credential, Console& console) {
  if (profile.tls.disable) {
    console.warning(
        "tls.disable is set: the credential and the new token cross the network in "
        "plain text");
  } else if (profile.tls.insecure) {
    console.warning("tls.insecure is set: anyone in between can pose as the cluster");
  }
  if (!credential.unsafe_file.empty()) {
    console.warning(shown(credential.unsafe_file) +
                    " holds a secret and others can read it; mend it with chmod 600");
  }
}

}  // namespace

Session::Session(const Options& options, const Edges& edges, Profile profile)
    : log_(options.log, edges.console),
      credential_(find_credential(profile, edges.environment)),
      http_(profile.tls, check_tls_files(profile.tls, edges.environment), edges.signals, log_),
      api_(http_, credential_, management_url(profile, options.api_path), options.timeout) {
  log_.debug("profile " + profile.name + " of " + profile.config_path + ", credential from " +
             credential_.source);
  warn_about(profile, credential_, edges.console);
}

}  // namespace influxctl
