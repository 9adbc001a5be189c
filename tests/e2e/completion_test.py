#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/e2e/completion_test.py INFLUXCTL SHELL

Has a real shell (bash, zsh or fish) complete command lines with the script that `influxctl
completion` prints, and compares what it offers and what it writes into the line.
INFLUXCTL_TEST_BINARY names another influxctl than the argument does.
"""

import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

PATIENCE = 120  # seconds

ODD_ENDS = ["", " space", "'quote", '"double', "$(touch pwned)", "`touch pwned`", ";touch pwned",
            "back\\slash", ":colon", "=equals", "*", "~", "$HOME", "#hash", "ü", "&touch pwned",
            "<in", ">pwned", "(a)", "{b,c}", "[d]", "?", "|touch pwned", "!e", "^f", "%g", "a  b",
            "@at", ":a:b", "=a=b", "@a@b"]
ODD_NAMES = [f"p{number:02}{end}" for number, end in enumerate(ODD_ENDS)]
HIDDEN_NAMES = ["\u202eturned", "zero\u200bwidth"]

BASH_RC = r"""
PS1='$ ' HISTFILE=
bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'
source "$SCRIPT"
offered() { _influxctl "$@"; printf '%s\n' "${COMPREPLY[@]}" >"$OFFERS"; }
complete -F offered influxctl
dump() { printf '%s' "$READLINE_LINE" >"$DUMP.new" && mv "$DUMP.new" "$DUMP"; }
bind -x '"\C-g": dump'
"""

ZSH_RC = r"""
PS1='$ ' HISTFILE=
autoload -U compinit; compinit -u -D
unsetopt beep; setopt auto_list; LISTMAX=100000
bindkey -e
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a offers
  builtin compadd -O offers "$@"
  print -rl -- "$offers[@]" >>$OFFERS
  builtin compadd "$@"
}
dump() { print -rn -- "$BUFFER" >$DUMP.new && mv $DUMP.new $DUMP }
zle -N dump; bindkey '^G' dump
"""


class Terminal:
    """A shell on a terminal, for bash and zsh."""

    def __init__(self, directory, command, environment):
        self.dump = directory / "dump"
        self.offers = directory / "offers"
        self.screen = b""
        environment = dict(environment, DUMP=str(self.dump), OFFERS=str(self.offers))
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execvpe(command[0], command, environment)
        ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 500, 2000, 0, 0))
        threading.Thread(target=self.read, daemon=True).start()
        self.wait_until_ready()

    def read(self):
        try:
            while data := os.read(self.master, 4096):
                self.screen += data
        except OSError:
            pass

    def wait_until_ready(self):
        """Keys that come before the first prompt may get lost, or may not."""
        for attempt in range(PATIENCE):
            os.write(self.master, f"\x15ready{attempt}\x07".encode())
            end = time.monotonic() + 1
            while time.monotonic() < end:
                if self.dump.exists() and self.dump.read_text() == f"ready{attempt}":
                    return
                time.sleep(0.005)
        raise SystemExit(f"the shell does not respond: {self.screen[-2000:]!r}")

    def type(self, keys):
        """Types, and gives the line that is there then."""
        self.dump.unlink(missing_ok=True)
        self.offers.unlink(missing_ok=True)
        os.write(self.master, b"\x15" + keys.encode() + b"\x07")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.dump.exists():
                return self.dump.read_text()
            time.sleep(0.005)
        raise SystemExit(f"the shell does not respond: {self.screen[-2000:]!r}")

    def complete(self, line):
        """What is offered, and the line then."""
        completed = self.type(line + "\t")
        offers = self.offers.read_text().splitlines() if self.offers.exists() else []
        return {offer for offer in offers if offer}, completed

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Bash(Terminal):
    def __init__(self, directory, script, environment, before=""):
        environment = dict(environment, SCRIPT=str(script), INPUTRC="/dev/null")
        rc = directory / "bashrc"
        rc.write_text(before + BASH_RC)
        super().__init__(directory, ["bash", "--noprofile", "--rcfile", str(rc), "-i"], environment)


class Zsh(Terminal):
    def __init__(self, directory, script, environment):
        functions = directory / "functions"
        functions.mkdir()
        shutil.copy(script, functions / "_influxctl")
        home = directory / "zdotdir"
        home.mkdir()
        (home / ".zshrc").write_text(f"fpath=({functions} $fpath)\n" + ZSH_RC)
        super().__init__(directory, ["zsh", "-d", "-i"], dict(environment, ZDOTDIR=str(home)))


class Fish:
    """fish responds without a terminal: one for all lines."""

    # Two responses to each line: what is offered, and that as it is written into the line.
    LOOP = r"""
        while read -l line
            complete -C $line </dev/null
            printf '%s\n' END
            complete --escape -C $line </dev/null
            printf '%s\n' END
        end"""

    def __init__(self, directory, script, environment):
        functions = directory / "home/.config/fish/completions"
        functions.mkdir(parents=True)
        shutil.copy(script, functions / "influxctl.fish")
        self.errors = directory / "errors"
        with self.errors.open("wb") as errors:
            self.shell = subprocess.Popen(
                ["fish", "-c", self.LOOP], cwd=directory, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

    def response(self):
        offers = []
        while (line := self.shell.stdout.readline()) != "END\n":
            assert line, f"fish ended: {self.errors.read_text()}"
            offers.append(line.rstrip("\n").split("\t")[0])
        return offers

    def complete(self, line):
        timer = threading.Timer(PATIENCE, self.shell.kill)
        timer.start()
        self.shell.stdin.write(line + "\n")
        self.shell.stdin.flush()
        offers, written = self.response(), self.response()
        timer.cancel()
        completed = line
        if len(offers) == 1:
            completed = re.sub(r"(\\.|[^ ])*$", "", line) + written[0]
        assert not self.errors.read_text(), self.errors.read_text()
        return set(offers), completed

    def close(self):
        self.shell.stdin.close()
        self.shell.wait(PATIENCE)


class Suite:
    def __init__(self, influxctl, shell):
        self.influxctl, self.name = influxctl, shell
        self.failures = 0

    def expect(self, what, got, wanted):
        if got != wanted:
            self.failures += 1
            print(f"{self.name}: {what}\n  got    {got!r}\n  wanted {wanted!r}")

    def offers(self, line, wanted):
        offers, _ = self.shell.complete(line)
        self.expect(line, {offer.split("=")[-1] for offer in offers}, set(wanted))

    def writes(self, line, wanted):
        self.expect(line, self.shell.complete(line)[1].rstrip(" "), wanted)

    def arguments(self, line):
        """What the shell makes of a line: the arguments of influxctl."""
        line = re.sub("^influxctl", r"printf '%s\\n'", line)
        quiet = {"bash": ["bash", "-c"], "zsh": ["zsh", "-f", "-c"], "fish": ["fish", "-c"]}
        return subprocess.run(quiet[self.name] + [line], cwd=self.directory, env=self.environment,
                              stdout=subprocess.PIPE, text=True, check=False).stdout.split("\n")

    def flags(self, *level):
        text = subprocess.run([self.influxctl, *level, "--help"], stdout=subprocess.PIPE,
                              text=True, check=True).stdout
        return set(re.findall(r"^  (?:-h,)?(--[a-z-]+)", text, re.M))

    def commands(self):
        for line, wanted in [
                ("influxctl ", "management auth version help completion"),
                ("influxctl m", "management"),
                ("influxctl management ", "create list revoke rotate"),
                ("influxctl management r", "revoke rotate"),
                ("influxctl auth ", "login logout status"),
                ("influxctl completion ", "bash zsh fish"),
                ("influxctl help ", "management auth version help completion"),
                ("influxctl h management ro", "rotate"),
                ("influxctl help completion f", "fish"),
                ("influxctl --debug management r", "revoke rotate"),
                ("influxctl --profile management man", "management"),
                ("influxctl --profile=auth management r", "revoke rotate"),
                ("influxctl management --timeout 5s l", "list"),
                ("influxctl 'management' r", "revoke rotate"),
                ("influxctl nonsense", "")]:
            self.offers(line, wanted.split())

    def flag_names(self):
        everywhere = self.flags()
        for level in ["", "management", "management create", "management list",
                      "management revoke", "management rotate", "auth", "auth login", "auth status",
                      "version", "completion bash", "help management create"]:
            words = level.split()
            own = set() if words[:1] == ["help"] else self.flags(*words)
            self.offers(f"influxctl {level} --".replace("  ", " "), everywhere | own)
        for line, wanted in [
                ("influxctl management create --ex", "--expires-at --expires-in"),
                ("influxctl management create --description x --ex", "--expires-at --expires-in"),
                ("influxctl management create --expires-in 1d --ex", "--expires-at"),
                ("influxctl --debug management create --de", "--description"),
                ("influxctl management create --debug --de", "--description"),
                ("influxctl management revoke id --fo", "--force"),
                ("influxctl management rotate id --dr", "--dry-run"),
                ("influxctl management rotate --self --if", "--if-expiring-within"),
                ("influxctl management rotate --self --se", ""),
                ("influxctl management list --live --ex", "--expiring-within"),
                ("influxctl management create --qu", "--quiet"),
                ("influxctl auth status --fo", "--format"),
                ("influxctl --ex", ""),
                ("influxctl management list --force", ""),
                ("influxctl management create --profile x --prof", "")]:
            self.offers(line, wanted.split())

    def values(self):
        sort = "created id description prefix expires revoked"
        for line, wanted in [
                ("influxctl management create --format ", "table json"),
                ("influxctl management create --format j", "json"),
                ("influxctl management create --format=", "table json"),
                ("influxctl management create --format=j", "json"),
                ("influxctl --debug management rotate id --format t", "table"),
                ("influxctl management list --format ", "table json"),
                ("influxctl auth status --format ", "table json"),
                ("influxctl management list --expiring-within ", ""),
                ("influxctl management list --sort ", sort),
                ("influxctl management list --sort=re", "revoked"),
                ("influxctl management create --sort re", ""),
                ("influxctl --account ", ""),
                ("influxctl management create --description ", ""),
                ("influxctl management create --expires-in ", "")]:
            self.offers(line, wanted.split())

    def files(self):
        for flag in ["--config", "management create --output", "management rotate id --output"]:
            for line, wanted in [("a-", "a-file.toml"), ("with", "with\\ space.toml"),
                                 ("sub/in", "sub/inner"), ("su", "sub/")]:
                self.writes(f"influxctl {flag} {line}", f"influxctl {flag} {wanted}")
            if self.name != "fish":  # which takes apart at : and offers all of --config=a-file.toml
                self.writes(f"influxctl {flag} b:", f"influxctl {flag} b:c")
                self.writes(f"influxctl {flag}=a-", f"influxctl {flag}=a-file.toml")

    def profiles(self):
        self.offers("influxctl --profile d", ["default"])
        self.offers("influxctl management list --profile d", ["default"])
        self.offers("influxctl management list --profile=d", ["default"])
        offers, _ = self.shell.complete("influxctl --profile ")
        if self.name == "bash":  # which gets them quoted
            offers = {re.sub(r"\\(.)", r"\1", offer) for offer in offers}
        self.expect("all profiles", offers, {"default", *ODD_NAMES})
        for config in ["--config other.toml", "--config=other.toml", "--config ~/other.toml",
                       "--config 'an other.toml'", '--config "an other.toml"',
                       "--config an\\ other.toml"]:
            self.offers(f"influxctl {config} --profile ", ["elsewhere"])
            self.offers(f"influxctl {config} management list --profile e", ["elsewhere"])
        for config in ["none.toml", "broken.toml", "'$(touch pwned)'", "`touch\\ pwned`", "sub"]:
            self.offers(f"influxctl --config {config} --profile ", [])

    def odd_names(self):
        for name in ODD_NAMES:
            for quote in ["", "'", '"']:
                line = f"influxctl --profile {quote}{name[:3]}"
                if self.name == "fish" and quote:
                    continue  # which does not tell what it writes there
                if self.name == "zsh" and quote == '"' and "!" in name:
                    continue  # it writes \\!, which only a terminal reads as !
                _, completed = self.shell.complete(line)
                self.expect(f"{name!r} after {line}: {completed}",
                            self.arguments(completed)[1:2], [name])
            if name[3:4] and name[3] in ":=@":  # where bash takes a word apart
                for place in [f"--profile {name[:4]}", f"--profile={name[:4]}",
                              f"--profile {name[:5]}", f"--profile={name[:5]}",
                              f"--config config.toml --profile {name[:-1]}"]:
                    _, completed = self.shell.complete(f"influxctl {place}")
                    self.expect(f"{name!r} after {place}: {completed}",
                                self.arguments(completed)[-2].split("profile=")[-1], name)
        _, completed = self.shell.complete("influxctl --profile p01\\ s")
        self.expect("a name with a space", self.arguments(completed)[1:2], ["p01 space"])

    def programs(self):
        for command in ["management create", "management rotate id", "--debug management create"]:
            self.writes(f"influxctl {command} -- my-st", f"influxctl {command} -- my-store")
            self.writes(f"influxctl {command} -- my-store a-f",
                        f"influxctl {command} -- my-store a-file.toml")
            for line in [f"influxctl {command} -- my-store --prof", f"influxctl {command} -- --fo"]:
                offers, _ = self.shell.complete(line)  # a shell may add flags of its own
                self.expect(line, offers & self.flags(*"management create".split()), set())
        for command in ["management list", "auth login", ""]:
            self.offers(f"influxctl {command} -- my-st", [])

    def with_bash_completion(self, script):
        """The package completes the program after -- in its own way."""
        library = "/usr/share/bash-completion/bash_completion"
        if not Path(library).exists():
            print("not run with bash-completion; run: apt-get install bash-completion")
            return
        self.shell = Bash(self.directory, script, self.environment, f"source {library}\n")
        try:
            self.commands()
            self.programs()
            inner = "influxctl management create -- influxctl"
            for line in ["--config b:", "--config=b:"]:
                self.writes(f"{inner} {line}", f"{inner} {line}c")
            self.offers(f"{inner} management list --format=", ["table", "json"])
        finally:
            self.shell.close()

    def set_up(self):
        config = "".join(f"[[profile]]\nname = {toml(name)}\n"
                         for name in ["default", *ODD_NAMES, *HIDDEN_NAMES])
        home = self.directory / "home"
        for name, text in [("config.toml", config), ("a-file.toml", ""), ("with space.toml", ""),
                           ("other.toml", "[[profile]]\nname = 'elsewhere'\n"),
                           ("an other.toml", "[[profile]]\nname = 'elsewhere'\n"),
                           ("home/other.toml", "[[profile]]\nname = 'elsewhere'\n"),
                           ("sub/inner", ""), ("b:c", ""), ("broken.toml", "mgmt_token = 'secret\n")]:
            path = self.directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        programs = self.directory / "bin"
        programs.mkdir()
        store = programs / "my-store"
        store.write_text("#!/bin/sh\ntouch pwned\n")
        store.chmod(0o755)
        (programs / "influxctl").symlink_to(self.influxctl)
        self.environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(home),
                            "TERM": "dumb", "LC_ALL": "C.UTF-8",
                            "INFLUXCTL_CONFIG": str(self.directory / "config.toml")}

    def run(self):
        shells = {"bash": Bash, "zsh": Zsh, "fish": Fish}
        with tempfile.TemporaryDirectory() as directory:
            self.directory = Path(directory).resolve()
            self.set_up()
            script = self.directory / "script"
            with script.open("wb") as file:
                subprocess.run([self.influxctl, "completion", self.name], stdout=file, check=True)
            self.shell = shells[self.name](self.directory, script, self.environment)
            try:
                for part in [self.commands, self.flag_names, self.values, self.files,
                             self.profiles, self.odd_names, self.programs]:
                    part()
            finally:
                self.shell.close()
            if self.name == "bash":
                if shutil.which("shellcheck") is not None:
                    self.expect("shellcheck", subprocess.run(["shellcheck", script],
                                                             check=False).returncode, 0)
                self.with_bash_completion(script)
            for place in [self.directory, self.directory / "home"]:
                self.expect("something on the line was run", (place / "pwned").exists(), False)
        if self.failures:
            raise SystemExit(f"{self.name}: {self.failures} FAILED")


def toml(text):
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08x}" for c in text) + '"'


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    if shutil.which(sys.argv[2]) is None:
        print(f"skipped: there is no {sys.argv[2]}; run: apt-get install {sys.argv[2]}")
        sys.exit(77)
    binary = os.environ.get("INFLUXCTL_TEST_BINARY", sys.argv[1])
    Suite(str(Path(binary).resolve()), sys.argv[2]).run()
