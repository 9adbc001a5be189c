#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""names.py drop-aaaa|drop-all RESOLV_CONF SANDBOX INFLUXCTL [FLAG...]: creates a token at
cluster.test, in namespaces of its own with a DNS server on loopback.

The server gives 127.0.0.1 for every A query, or nothing at all, and nothing for AAAA. RESOLV_CONF is
text after its line nameserver. Prints how many queries came of each type and the tokens created;
stderr and the exit code are influxctl's, or 77 where namespaces are not permitted.
"""

import collections
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

SKIPPED = 77
TYPES = {1: "A", 28: "AAAA"}


def enter_namespaces():
    """Starts this program again in them."""
    command = ["unshare", "-r", "-n", "-m"]
    probe = subprocess.run(command + ["sh", "-c", "ip link set lo up && mount -t tmpfs none /mnt"],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print("namespaces are not permitted here:", probe.stderr.strip(), file=sys.stderr)
        sys.exit(SKIPPED)
    os.execvpe(command[0], command + sys.argv, {**os.environ, "NAMES_INSIDE": "1"})


def serve_dns(udp, behaviour, counts):
    """Responds to queries (RFC 1035 section 4.1) that hold one question."""
    while True:
        query, client = udp.recvfrom(512)
        end = query.index(b"\0", 12) + 5
        kind = TYPES.get(struct.unpack("!H", query[end - 4:end - 2])[0], "other")
        counts[kind] += 1
        if kind == "A" and behaviour == "drop-aaaa":
            header = query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
            record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
            udp.sendto(header + query[12:end] + record, client)


def use_dns(resolv_conf, directory):
    """Puts the files that name the server in the place of the system's."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\n" + resolv_conf),
                       ("nsswitch.conf", "hosts: files dns\n")):
        path = os.path.join(directory, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        target = os.path.realpath("/etc/" + name)
        if os.path.exists(target):
            subprocess.run(["mount", "--bind", path, target], check=True)


def main():
    behaviour, resolv_conf, sandbox, program = sys.argv[1:5]
    if "NAMES_INSIDE" not in os.environ:
        enter_namespaces()
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as directory:
        use_dns(resolv_conf, directory)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 53))
        threading.Thread(target=serve_dns, args=(udp, behaviour, counts), daemon=True).start()
        with subprocess.Popen([sandbox], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as cluster:
            ready = json.loads(cluster.stdout.readline())
            config = os.path.join(directory, "config.toml")
            with open(config, "w", encoding="ascii") as file:
                file.write(f'[[profile]]\nname = "default"\nhost = "cluster.test"\n'
                           f'port = {ready["port"]}\n[profile.tls]\ninsecure = true\n'
                           f'[profile.auth.token]\ntoken_file = "{ready["token_file"]}"\n')
            result = subprocess.run([program, *sys.argv[5:], "management", "create"],
                                    env={**os.environ, "INFLUXCTL_CONFIG": config},
                                    stdout=subprocess.PIPE, check=False)
            with open(ready["ledger"], encoding="utf-8") as ledger:
                created = sum('"created"' in line for line in ledger)
            cluster.stdin.close()
            cluster.wait()
    for kind, count in sorted(counts.items()):
        print(kind, count)
    print("created", created)
    return result.returncode


sys.exit(main())
