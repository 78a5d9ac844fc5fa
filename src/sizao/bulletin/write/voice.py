"""What both languages of a bulletin share: fills the phrases of phrases.yaml with figures."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple

from sizao.bulletin.places import find_place, is_province
from sizao.bulletin.write.ledger import Correction, Figure
from sizao.errors import SizaoError
from sizao.words import Lang, read_yaml

Style = Literal["cases", "infections"]
ORIGINS = ("imported", "local")


def phrases() -> Mapping[str, Any]:
    """phrases.yaml."""
    words: Mapping[str, Any] = read_yaml("sizao.bulletin.write", "phrases.yaml")
    return words


class Named(NamedTuple):
    """The parts of a measure's name: `confirmed_new_local_found_managed` is confirmed_new, local, found_managed.

    `since`: a total counted from the day on that its note says.
    """

    stem: str
    origin: str | None
    detail: str | None
    since: str | None


@cache
def name_of(measure: str) -> Named:
    """Take a measure's name apart. SizaoError `unknown-measure` if bulletins have no words for it."""
    words = phrases()
    stem, origins, details = (_one_of(words[key]) for key in ("measures", "origins", "details"))
    found = re.fullmatch(f"({stem})(?:_({origins}))?(?:_({details}))?(?:_(since))?", measure)
    if found is None:
        raise SizaoError(
            "unknown-measure",
            f"bulletins have no words for the measure {measure!r}",
            where="figures",
            why="a number that cannot be told would be left out in silence",
            todo=f"name it {', '.join(words['measures'])}, with _imported or _local after it if need be",
        )
    return Named(*found.groups())


def _one_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


def words_of(measure: str, value: int = 1) -> Mapping[str, Any]:
    """The phrases of a measure; of a change, those for its direction."""
    words: Mapping[str, Any] = phrases()["measures"][name_of(measure).stem]
    return words["up" if value > 0 else "down" if value else "level"] if "level" in words else words


class Voice(ABC):
    """One language, for one bulletin: it keeps that bulletin's remarks."""

    lang: ClassVar[Lang]
    comma: ClassVar[str]
    semicolon: ClassVar[str]
    between: ClassVar[str]
    """Between the clauses of a sentence."""
    stop: ClassVar[str]
    brackets: ClassVar[str]

    def __init__(self, on: date) -> None:
        self.on = on
        self._remarks: list[str] = []

    @abstractmethod
    def amount(self, value: int, unit: str) -> str:
        """A number of persons; `unit` is 例 or 人."""

    @abstractmethod
    def place(self, name: str) -> str:
        """A place in this language."""

    @abstractmethod
    def reporters(self, region: str) -> str:
        """Who reports: all provinces, or one of them by its full name."""

    @abstractmethod
    def dated(self, key: str, day: date) -> str:
        """A phrase with a day in it."""

    @abstractmethod
    def fill(self, words: Mapping[str, Any], figure: Figure, n: str, inside: bool = False) -> str:
        """The phrase of a measure with a number in it, or with none."""

    @abstractmethod
    def alone(self, figure: Figure) -> str:
        """A figure with a feature (found by screening) whose whole count is not told."""

    @abstractmethod
    def items(self, figure: Figure, explicit: bool = False) -> str:
        """The list of places in brackets; `explicit`: with numbers even where one place has all."""

    @abstractmethod
    def of_place(self, place: str, told: str) -> str:
        """What is told of a place that is not the one whose bulletin this is."""

    @abstractmethod
    def full_place(self, name: str) -> str:
        """Hong Kong, Macao or Taiwan, before its number."""

    def say(self, key: str, **values: object) -> str:
        return str(phrases()[key][self.lang]).format(**values)

    def join(self, *told: str, mark: str | None = None) -> str:
        """What is told, apart by commas or by another mark."""
        return (self.comma if mark is None else mark).join(filter(None, told))

    def sentence(self, *told: str) -> str:
        """Clauses as a sentence; empty if nothing is told."""
        text = self.join(*told, mark=self.between)
        return text + self.stop if text else ""

    def enclose(self, told: str) -> str:
        return self.brackets.format(told) if told else ""

    def origin(self, measure: str) -> str:
        origin = name_of(measure).origin
        return str(phrases()["origins"][origin][self.lang]) if origin else ""

    # Numbers, with what is printed at them.
    def number(self, figure: Figure) -> str:
        """A number with its unit, and with a star where a remark belongs to it."""
        return self.amount(abs(figure.value), _unit(figure.measure)) + self.star(figure)

    def star(self, figure: Figure) -> str:
        """The stars of a figure whose note says more than what is printed beside it or in its list."""
        note = figure.remark
        if not note or figure.corrections or note in map(_text, _corrections_below(figure)):
            return ""
        if note not in self._remarks:
            self._remarks.append(note)
        return "*" * (self._remarks.index(note) + 1)

    def remarks(self) -> str:
        """What the stars stand for, as a last paragraph."""
        told = (self.say("remark", stars="*" * n, note=note) for n, note in enumerate(self._remarks, 1))
        return self.say("remarks", told=self.semicolon.join(told)) if self._remarks else ""

    def corrections(self, figure: Figure) -> str:
        return self.enclose(self.join(*(self.correction(c, figure.place) for c in figure.corrections)))

    def correction(self, correction: Correction, beside: str | None) -> str:
        """A correction, with its place unless that is the place of the figure beside it."""
        words = phrases()["correction"]["down" if correction.value < 0 else "up"][self.lang]
        place = "" if correction.place == beside else self.place(correction.place)
        n = self.amount(abs(correction.value), _unit(correction.measure))
        return str(words).format(p=place, n=n).strip()

    def loose(self, correction: Correction) -> str:
        """A correction whose figure is not told."""
        figure = Figure(correction.place, None, correction.measure, 1)
        return (
            self.fill(words_of(correction.measure), figure, "")
            + " " * (self.lang == "en")
            + self.correction(correction, correction.place)
        )

    # Counts.
    def state(self, figure: Figure, inside: bool = False) -> str:
        """A figure by itself, with its corrections. `inside`: the paragraph has said whose it is."""
        if name_of(figure.measure).detail:
            return self.alone(figure) + self.corrections(figure)
        words = words_of(figure.measure, figure.value or bool(self.star(figure)))  # a star needs a number
        return self.fill(words, figure, self.number(figure), inside) + self.corrections(figure)

    def tell(self, figure: Figure, inside: bool = False, explicit: bool = False) -> str:
        """A figure by itself, with its corrections and its list."""
        return self.state(figure, inside) + self.items(figure, explicit)

    def part(self, figure: Figure, style: Style, is_all: bool, bare: bool) -> str:
        """How many were imported or local, beside the whole; the list is not in it.

        `is_all`: the part is the whole; `bare`: nothing else is told of it, so that 0 can be told as none.
        """
        words = phrases()["parts"]["english" if self.lang == "en" else style]
        none = figure.value == 0 and bare and not self.star(figure)
        form = words[("one" if figure.value == 1 else "all") if is_all else "none" if none else "some"]
        told = form.format(o=self.origin(figure.measure), n=self.number(figure))
        return str(told) + ("" if "{n}" in form else self.star(figure)) + self.corrections(figure)

    def converted(self, figure: Figure) -> str:
        """How many of the confirmed cases had been asymptomatic, beside their number."""
        return self.say("converted", n=self.number(figure)) + self.corrections(figure) + self.items(figure)

    def detail(self, figure: Figure) -> str:
        """How many of a count have some other feature, beside that count; its list is not in it."""
        stem, _, detail, _ = name_of(figure.measure)
        origin = self.origin(figure.measure)
        who = phrases()["who"]["infections" if stem.startswith("asymptomatic") else "cases"].format(o=origin)
        words = str(phrases()["details"][detail]["beside"][self.lang])
        told = words.format(n=self.number(figure), o=origin, who=who if origin else "")
        return told + self.corrections(figure)

    def among(self, figures: Sequence[Figure], explicit: bool = False) -> str:
        """How many of the active cases are severe."""
        told = self.join(*(self.tell(figure, inside=True, explicit=explicit) for figure in figures))
        return self.say("among", told=told) if told and figures[0].value else told

    def hmt(self, total: Figure | None, parts: Sequence[str]) -> str:
        """Cases so far in Hong Kong, Macao and Taiwan, together and each."""
        told = self.number(total) + self.corrections(total) if total else ""
        link = self.say("each" if total else "only") if parts else ""
        return self.say("hmt") + told + link + self.join(*parts, mark=self.between)

    def hmt_part(self, figure: Figure, ends: Sequence[Figure]) -> str:
        """Cases so far in one of them; in brackets how they ended."""
        words = phrases()["ended"]
        told = (words[end.measure][self.lang].format(n=self.number(end)) + self.corrections(end) for end in ends)
        place = self.full_place(figure.place)
        return place + self.number(figure) + self.corrections(figure) + self.enclose(self.join(*told))


def local_name(figure: Figure) -> str:
    """A place as the table has it; a city that a province is named like, by its full name: 天津2例，均在河北区."""
    known = find_place(figure.place)
    if figure.code is None or known is None or known.code == figure.code or not is_province(known.code):
        return figure.place
    city = find_place(figure.place, within=figure.code[:2] + "0000")
    return city.full if city and city.code == figure.code else figure.place


def _corrections_below(figure: Figure) -> Iterator[Correction]:
    for item in figure.items:
        yield from item.corrections
        yield from _corrections_below(item)


def _text(correction: Correction) -> str:
    """A correction as a note of the table has it."""
    words = phrases()["correction"]["down" if correction.value < 0 else "up"]["zh"]
    return str(words).format(p=correction.place, n=f"{abs(correction.value)}{_unit(correction.measure)}")


def _unit(measure: str) -> str:
    return str(phrases()["measures"][name_of(measure).stem].get("unit", "例"))
