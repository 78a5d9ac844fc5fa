"""Judges whether papers that were handed out still hold, by what is derived and recorded now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sizao.register.clock import today
from sizao.register.models import Document
from sizao.register.papers.found import find, in_force, latest_orders
from sizao.register.papers.letters import status_says

LONGEST = 100


def digest(code: str) -> str:
    """How the code of a paper is kept."""
    return hashlib.sha256(code.encode()).hexdigest()


def state_of_code(code: str) -> str:
    """`valid`, `expired` or `unknown`; nothing else is told to whoever holds a paper."""
    rows = Document.objects.unscoped("whoever holds the paper learns whether it holds").select_related("person")
    asked = digest(code) if len(code) <= LONGEST and code.isascii() else ""
    paper = rows.defer("person__name", "person__phone", "person__number").filter(digest=asked).first()
    if paper is None:
        return "unknown"
    return "valid" if holding([paper]) else "expired"


def holding(papers: Iterable[Document]) -> set[str]:
    """The `document_id` of those papers that still hold. Each with its person, where it has one.

    A notice: the same measure with the same end holds, and that is not over. A certificate: nothing holds. An order:
    its latest version is the one printed, and not over. A paper about somebody who was erased holds no longer.
    """
    asked = [paper for paper in papers if paper.says]
    people = {paper.person.pk: paper.person for paper in asked if paper.person is not None}
    now = find([*people.values()])
    orders = latest_orders([paper.order_id for paper in asked if paper.order_id])
    return {paper.document_id for paper in asked if _holds(paper, now, orders)}


def _holds(paper: Document, now: Any, orders: dict[str, Any]) -> bool:
    said = json.loads(paper.says or "{}").get("holds", {})
    person = paper.person
    if person is not None and person.erased_at is not None:
        return False
    if paper.kind == "order":  # it lies on whoever the record is merged into
        order = orders.get(paper.order_id)
        return order is not None and order.version == said.get("version") and in_force(order, today())
    assert person is not None
    if person.same_as_id is not None:
        return False
    status = now.statuses.get(person.pk)
    if paper.kind == "release_certificate":
        return status is None and not now.orders.get(person.pk)
    over = paper.until is not None and paper.until < today()
    return status is not None and not over and status_says(status) == said
