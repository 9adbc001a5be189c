// SPDX-License-Identifier: MIT
#include "influxctl/http/transport_failure.h"

#include <curl/curl.h>
#ifdef INFLUXCTL_TRUST_LOOKUP
#include <openssl/x509_vfy.h>
#endif
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string_view>
#include <system_error>

#include "influxctl/base/text.h"

namespace influxctl {

namespace {

bool has_any(std::string_view text, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [text](std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
  });
}

// A sentence's capital goes, a name's or an acronym's stays.
std::string as_message(std::string text) {
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  const auto word = std::string_view(text).substr(0, text.find(' '));
  const auto capitals =
      std::count_if(word.begin(), word.end(), [](char c) { return c != ascii_lower(c); });
  if (capitals == 1) text[0] = ascii_lower(text[0]);
  return text;
}

bool is_about_proxy(const TransportFailure& failure) {
  return has_any(failure.detail,
                 {"CONNECT tunnel failed", "CONNECT aborted", "nsupported proxy"}) ||
         failure.code == CURLE_COULDNT_RESOLVE_PROXY || failure.code == CURLE_PROXY;
}

std::string resolver_hint(const std::string& address) {
  if (access("/etc/resolv.conf", R_OK) != 0) {
    return "/etc/resolv.conf, which names the DNS servers, cannot be read; /etc/hosts does without";
  }
  return "check " + address + ", and that this machine resolves the name";
}

#ifdef INFLUXCTL_TRUST_LOOKUP
std::string certificate_hint(const TransportFailure& failure, const std::string& address,
                             const SettingNames& names) {
  const bool proxy = failure.at_proxy;
  const std::string certificate = proxy ? "the proxy's certificate" : "the certificate";
  switch (failure.verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return certificate + " is not valid at this time: check the clock, or have it renewed";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return certificate +
             " has a key that is too short to be safe, it or one that signed it: have it replaced "
             "(RSA from 2048 bits, or EC)";
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return certificate +
             " is signed with a digest that is too weak, it or one that signed it: have it "
             "replaced (SHA-256 or better)";
    case X509_V_ERR_INVALID_PURPOSE:
      return certificate +
             " is not for servers: have it replaced by one whose extended key usage is serverAuth";
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return certificate + " is signed by one that may not sign others: have it replaced";
    case X509_V_ERR_CERT_REVOKED:
      return certificate + " is revoked: have it replaced";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return certificate +
             " is not signed by the CA certificate of that name which is trusted here";
    case X509_V_OK:  // libcurl looks at the name too, and alone at a proxy's
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return certificate + " is for another name" +
             (proxy ? ": check the proxy variables"
                    : " (a common name does not count): check " + address);
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "a certificate that is trusted here is not trusted for servers: check " + names.ca;
    case X509_V_ERR_OUT_OF_MEM:
      return {};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return proxy ? "it is the proxy's certificate; the CAs of proxies are those of this system, "
                     "or of SSL_CERT_FILE"
                   : "set " + names.ca + " to the CA certificate that signed the server's";
    default:
      return certificate + " has to be replaced, it or one that signed it";
  }
}

std::string text_of(int verdict) { return X509_verify_cert_error_string(verdict); }

#else  // other TLS libraries give no verdict
std::string text_of(int /*verdict*/) { return {}; }

std::string certificate_hint(const TransportFailure& /*failure*/, const std::string& address,
                             const SettingNames& names) {
  return "check " + address + ", and set " + names.ca +
         " to the CA certificate that signed the server's";
}
#endif

// By the reasons that OpenSSL 3.0 to 3.5 give for a handshake that failed; empty for others.
std::string handshake_hint(const TransportFailure& failure, const std::string& address,
                           const SettingNames& names) {
  const auto says = [&failure](std::initializer_list<std::string_view> phrases) {
    return has_any(failure.detail, phrases);
  };
  if (says({"wrong version number", "packet length too long", "http request",
            "record layer failure", "bad record type"})) {
    return failure.at_proxy
               ? "the proxy does not speak TLS: write http://, and not https://, before its name "
                 "in the proxy variable"
               : "the server does not speak TLS there: check " + address + "; for plain http set " +
                     names.disable;
  }
  if (says({"unsupported protocol", "alert protocol version", "version too low"})) {
    return "the server does not offer TLS 1.2 or newer, which this program needs: have it updated";
  }
  if (says({"key too small", "md too weak", "dh key too small"})) {
    return "the server's key or certificate is too weak to be safe: have it replaced";
  }
  if (says({"certificate required", "handshake failure"})) {
    return "the server may want a client certificate: set " + names.cert + " and " + names.key;
  }
  if (says({"alert unknown ca", "alert bad certificate", "alert certificate expired",
            "alert certificate unknown", "alert unsupported certificate"})) {
    return "the server does not accept the client certificate: check " + names.cert;
  }
  return {};
}

// A TLS server responds to plain http with an alert, which is no HTTP, or with nothing.
bool may_expect_tls(const TransportFailure& failure) {
  if (failure.responded || failure.url.scheme != "http") return false;
  return failure.code == CURLE_GOT_NOTHING || failure.code == CURLE_RECV_ERROR ||
         failure.code == CURLE_WEIRD_SERVER_REPLY ||
         (failure.code == CURLE_UNSUPPORTED_PROTOCOL && has_any(failure.detail, {"HTTP/0.9"}));
}

}  // namespace

bool is_untrusted(const TransportFailure& failure) {
  return failure.verdict != 0 || failure.code == CURLE_PEER_FAILED_VERIFICATION;
}

std::string proxy_hint() {
  return "check the proxy variables (https_proxy, http_proxy, all_proxy, no_proxy)";
}

std::string expects_tls_hint(const SettingNames& names) {
  return "the server may expect TLS there: do not set " + names.disable;
}

std::string problem_of(const TransportFailure& failure) {
  const std::string_view detail = failure.detail;
  if (has_any(detail, {"nsupported proxy"})) {
    return "a proxy is set that is no URL of http, https, socks4, socks4a, socks5 or socks5h";
  }
  // "Failed to connect to HOST port N after 0 ms: Couldn't connect to server"
  constexpr std::string_view kConnect = "Failed to connect to ";
  if (failure.code == CURLE_COULDNT_CONNECT && failure.os_error != 0 &&
      detail.starts_with(kConnect)) {
    const auto end = std::min(detail.find(" after "), detail.find(": "));
    return "could not connect to " +
           std::string(detail.substr(kConnect.size(), end - kConnect.size())) + ": " +
           as_message(std::generic_category().message(failure.os_error));
  }
  const std::string server = failure.url.host + " port " + std::to_string(failure.url.port);
  if (failure.code == CURLE_OUT_OF_MEMORY && failure.responded) {  // libcurl's limit is 100 KiB
    return "memory ran out, or a header line of the response is too long";
  }
  if (failure.verdict != 0) {
    return (failure.at_proxy ? "the proxy's certificate" : "the certificate of " + server) +
           " is not accepted: " + as_message(text_of(failure.verdict));
  }
  const std::string message = as_message(failure.detail);
  return failure.code == CURLE_SSL_CONNECT_ERROR
             ? "no TLS connection with " + (failure.at_proxy ? "the proxy" : server) + ": " +
                   message
             : message;
}

std::string hint_for(const TransportFailure& failure, const std::string& address,
                     const SettingNames& names) {
  if (is_about_proxy(failure)) return proxy_hint();
  if (may_expect_tls(failure)) return expects_tls_hint(names);
  if (is_untrusted(failure)) return certificate_hint(failure, address, names);
  if (failure.code == CURLE_SSL_CERTPROBLEM) {
    return "the client certificate cannot be used: check " + names.cert + " and " + names.key;
  }
  if (auto hint = handshake_hint(failure, address, names); !hint.empty()) return hint;
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return resolver_hint(address);
    case CURLE_COULDNT_CONNECT:
      return "check " + address + ", or the proxy variables, and the network";
    case CURLE_SSL_CACERT_BADFILE:
      return "it has to hold CA certificates in PEM form; " + names.ca +
             " or SSL_CERT_FILE can name another file";
    case CURLE_OPERATION_TIMEDOUT:
      return has_any(failure.detail, {"Resolving", "resolving"})
                 ? resolver_hint(address)
                 : "a longer " + names.time_limit + " may help";
    default:
      return {};
  }
}

}  // namespace influxctl
