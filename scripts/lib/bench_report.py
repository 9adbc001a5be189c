# SPDX-License-Identifier: MIT
"""Prints what bench_measure.py found as tables, and writes them: DIRECTORY-OF-RESULTS PAGE."""

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys

MILLION = 1e6
PEAK = 6.6 * MILLION
SIZE = 7.5 * MILLION
LONGEST = 80  # characters of what a program says of its version
BUSY = 0.1  # from here on, a share of the processors' time that spoils the figures
START, HASHED, ONE = "start", "create, hashed directory", "create, one CA"
STORES = (HASHED, "create, Debian's bundle", "create, Fedora's bundle", "create, Alpine's bundle",
          "create, SSL_CERT_FILE")

# The most that a run may take, in terms of curl's; and the time that is good enough in any case.
GOALS = {
    (START, "static"): (0.2, 1.5e-3),
    (ONE, "static"): (0.6, None),
} | {(store, "static"): (0.2, None) for store in STORES}

PROGRAMS = (
    ("influxctl", ["build/static/influxctl", "--version"]),
    ("curl", ["curl", "--version"]),
    ("jq", ["jq", "--version"]),
    ("gh", ["gh", "--version"]),
    ("nginx", ["nginx", "-v"]),
    ("OpenSSL", ["openssl", "version"]),
    ("g++", ["g++", "--version"]),
    ("hyperfine", ["hyperfine", "--version"]),
    ("valgrind", ["valgrind", "--version"]),
)

HEAD = """# How fast it is

Written by `scripts/bench`, which measures all of this in one run, on one machine:

    scripts/bench

"""

NOTES = """
![Medians of the start-up, of a create, and of lists](benchmarks.svg)

## What is compared

- **static** and **shared** are influxctl, from `scripts/build-static` and the CMake preset
  `release`. **curl** sends the same request. **curl | jq** is what a script would do: a shell, and
  two programs. **gh** is a program in Go, for its start-up (`gh --version`). **limit** is
  `scripts/lib/bench_limit.c`, a static program that does one handshake in TLS 1.3, one request, and
  nothing else: the least that a create can take.
- The server is nginx on loopback, over TLS, at 127.0.0.1: no name is resolved. Its responses are
  fixed. Its certificate (ECDSA, P-256) and the CA that signed it are made for the run.
- **start** is `--version`. **create** is `management create --description bench`, with a credential
  from the environment. **list** is `management list` with one CA; jq makes the same columns
  (`@tsv`), or the same objects.
- *Hashed directory*: `SSL_CERT_DIR` is a copy of Debian's directory of hashed names, with the CA of
  the run in it. *Debian's*, *Fedora's* and *Alpine's bundle*: an `/etc` in which the bundle of that
  system, at its path, is all that there is; curl, which was built for Debian, is told the path.
  *SSL_CERT_FILE* names the whole bundle. In each, curl's OpenSSL parses all certificates; influxctl
  parses those that have the name of the wanted issuer. *One CA*: `tls.ca` and `--cacert`.
- Times are medians, and the middle half of the runs, which are in rounds: each program has its turn
  in each. *x curl* is the ratio of the medians to that of curl, or of curl | jq for lists. *Peak* is
  the resident memory of one run at its most (of a pipe: of its largest process). MB are 1,000,000
  bytes.
- Instructions are those in user space, counted by callgrind, the dynamic linker's too.
"""


def table(head, rows):
    """A table in Markdown, aligned; the first two columns to the left."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, None, *rows]:
        if row is None:
            cells = ["-" * width if column < 2 else "-" * (width - 1) + ":"
                     for column, width in enumerate(widths)]
        else:
            cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                     for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def verdict(met):
    """How a goal ended."""
    return "met" if met else "**not met**"


def milliseconds(seconds):
    """Three digits, about."""
    value = seconds * 1000
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def goal(row, ratio):
    """The goals of a row, and whether they are met."""
    said = []
    if limits := GOALS.get((row["group"], row["name"])):
        factor, enough = limits
        met = ratio <= factor or (enough is not None and row["median"] <= enough)
        also = f"{milliseconds(enough)} ms or " if enough else ""
        said.append(f"≤ {also}{factor} x curl: {verdict(met)}")
    if row["name"] == "static" and row["group"] in (*STORES, ONE):
        said.append(f"peak ≤ {PEAK / MILLION} MB: {verdict(row['peak'] <= PEAK)}")
    return "; ".join(said)


def timings(rows):
    """The table of times."""
    lines = []
    for row in rows:
        base = next((other for name in ("curl", "curl | jq") for other in rows
                     if other["group"] == row["group"] and other["name"] == name))
        ratio = row["median"] / base["median"]
        lines.append([row["group"], row["name"].replace("|", "\\|"), milliseconds(row["median"]),
                      f"{milliseconds(row['low'])}–{milliseconds(row['high'])}", f"{ratio:.2f}",
                      f"{row['peak'] / MILLION:.2f}", str(row["runs"]), goal(row, ratio)])
    return table(["what", "program", "median, ms", "middle half", "x curl", "peak, MB", "runs",
                  "goal"], lines)


def counts(rows):
    """The table of instructions."""
    lines = [[row["group"], row["name"], f"{row['instructions'] / MILLION:.2f}"]
             for row in rows if row["instructions"] is not None]
    return table(["what", "program", "million instructions"], lines)


def sizes(found):
    """The table of sizes."""
    lines = []
    for name, size in found.items():
        of_static = f"≤ {SIZE / MILLION} MB: {verdict(size <= SIZE)}" if name == "static" else ""
        needs = "nothing" if name == "static" else "its libraries" if name != "gh" else ""
        lines.append([name, needs, f"{size / MILLION:.2f}", of_static])
    return table(["program", "needs", "MB", "goal"], lines)


def first_line(command):
    """What a program says of its version."""
    if shutil.which(command[0]) is None:
        return "not installed: its row is left out"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = (done.stdout or done.stderr).splitlines()[0]
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"


def field_of(path, key, separator):
    """A field of a file of the system."""
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, _, value = line.partition(separator)
                if name.strip() == key:
                    return value.strip().strip('"')
    except OSError:
        pass
    return "unknown"


def machine(results):
    """Where and when this was measured."""
    lines = [
        ["processor", f"{field_of('/proc/cpuinfo', 'model name', ':')}, {os.cpu_count()} cores"],
        ["kernel", f"{platform.system()} {platform.release()} {platform.machine()}"],
        ["system", field_of("/etc/os-release", "PRETTY_NAME", "=")],
        ["date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")],
    ]
    if results["busy"] is not None:
        lines.append(["busy before", f"{results['busy']:.0%} of all cores, with other things"])
    lines += [[name, first_line(command)] for name, command in PROGRAMS]
    return table(["machine", ""], lines)


def write_points(rows, directory):
    """What gnuplot draws: a line for each group, a column for each program."""
    names = ("static", "shared", "curl", "curl | jq", "gh")
    groups = {START: "start", HASHED: "create,\\nstore", ONE: "create,\\none CA",
              "list of 100, table": "100", "list of 10,000, table": "10,000",
              "list of 100,000, table": "100,000"}
    medians = {(row["group"], row["name"]): f"{row['median'] * 1000:.3f}" for row in rows}
    for file_name, chosen in (("runs.dat", list(groups)[:3]), ("lists.dat", list(groups)[3:])):
        with open(os.path.join(directory, file_name), "w", encoding="utf-8") as file:
            for group in chosen:
                cells = [medians.get((group, name), "NaN") for name in names]
                print(f'"{groups[group]}"', *cells, file=file)


def main():
    """Prints the tables, and writes the page."""
    directory, page = sys.argv[1:]
    with open(os.path.join(directory, "results.json"), encoding="utf-8") as file:
        results = json.load(file)
    write_points(results["rows"], directory)
    figures = "\n".join([timings(results["rows"]), counts(results["rows"]),
                         sizes(results["sizes"])])
    where = machine(results)
    print(f"\n{figures}\n{where}".replace("\\|", "|"))
    if (results["busy"] or 0) > BUSY:
        print("The machine was busy with other things: do not trust these figures.")
    if results["quick"]:
        print("These are few runs: scripts/bench without --quick says more.")
    with open(page, "w", encoding="utf-8") as file:
        file.write(f"{HEAD}{figures}{NOTES}\n## Where\n\n{where}")


main()
