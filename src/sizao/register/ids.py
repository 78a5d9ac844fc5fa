"""Identifiers that say nothing of the person and cannot be guessed."""

from __future__ import annotations

import secrets
import time

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's 32: nothing that is read wrong over the phone


def new_id(prefix: str) -> str:
    """`prefix-` and 20 letters: 9 of the time (so that an index grows at its end), 11 random (55 bits)."""
    number = (int(time.time() * 1000) & (2**45 - 1)) << 55 | secrets.randbits(55)
    return f"{prefix}-" + "".join(_LETTERS[number >> shift & 31] for shift in range(95, -1, -5))
