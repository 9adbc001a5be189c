// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "influxctl/http/tls_settings.h"

namespace influxctl {

/// Checks the files of `tls.cert` and `tls.key`, where set: PEM, a key without a password, which
/// belongs to the certificate. Throws Error{config} that names the setting and the file.
void check_client_certificate(const TlsSettings& tls);

/// From now on OpenSSL fails where it would ask the terminal for a password.
void forbid_prompts();

/// True when the certificate of the peer (of an SSL*) is for this host by its subjectAltName: the
/// common name does not count (RFC 9525 section 2). `host` is a name, or an address without
/// brackets.
bool peer_names(void* ssl, const std::string& host) noexcept;

}  // namespace influxctl
