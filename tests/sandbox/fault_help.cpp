// SPDX-License-Identifier: MIT
#include "fault.h"

namespace influxctl::sandbox {

std::string_view fault_help() {
  return R"(When it is ready it prints one line of JSON: url, host, port, directory, ca, config, token_file,
ledger, client_secret_sha256. The directory holds a working config.toml, the first credential
(admin-token), ca.pem, client.pem, client.key and ledger.jsonl. It ends, and the directory with it,
when stdin ends, on SIGTERM, SIGINT and SIGHUP, when its parent dies and when its lifetime is over.

Commands, one line of JSON on stdin each; the response is {"ok":true} or {"error":"..."}:
  {"fault":RULE}  append a rule      {"revoke_all":true}  revoke all tokens
  {"clear":true}  drop all rules     {"snapshot":true}    responds with "tokens", as GET lists them
  {"release":true}   sends the responses that rules hold so far
  {"refuse_new":N}   refuses each token that is created from now on N times (-1: always) with 401
  {"age_seconds":N}  makes all tokens N seconds older, as time would (or younger: -N)
  {"oauth":WHAT}  "approve" | "deny" | "expire_codes" (all codes that are pending), "expire_access"
                  (access tokens so far end), "revoke_refresh" (refresh tokens so far end)

With --oauth there are POST /oauth/device (RFC 8628) and POST /oauth/token (device codes and refresh
tokens), config.toml names them in place of the first credential, and access tokens manage tokens.
The client is influxctl-sandbox, for auth0 with a secret (in config.toml). A refresh token is good
once; used again, it ends all that came of its login. With entra the old ones stay good.
  keycloak  verification_uri_complete; id_token, refresh_expires_in; errors are 400
  auth0     verification_uri_complete; wants an audience; errors are 403, slow_down is 429
  entra     message; wants a scope; ext_expires_in; authorization_declined, AADSTS numbers; 400

Fault rules. The first rule that matches is used, one rule a connection or request.
 Which:
  "on"      "POST" | "GET" | "DELETE" | "any" (default)
  "path"    the request's path, as in "/oauth/token" (default: any)
  "times"   how often (default 1; -1: always)      "skip"  let the first N matches pass (to the
            next rule that matches)
 On a connection, before the method is known:
  "accept"  "reset" (RST) | "close" (FIN) | "stall" (never a handshake, never a byte)
  "request_cut":N  read N bytes of the request, do nothing, end as "close" says
 On a request that was read whole:
  "act"     whether it takes effect; default: true, but false with "status", "body" or "raw"
  "status"  another status. Body: "body"; else the true one if it acts and the status is 2xx;
            else {"code","message"}; none for 1xx, 204, 304 and for 2xx that does not act
  "headers" {"Name":"value"} sets, [..] repeats, null removes
  "body"    a string (sent as it is) or a JSON value
  "patch"   a JSON merge patch on the body (null removes a member)
  "body_replace":[from,to]  replaces the first place where it is found, after "patch"
  "pad_body":N    N spaces at the end of the body (counted in its length)
  "pad_header":N  a header X-Padding with a value of N bytes; "pad_headers":M sends M of it
 Its framing:
  "framing" "length" | "chunked" | "chunked-unfinished" (no last chunk) | "close" (no length) |
            "both" (length and chunked)
  "length_delta":N  added to the true Content-Length
  "header_block"    raw text before the head's empty line (end it with \r\n)
  "status_line"     the first line, without \r\n
  "raw"             the whole response, head and all
  "interim":N       N responses of "interim_status" (default 103) first; "final":false: only these
 How it is sent:
  "delay_ms":N      wait before the response      "drip_ms":N  wait after every single byte
  "hold":true       wait before the response until the command "release" ("clear" is none)
  "cut":N           send the first N bytes of the response (interim ones count), then end
  "stall_at":N      send the first N bytes, then keep silent until the client goes
  "stall":true      keep silent (after the interim responses, if any)
  "close"           "notify" (TLS close_notify, FIN; default) | "fin" (no close_notify) | "rst"
 "latin1":true      in body, body_replace, header_block, status_line and raw, U+0000 to U+00FF are
                    single bytes, so that any byte can be sent

Ledger events: connection {connection, fault}; handshake_failed {connection, reason};
  request {request, connection, method, target, headers, body}; created {request, id, sha256, size,
  description, expires_at}; revoked {id}; responded {request, status, bytes, fault}. Each line has n
  and ms. With --oauth: device_authorization {request, device_code_sha256, device_code_size}; polled
  {request, result: pending, slow_down, granted, denied, expired or unknown}; refreshed {request,
  result: granted or invalid_grant}; issued {request, access_sha256, access_size, refresh_sha256, refresh_size}. Of a
  form and below /oauth/, the body and query of "request" show client_secret, device_code and
  refresh_token, and what is no encoded field, as sha256:HEX (of the decoded value). "request"
  comes when the request was read whole, "created" when the token is live, and "responded" just
  before the bytes are sent; a stalled request that sends no byte has none.
)";
}

}  // namespace influxctl::sandbox
