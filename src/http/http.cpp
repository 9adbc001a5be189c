// SPDX-License-Identifier: MIT
#include "influxctl/http/http.h"

#include <curl/curl.h>
#ifdef INFLUXCTL_STATIC
#include <openssl/crypto.h>
#endif
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "influxctl/base/error.h"
#include "influxctl/base/redaction.h"
#include "influxctl/base/text.h"
#include "influxctl/http/response_header.h"
#include "influxctl/http/transport_failure.h"
#include "influxctl/http/wire_log.h"

namespace influxctl {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kGrace = std::chrono::seconds(5);
constexpr auto kReportEvery = std::chrono::seconds(1);
constexpr std::uint64_t kLongestReservation = 64U << 20U;
constexpr const char* kCancelled = "the request was cancelled";
constexpr const char* kTooLarge = "the response is larger than this program accepts";
constexpr const char* kOutOfMemory = "memory ran out while the response was read";

struct CurlDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

// Everything that libcurl's callbacks see of one request under way.
struct Exchange {
  const HttpRequest& request;
  const Signals& signals;
  const Log& log;
  std::string_view credential;  // or other secrets that the request holds
  CURL* handle;
  Url url;
  PeerTrust trust;
  int sends = 0;
  ResponseHeader head{};
  std::string body{};
  const char* ended = nullptr;  // why this program ended it, where it did
  int earlier_signals = signals.count();
  std::optional<Clock::time_point> first_signal{};  // during the request
  Clock::time_point start = Clock::now();
  Clock::time_point next_report = start + kReportEvery;
};

std::string platform() {
  utsname system{};
  (void)uname(&system);
  return std::string(" (") + system.sysname + "; " + system.machine + ")";
}

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK) {
    throw Error(ErrorKind::bug,
                std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
  }
}

void add_header(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

bool is_cancelled(const Exchange& exchange) {
  const OnSignal policy = exchange.request.on_signal;
  return policy != OnSignal::never &&
         exchange.signals.count() > (policy == OnSignal::second ? 1 : 0);
}

// Called when the connection is up and the request is about to go out: without a call nothing was
// sent. libcurl repeats a request by itself on a connection that died; a second call forbids it.
int on_send(void* context, char* /*remote*/, char* /*local*/, int /*remote_port*/,
            int /*local_port*/) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  if (exchange.sends > 0) return CURL_PREREQFUNC_ABORT;
  if (is_cancelled(exchange)) exchange.ended = kCancelled;
  if (exchange.ended != nullptr) return CURL_PREREQFUNC_ABORT;
  ++exchange.sends;
  if (exchange.request.sent != nullptr) *exchange.request.sent = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* context) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  try {
    if (!exchange.head.add({data, size * count})) exchange.ended = kTooLarge;
  } catch (const std::bad_alloc&) {
    exchange.ended = kOutOfMemory;
  }
  return exchange.ended == nullptr ? size * count : 0;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* context) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::size_t length = size * count;
  const std::size_t limit = exchange.request.body_limit;
  if (exchange.body.size() + length > limit) {
    exchange.ended = kTooLarge;
    return 0;
  }
  try {
    // One allocation for a large response of known length; a lie about it costs no more than this.
    if (exchange.body.empty()) {
      const auto told = exchange.head.fields().content_length.value_or(0);
      exchange.body.reserve(std::min<std::uint64_t>({told, limit, kLongestReservation}));
    }
    exchange.body.append(data, length);
  } catch (const std::bad_alloc&) {
    exchange.ended = kOutOfMemory;
    return 0;
  }
  return length;
}

void report(const Exchange& exchange, bool over) noexcept {
  const HttpRequest& request = exchange.request;
  if (!request.on_wait) return;
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - exchange.start);
  try {
    request.on_wait({request.method, elapsed, exchange.sends > 0, exchange.first_signal.has_value(),
                     request.on_signal, over});
  } catch (...) {  // nothing that is said may end a request
  }
}

// Called about once a second, and after a signal has interrupted the wait. False when it is over.
bool goes_on(Exchange& exchange) noexcept {
  const auto now = Clock::now();
  const bool first_signal =
      exchange.signals.count() > exchange.earlier_signals && !exchange.first_signal;
  if (first_signal) exchange.first_signal = now;
  if (first_signal || now >= exchange.next_report) {
    exchange.next_report = now + kReportEvery;
    report(exchange, false);
  }
  if (!is_cancelled(exchange)) return true;
  const bool patient = exchange.request.on_signal == OnSignal::grace && exchange.sends > 0 &&
                       exchange.signals.count() == 1 && now - *exchange.first_signal < kGrace;
  if (!patient) exchange.ended = kCancelled;
  return patient;
}

// As curl_easy_perform() does it; but libcurl 8.23 calls no progress callback in a handshake that
// stalls, and a signal would have to wait for its end.
CURLcode transfer(Exchange& exchange) noexcept {
  constexpr int kWait = std::chrono::milliseconds(kReportEvery).count();
  const std::unique_ptr<CURLM, MultiDeleter> multi(curl_multi_init());
  if (multi == nullptr) return CURLE_OUT_OF_MEMORY;
  CURLMcode failure = curl_multi_add_handle(multi.get(), exchange.handle);
  for (int running = 1; failure == CURLM_OK;) {
    failure = curl_multi_perform(multi.get(), &running);
    if (failure != CURLM_OK || running == 0 || !goes_on(exchange)) break;
    failure = curl_multi_poll(multi.get(), nullptr, 0, kWait, nullptr);
  }
  int left = 0;
  const CURLMsg* const end = curl_multi_info_read(multi.get(), &left);
  const CURLcode code = end != nullptr                   ? end->data.result
                        : failure == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
                                                         : CURLE_ABORTED_BY_CALLBACK;
  (void)curl_multi_remove_handle(multi.get(), exchange.handle);
  return code;
}

void trace(const Exchange& exchange, curl_infotype type, std::string_view text) {
  switch (type) {
    case CURLINFO_TEXT:
      trace_text(exchange.log, text, exchange.credential);
      break;
    case CURLINFO_HEADER_OUT:
    case CURLINFO_HEADER_IN:
      trace_headers(exchange.log,
                    type == CURLINFO_HEADER_OUT       ? HeaderOf::request
                    : exchange.request.body_is_secret ? HeaderOf::response_with_secret
                                                      : HeaderOf::response,
                    text, exchange.credential);
      break;
    case CURLINFO_DATA_OUT:
    case CURLINFO_DATA_IN:
      exchange.log.trace((type == CURLINFO_DATA_OUT ? "> [" : "< [") + std::to_string(text.size()) +
                         " bytes of body]");
      break;
    default:
      break;
  }
}

int on_debug(CURL* /*handle*/, curl_infotype type, char* data, std::size_t size,
             void* context) noexcept {
  try {
    trace(*static_cast<Exchange*>(context), type, {data, size});
  } catch (...) {  // a line of the trace is lost, the request is not
  }
  return 0;
}

void set_tls(CURL* handle, const TlsSettings& tls, PeerTrust& trust) {
  set(handle, CURLOPT_PROTOCOLS_STR, tls.disable ? "http,https" : "https");
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L);
  if (!set_trust(handle, trust)) throw Error(ErrorKind::bug, "libcurl takes no trust store");
  if (!tls.cert.empty()) {
    set(handle, CURLOPT_SSLCERT, tls.cert.c_str());
    set(handle, CURLOPT_SSLKEY, tls.key.c_str());
    set(handle, CURLOPT_KEYPASSWD, "");  // OpenSSL would ask for it on the terminal
  }
}

void set_request(CURL* handle, const HttpRequest& request) {
  set(handle, CURLOPT_URL, request.url.c_str());
  if (request.direct) set(handle, CURLOPT_NOPROXY, "*");
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (!request.body.empty()) {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.timeout.count()));
}

void set_conduct(CURL* handle) {
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_FRESH_CONNECT, 1L);
  set(handle, CURLOPT_FORBID_REUSE, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(handle, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_QUICK_EXIT, 1L);  // do not wait for a resolver thread past the timeout
}

void set_callbacks(CURL* handle, Exchange& exchange) {
  set(handle, CURLOPT_PREREQFUNCTION, &on_send);
  set(handle, CURLOPT_PREREQDATA, &exchange);
  set(handle, CURLOPT_HEADERFUNCTION, &on_header);
  set(handle, CURLOPT_HEADERDATA, &exchange);
  set(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set(handle, CURLOPT_WRITEDATA, &exchange);
  if (exchange.log.traces()) {
    set(handle, CURLOPT_DEBUGFUNCTION, &on_debug);
    set(handle, CURLOPT_DEBUGDATA, &exchange);
    set(handle, CURLOPT_VERBOSE, 1L);
  }
}

HeaderList headers_for(const HttpRequest& request, const Secret& bearer) {
  HeaderList headers;
  if (!bearer.empty()) {
    add_header(headers, "Authorization: Bearer " + std::string(bearer.reveal()));
  }
  add_header(headers, "Accept: application/json");
  add_header(headers, "Accept-Encoding: identity");
  add_header(headers, "User-Agent: " + user_agent());
  add_header(headers, "Expect:");
  if (!request.body.empty()) add_header(headers, "Content-Type: " + request.content_type);
  return headers;
}

// What is known of a transfer that failed.
TransportFailure failure_of(const Exchange& exchange, CURLcode code, const char* detail) {
  CURL* handle = exchange.handle;
  TransportFailure failure{
      .code = code,
      .detail = shown(without_secrets(*detail != '\0' ? detail : curl_easy_strerror(code),
                                      exchange.credential)),
      .url = exchange.url};
  long os_error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &os_error);
  failure.os_error = static_cast<int>(os_error);
  failure.at_proxy = exchange.trust.at_proxy;
  failure.verdict = exchange.trust.verdict;
  failure.responded = exchange.head.status() != 0;
  return failure;
}

// A prefix of an object is none.
bool is_json_object(std::string_view text) {
  return trimmed(text).starts_with('{') && !has_nul(text) && nlohmann::json::accept(text);
}

// RECV_ERROR: many servers end a TLS connection without close_notify.
bool is_whole(const Exchange& exchange, CURLcode code) {
  if (code == CURLE_OK && exchange.head.body_is_whole(exchange.body.size())) return true;
  return exchange.request.close_delimited_counts && exchange.ended == nullptr &&
         (code == CURLE_OK || code == CURLE_RECV_ERROR) && exchange.head.is_close_delimited() &&
         is_json_object(exchange.body);
}

// Says why a result is not complete, and what can be done about it.
void explain(HttpResult& result, const Exchange& exchange, CURLcode code, const char* detail,
             const SettingNames& names) {
  if (exchange.ended != nullptr) {
    result.problem = exchange.ended;
  } else if (code == CURLE_OK) {
    result.problem = exchange.head.missing(exchange.body.size());
  } else {
    const TransportFailure failure = failure_of(exchange, code, detail);
    result.problem = problem_of(failure);
    result.hint = hint_for(failure, exchange.request.address_setting, names);
    result.untrusted = is_untrusted(failure);
    result.local = code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM;
  }
}

// Plain http goes to the proxy as it is; no cluster sends this field.
bool is_from_proxy(const Exchange& exchange) {
  return exchange.head.status() == 407 && exchange.head.fields().asks_for_proxy_login &&
         exchange.url.scheme == "http";
}

// As nginx and Go respond to plain http on their TLS ports.
bool expects_tls(const Exchange& exchange) {
  return exchange.url.scheme == "http" && exchange.head.status() == 400 &&
         exchange.body.find("HTTPS") != std::string::npos;
}

// No encoding was asked for.
std::string compressed_hint(const Exchange& exchange) {
  const std::string encoding =
      redacted(exchange.head.fields().content_encoding, {&exchange.credential, 1});
  return "the response is compressed although \"Accept-Encoding: identity\" was sent "
         "(Content-Encoding: " +
         influxctl::quoted(encoding) + "): check the gateway or proxy in front of the server";
}

HttpResult conclude(Exchange& exchange, CURLcode code, const char* detail,
                    const SettingNames& names) {
  HttpResult result;
  const ResponseHeader& head = exchange.head;
  if (exchange.sends > 0) {
    result.reach = is_whole(exchange, code) ? Reach::complete : Reach::incomplete;
    result.status = head.status();
  }
  result.retry_after = head.fields().retry_after;
  result.date = head.fields().date;
  result.location = head.fields().location;
  result.compressed = !head.fields().content_encoding.empty();
  if (result.reach != Reach::complete) explain(result, exchange, code, detail, names);
  if (is_from_proxy(exchange)) {
    result = HttpResult{};
    result.problem = "the proxy wants a user and a password (407)";
    result.hint = proxy_hint();
  } else if (expects_tls(exchange)) {
    result.hint = expects_tls_hint(names);
  } else if (result.reach == Reach::complete && result.compressed) {
    result.hint = compressed_hint(exchange);
  }
  result.body = std::move(exchange.body);
  return result;
}

void log_timings(const Log& log, CURL* handle, const HttpResult& result) {
  if (!log.enabled()) return;
  log.debug((result.status == 0 ? "no response" : "response " + std::to_string(result.status)) +
            ", " + std::to_string(result.body.size()) + " bytes of body" +
            (result.problem.empty() ? "" : ": " + result.problem));
  std::string timings;
  for (const auto& [name, info] : {std::pair("timings: resolved ", CURLINFO_NAMELOOKUP_TIME_T),
                                   std::pair(", connected ", CURLINFO_CONNECT_TIME_T),
                                   std::pair(", tls ", CURLINFO_APPCONNECT_TIME_T),
                                   std::pair(", first byte ", CURLINFO_STARTTRANSFER_TIME_T),
                                   std::pair(", total ", CURLINFO_TOTAL_TIME_T)}) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(handle, info, &microseconds);
    timings += name + std::to_string((microseconds + 500) / 1000) + " ms";
  }
  log.debug(timings);
}

}  // namespace

bool HttpResult::is_html() const { return trimmed(body).starts_with('<'); }

HttpClient::HttpClient(TlsSettings tls, TrustStore trust, const Signals& signals, const Log& log)
    : tls_(std::move(tls)), trust_(std::move(trust)), signals_(signals), log_(log) {
#ifdef INFLUXCTL_STATIC
  // The end of the process frees all at once; OpenSSL would free each piece on its own.
  (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
#endif
  if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, wiping_free, wiping_realloc, strdup,
                           std::calloc) != CURLE_OK) {
    throw Error(ErrorKind::bug, "libcurl does not start");
  }
  forbid_prompts();  // and has OpenSSL make its context, without which RAND_status() crashes
}

HttpClient::~HttpClient() { curl_global_cleanup(); }

HttpResult HttpClient::perform(const HttpRequest& request, const Secret& bearer) const {
  log_.debug(request.method + " " + request.url);
  const CurlHandle handle(curl_easy_init());
  if (handle == nullptr) throw Error(ErrorKind::bug, "libcurl has no handle");
  const Url url = parse_url(request.url).value_or(Url{});
  Exchange exchange{.request = request,
                    .signals = signals_,
                    .log = log_,
                    .credential = request.body_is_secret ? request.body : bearer.reveal(),
                    .handle = handle.get(),
                    .url = url,
                    .trust = {.store = trust_, .host = url.host}};
  const HeaderList headers = headers_for(request, bearer);
  std::array<char, CURL_ERROR_SIZE> detail{};
  set(handle.get(), CURLOPT_ERRORBUFFER, detail.data());
  set(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  set_conduct(handle.get());
  set_tls(handle.get(), tls_, exchange.trust);
  set_request(handle.get(), request);
  set_callbacks(handle.get(), exchange);
  const CURLcode code = transfer(exchange);
  report(exchange, true);
  HttpResult result = conclude(exchange, code, detail.data(), tls_.names);
  log_timings(log_, handle.get(), result);
  return result;
}

// Not curl_version(): that has libldap read its configuration files.
std::string version_text() {
  const curl_version_info_data& curl = *curl_version_info(CURLVERSION_NOW);
  std::string text = "influxctl " INFLUXCTL_VERSION + platform() + "\nlibcurl/" + curl.version;
  if (curl.ssl_version != nullptr) text.append(" ").append(curl.ssl_version);
  if (curl.ares != nullptr) text.append(" c-ares/").append(curl.ares);
  return text;
}

std::string user_agent() { return "influxctl/" INFLUXCTL_VERSION + platform(); }

}  // namespace influxctl
