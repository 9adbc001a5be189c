# SPDX-License-Identifier: MIT
"""Runs what scripts/bench compares, and prints what it measured as JSON.

Each command runs once before it counts, and has to print the right response: a failure is not timed.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import time

STATIC, SHARED = "build/static/influxctl", "build/release/influxctl"
LIMIT = "build/bench/limit"
PROGRAMS = {"static": STATIC, "shared": SHARED}
PATH_OF_TOKENS = "/api/v0/management-tokens"
TABLE = ("jq -r '.[] | [.id, .description, .tokenPrefix, .createdAt, .expiresAt, .revokedAt] "
         "| @tsv'")
JSON = ("jq 'map({id, account_id: .accountId, token_prefix: .tokenPrefix, created_at: .createdAt, "
        "expires_at: .expiresAt, revoked_at: .revokedAt, description, created_by: .createdBy})'")


def curl(port, path, *options):
    """The command line of curl, for one request."""
    return ["curl", "-sSf", *options,
            "-H", "Authorization: Bearer " + os.environ["BENCH_CREDENTIAL"],
            "-H", "Accept: application/json", f"https://127.0.0.1:{port}{path}"]


def through(command, filter_):
    """A pipe, as a shell starts it."""
    return ["sh", "-c", shlex.join(command) + " | " + filter_]


def start_up():
    """The rows of the start-up."""
    rows = {name: [program, "--version"] for name, program in PROGRAMS.items()}
    rows["curl"] = ["curl", "--version"]
    if shutil.which("gh"):
        rows["gh"] = ["gh", "--version"]
    return rows


def create(port, profile, *options, limit=None):
    """The rows of a create, by what is trusted."""
    rows = {name: [program, "--profile", profile, "management", "create", "--description", "bench"]
            for name, program in PROGRAMS.items()}
    post = curl(port, PATH_OF_TOKENS, *options, "-H", "Content-Type: application/json",
                "--data", '{"description":"bench"}')
    rows["curl"] = post
    rows["curl | jq"] = through(post, "jq -r .accessToken")
    if limit:
        rows["limit"] = [LIMIT, port, limit]
    return rows


def listing(port, authority, count, form):
    """The rows of a list."""
    path = f"/list/{count}"
    rows = {name: [program, "--profile", "one-ca", "--api-path", path, "management", "list",
                   "--format", form] for name, program in PROGRAMS.items()}
    get = curl(port, path, "--cacert", authority)
    rows["curl | jq"] = through(get, TABLE if form == "table" else JSON)
    return rows


def groups(port, scratch):
    """What is compared: name, rows, runs, environment, a text of the response, and what is /etc."""
    authority = os.path.join(scratch, "ca.pem")
    token = os.environ["BENCH_TOKEN"]
    directory = {"SSL_CERT_DIR": os.path.join(scratch, "roots")}
    bundle = {"SSL_CERT_FILE": os.path.join(scratch, "bundle.pem")}
    yield "start", start_up(), 500, {}, ".", None
    yield "create, hashed directory", create(port, "store"), 300, directory, token, None
    for system in ("debian", "fedora", "alpine"):
        etc = os.path.join(scratch, f"etc-{system}")
        with open(os.path.join(etc, "bundle"), encoding="utf-8") as file:
            rows = create(port, "store", "--cacert", file.read().strip())
        yield f"create, {system.capitalize()}'s bundle", rows, 200, {}, token, etc
    yield "create, SSL_CERT_FILE", create(port, "store"), 200, bundle, token, None
    one = create(port, "one-ca", "--cacert", authority, limit=authority)
    yield "create, one CA", one, 300, {}, token, None
    for count, runs in ((100, 200), (10_000, 50), (100_000, 15)):
        for form in ("table", "json"):
            yield (f"list of {count:,}, {form}", listing(port, authority, count, form), runs, {},
                   f"Token {count - 1} of the pipeline", None)


def rooted(etc):
    """What a command begins with to see another /etc; a mount namespace ends with its command."""
    if etc is None:
        return []
    return ["unshare", *(["-r"] if os.geteuid() else []), "-m", "sh", "-c",
            'mount --bind "$0" /etc && exec "$@"', etc]


def check(command, environment, expected):
    """The command works, and its response has what it has to."""
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          check=False)
    if done.returncode != 0 or expected.encode() not in done.stdout:
        sys.exit(f"bench: error: {shlex.join(command[:4])} … does not work, exit "
                 f"{done.returncode}\n{done.stderr.decode(errors='replace')[:500]}")


def times(rows, runs, environment, scratch, etc):
    """The seconds of each run, by name, measured by hyperfine without a shell.

    In rounds, in which each command has its turn: a machine has slow minutes.
    """
    report = os.path.join(scratch, "hyperfine.json")
    rounds = max(1, min(10, runs // 5))
    command = [*rooted(etc), "hyperfine", "-N", "--style", "none", "--output", "null", "--export-json", report,
               "--warmup", "1", "--runs", str(runs // rounds)]
    for name, row in rows.items():
        command += ["--command-name", name, shlex.join(row)]
    measured = {name: [] for name in rows}
    for _ in range(rounds):
        # What hyperfine has to say about outliers, the report says better.
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit("bench: error: hyperfine failed\n" + done.stderr.decode(errors="replace"))
        with open(report, encoding="utf-8") as file:
            for row in json.load(file)["results"]:
                measured[row["command"]] += row["times"]
    return measured


def peak(command, environment, scratch, etc):
    """Bytes. time is a small program: a child begins with the peak of what forked it."""
    report = os.path.join(scratch, "peak")
    subprocess.run([*rooted(etc), "/usr/bin/time", "-f", "%M", "-o", report, *command], env=environment,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=True)
    with open(report, encoding="utf-8") as file:
        return int(file.read()) * 1024


def instructions(command, environment, etc):
    """How many callgrind counts, in user space."""
    done = subprocess.run([*rooted(etc), "valgrind", "--tool=callgrind",
                           "--callgrind-out-file=/dev/null", *command], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, check=True)
    counted = re.search(rb"Collected : (\d+)", done.stderr)
    return int(counted.group(1)) if counted else None


def busy(seconds):
    """The share of all processors' time that others take meanwhile, 0 to 1; none where unknown."""
    def jiffies():
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        return sum(fields), fields[3] + fields[4]  # all; idle and waiting for disks
    try:
        before = jiffies()
        time.sleep(seconds)
        after = jiffies()
    except OSError:
        return None
    return 1 - (after[1] - before[1]) / max(1, after[0] - before[0])


def measure(arguments):
    """All groups, in order."""
    base = {"PATH": os.environ["PATH"], "HOME": arguments.scratch, "LC_ALL": "C.UTF-8",
            "INFLUXCTL_CONFIG": os.path.join(arguments.scratch, "config.toml"),
            "INFLUXCTL_MGMT_TOKEN": os.environ["BENCH_CREDENTIAL"]}
    for group, rows, runs, extra, expected, etc in groups(arguments.port, arguments.scratch):
        print(group, file=sys.stderr)
        environment = base | extra
        for row in rows.values():
            check([*rooted(etc), *row], environment, expected)
        runs = max(3, runs // 10) if arguments.quick else runs
        timed = times(rows, runs, environment, arguments.scratch, etc)
        counted = group == "start" or group.startswith("create")
        for name, row in rows.items():
            low, _, high = statistics.quantiles(timed[name], n=4)
            yield {"group": group, "name": name, "runs": len(timed[name]), "low": low, "high": high,
                   "median": statistics.median(timed[name]),
                   "peak": peak(row, environment, arguments.scratch, etc),
                   "instructions": instructions(row, environment, etc)
                   if counted and name in ("static", "shared", "curl", "limit") else None}


def main():
    """Prints the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--port", required=True)
    arguments = parser.parse_args()
    results = {"quick": arguments.quick, "busy": busy(2), "rows": list(measure(arguments)),
               "sizes": {name: os.path.getsize(program) for name, program in PROGRAMS.items()}}
    for name in ("curl", "gh"):
        if program := shutil.which(name):
            results["sizes"][name] = os.path.getsize(os.path.realpath(program))
    json.dump(results, sys.stdout)


main()
