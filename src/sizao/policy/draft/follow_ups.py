"""Tests that a later test decides: Ct from 35 to 40, again after 24 hours, and what follows from each result."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sizao.policy.draft.cells import Cell, Reading
from sizao.policy.draft.items import Item
from sizao.policy.draft.tokens import Token
from sizao.policy.draft.vocabulary import vocabulary


@dataclass
class Branch:
    """A result, as a range of Ct, and the restriction or group of people that it leads to."""

    ct_from: Cell | None
    ct_below: Cell | None
    restriction: Cell | None
    subject: Cell | None


@dataclass
class Retest:
    """Whose test, with which Ct, is repeated after how many hours, and what the next one decides."""

    subject: Cell
    ct_from: Cell
    ct_below: Cell
    apart_hours: Cell
    branches: list[Branch]
    item: Item


def read_retests(reading: Reading) -> list[Retest]:
    """A band of Ct, hours 后, and at least one branch that says what a Ct leads to."""
    tokens = [t for sentence in reading.piece.sentences for t in sentence]
    found = []
    for n, band in enumerate(tokens):
        if band.kind != "ct" or not band.value or None in band.value:
            continue
        rest = tokens[n + 1 :]
        hours = next((t for t in rest if t.kind == "hours"), None)
        if hours is None or hours.value[0] is None or not hours.value[1].endswith("后"):
            continue
        subject = next((t for t in [*rest[:4], *reversed(tokens[:n])] if t.kind == "subject"), None)
        branches = _branches(rest[rest.index(hours) :], reading)
        if subject is None or not branches:
            continue
        low, high = band.value
        found.append(
            Retest(
                subject=reading.cell(subject.value[0], subject),
                ct_from=reading.cell(low, band),
                ct_below=reading.cell(high, band),
                apart_hours=reading.cell(hours.value[0], hours),
                branches=branches,
                item=reading.piece.item,
            )
        )
    return found


def _branches(tokens: list[Token], reading: Reading) -> list[Branch]:
    found: list[Branch] = []
    starts = [n for n, t in enumerate(tokens) if t.kind == "ct" and t.value]
    for n, end in pairwise([*starts, len(tokens)]):
        ct, after = tokens[n], tokens[n + 1 : end]
        target = next((t for t in after if t.kind == "subject" or _hospital(t)), None)
        if target is None:
            continue
        low, high = ct.value
        cell = reading.cell(target.value if target.kind == "restriction" else target.value[0], target)
        found.append(
            Branch(
                None if low is None else reading.cell(low, ct),
                None if high is None else reading.cell(high, ct),
                cell if target.kind == "restriction" else None,
                cell if target.kind == "subject" else None,
            )
        )
    return found


def _hospital(token: Token) -> bool:
    """Isolation in hospital: what a lighter restriction after it says is how, not where."""
    return token.kind == "restriction" and bool(vocabulary()["restrictions"][token.value].get("away"))
