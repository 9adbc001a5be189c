// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/http/trust.h"
#include "influxctl/http/url.h"

namespace influxctl {

/// What libcurl reports of a transfer that failed.
struct TransportFailure {
  int code = 0;             ///< CURLcode
  std::string detail = {};  ///< its own words, or those of OpenSSL; without secrets, safe to show
  int os_error = 0;         ///< CURLINFO_OS_ERRNO
  int verdict = 0;          ///< why a certificate was not accepted: an X509_V_ERR_* of OpenSSL
  Url url = {};             ///< of the request
  bool at_proxy = false;    ///< the last TLS handshake was a proxy's
  bool responded = false;   ///< with HTTP: a status has come
};

/// A certificate was not accepted, the server's or, with `at_proxy`, a proxy's.
bool is_untrusted(const TransportFailure& failure);

/// What went wrong, for people: lower case, without a final period.
std::string problem_of(const TransportFailure& failure);

/// What can be done about it; empty where that is not known. `address` is the user's name for the
/// setting that leads there. For the message alone: no CURLcode tells what was sent.
std::string hint_for(const TransportFailure& failure, const std::string& address,
                     const SettingNames& names);

/// The hint for everything that a proxy does.
std::string proxy_hint();

/// The hint for a server that expects TLS and was spoken to in plain http.
std::string expects_tls_hint(const SettingNames& names);

}  // namespace influxctl
