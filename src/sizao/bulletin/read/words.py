"""What the words of a bulletin say: the list of words as data, and the reading of what stands between two marks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from sizao.bulletin.places import Place, find_place, is_province
from sizao.words import read_yaml

KINDS = ("flow", "act", "subject", "origin", "detail", "link", "sign", "correction")


ABROAD = Place(None, "境外", "境外", "Abroad")


@dataclass(frozen=True)
class Said:
    """What a run of words says. None: it says nothing of it. `unknown`: letters that are no word of bulletins."""

    flow: str | None = None
    act: str | None = None
    subject: str | None = None
    origin: str | None = None
    detail: str | None = None
    link: str | None = None
    sign: str | None = None
    correction: str | None = None
    whole: bool = False
    zero: bool = False
    today: bool = False
    places: tuple[Place, ...] = ()
    unknown: str = ""

    @property
    def counts(self) -> bool:
        """Whether it says what is counted by itself."""
        return bool(self.flow or self.subject or self.act)

    @property
    def plain(self) -> bool:
        """Whether it says nothing at all, or only what makes no difference."""
        return not (self.unknown or self.zero or self.places or any(getattr(self, kind) for kind in KINDS))


@dataclass(frozen=True)
class Frame:
    """Words that a clause is built with, as `frame` in words.yaml tells them apart."""

    leading: re.Pattern[str]
    where: re.Pattern[str]
    divisions: tuple[str, ...]
    division: str
    told: str
    among: str
    partial: str
    exception: str
    from_abroad: str
    imported: str
    corrected: re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """The list of words. `words`: word -> (kind, meaning)."""

    words: Mapping[str, tuple[str, str]]
    whole: Mapping[str, Mapping[str, str]]
    longest: int
    measures: Mapping[tuple[str, str], str]
    asides: tuple[str, ...]
    end: tuple[str, ...]
    spun: tuple[str, ...]
    ended: Mapping[str, dt.date]
    frame: Frame


@cache
def lexicon() -> Lexicon:
    """The words of bulletins, from words.yaml."""
    data = read_yaml("sizao.bulletin.read", "words.yaml")
    words: dict[str, tuple[str, str]] = {}
    for kind in KINDS:
        for meaning, spellings in data[kind].items():
            words.update(dict.fromkeys(spellings, (kind, meaning)))
    for kind in ("zero", "today"):
        words.update(dict.fromkeys(data[kind], (kind, "")))
    for word in data["silent"]:
        words.setdefault(word, ("silent", ""))
    words.update(dict.fromkeys(data["abroad"], ("abroad", "")))
    words.update(dict.fromkeys(data["whole"], ("whole", "")))
    return Lexicon(
        words=words,
        whole=data["whole"],
        longest=max(map(len, words)),
        measures={(who, what): name for who, row in data["measures"].items() for what, name in row.items()},
        asides=tuple(data["asides"]),
        end=tuple(data["end"]),
        spun=tuple(data["spun"]),
        ended=data["ended"],
        frame=_frame(**data["frame"]),
    )


def _frame(
    *, leading: list[str], where: list[str], divisions: list[str], corrected: list[str], **words: str
) -> Frame:
    return Frame(
        leading=re.compile(f"^(?:{'|'.join(leading)})+"),
        where=re.compile(f"^(?:{'|'.join(where)})"),
        divisions=tuple(divisions),
        corrected=re.compile(f"(?:{'|'.join(corrected)}).*"),
        exception=words.pop("except"),
        **words,
    )


_WEAK = (None, "any", "confirmed")  # meanings that give way to any other of their kind: 治愈出院确诊病例


def _weight(meaning: str | None) -> int:
    return _WEAK.index(meaning) if meaning in _WEAK else len(_WEAK)


def merge(pre: Said, post: Said) -> Said:
    """What stands before a number and after it, as one. The words before it weigh more."""
    if post.plain:
        return pre
    kinds = {kind: getattr(pre, kind) or getattr(post, kind) for kind in KINDS}
    if pre.subject == "any" and post.subject:
        kinds["subject"] = post.subject
    return replace(
        pre,
        **kinds,
        whole=pre.whole or post.whole,
        today=pre.today or post.today,
        places=pre.places or post.places,
        unknown=pre.unknown + post.unknown,
    )


LONGEST_RUN = 200  # letters between two marks; more are no words of bulletins
LONGEST_NAME = 12  # of a place: 克孜勒苏柯尔克孜自治州 has 11 letters


@lru_cache(maxsize=20_000)
def understand(run: str, within: str | None = None) -> Said:
    """What a run of letters without numbers and marks says. `within`: code of the province whose cities are meant.

    The longest word that fits is taken; a place name counts as a word. Texts repeat themselves, so answers are kept.
    """
    if len(run) > LONGEST_RUN:
        return Said(unknown=run[:LONGEST_RUN])
    found: dict[str, str] = {}
    places: list[Place] = []
    unknown: list[str] = []
    known = lexicon()
    at = 0
    while at < len(run):
        word = _longest_word(run, at, known)
        name, here = _longest_name(run, at, within)
        if here is not None and len(name) > len(word):
            places.append(here if _is_top(here) else replace(here, name=name))
            at += len(name)
        elif word:
            kind, meaning = known.words[word]
            if kind == "abroad":
                places.append(ABROAD)
                found.setdefault("flow", "total")
            elif kind == "whole":
                found |= known.whole[word]
                found.setdefault("whole", "")
            elif kind != "silent" and _weight(meaning) >= _weight(found.get(kind)):
                found[kind] = meaning
            at += len(word)
        else:
            unknown.append(run[at])
            at += 1
    return Said(
        **{kind: found.get(kind) for kind in KINDS},
        whole="whole" in found,
        zero="zero" in found,
        today="today" in found,
        places=tuple(places),
        unknown="".join(unknown),
    )


def _is_top(place: Place) -> bool:
    """Provinces go by one name; a city is told as it is written."""
    return place.code is None or is_province(place.code)


def _longest_word(run: str, at: int, known: Lexicon) -> str:
    for end in range(min(len(run), at + known.longest), at, -1):
        if run[at:end] in known.words:
            return run[at:end]
    return ""


def _longest_name(run: str, at: int, within: str | None) -> tuple[str, Place | None]:
    for end in range(min(len(run), at + LONGEST_NAME), at + 1, -1):
        if here := find_place(run[at:end], within):
            return run[at:end], here
    return "", None
