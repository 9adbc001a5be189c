#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tls_proxy.py trusted|unknown COMMAND...: runs a command with https_proxy set to a proxy on
loopback that is spoken to over TLS, and exits as the command does.

The proxy's certificate is made for the run; SSL_CERT_FILE names it where it is to be trusted. Each
CONNECT (RFC 9110 section 9.3.6) is a line on stderr.
"""

import os
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

HEAD_LIMIT = 65536
IDLE_SECONDS = 30


def make_certificate(directory):
    """Paths of a certificate for localhost, and of its key."""
    certificate, key = os.path.join(directory, "proxy.pem"), os.path.join(directory, "proxy.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=proxy of a test", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def relay(client, server):
    """Copies both ways until one side ends."""
    while True:
        ready = [client] if client.pending() else select.select([client, server], [], [],
                                                                IDLE_SECONDS)[0]
        if not ready:
            return
        for side in ready:
            data = side.recv(65536)
            if not data:
                return
            (server if side is client else client).sendall(data)


def serve(client):
    """One connection, from CONNECT to its end."""
    head = b""
    with client:
        while b"\r\n\r\n" not in head and len(head) < HEAD_LIMIT:
            data = client.recv(4096)
            if not data:
                return
            head += data
        method, target = head.split(b" ")[:2]
        print("proxy:", method.decode(), target.decode(), file=sys.stderr, flush=True)
        host, port = target.decode().rsplit(":", 1)
        host = "127.0.0.1" if host == "localhost" else host  # /etc/hosts may be missing
        with socket.create_connection((host, int(port)), IDLE_SECONDS) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            relay(client, server)


def accept(listener, context):
    """Serves each that comes; who does not trust the certificate goes away."""
    while True:
        plain, _ = listener.accept()
        plain.settimeout(IDLE_SECONDS)
        try:
            client = context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            continue
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def main():
    trust, command = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as directory:
        certificate, key = make_certificate(directory)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=accept, args=(listener, context), daemon=True).start()
        environment = dict(os.environ)
        environment["https_proxy"] = f"https://localhost:{listener.getsockname()[1]}"
        if trust == "trusted":
            environment["SSL_CERT_FILE"] = certificate
        return subprocess.run(command, env=environment, check=False).returncode


sys.exit(main())
