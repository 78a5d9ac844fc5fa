"""Compares the documents of two rulebooks (number, dates, title) and the readings that they assume."""

from __future__ import annotations

from sizao.policy.diff.change import NOTHING, Comparison, Subject
from sizao.policy.diff.pair import by, pair_by
from sizao.policy.diff.say import plain, say, word_of

OF_THE_RULEBOOK = ("id", "title", "jurisdiction", "disease", "replaces", "amends", "over")
OF_THE_DOCUMENT = {
    "number": "number",
    "title": "document_title",
    "issuer": "issuer",
    "published": "published",
    "effective": "effective",
    "retroactive": "retroactive",
}
SECTIONS = ("document", "test", "restrictions", "measures", "areas", "limits", "proofs", "duties", "transition")


def diff_document(c: Comparison) -> None:
    """Which document it is, and whatever else stands at the top of a file."""
    about = Subject("document", (), NOTHING)
    for key in OF_THE_RULEBOOK:
        c.tell_from_to(about.down(key), c.both.get(key), plain, what=say(key))
    document = c.both.get("document")
    if c.mappings(about.down("document"), document, optional=True):
        for key, word in OF_THE_DOCUMENT.items():
            c.tell_from_to(about.down("document", key), document.get(key), plain, what=say(word))
        c.rest(about.down("document"), document, *OF_THE_DOCUMENT)
    c.rest(about, c.both, *OF_THE_RULEBOOK, *SECTIONS, "assumed")


def diff_readings(c: Comparison) -> None:
    """Readings that differ, by what they are about."""
    about = Subject("readings", ("assumed",), NOTHING)
    both = c.lists(about, c.both.get("assumed"), say("group_readings"))
    for here, there in pair_by(both.a, both.b, by("about")):
        one = both.item(here, there)
        side = one.b if here is None else one.a
        what = side.get("about") if isinstance(side, dict) else side
        name = c.speech.named("measures", what)
        if name == plain(what):
            name = c.speech.named("levels", what) if c.speech.named("levels", what) != plain(what) else word_of(what)
        about_one = about.down(what)
        if here is None or there is None:
            c.tell(about_one, one, say("reading_new" if here is None else "reading_gone", about=name))
        elif one.differs:
            c.tell(about_one, one, say("reading_differs", about=name))
