"""An address that asks for what its page does not know: told, and nothing shown, for without it more would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from django.utils.http import urlencode

from sizao.web.refusals import AstrayError
from sizao.web.say import say

Allowed = Collection[str] | Callable[[str], bool] | None
"""The values that may be asked for, or whether one may; None: any."""
LONGEST = 60
"""Letters of a value that are said again."""


def check_address(given: Mapping[str, str], path: str, known: Mapping[str, Allowed], *, whole: bool = True) -> None:
    """Raises AstrayError `filter-unknown` for a value that is not among those known, and where that is the `whole` of
    what the page reads, for a name; `path` leads to the page without them, "" to itself."""
    known = {"asked": None, **known}  # what `show_first` kept
    wrong = {name: value for name, value in given.items() if value and not _allows(known, name, value, whole)}
    if wrong:
        rest = urlencode([(name, value) for name, value in given.items() if name not in wrong and value.strip()])
        raise AstrayError(
            "filter-unknown",
            "this address asks for what the page does not know",
            todo="correct it or leave it out",
            way=f"{path}?{rest}",
            wrong=[
                say("audit_field", field=say().word("audit_fields", name[:LONGEST]), value=value[:LONGEST])
                for name, value in wrong.items()
            ],
        )


def is_day(text: str) -> bool:
    """Whether it is a date."""
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def is_number(text: str) -> bool:
    """Whether it may be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _allows(known: Mapping[str, Allowed], name: str, value: str, whole: bool) -> bool:
    allowed = known.get(name)
    if allowed is None:
        return name in known or not whole
    return allowed(value) if callable(allowed) else value in allowed
