"""What a number counts: who, how, from where; and the name of that measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from sizao.bulletin.places import Place
from sizao.bulletin.read.words import Said, lexicon


@dataclass(frozen=True, slots=True)
class Head:
    """`subject` who; `flow` new/now/total/change, or `act` what befell them; `origin` whence; `detail` a part."""

    place: Place
    subject: str
    flow: str | None
    act: str | None = None
    origin: str | None = None
    detail: str | None = None
    since: str | None = None

    def at(self, place: Place) -> Head:
        """The same count at another place."""
        return replace(self, place=place)

    @property
    def measure(self) -> str | None:
        """The name of the measure; None if there is none for it."""
        return _measure(self.subject, self.flow, self.act, self.origin, self.detail, self.since)


@lru_cache(maxsize=4096)
def _measure(
    subject: str, flow: str | None, act: str | None, origin: str | None, detail: str | None, since: str | None
) -> str | None:
    state = f"{act}_total" if act and flow == "total" else act or flow
    name = lexicon().measures.get((subject, state or ""))
    parts = (name, origin, detail, "since" if since else None)
    return "_".join(part for part in parts if part) if name else None


@dataclass(frozen=True, slots=True)
class Section:
    """What holds from a dateline, a reporter or a paragraph on: where, whence, and what a bare number is."""

    place: Place
    origin: str | None = None
    flow: str | None = None
    since: str | None = None


def understand_head(
    said: Said, base: Head | None, near: Head | None, section: Section, topic: str | None, unit: str, inside: bool
) -> Head | None:
    """What a number beside these words counts, given what was said before; None if that cannot be told.

    `base`: the last full count, whose parts are told after it; `near`: the last count of all; `topic`: of whom the
    paragraph speaks; `inside`: within brackets, where everything is a part of `base`.
    """
    place = base.place if inside and base else section.place
    subject = said.subject if said.subject != "any" else None
    if inside and base and subject == "confirmed" and not said.flow and base.subject in ("discharged", "deaths"):
        subject = None  # of the discharged, those who had been confirmed cases
    if said.act == "converted_in":
        origin = said.origin or (near.origin if near else None)
        return Head(place, "confirmed", "new", "converted_in", origin, said.detail)
    if said.act:
        subject = subject if subject not in (None, "confirmed") else topic
        if subject not in ("asymptomatic", "contacts") or (said.subject is None and unit.startswith("人")):
            subject = "contacts" if unit.startswith("人") else "asymptomatic"
        part = said.link == "part" and base is not None and base.flow == "total"
        flow = "total" if said.flow == "total" or part else None
        return Head(place, subject, flow, said.act, said.origin or section.origin)
    if said.sign:
        return Head(place, subject or (near.subject if near else "severe"), "change", None, said.origin)
    if subject:
        return _of_subject(said, subject, base, section, place, inside)
    if said.flow:
        subject = "confirmed" if said.subject or said.origin or not base else base.subject
        return Head(place, subject, said.flow, None, said.origin or section.origin, said.detail, section.since)
    if said.origin or said.detail or said.subject:
        if base:
            detail = said.detail
            return replace(base, place=place, origin=said.origin or base.origin, detail=detail)
        if said.subject and section.flow and not (said.origin or said.link == "part"):
            return Head(place, "confirmed", section.flow, None, said.origin, said.detail, section.since)
        return None
    return None


def _of_subject(
    said: Said, subject: str, base: Head | None, section: Section, place: Place, inside: bool
) -> Head | None:
    if base and base.subject == subject and said.origin and not said.flow:
        return replace(base, place=place, origin=said.origin, detail=said.detail)
    flow = said.flow or (base.flow if base and base.flow in ("new", "now", "total") else None) or section.flow
    if subject in ("severe", "critical", "mild"):
        if said.link == "part" and base and base.flow == "new" and base.subject == "confirmed":
            return None  # of the day's cases: another count than all who are severe
        if flow == "new" and not said.flow:
            return None  # 新确诊的17例病例中，重症病例3例
        if base and not said.flow:
            flow = "now"
    if subject == "asymptomatic" and flow == "total" and not said.flow and not section.since:
        flow = "now"
    if subject in ("deaths", "discharged") and flow == "now" and not said.flow:
        flow = "total"
    if said.flow and not said.whole and not inside:
        origin = said.origin or section.origin
    else:
        origin = said.origin or (base.origin if base else section.origin)
    since = section.since if flow == "total" else None
    return Head(place, subject, flow, None, origin, said.detail, since)
