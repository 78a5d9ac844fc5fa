"""Tells one count: the whole with its list, its parts by origin, and what else stands beside it."""

from __future__ import annotations

from typing import Literal

from sizao.bulletin.write.ledger import Figure, Ledger
from sizao.bulletin.write.voice import ORIGINS, Style, Voice, phrases

SEVERITIES = ("severe", "critical", "mild")
Shape = Literal["clause", "brackets", "sentence"]
"""How the parts follow the whole."""


def count(book: Ledger, say: Voice, measure: str, *, place: str | None = None, inside: bool = False) -> str:
    """A count with its list; empty if the ledger has none. `inside`: the paragraph has said whose it is."""
    figure = book.take(measure, place)
    if figure is None:
        return ""
    return say.state(figure, inside=inside) + _beside(book, say, figure, explicit=place is not None)


def held(book: Ledger, say: Voice, measure: str, *, place: str | None = None, inside: bool = False) -> str:
    """A count; if it is of active cases, with how many of them are severe."""
    told = count(book, say, measure, place=place, inside=inside)
    if not measure.startswith("active"):
        return told
    found = [book.take(measure.replace("active", severity), place) for severity in SEVERITIES]
    severe = [figure for figure in found if figure]
    if not told:
        return say.join(*(say.tell(figure, inside=inside or n > 0) for n, figure in enumerate(severe)))
    if place is None and all(figure.plain for figure in severe):
        return told + say.enclose(say.among(severe))
    return say.join(told, say.among(severe, explicit=place is not None))


def family(
    book: Ledger, say: Voice, measure: str, style: Style = "cases", shape: Shape = "clause", inside: bool = False
) -> str:
    """A count, and how many of it were imported and local; empty if the ledger has nothing of it.

    Parts in brackets become a clause where they have lists; nothing is said twice where one part is all. `inside`:
    the paragraph has said who is counted.
    """
    whole = book.take(measure)
    told = say.state(whole, inside) + _beside(book, say, whole) if whole else ""
    figures = [figure for origin in ORIGINS if (figure := book.take(f"{measure}_{origin}"))]
    beside = [_beside(book, say, figure) for figure in figures]
    if whole is None:
        heads = [say.state(figure) for figure in figures]
        return say.join(*map(str.__add__, heads, beside), mark=say.semicolon)
    bare = whole.plain and told == say.state(whole, inside)
    is_all = bare and len(figures) == 1 and not figures[0].remark and figures[0].value == whole.value > 0
    parts = [say.part(f, style, is_all, not text) + text for f, text in zip(figures, beside, strict=True)]
    if not any(beside) and (shape == "brackets" or whole.value == 0):
        return told + say.enclose(say.join(*parts))
    if is_all or not parts:
        return say.join(told, *parts)
    link = say.say("of_these" if shape == "sentence" else "of_which")
    return told + link + say.join(*parts, mark=say.semicolon if shape == "sentence" else say.comma)


def _beside(book: Ledger, say: Voice, figure: Figure, explicit: bool = False) -> str:
    """The list of a count, and how many of it have some other feature."""
    place = None if figure.place == book.region else figure.place
    found = [book.take(f"{figure.measure}_{detail}", place) for detail in phrases()["details"]]
    more = [say.detail(each) + say.items(each) for each in found if each]
    if figure.measure.startswith("confirmed_new") and (
        converted := book.take(figure.measure.replace("confirmed", "converted"), place)
    ):
        more.append(say.converted(converted))
    return say.items(figure, explicit) + "".join(say.comma + text for text in more)
