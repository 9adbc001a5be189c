#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds docs/openapi.yaml against what influxctl sends and what the stand-in cluster responds.

Usage: openapi_check.py OPENAPI INFLUXCTL SANDBOX

INFLUXCTL_TEST_BINARY names another influxctl than the argument does.

Needs PyYAML and jsonschema 4 (Debian: python3-yaml python3-jsonschema). Exit status 0: they agree.
"""

import json
import os
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from cluster import Cluster  # noqa: E402  pylint: disable=wrong-import-position

try:
    from openapi_document import Document, expect
except ImportError as error:
    print(f"skipped: {error}; run: apt-get install python3-jsonschema python3-yaml")
    sys.exit(77)

STATUSES = (200, 201, 202, 203, 204, 206, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405,
            409, 418, 429, 500, 501, 502, 503, 504)


class Sandbox(Cluster):
    """A running stand-in cluster, and influxctl set up for it."""

    def __init__(self, binary, influxctl):
        self.influxctl = os.environ.get("INFLUXCTL_TEST_BINARY", influxctl)
        super().__init__(binary, "--lifetime", "300")
        with open(self.ready["token_file"], encoding="ascii") as file:
            self.token = file.read()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("INFLUXCTL_") and "proxy" not in name.lower()}
        self.environment["INFLUXCTL_CONFIG"] = self.ready["config"]
        trust = ssl.create_default_context(cafile=self.ready["ca"])
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def command(self, what):
        self.send(json.dumps(what))

    def run(self, *arguments, code=0, config=None):
        """Runs influxctl management ARGUMENTS and returns its stdout."""
        environment = {**self.environment, **({"INFLUXCTL_CONFIG": config} if config else {})}
        done = subprocess.run([self.influxctl, "management", *arguments], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)
        expect(done.returncode == code,
               f"{arguments}: exit {done.returncode}, documented {code}\n{done.stderr}")
        return done.stdout

    def requests(self):
        with open(self.ready["ledger"], encoding="utf-8") as file:
            events = [json.loads(line) for line in file]
        return [event for event in events if event["event"] == "request"]

    def call(self, method, path, body=None, token=None):
        """Sends a request as any client would. Returns the status and the body's text."""
        headers = {"Authorization": f"Bearer {token or self.token}",
                   "Content-Type": "application/json"}
        data = None if body is None else body.encode()
        request = urllib.request.Request(self.ready["url"] + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def check_sent_requests(document, sandbox):
    """What influxctl sends is documented, and what is documented is sent."""
    sandbox.run("create")
    created = json.loads(sandbox.run("create", "--description", "Größe → 監視",
                                     "--expires-at", "2051-01-02t03:04:05.678900+01:30",
                                     "--format", "json"))
    sandbox.run("create", "--expires-in", "90d")
    sandbox.run("list")
    sandbox.run("rotate", created["id"], "--no-expiry")
    sandbox.run("revoke", "--force", created["id"])
    sandbox.run("revoke", "--force", "a/b ?", code=5)
    used, told = set(), set()
    for request in sandbox.requests():
        what = f"{request['method']} {request['target']}"
        operation = document.operation(request["method"], sandbox.ready["url"] + request["target"])
        used.add(operation["operationId"])
        headers = request["headers"]
        expect(headers["authorization"]["scheme"] == "Bearer", f"{what}: no bearer token")
        expect(headers["accept"] == "application/json", f"{what}: Accept {headers['accept']}")
        expect(headers["user-agent"].startswith("influxctl/"), f"{what}: {headers['user-agent']}")
        framing = {"content-type", "content-length"} if "requestBody" in operation else set()
        expect(headers["accept-encoding"] == "identity",
               f"{what}: Accept-Encoding {headers['accept-encoding']}")
        expect(set(headers) == framing | {"authorization", "accept", "accept-encoding",
                                          "user-agent", "host"},
               f"{what}: headers {sorted(headers)}")
        if "requestBody" not in operation:
            expect(request["body"] == "", f"{what}: undocumented body")
            continue
        content = operation["requestBody"]["content"]
        body = json.loads(request["body"])
        told |= set(body)
        document.validate(body, content[headers["content-type"]]["schema"], what)
    expect(used == {operation["operationId"] for _, _, operation in document.operations()},
           f"only {used} were sent")
    members = document.members(document.schema_named("CreateRequest"))
    expect(told == members, f"sent: {told}, documented: {members}")


def check_dedicated_url(document, sandbox):
    """The other server's URL, which --dry-run prints."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write('[[profile]]\nname = "default"\nproduct = "dedicated"\n'
                     'account_id = "a-1"\ncluster_id = "c-2"\nmgmt_token = "M.V1.any"\n')
        config.flush()
        sent = json.loads(sandbox.run("create", "--dry-run", config=config.name))
    expect("/a-1/" in sent["url"], sent["url"])
    document.operation(sent["method"], sent["url"])


def check_responses(document, sandbox):
    """What the stand-in sends is documented, and what is documented of a token is sent."""
    told = set()

    def call(method, path="", body=None, status=200, token=None):
        target = "/api/v0/management-tokens" + path
        actual, text = sandbox.call(method, target, body, token)
        what = f"{method} {target} {body}: {actual} {text[:200]}"
        expect(actual == status, f"{what}, not {status}")
        operation = document.operation(method, sandbox.ready["url"] + target)
        content = document.response(operation, status).get("content")
        expect((content is None) == (text == ""), f"{what}: body against the document")
        if content is None:
            return None
        response = json.loads(text)
        document.validate(response, content["application/json"]["schema"], what)
        if status == 200:
            for record in response if isinstance(response, list) else [response]:
                told.update(record)
        return response

    wanted = document.validator(document.schema_named("CreateRequest"))
    for body in ({}, {"description": "x"}, {"description": ""}, {"description": 1}, {"more": 1}, [],
                 {"expiresAt": "2051-01-02T03:04:05Z"}, {"expiresAt": ""}, {"expiresAt": None},
                 {"description": "x", "expiresAt": "2051-01-02T03:04:05.5Z"}):
        call("POST", body=json.dumps(body), status=200 if wanted.is_valid(body) else 400)
    call("POST", body="{", status=400)
    call("POST", body="{}", status=401, token="wrong")
    call("GET", status=401, token="wrong")
    token = call("POST", body="{}")
    for _ in range(2):
        call("DELETE", "/" + token["id"], status=204)
    call("DELETE", "/" + token["id"], status=401, token=token["accessToken"])
    call("DELETE", "/none", status=404)
    call("GET")
    # "token" is read from other clusters' responses.
    members = document.members(document.schema_named("CreatedToken")) - {"token"}
    expect(told == members, f"sent: {told}, documented: {members}")


def check_exit_codes(document, sandbox):
    """Each documented response has the documented exit code."""
    arguments = {"createToken": ["create"], "listTokens": ["list"],
                 "revokeToken": ["revoke", "--force", "none"]}
    for _, method, operation in document.operations():
        untried = set(operation["responses"])
        for status in STATUSES:
            key = document.response_key(operation, status)
            if key is None:
                continue
            untried.discard(key)
            sandbox.command({"fault": {"on": method.upper(), "status": status,
                                       "act": status < 300}})
            response = document.follow(operation["responses"][key])
            sandbox.run(*arguments[operation["operationId"]],
                        code=response["x-influxctl-exit-code"])
            sandbox.command({"clear": True})
        expect(not untried, f"{operation['operationId']}: no test of {untried}")


def main(openapi, influxctl, sandbox_binary):
    try:
        document = Document(openapi)
        with Sandbox(sandbox_binary, influxctl) as sandbox:
            check_sent_requests(document, sandbox)
            check_dedicated_url(document, sandbox)
            check_responses(document, sandbox)
            check_exit_codes(document, sandbox)
    except AssertionError as error:
        sys.exit(f"{openapi}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
