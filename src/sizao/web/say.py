"""Says the words of the screens in the language of the page, and what the rulebooks call their measures."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override

from sizao.derive.why.voice import Voice
from sizao.page.say import Say
from sizao.policy import chain
from sizao.register.clock import today
from sizao.web.language import CODES
from sizao.words import Lang, read_yaml

Told = TypeVar("Told")
TWO_NAMES = re.compile(r"(.*[一-鿿]\S*) ([A-Za-z][ -~]*)")


@dataclass(frozen=True)
class Words(Say):
    """One language."""

    file = ("sizao.web", "words")

    @classmethod
    def words(cls) -> Mapping[str, Any]:
        """All files of the folder words/ as one; a word stands in one of them."""
        return all_words()

    def __call__(self, word: str, **values: Any) -> str:
        """A word with `values` filled in. In English, {s} is the ending of what there are `n` of."""
        return super().__call__(word, **({"s": "" if values.get("n") == 1 else "s"} | values if values else {}))

    def day(self, day: dt.date | None) -> str:
        """A day; with its year where that is not this year. — where there is none."""
        if day is None:
            return "—"
        said = super().day(day)
        if day.year == today().year:
            return said
        return f"{day.year}年{said}" if self.lang == "zh" else f"{said} {day.year}"

    def moment(self, instant: dt.datetime | None) -> str:
        """An instant, where the register is."""
        if instant is None:
            return "—"
        local = timezone.localtime(instant, timezone.get_default_timezone())
        return f"{self.day(local.date())} {local:%H:%M}"

    def sentence(self, text: str) -> str:
        """A text that ends as a sentence does."""
        text = f"{text[:1].upper()}{text[1:]}"
        return text if text.endswith(("。", ".", "？", "?", "！")) else text + ("。" if self.lang == "zh" else ".")

    def name(self, text: str | None) -> str:
        """A name that comes in both languages ("云溪苑 Yunxi Court") in this one; any other as it is."""
        both = TWO_NAMES.fullmatch(text or "")
        return both[1 if self.lang == "zh" else 2] if both else text or ""


@cache
def all_words() -> Mapping[str, Any]:
    """The words of all screens. Raises ValueError where two files have the same word."""
    found: dict[str, Any] = {}
    for file in sorted(resources.files("sizao.web").joinpath("words").iterdir(), key=lambda file: file.name):
        words = read_yaml("sizao.web", f"words/{file.name}")
        if twice := found.keys() & words.keys():
            raise ValueError(f"{file.name}: {', '.join(sorted(twice))} stand in another file too")
        found |= words
    return found


def lang() -> Lang:
    """The language of the page."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def in_both(tell: Callable[[], Told]) -> dict[str, Told]:
    """What is told in the language of the page, and then in the other."""
    told = {}
    for language in sorted(CODES, key=lambda one: one != lang()):
        with override(CODES[language]):
            told[language] = tell()
    return told


def dialled(phone: str | None) -> str:
    """What a link to a phone dials: its digits, and + before them; "" of what is no phone."""
    plain = unicodedata.normalize("NFKC", phone or "")
    found = re.sub(r"[^\d+]", "", plain)
    return found if re.fullmatch(r"\+?\d{3,20}", found) else ""


def say(word: str = "", **values: Any) -> Any:
    """A word of words/ with `values` filled in; without one, the language itself."""
    words = Words(lang())
    return words(word, **values) if word else words


def written(day: dt.date) -> str:
    """A day, or an instant where the register is."""
    words = say()
    return str(words.moment(day) if isinstance(day, dt.datetime) else words.day(day))


def titles() -> Voice:
    """What the register's rulebooks call kinds of facts, measures and restrictions, seen from today."""
    return _titles(settings.SIZAO_RULEBOOK, lang(), today())


@lru_cache(maxsize=8)
def _titles(rulebook: str, language: Lang, on: dt.date) -> Voice:
    return Voice(chain(rulebook), language, on)
