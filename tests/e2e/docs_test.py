#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/e2e/docs_test.py INFLUXCTL ROOT

Holds README.md and docs/*.md together: each link within the repository leads to a file, and to a
heading where it names one; each influxctl command that is shown has flags that the program has.
"""

import re
import subprocess
import sys
from pathlib import Path

INFLUXCTL, ROOT = sys.argv[1], Path(sys.argv[2])
COMMAND = re.compile(r"influxctl((?: --?[a-z-]+(?:[ =][^\s-]\S*)?)*) "
                     r"(management (?:create|list|revoke|rotate)|auth (?:login|logout|status))\b([^`\n|]*)")


def anchors(path):
    """The names of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def flags(command, known={}):  # pylint: disable=dangerous-default-value
    if command not in known:
        text = subprocess.run([INFLUXCTL, *command.split(), "--help"], stdout=subprocess.PIPE,
                              text=True, check=True).stdout
        known[command] = set(re.findall(r"^  (?:-h,)?(--[a-z-]+)", text, re.M))
    return known[command]


def faults(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists():
            yield f"no file: {target}"
        elif anchor and anchor not in anchors(path):
            yield f"no heading: {target}"
    for before, command, after in COMMAND.findall(re.sub(r" *\\\n *", " ", text)):
        used = re.findall(r"(?<![\w-])--[a-z][a-z-]*", before + " " + re.split(r" -- |--$", after)[0])
        for flag in set(used) - flags(command) - flags(""):
            yield f"no flag {flag}: influxctl{before} {command}{after}"


pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
found = [f"{page.relative_to(ROOT)}: {fault}" for page in pages for fault in faults(page)]
commands = sum(len(COMMAND.findall(page.read_text(encoding="utf-8"))) for page in pages)
print("\n".join(found) or f"{len(pages)} pages, {commands} commands")
sys.exit(bool(found) or commands < 20)
