# SPDX-License-Identifier: MIT
"""Prints a list of management tokens as a cluster sends it: COUNT. The same for everyone."""

import json
import random
import sys
import uuid

def token(number, chance):
    """One token, as docs/management-api.md has it."""
    day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
    fields = {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "accountId": "11111111-1111-1111-1111-111111111111",
        "description": f"Token {number} of the pipeline",
        "tokenPrefix": f"M.V1.{chance.getrandbits(32):08x}",
        "createdAt": f"{day}T{number % 24:02}:30:00.123456Z",
        "createdBy": "44444444-4444-4444-4444-444444444444",
    }
    if number % 2:
        fields["expiresAt"] = f"2027{day[4:]}T00:00:00Z"
    if number % 7 == 0:
        fields["revokedAt"] = f"{day}T23:59:59Z"
    return fields


def main():
    """Writes compact JSON, as servers do."""
    chance = random.Random(1)
    tokens = [token(number, chance) for number in range(int(sys.argv[1]))]
    json.dump(tokens, sys.stdout, separators=(",", ":"))


main()
