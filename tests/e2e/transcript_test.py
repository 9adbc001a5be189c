#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/e2e/transcript_test.py INFLUXCTL SANDBOX TRANSCRIPT

Runs the commands of a transcript and compares all that they print, and their exit codes, to the
byte. With UPDATE_DOCS=1 it writes what it saw into the transcript instead.

A transcript's lines:
  # text          a comment
  @ ARGUMENTS     starts a new stand-in cluster with these arguments
  > JSON          a command to the stand-in cluster
  ! COMMAND       a step that prints nothing of interest
  $ COMMAND       a command whose stdout and stderr are pipes; after it come
    1| TEXT         a line of stdout     2| TEXT   a line of stderr
    1\\ TEXT         the same without a newline at its end
  % COMMAND       a command on a terminal of 80 columns; `<TEXT` at its end types TEXT when it asks;
    t| TEXT         after it come the lines of the terminal, ESC as \\e and a lone CR as \\r; a line
                    that says how long it has been waiting, as often as it came, once, with N s, and
                    in a transcript that has no such line never: there it is the machine that is slow
  exit N          the exit code

COMMAND is for bash. Ids, tokens, times, ports and the like differ in each run: they are shown as
others of the same length. An id that was shown so can be used in later commands.
INFLUXCTL_TEST_BINARY names another influxctl than the argument does.
"""

import difflib
import fcntl
import json
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import tempfile
import termios
from datetime import date
from pathlib import Path

sys.dont_write_bytecode = True
from cluster import PATIENCE, Cluster  # noqa: E402  pylint: disable=wrong-import-position

UUID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"


class Masks:
    """What differs in each run, as something of the same length that does not."""

    def __init__(self, directory):
        self.directory, self.ids = directory, {}

    def id(self, match):
        uuid = match.group()
        if len(set(uuid)) == 2:  # one of the help's or of the stand-in's own
            return uuid
        return self.ids.setdefault(uuid, f"00000000-0000-0000-0000-{len(self.ids) + 1:012}")

    @staticmethod
    def time(match):
        """A time of about now, or of a token made now, as another; those of the command stay."""
        try:
            ahead = (date.fromisoformat(match[1]) - date.today()).days
        except ValueError:  # there is no such day
            return match[0]
        if not -3 < ahead < 400:
            return match[0]
        return "2027-01-02" + ("T03:04:05.000000000"[:len(match[2]) - 1] + "Z" if match[2] else "")

    def hide(self, text):
        text = text.replace(self.directory, re.sub("[^.]+$", "x" * 8, self.directory))
        text = re.sub(UUID, self.id, text)
        for pattern, shown in [
                (r"\bM\.V1\.[\w+/=.-]+", lambda token: "M.V1." + "x" * (len(token[0]) - 5)),
                (r"\b(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?Z)?\b", self.time),
                (r'("(?:seconds|nanos)": ?)\d+', r"\g<1>0"),
                (r"\b(127\.0\.0\.1:|localhost:|port )\d{4,5}\b", r"\g<1>54321"),
                (r"\b\d\d:\d\d:\d\d\.\d{3} ", "03:04:05.000 "),
                (r"\b[\d.]+ (ms|milliseconds|bytes of body)\b", r"N \1"),
                (r"\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b", "WDJB-MJHT")]:
            text = re.sub(pattern, shown, text)
        return text

    def reveal(self, text):
        for uuid, shown in self.ids.items():
            text = text.replace(shown, uuid)
        return text


class Transcript:
    def __init__(self, influxctl, sandbox, directory):
        self.sandbox_binary, self.directory = sandbox, Path(directory)
        self.cluster, self.count, self.masks = None, 0, Masks(directory)
        self.shows_waits = False
        (self.directory / "bin").mkdir()
        (self.directory / "bin/influxctl").symlink_to(Path(influxctl).resolve())
        (self.directory / "home").mkdir()
        self.environment = {"PATH": f"{directory}/bin:{os.environ['PATH']}", "LANG": "C.UTF-8",
                            "HOME": f"{directory}/home", "TERM": "xterm", "NO_COLOR": "1"}

    def start(self, arguments):
        self.stop()
        self.count += 1
        self.cluster = Cluster(self.sandbox_binary, "--directory",
                               f"{self.directory}/cluster{self.count}", *shlex.split(arguments))
        ready = self.cluster.ready
        self.environment |= {"INFLUXCTL_CONFIG": ready["config"], "PORT": str(ready["port"]),
                             "CLUSTER": ready["directory"]}

    def stop(self):
        if self.cluster:
            self.cluster.stop()

    def popen(self, command, **streams):
        return subprocess.Popen(["bash", "-c", self.masks.reveal(command)], env=self.environment,
                                cwd=self.environment["HOME"], start_new_session=True, **streams)

    def step(self, command):
        process = self.popen(command, stdin=subprocess.DEVNULL)
        assert process.wait(PATIENCE) == 0, f"this failed: {command}"

    def lines(self, name, output):
        text = self.masks.hide(output.decode(errors="surrogateescape"))
        whole = text.splitlines() if text.endswith("\n") or not text else text.splitlines()[:-1]
        lines = [f"{name}| {line}".rstrip(" ") if line == "" else f"{name}| {line}" for line in whole]
        if len(whole) < len(text.splitlines()):
            lines.append(f"{name}\\ {text.splitlines()[-1]}")
        return lines

    def pipes(self, command):
        process = self.popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=PATIENCE)
        return self.lines("2", err) + self.lines("1", out) + [f"exit {process.returncode}"]

    def terminal(self, command):
        command, _, typed = command.partition(" <")
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = self.popen(command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=lambda:
                             fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        screen = b""
        while select.select([master], [], [], PATIENCE)[0]:
            try:
                screen += os.read(master, 4096)
            except OSError:  # nobody has the terminal open any more
                break
            if typed and screen.endswith(b"] "):
                os.write(master, typed.encode() + b"\n")
                typed = ""
        os.close(master)
        status = process.wait(PATIENCE)
        screen = re.sub(rb"(?:\r(influxctl: waiting for [^:]*: )\d+( s\x1b\[K)(?:\r\x1b\[K)?)+",
                        b"\r\\1N\\2\r\x1b[K" if self.shows_waits else b"", screen)
        screen = screen.replace(b"\r\n", b"\n").replace(b"\r", b"\\r").replace(b"\x1b", b"\\e")
        return self.lines("t", screen) + [f"exit {status}"]

    def play(self, text):
        """The transcript of what happens when its commands are run."""
        does = {"@": self.start, ">": lambda command: self.cluster.send(command),
                "!": self.step, "$": self.pipes, "%": self.terminal}
        played, open_line = [], ""
        self.shows_waits = "influxctl: waiting for" in text
        for line in text.splitlines():
            if re.match(r"[12t][|\\]|exit \d", line):
                continue
            played.append(line)
            if open_line.endswith("\\") or re.match(r"[@>!$%] ", line) or line == "@":
                open_line = open_line[:-1] + line
                if not open_line.endswith("\\"):
                    played += does[open_line[0]](open_line[2:]) or []
                    open_line = ""
        return "\n".join(played) + "\n"


def main():
    influxctl, sandbox, path = sys.argv[1:]
    wanted = Path(path).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="transcript.", dir="/tmp") as directory:
        transcript = Transcript(os.environ.get("INFLUXCTL_TEST_BINARY", influxctl), sandbox, directory)
        try:
            got = transcript.play(wanted)
        finally:
            transcript.stop()
    if os.environ.get("UPDATE_DOCS") == "1":
        Path(path).write_text(got, encoding="utf-8", errors="surrogateescape")
    elif got != wanted:
        sys.stdout.writelines(difflib.unified_diff(
            wanted.splitlines(True), got.splitlines(True), path, "this run"))
        print("To accept this: UPDATE_DOCS=1 ctest --test-dir build/default -R transcript")
        sys.exit(1)


if __name__ == "__main__":
    main()
