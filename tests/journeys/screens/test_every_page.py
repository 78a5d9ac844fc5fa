"""Every page that a role can reach by links from its first page, looked at in a browser and read in both languages.

A page that is made of the same parts for several roles is drawn, and read in English, for the first of them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

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
READ: set[tuple[str, str]] = set()
"""What was read in English already: pages by their names and parts."""
FILES = ("mfa_download_recovery_codes",)  # not pages


@pytest.mark.parametrize("user", USERS)
def test_every_page_that_a_role_can_reach(user: str, walk_as: Any) -> None:
    walk, seen, unread = walk_as(user), set(), []
    walk.go("/")
    following = ["/"]
    for _ in range(STEPS + 1):
        found: list[str] = []
        for where in following:
            said = walk.fetch(where)
            found += [urljoin(where, link) for link in said["links"]]
            made_of = (name_of(where), said["pieces"])
            if ("shapes", *made_of) not in walk.looked:
                walk.go(where)
            if made_of not in READ:
                READ.add(made_of)
                unread.append(where)
        following = []
        for link in found:
            name = name_of(link) if link.startswith("/") else ""
            if name and name not in seen:
                seen.add(name)
                following.append(link.partition("#")[0])
    assert len(seen) > 3, seen
    walk.change_language()
    for where in unread:
        walk.fetch(where)
    walk.change_language()


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
