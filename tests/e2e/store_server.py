#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/e2e/store_server.py DIRECTORY

Small stand-ins for the secret stores that are services, over HTTP on 127.0.0.1: AWS Secrets
Manager, GitHub's and GitLab's API, Kubernetes, Vault's KV v2. Each keeps one value, as the client
meant it (decoded, decrypted), in DIRECTORY/value, and refuses names that do not begin with influx (in
any case) and, where the client sends one over plain HTTP, any other credential than `right`. DIRECTORY/requests gets a line for each request:
method, path, status. DIRECTORY/port is there when it listens. In Kubernetes the
namespace `refused` is the one that the credential may not write to. It ends when stdin does.
"""

import base64
import email
import hashlib
import http.server
import json
import os
import re
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

DIRECTORY = Path(sys.argv[1])
LISTS = {  # what kubectl asks for before it writes
    "/version": {"major": "1", "minor": "32", "gitVersion": "v1.32.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
        {"name": "secrets", "singularName": "secret", "namespaced": True, "kind": "Secret",
         "verbs": ["get", "patch"]}]}}


def keep(value):
    (DIRECTORY / "value.new").write_bytes(value)
    (DIRECTORY / "value.new").rename(DIRECTORY / "value")


def stored():
    return (DIRECTORY / "value").read_bytes()


def private_key():
    """GitHub's key pair for a repository; python3-nacl is needed for GitHub alone."""
    from nacl.public import PrivateKey  # pylint: disable=import-outside-toplevel
    return PrivateKey(hashlib.sha256(b"a repository of the test").digest())


class Refused(Exception):
    """The status of a refusal."""


class Handler(http.server.BaseHTTPRequestHandler):
    def aws(self, body):
        """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
        request = json.loads(body)
        if self.headers["X-Amz-Target"] != "secretsmanager.PutSecretValue":
            raise Refused(400)
        if request["SecretId"] != "influxdb":
            raise Refused(400)
        keep(request["SecretString"].encode())
        return {"ARN": "arn:aws:secretsmanager:eu-west-1:1:secret:influxdb", "Name": "influxdb",
                "VersionId": request["ClientRequestToken"], "VersionStages": ["AWSCURRENT"]}

    def github(self, path, body):
        """https://docs.github.com/en/rest/actions/secrets"""
        if self.headers["Authorization"] != "token right":
            raise Refused(403)
        if path.endswith("/public-key"):
            return {"key_id": "1",
                    "key": base64.b64encode(bytes(private_key().public_key)).decode()}
        from nacl.public import SealedBox  # pylint: disable=import-outside-toplevel
        keep(SealedBox(private_key()).decrypt(
            base64.b64decode(json.loads(body)["encrypted_value"])))
        return None

    def gitlab(self, body):
        """https://docs.gitlab.com/api/project_level_variables"""
        if self.headers["PRIVATE-TOKEN"] != "right":
            raise Refused(403)
        form = email.message_from_bytes(
            b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        value = [part for part in form.get_payload()
                 if part.get_param("name", header="content-disposition") == "value"]
        keep(value[0].get_payload(decode=True))
        return {"key": "INFLUXDB_TOKEN", "value": stored().decode()}

    def kubernetes(self, body):
        """A server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/"""
        query = parse_qs(urlsplit(self.path).query)
        if self.headers["Content-Type"] != "application/apply-patch+yaml" or query["force"] != ["true"]:
            raise Refused(415)
        if "/namespaces/refused/" in self.path:
            raise Refused(403)
        keep(base64.b64decode(json.loads(body)["data"]["token"]))
        return {"kind": "Secret", "apiVersion": "v1",
                "metadata": {"name": "influxdb", "namespace": "default"}}

    def vault(self, body):
        """https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"""
        if self.headers["X-Vault-Token"] != "right":
            raise Refused(403)
        if self.command == "GET":
            return {"data": {"data": {"token": stored().decode()}, "metadata": {"version": 1}}}
        keep(json.loads(body)["data"]["token"].encode())
        return {"data": {"version": 1}}

    def respond(self, path, body):
        if self.command == "GET" and path in LISTS:
            return LISTS[path]
        if re.fullmatch(r"/repos/[^/]+/[^/]+/actions/secrets/(public-key|INFLUX\w*)", path):
            return self.github(path, body)
        if re.fullmatch(r"/api/v4/projects/\d+/variables/INFLUX\w*", path):
            return self.gitlab(body)
        if re.fullmatch(r"/api/v1/namespaces/[^/]+/secrets/influxdb[a-z-]*", path):
            return self.kubernetes(body)
        if path == "/v1/secret/data/influxdb":
            return self.vault(body)
        if path == "/":
            return self.aws(body)
        raise Refused(404)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, status, response = urlsplit(self.path).path, 200, None
        try:
            response = self.respond(path, body)
            status = 200 if response is not None else 204
        except Refused as refused:
            status, response = refused.args[0], {"message": "refused", "errors": ["refused"]}
        data = b"" if response is None else json.dumps(response).encode()
        with (DIRECTORY / "requests").open("a", encoding="ascii") as requests:
            requests.write(f"{self.command} {path} {status}\n")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = handle_any

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
(DIRECTORY / "port.new").write_text(str(server.server_port), encoding="ascii")
(DIRECTORY / "port.new").rename(DIRECTORY / "port")
sys.stdin.read()
os._exit(0)
