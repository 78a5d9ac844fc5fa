"""The paragraphs of a bulletin in their order; each takes its figures out of the ledger and tells them."""

from __future__ import annotations

from sizao.bulletin.places import HMT, HMT_NAMES, NATION
from sizao.bulletin.write.ledger import Ledger
from sizao.bulletin.write.parts import count, family, held
from sizao.bulletin.write.voice import ORIGINS, Voice

# Each line is a sentence.
OF_AN_ORIGIN = (("active", "suspected"), ("confirmed_total", "discharged_total", "deaths_total"))
IN_ALL = ("active", "discharged_total", "deaths_total", "confirmed_total", "suspected")
CONTACTS = ("contacts_total", "contacts_observed", "contacts_released_total")
OF_A_PROVINCE = (
    ("confirmed_new", "discharged_new", "deaths_new", "active"),
    ("discharged_total", "deaths_total", "confirmed_total"),
    ("suspected_new", "suspected"),
)


def paragraphs(book: Ledger, say: Voice) -> list[str]:
    """All paragraphs of a bulletin; afterwards the ledger is empty."""
    day = [new_cases(book, say), discharged(book, say), *(stock_of(book, say, origin) for origin in ORIGINS)]
    others = [stock(book, say), *hardest_hit(book, say), asymptomatic(book, say)]
    others += [hmt(book, say), *left_over(book, say), *since(book, say), say.remarks()]
    first, *more = [text for text in (*day, *others) if text]
    return [text.strip() for text in (opened(first, book, say), *more)]


def opened(text: str, book: Ledger, say: Voice) -> str:
    """The first paragraph of all, with the day and who reports."""
    reporters = say.reporters(book.region)
    if text.startswith(say.dated("as_of", say.on)):
        return text
    if not text.startswith(say.say("reported", p=reporters)):
        text = say.say("reported_on", p=reporters) + text
    return say.dated("period", say.on) + text


def new_cases(book: Ledger, say: Voice) -> str:
    """Confirmed, dead and suspected of the day."""
    confirmed = say.sentence(family(book, say, "confirmed_new", shape="sentence"))
    others = [family(book, say, measure) for measure in ("deaths_new", "suspected_new")]
    told = confirmed + say.sentence(say.join(*others, mark=say.semicolon))
    return say.say("reported", p=say.reporters(book.region)) + told if told else ""


def discharged(book: Ledger, say: Voice) -> str:
    """Discharged and released on the day, and the change of severe cases."""
    told = say.join(family(book, say, "discharged_new"), count(book, say, "contacts_released"), mark=say.between)
    today = say.say("today") + told if told else ""
    return say.sentence(today, count(book, say, "severe_change"))


def stock_of(book: Ledger, say: Voice, origin: str) -> str:
    """Imported (or local) cases at the end of the day.

    In Chinese 境外输入现有确诊病例 says of all numbers after it whose they are; without it each says so itself.
    """
    active = book.see(f"active_{origin}")
    named = origin == "imported" and active is not None and active.value > 0
    told = ""
    for line in OF_AN_ORIGIN:
        told += say.sentence(*(held(book, say, f"{m}_{origin}", inside=named and m != "active") for m in line))
    return told


def stock(book: Ledger, say: Voice) -> str:
    """All cases and contacts at the end of the day."""
    cases = say.sentence(*(held(book, say, measure) for measure in IN_ALL))
    told = cases + say.sentence(*(count(book, say, measure) for measure in CONTACTS))
    who = "as_reported" if book.region == NATION.name else "of_region"
    return say.dated("as_of", say.on) + say.say(who, p=say.reporters(book.region)) + told if told else ""


def hardest_hit(book: Ledger, say: Voice) -> list[str]:
    """A province whose stock is told by itself: Hubei, and Wuhan in it, in spring 2020."""
    told = []
    for place in book.with_stock():
        lines = [[held(book, say, m, place=place, inside=True) for m in line] for line in OF_A_PROVINCE]
        told.append(say.of_place(place, "".join(say.sentence(*line) for line in lines)))
    return told


def asymptomatic(book: Ledger, say: Voice) -> str:
    """Infections without symptoms: new, released, reclassified, under observation."""
    new = say.sentence(family(book, say, "asymptomatic_new", "infections"))
    released = family(book, say, "asymptomatic_released", "infections")
    inside = bool(new or released)
    converted = family(book, say, "asymptomatic_converted", "infections", "brackets", inside)
    observed = family(book, say, "asymptomatic_observed", "infections", "brackets")
    observed = say.join(observed, count(book, say, "asymptomatic_observed_change"))
    total = count(book, say, "asymptomatic_total")
    told = say.sentence(say.join(released, converted, observed, total, mark=say.semicolon))
    return (say.say("reported", p=say.reporters(book.region)) + new if new else "") + told


def hmt(book: Ledger, say: Voice) -> str:
    """Hong Kong, Macao and Taiwan, as they report."""
    total = book.take("confirmed_total", HMT.name)
    parts = []
    for place in HMT_NAMES:
        if figure := book.take("confirmed_total", place):
            ends = (book.take(measure, place) for measure in ("discharged_total", "deaths_total"))
            parts.append(say.hmt_part(figure, [end for end in ends if end]))
    return say.sentence(say.hmt(total, parts)) if total or parts else ""


def left_over(book: Ledger, say: Voice) -> list[str]:
    """What no paragraph has told, place by place, so that no figure is lost."""
    told = []
    for place in book.places():
        clauses = [say.tell(figure, explicit=True) for figure in book.left(place)]
        clauses += [say.loose(correction) for correction in book.loose(place)]
        told.append("".join(say.sentence(say.of_place(place, clause)) for clause in clauses))
    return told


def since(book: Ledger, say: Voice) -> list[str]:
    """Totals counted since some day, the days in their order."""
    told = []
    for day, figures in book.since():
        clauses = (say.tell(f) if f.place == book.region else say.of_place(f.place, say.tell(f)) for f in figures)
        told.append(say.dated("since", day) + say.sentence(*clauses))
    return told
