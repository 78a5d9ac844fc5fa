"""Cases of the actions that make papers."""

from __future__ import annotations

from action_case import Case, wrong

from sizao.register.actions.documents import Addresses

AT = Addresses("https://sizao.example/verify/")

PAPERS: dict[str, Case] = {
    "documents.make_documents": Case(
        "make_documents",
        lambda s: {"kind": "release_certificate", "person_ids": [s.double], "addresses": AT},
        {"documents": 1, "acts": 1},
        wrong=(
            wrong(kind="order", code="unknown-paper"),
            wrong(person_ids=["p-none"], code="not-found"),
            wrong(person_ids=["p\0"], code="not-found"),
            wrong(person_ids=[""] * 501, code="too-many"),
        ),
    ),
    "documents.make_orders": Case(
        "make_documents",
        lambda s: {"order_ids": [s.order], "addresses": AT},
        {"documents": 1, "acts": 1},
        instead="impose_orders",
        wrong=(wrong(order_ids=["o-none"], code="not-found"), wrong(order_ids=["o\0"], code="not-found")),
    ),
    "documents.make_orders of a place": Case(
        "make_documents",
        lambda s: {"order_ids": [s.place_order], "addresses": AT},
        {"documents": 1, "acts": 1},
        instead="impose_orders",
    ),
}
