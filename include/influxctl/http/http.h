// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "influxctl/base/log.h"
#include "influxctl/base/secret.h"
#include "influxctl/base/signals.h"
#include "influxctl/http/trust.h"
#include "influxctl/time/timestamp.h"

namespace influxctl {

/// What a signal does to a request under way. Before anything was sent it always ends the request,
/// except with `never`.
enum class OnSignal {
  stop,    ///< ends it at once: nothing depends on the response
  grace,   ///< waits up to 5 s for the response; a second signal ends it
  second,  ///< the first has arrived before the request: the second ends it at once
  never,   ///< goes on: a clean-up, bounded by its timeout
};

/// A request under way: reported about once a second, soon after a signal, and when it is over.
struct RequestWait {
  std::string_view method;
  std::chrono::milliseconds elapsed;
  bool sent;       ///< it has gone out
  bool cancelled;  ///< a signal has arrived during it
  OnSignal on_signal;
  bool over;

  /// It was cancelled, and its response is waited for yet.
  bool waits_on() const noexcept { return cancelled && sent && on_signal == OnSignal::grace; }
};

struct HttpRequest {
  std::string method;                  ///< GET, POST or DELETE
  std::string url;                     ///< absolute; https, or http with tls.disable
  std::string body;                    ///< no body and no Content-Type when empty
  std::chrono::milliseconds timeout;   ///< bounds the call as a whole
  std::size_t body_limit = 1U << 20U;  ///< a longer response is cut off and counts as incomplete
  OnSignal on_signal = OnSignal::stop;
  std::string content_type = "application/json";
  bool body_is_secret = false;  ///< --trace shows nothing that could repeat it
  bool direct = false;          ///< never through a proxy
  /// A body without a length, which ends with the connection (RFC 9112 section 6.3), is complete
  /// when it is one whole JSON object. Only for requests that create nothing.
  bool close_delimited_counts = false;
  std::string address_setting = "the address";           ///< the user's name for it, for hints
  std::function<void(const RequestWait&)> on_wait = {};  ///< what it throws is ignored
  bool* sent = nullptr;  ///< becomes true when the request goes out, also where perform() throws
};

/// How far a request got. Told by the counter of CURLOPT_PREREQFUNCTION and the completeness of the
/// response, never by a CURLcode.
enum class Reach {
  not_sent,    ///< no byte of the request left: safe to run again
  incomplete,  ///< it was sent, and no whole response came back
  complete,    ///< a whole response: a known length or a finished chunked body (RFC 9112 section 6)
};

/// One request's outcome.
struct HttpResult {
  Reach reach = Reach::not_sent;
  int status = 0;           ///< of the final response; 0 without one
  std::string body;         ///< may hold a token
  std::string retry_after;  ///< header values as they came, empty when absent
  std::string date;
  std::string location;
  std::string problem;      ///< why it is not complete, safe to show
  std::string hint;         ///< what can be done about it, or about its encoding; may be empty
  bool compressed = false;  ///< a Content-Encoding, though none was asked for
  bool local = false;       ///< not sent because of a file of ours (CA, certificate, key)
  bool untrusted = false;   ///< not sent because a certificate was not accepted

  /// The body is a web page, and no JSON.
  bool is_html() const;
};

/// The credential for the cluster, and where it came from. Sources are texts that are safe to show:
/// "INFLUXCTL_MGMT_TOKEN", "mgmt_token in PATH", "token file PATH", "the login in PATH".
struct Credential {
  Secret token;
  std::string source;
  std::string file = {};     ///< that holds it; empty for the environment
  std::string renewal = {};  ///< the command that gets a better one, for hints; empty if none
  std::optional<Timestamp> expires_at = std::nullopt;  ///< what an OAuth provider said of it
};

/// A thin libcurl client: HTTP/1.1, one fresh connection a request, TLS 1.2 or newer, no redirects,
/// cookies, netrc or content encodings; proxies by their usual environment variables. It speaks
/// http where tls.disable is set, and https always.
class HttpClient {
 public:
  HttpClient(TlsSettings tls, TrustStore trust, const Signals& signals, const Log& log);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends the request once, with `bearer` as its credential (RFC 6750 section 2.1), or without one
  /// when it is empty. Never throws for what the network or the server does.
  HttpResult perform(const HttpRequest& request, const Secret& bearer) const;

 private:
  TlsSettings tls_;
  TrustStore trust_;
  const Signals& signals_;
  const Log& log_;
};

/// `influxctl 0.1.0 (Linux; x86_64)`, and in a second line the libraries that it uses:
/// `libcurl/7.88.1 OpenSSL/3.0.22 c-ares/1.18.1`. It reads no file.
std::string version_text();

/// The User-Agent header's value: `influxctl/0.1.0 (Linux; x86_64)`
std::string user_agent();

}  // namespace influxctl
