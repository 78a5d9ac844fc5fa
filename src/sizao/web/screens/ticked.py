"""What was ticked on the work of today or on a line list, and the page to go back to."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict
from django.urls import reverse

from sizao.register.access import Access
from sizao.register.line_lists.asked import read_query
from sizao.register.line_lists.columns import permission_of
from sizao.register.line_lists.find import all_rows
from sizao.register.line_lists.find import people_of as everybody_of
from sizao.register.models import Test
from sizao.web.screens.work import read_asked

MOST = 500
"""Rows of which something is done at once."""
TICKED = {"tests": "test"}
"""What a tick of a list names, where that is not the person (`who`)."""


def came_from(access: Access, given: QueryDict, of: str = "") -> tuple[str, dict[str, str]]:
    """The page to go back to, of the work of today or of a line list (`of`); and how the form says which."""
    of, query = of or given.get("list", ""), given.get("back", "")
    if of:
        listed = read_query(of, query[:3000])
        permission_of(access, listed.list)
        query = listed.query(after=listed.after)
        return f"{reverse(f'list_{of}')}?{query}", {"list": of, "back": query}
    asked = read_asked(QueryDict(query[:500]), access)
    query = asked.address(after=asked.after)
    return f"{reverse('work')}?{query}", {"back": query}


def ticked_people(access: Access, given: QueryDict) -> list[str]:
    """Whom: those ticked, those of the page or those of the whole filter."""
    if given.get("every") and given.get("list"):
        return everybody_of(access, read_query(given["list"], given.get("back", "")[:3000]), MOST)
    if given.get("list") == "tests" and not given.get("who"):
        return list(dict.fromkeys(test.person_id for test in tests_seen(access, ticked_tests(access, given))))
    return _chosen(given, "who")


def ticked_tests(access: Access, given: QueryDict) -> list[str]:
    """Which samples of the list of tests, in the same way."""
    if given.get("every"):
        return [row.test_id for row in all_rows(access, read_query("tests", given.get("back", "")[:3000]), MOST)]
    return _chosen(given, "test")


def tests_seen(access: Access, ids: Sequence[str]) -> list[Test]:
    """These tests in their latest version, as far as the user sees them; also those that were withdrawn."""
    rows = Test.objects.seen_by(access, "see_people").filter(test_id__in=ids).order_by("version")
    found = {test.test_id: test for test in rows}
    return [found[name] for name in ids if name in found]


def _chosen(given: QueryDict, ticked: str) -> list[str]:
    ids = given.getlist("page_of" if given.get("page") else ticked)
    return list(dict.fromkeys(name[:64] for name in ids if name))[:MOST]
