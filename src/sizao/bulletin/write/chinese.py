"""The official wording of late 2022."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sizao.bulletin.places import NATION, find_place, is_province
from sizao.bulletin.write.ledger import Figure
from sizao.bulletin.write.voice import Voice, local_name, name_of, phrases, words_of


class Chinese(Voice):
    """新增确诊病例2365例。"""

    lang = "zh"
    comma, semicolon, between, stop, brackets = "，", "；", "，", "。", "（{}）"

    def amount(self, value: int, unit: str) -> str:
        return f"{value}{unit}"

    def place(self, name: str) -> str:
        return name

    def full_place(self, name: str) -> str:
        return _full_name(name)

    def reporters(self, region: str) -> str:
        return self.say("reporters") if region == NATION.name else _full_name(region)

    def dated(self, key: str, day: date) -> str:
        return self.say(key, year=day.year, month=day.month, day=day.day)

    def fill(self, words: Mapping[str, Any], figure: Figure, n: str, inside: bool = False) -> str:
        chosen = words.get("inside", words) if inside else words
        none = figure.value == 0 and "none" in chosen and not self.star(figure)  # a star needs a number
        form = str(chosen["none" if none else "zh"])
        told = form.format(o="" if inside else self.origin(figure.measure), n=n)
        return told if "{n}" in form else told + self.star(figure)

    def alone(self, figure: Figure) -> str:
        name = name_of(figure.measure)
        form = str(phrases()["details"][name.detail]["alone"]["zh"])
        feature = "" if "{told}" in form else form
        words = words_of(figure.measure, figure.value)
        told = str(words["zh"]).format(o=self.origin(figure.measure) + feature, n=self.number(figure))
        return told if feature else form.format(told=told)

    def of_place(self, place: str, told: str) -> str:
        return place + told

    def items(self, figure: Figure, explicit: bool = False) -> str:
        """（广东38例，福建15例）, （内蒙古20例，其中包头市2例；辽宁6例，均在葫芦岛市）, （均在北京）."""
        items = figure.ranked()
        if not explicit and _is_in_one(figure) and not _is_in_one(items[0]):
            told = _all_in(figure) + self._cities(items[0])
            # of deaths the place is told without brackets
            apart = name_of(figure.measure)[:2] == ("deaths_new", "local") and not items[0].items
            return self.comma + told if apart else self.enclose(told)
        listed = (self._item(item) + self._cities(item) for item in items)
        return self.enclose(self.join(*listed, mark=self.semicolon if any(i.items for i in items) else self.comma))

    def _item(self, item: Figure) -> str:
        return local_name(item) + self.number(item) + self.corrections(item)

    def _cities(self, province: Figure) -> str:
        if not province.items:
            return ""
        if _is_in_one(province):
            return self.comma + _all_in(province)
        return "，其中" + "、".join(map(self._item, province.ranked()))


def _is_in_one(figure: Figure) -> bool:
    """Whether one place has all of a count, and no note or correction stands at either."""
    if len(figure.items) != 1 or figure.corrections:
        return False
    item = figure.items[0]
    return item.value == figure.value > 0 and not (item.note or item.corrections)


def _all_in(figure: Figure) -> str:
    return ("在" if figure.value == 1 else "均在") + local_name(figure.items[0])


def _full_name(name: str) -> str:
    known = find_place(name)
    return known.full if known and is_province(known.code) else name
