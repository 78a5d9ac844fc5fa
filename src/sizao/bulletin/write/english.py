"""The English edition: the same figures in the same order, for readers abroad."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sizao.bulletin.places import NATION, find_place
from sizao.bulletin.write.ledger import Figure
from sizao.bulletin.write.voice import Voice, local_name, name_of, phrases, words_of
from sizao.words import MONTHS


class English(Voice):
    """2,365 new confirmed cases. Places below the provinces keep their Chinese names."""

    lang = "en"
    comma, semicolon, between, stop, brackets = ", ", "; ", "; ", ". ", " ({})"

    def amount(self, value: int, unit: str) -> str:
        return f"{value:,}"

    def place(self, name: str) -> str:
        known = find_place(name)
        return known.en if known and known.en else name

    def full_place(self, name: str) -> str:
        return self.place(name) + " "

    def reporters(self, region: str) -> str:
        return self.say("reporters") if region == NATION.name else self.place(region)

    def dated(self, key: str, day: date) -> str:
        return self.say(key, day=day.day, month=MONTHS[day.month - 1], year=day.year)

    def fill(self, words: Mapping[str, Any], figure: Figure, n: str, inside: bool = False) -> str:
        origin = self.origin(figure.measure)
        n = n if figure.value else "no" + self.star(figure)
        plural = "" if abs(figure.value) == 1 and n else "s"
        form = str(words["en"])
        told = form.format(n=n, o=origin and origin + " ", s=plural).strip()
        return told if "{n}" in form else told + self.star(figure)

    def alone(self, figure: Figure) -> str:
        told = self.fill(words_of(figure.measure, figure.value), figure, self.number(figure))
        return str(phrases()["details"][name_of(figure.measure).detail]["alone"]["en"]).format(told=told)

    def sentence(self, *told: str) -> str:
        text = super().sentence(*told)
        return text[:1].upper() + text[1:]

    def of_place(self, place: str, told: str) -> str:
        return f"{self.place(place)}: {told}"

    def items(self, figure: Figure, explicit: bool = False) -> str:
        """(Guangdong 38, Fujian 15), (Inner Mongolia 20: 呼和浩特市 18, 包头市 2; Liaoning 6)."""
        mark = self.semicolon if any(item.items for item in figure.items) else self.comma
        return self.enclose(self.join(*map(self._item, figure.ranked()), mark=mark))

    def _item(self, item: Figure) -> str:
        cities = self.join(*map(self._item, item.ranked()))
        name = local_name(item)
        place = self.place(name) if name == item.place else name
        told = f"{place} {self.number(item)}{self.corrections(item)}"
        return f"{told}: {cities}" if cities else told
