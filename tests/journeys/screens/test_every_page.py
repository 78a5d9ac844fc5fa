"""Every page that a role can reach by links from its first page, looked at in a browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

STEPS = 2  # links away from the first page
USERS = (
    "tracer",
    "epidemiologist",
    "community",
    "laboratory",
    "desk",
    "commander",
    "oversight",
    "administrator",
    "citizen",
)
FILES = ("mfa_download_recovery_codes",)  # not pages


@pytest.mark.parametrize("user", USERS)
def test_every_page_that_a_role_can_reach(user: str, walk_as: Any) -> None:
    walk, seen = walk_as(user), set()
    following = ["/"]
    for _ in range(STEPS + 1):
        found: list[str] = []
        for where in following:
            walk.go(where)
            found += walk.page.evaluate("[...document.links].map(link => link.href)")
        following = []
        for link in found:
            name = name_of(link) if link.startswith(walk.address) else ""
            if name and name not in seen:
                seen.add(name)
                following.append(link.removeprefix(walk.address).partition("#")[0])
    assert len(seen) > 3, seen


def name_of(link: str) -> str:
    """The name of the page behind a link; nothing where it is a file or another program's."""
    where = urlsplit(link).path
    try:
        found = resolve(where)
    except Resolver404:
        return ""
    if (
        found.url_name in FILES
        or where.endswith((".csv", ".pdf"))
        or (found.namespaces and found.url_name != "api_page")
    ):
        return ""
    return str(found.url_name)
