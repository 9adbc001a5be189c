// SPDX-License-Identifier: MIT
#include "influxctl/http/transport_failure.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <string>
#include <vector>

#include "influxctl/base/text.h"

namespace influxctl::transport_failure_test {

namespace {

const SettingNames kNames{
    .ca = "CA", .cert = "CERT", .key = "KEY", .disable = "DISABLE", .time_limit = "LIMIT"};

struct Row {
  std::string name;
  TransportFailure failure;
  std::string problem, hint;
};

TransportFailure tls(const std::string& reason, int code = CURLE_SSL_CONNECT_ERROR) {
  return {.code = code, .detail = "error:0A000000:SSL routines::" + reason};
}

const std::string kNoTls =
    "no TLS connection with h.example port 8443: error:0A000000:SSL "
    "routines::";

const std::vector<Row>& rows() {
  static const std::string too_old =
      "the server does not offer TLS 1.2 or newer, which this program needs: have it updated";
  static const std::string not_tls =
      "the server does not speak TLS there: check ADDRESS; for plain http set DISABLE";
  static const std::string wants = "the server may want a client certificate: set CERT and KEY";
  static const std::vector<Row> all = {
      {"connection refused",
       {.code = CURLE_COULDNT_CONNECT,
        .detail = "Failed to connect to h.example port 1 after 0 ms: Couldn't connect to server",
        .os_error = ECONNREFUSED},
       "could not connect to h.example port 1: connection refused",
       "check ADDRESS, or the proxy variables, and the network"},
      {"no route, in newer words",
       {.code = CURLE_COULDNT_CONNECT,
        .detail = "Failed to connect to 10.0.0.1 port 1 after 3060 ms: Could not connect to server",
        .os_error = EHOSTUNREACH},
       "could not connect to 10.0.0.1 port 1: no route to host",
       "check ADDRESS, or the proxy variables, and the network"},
      {"proxy's scheme",
       {.code = CURLE_COULDNT_CONNECT, .detail = "Unsupported proxy scheme for"},
       "a proxy is set that is no URL of http, https, socks4, socks4a, socks5 or socks5h",
       proxy_hint()},
      {"proxy's syntax",
       {.code = CURLE_COULDNT_RESOLVE_PROXY, .detail = "Unsupported proxy syntax in"},
       "a proxy is set that is no URL of http, https, socks4, socks4a, socks5 or socks5h",
       proxy_hint()},
      {"tunnel",
       {.code = CURLE_RECV_ERROR, .detail = "CONNECT tunnel failed, response 407"},
       "CONNECT tunnel failed, response 407",
       proxy_hint()},
      {"TLS to a plain port", tls("wrong version number"), kNoTls + "wrong version number",
       not_tls},
      {"TLS to a plain port, OpenSSL 3.5", tls("packet length too long"),
       kNoTls + "packet length too long", not_tls},
      {"the server's alert on our versions", tls("tlsv1 alert protocol version"),
       kNoTls + "tlsv1 alert protocol version", too_old},
      {"the server's choice of an old version", tls("unsupported protocol"),
       kNoTls + "unsupported protocol", too_old},
      {"weak key exchange", tls("dh key too small"), kNoTls + "dh key too small",
       "the server's key or certificate is too weak to be safe: have it replaced"},
      {"client certificate, TLS 1.2", tls("sslv3 alert handshake failure"),
       kNoTls + "sslv3 alert handshake failure", wants},
      {"client certificate, TLS 1.3", tls("tlsv13 alert certificate required", CURLE_RECV_ERROR),
       "error:0A000000:SSL routines::tlsv13 alert certificate required", wants},
      {"another client certificate", tls("tlsv1 alert unknown ca", CURLE_RECV_ERROR),
       "error:0A000000:SSL routines::tlsv1 alert unknown ca",
       "the server does not accept the client certificate: check CERT"},
      {"no name",
       {.code = CURLE_COULDNT_RESOLVE_HOST, .detail = "Could not resolve host: h.example"},
       "could not resolve host: h.example",
       "check ADDRESS, and that this machine resolves the name"},
      {"time",
       {.code = CURLE_OPERATION_TIMEDOUT, .detail = "Connection timed out after 1000 milliseconds"},
       "connection timed out after 1000 milliseconds",
       "a longer LIMIT may help"},
      {"time for the name",
       {.code = CURLE_OPERATION_TIMEDOUT, .detail = "Resolving timed out after 9 milliseconds"},
       "resolving timed out after 9 milliseconds",
       "check ADDRESS, and that this machine resolves the name"},
      {"another name",
       {.code = CURLE_PEER_FAILED_VERIFICATION,
        .detail = "SSL: no alternative certificate subject name matches target host name 'h'"},
       "SSL: no alternative certificate subject name matches target host name 'h'",
       "the certificate is for another name (a common name does not count): check ADDRESS"},
      {"a proxy of another name",
       {.code = CURLE_PEER_FAILED_VERIFICATION,
        .detail = "SSL: no alternative certificate subject name matches target host name 'h'",
        .at_proxy = true},
       "SSL: no alternative certificate subject name matches target host name 'h'",
       "the proxy's certificate is for another name: check the proxy variables"},
      {"a client certificate",
       {.code = CURLE_SSL_CERTPROBLEM, .detail = "could not load PEM: ee key too small"},
       "could not load PEM: ee key too small",
       "the client certificate cannot be used: check CERT and KEY"},
  };
  return all;
}

TEST(TransportFailure, ProblemAndHint) {
  if (std::string(hint_for({.code = CURLE_COULDNT_RESOLVE_HOST}, "", {})).starts_with("/etc/")) {
    GTEST_SKIP() << "this machine has no /etc/resolv.conf";
  }
  for (auto row : rows()) {
    row.failure.url = {.scheme = "https", .host = "h.example", .port = 8443};
    EXPECT_EQ(problem_of(row.failure), row.problem) << row.name;
    EXPECT_EQ(hint_for(row.failure, "ADDRESS", kNames), row.hint) << row.name;
  }
}

struct CertificateRow {
  int verdict;
  std::string server, proxy;  ///< what the hints say; the same where `proxy` is empty
};

TEST(TransportFailure, Certificates) {
  const std::string ca = "set CA to the CA certificate that signed the server's";
  const std::string proxys_ca =
      "it is the proxy's certificate; the CAs of proxies are those of this system, or of "
      "SSL_CERT_FILE";
  const std::string replace = " has to be replaced, it or one that signed it";
  const std::string rejected =
      "a certificate that is trusted here is not trusted for servers: check CA";
  const std::string time = " is not valid at this time: check the clock, or have it renewed";
  const std::string weak_key =
      " has a key that is too short to be safe, it or one that signed it: have it replaced (RSA "
      "from 2048 bits, or EC)";
  const std::vector<CertificateRow> table = {
      {X509_V_ERR_CERT_HAS_EXPIRED, time, {}},
      {X509_V_ERR_CERT_NOT_YET_VALID, time, {}},
      {X509_V_ERR_EE_KEY_TOO_SMALL, weak_key, {}},
      {X509_V_ERR_CA_KEY_TOO_SMALL, weak_key, {}},
      {X509_V_ERR_CA_MD_TOO_WEAK,
       " is signed with a digest that is too weak, it or one that signed it: have it replaced "
       "(SHA-256 or better)",
       {}},
      {X509_V_ERR_INVALID_PURPOSE,
       " is not for servers: have it replaced by one whose extended key usage is serverAuth",
       {}},
      {X509_V_ERR_INVALID_CA, " is signed by one that may not sign others: have it replaced", {}},
      {X509_V_ERR_CERT_SIGNATURE_FAILURE,
       " is not signed by the CA certificate of that name which is trusted here",
       {}},
      {X509_V_ERR_HOSTNAME_MISMATCH,
       " is for another name (a common name does not count): check ADDRESS",
       " is for another name: check the proxy variables"},
      {X509_V_ERR_CERT_REJECTED, rejected, rejected},
      {X509_V_ERR_CERT_UNTRUSTED, rejected, rejected},
      {X509_V_ERR_OUT_OF_MEM, "", {}},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, ca, proxys_ca},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, ca, proxys_ca},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, ca, proxys_ca},
      {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, replace, {}},
  };
  const auto whole = [](const std::string& certificate, const std::string& hint) {
    return hint.starts_with(' ') ? certificate + hint : hint;
  };
  for (const auto& row : table) {
    TransportFailure failure{.code = CURLE_SSL_CONNECT_ERROR,
                             .detail = "SSL_ERROR_SYSCALL",
                             .verdict = row.verdict,
                             .url = {.scheme = "https", .host = "h.example", .port = 443}};
    EXPECT_EQ(hint_for(failure, "ADDRESS", kNames), whole("the certificate", row.server));
    std::string text = X509_verify_cert_error_string(row.verdict);
    if (ascii_lower(text[1]) == text[1]) text[0] = ascii_lower(text[0]);
    EXPECT_EQ(problem_of(failure),
              "the certificate of h.example port 443 is not accepted: " + text);
    failure.at_proxy = true;
    EXPECT_EQ(hint_for(failure, "ADDRESS", kNames),
              whole("the proxy's certificate", row.proxy.empty() ? row.server : row.proxy));
    EXPECT_EQ(problem_of(failure), "the proxy's certificate is not accepted: " + text);
  }
}

// A TLS server's response to plain http.
TEST(TransportFailure, TlsIsExpected) {
  TransportFailure failure{.detail = "Received HTTP/0.9 when not allowed",
                           .url = {.scheme = "http", .host = "h.example", .port = 443}};
  for (const int code : {CURLE_UNSUPPORTED_PROTOCOL, CURLE_GOT_NOTHING, CURLE_RECV_ERROR}) {
    failure.code = code;
    failure.url.scheme = "http";
    EXPECT_EQ(hint_for(failure, "ADDRESS", kNames),
              "the server may expect TLS there: do not set DISABLE");
    failure.responded = true;
    EXPECT_EQ(hint_for(failure, "ADDRESS", kNames), "");
    failure.responded = false;
    failure.url.scheme = "https";
    EXPECT_EQ(hint_for(failure, "ADDRESS", kNames), "");
  }
}

// libcurl says the same of a header line of more than 100 KiB.
TEST(TransportFailure, OutOfMemory) {
  TransportFailure failure{.code = CURLE_OUT_OF_MEMORY, .detail = "Out of memory"};
  EXPECT_EQ(problem_of(failure), "out of memory");
  failure.responded = true;
  EXPECT_EQ(problem_of(failure), "memory ran out, or a header line of the response is too long");
}

}  // namespace

}  // namespace influxctl::transport_failure_test
