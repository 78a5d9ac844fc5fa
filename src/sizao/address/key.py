"""The key of a place: equal for spellings of one place within a county."""

from __future__ import annotations

from sizao.address.asides import Plain
from sizao.address.pieces import Pieces


def derive_key(found: Pieces, plain: Plain, scope: str) -> str:
    """A normal form."""
    return plain.text
