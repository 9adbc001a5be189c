// SPDX-License-Identifier: MIT
// Faults of the connection, and of the bytes on it.
#include "fault_row_makers.h"

namespace influxctl::e2e {

std::vector<FaultRow> connection_rows() {
  return {
      by_path("DeadPort", "nobody listens on the port", Path::dead_port, ": could not connect to"),
      by_path("UnknownHost", "the host's name does not resolve", Path::unknown_host, ": "),
      by_path("DeadProxy", "the proxy is not there", Path::dead_proxy, ": could not connect to"),
      by_path("DeafProxy", "the proxy refuses CONNECT", Path::deaf_proxy, ": "),
      by_path("OtherCa", "`tls.ca` did not sign the certificate", Path::other_ca, ": "),
      by_path("HttpsToPlain", "the port speaks no TLS", Path::https_to_plain, ": "),
      {.name = "HttpToTls",
       .fault = "`tls.disable`, and the port speaks TLS",
       .rules = {},
       .says = {sent_but, "looking for it failed too"},
       .posts = 0,
       .path = Path::http_to_tls},
      unreached("WrongHost", "the certificate is another host's", {},
                ": the certificate of localhost")
          .with_sandbox({"--certificate", "wrong-host"}),
      unreached("Expired", "the certificate has expired", {}, ": the certificate of localhost")
          .with_sandbox({"--certificate", "expired"}),
      unreached("SelfSigned", "the certificate is self-signed", {},
                ": the certificate of localhost")
          .with_sandbox({"--certificate", "self-signed"}),
      unreached("OldTls", "the server speaks TLS 1.1 alone", {}, ": ")
          .with_sandbox({"--tls", "1.1"}),
      FaultRow{.name = "NoClientCertificate12",
               .fault = "TLS 1.2, and the client's certificate is missing",
               .rules = {},
               .exit_code = 6,
               .says = {not_reached, safe},
               .posts = 0,
               .path = Path::no_client_certificate}
          .with_sandbox({"--tls", "1.2", "--require-client-certificate"}),
      FaultRow{.name = "NoClientCertificate13",
               .fault = "TLS 1.3, and the client's certificate is missing (the server says "
                        "so after the request)",
               .rules = {},
               .says = {sent_but, "looking for it failed too"},
               .posts = 0,
               .path = Path::no_client_certificate}
          .with_sandbox({"--tls", "1.3", "--require-client-certificate"}),
      unreached("AcceptReset", "reset instead of a handshake", {R"({"accept":"reset"})"}, ": "),
      unreached("AcceptClose", "closed instead of a handshake", {R"({"accept":"close"})"}, ": "),
      unreached("AcceptStall", "no handshake until the timeout", {R"({"accept":"stall"})"}, ": ")
          .with_timeout("2s"),
      request_lost("PlainClose", "without TLS: closed after connecting", R"({"accept":"close"})",
                   "")
          .with_sandbox({"--plain"}),
      request_lost("PlainStall", "without TLS: silence", R"({"accept":"stall"})",
                   "operation timed out")
          .with_sandbox({"--plain"})
          .with_timeout("2s"),
      request_lost("CutAtOnce", "closed after the handshake", R"({"request_cut":0,"close":"fin"})",
                   ""),
      request_lost("RequestFin", "closed after 40 bytes of the request",
                   R"({"request_cut":40,"close":"fin"})", ""),
      request_lost("RequestReset", "reset after 40 bytes of the request",
                   R"({"request_cut":40,"close":"rst"})", ""),
      request_lost("RequestNotify", "closed with close_notify after 200 bytes of the request",
                   R"({"request_cut":200,"close":"notify"})", ""),
      request_lost("RequestStall", "the request is read slower than it comes",
                   R"({"request_cut":1000000,"close":"fin"})", "operation timed out")
          .with_timeout("2s"),
  };
}

std::vector<FaultRow> cut_rows() {
  const std::string headers = "the response ended within its headers";
  std::vector<FaultRow> rows;
  const auto add = [&](const std::string& name, const std::string& where, const std::string& cut) {
    for (const std::string close : {"fin", "rst", "notify"}) {
      const std::string how = close == "fin" ? "Fin" : close == "rst" ? "Reset" : "Notify";
      const std::string end = close == "fin"   ? "closed without close_notify"
                              : close == "rst" ? "reset"
                                               : "closed with close_notify";
      rows.push_back(response_lost(name + how, where + ", " + end,
                                   R"({"on":"POST",)" + cut + R"(,"close":")" + close + R"("})",
                                   ""));
    }
  };
  add("Nothing", "no byte of the response", R"("cut":0)");
  add("InStatusLine", "cut in the status line", R"("cut":10)");
  add("InHeaders", "cut in the headers", R"("cut":30)");
  add("InBody", "cut in the body", R"("cut":200)");
  for (const int cut : {69, 70, 71, 72, 73}) {
    rows.push_back(
        response_lost("AtBlankLine" + std::to_string(cut),
                      "cut around the blank line, at byte " + std::to_string(cut),
                      R"({"on":"POST","cut":)" + std::to_string(cut) + R"(,"close":"fin"})", ""));
  }
  const auto add_slow = [&](const std::string& name, const std::string& fault,
                            const std::string& how) {
    rows.push_back(response_lost(name, fault, R"({"on":"POST",)" + how + "}", "operation timed out")
                       .with_timeout("2s"));
  };
  add_slow("StallAtOnce", "silence instead of a response", R"("stall":true)");
  add_slow("StallInHead", "silence in the headers", R"("stall_at":40)");
  add_slow("StallInBody", "silence in the body", R"("stall_at":300)");
  add_slow("Late", "the response comes after the timeout", R"("delay_ms":3000)");
  rows.push_back(
      response_lost("PlainInBody", "without TLS: cut in the body", R"({"on":"POST","cut":200})", "")
          .with_sandbox({"--plain"}));
  rows.push_back(delivered("Drip", "one byte at a time", R"({"on":"POST","drip_ms":1})"));
  rows.push_back(delivered("WholeThenFin", "whole, closed without close_notify",
                           R"({"on":"POST","close":"fin"})"));
  return rows;
}

}  // namespace influxctl::e2e
