// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "influxctl/http/trust.h"

struct x509_store_st;  // X509_STORE

namespace influxctl {

/// Has a handle of libcurl (CURL*) trust these certificates and no others. `store` outlives it.
/// Sets CURLOPT_PROXY_SSLVERSION too. False when libcurl refuses.
[[nodiscard]] bool set_trust(void* handle, const TrustStore& store);

/// Has OpenSSL ask `sources`, which outlive `store`, for the issuer that it wants: they are read
/// only then, and only certificates with that subject are parsed. All of these are offered. False
/// when memory runs out. Only where libcurl has OpenSSL.
[[nodiscard]] bool add_lookup(x509_store_st* store, const std::vector<std::string>& sources);

}  // namespace influxctl
