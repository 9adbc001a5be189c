# SPDX-License-Identifier: MIT
"""The stand-in cluster, for the tests in Python."""

import json
import subprocess

PATIENCE = 120  # seconds


class Cluster:
    """One that runs until stop(). `ready` is the line that it prints: url, port, directory, config,
    token_file, ledger and more."""

    def __init__(self, sandbox, *arguments):
        self.process = subprocess.Popen([sandbox, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())

    def send(self, command):
        """Sends a command, a line of JSON, and waits until it is done."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        response = json.loads(self.process.stdout.readline())
        assert "error" not in response, f"{command}: {response}"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
