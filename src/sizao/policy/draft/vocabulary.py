"""The vocabulary of notices, as data: which phrase names what, and what a draft says to its reader."""

from __future__ import annotations

from functools import cache
from typing import Any

from sizao.policy.words import Words
from sizao.words import read_yaml


def vocabulary() -> dict[str, Any]:
    """vocabulary.yaml."""
    words: dict[str, Any] = read_yaml("sizao.policy.draft", "vocabulary.yaml")
    return words


@cache
def phrases() -> dict[str, tuple[str, Any]]:
    """Phrase -> (kind of token, what it names), of every phrase that means something to the reader."""
    words, found = vocabulary(), {}
    for subject, entry in words["subjects"].items():
        found.update(dict.fromkeys(entry["phrases"], ("subject", (subject,))))
    for kind in ("restrictions", "levels", "acts", "orders"):
        for name, entry in words[kind].items():
            found.update(dict.fromkeys(entry["phrases"], (kind[:-1], name)))
    for choice in words["choices"]:
        value = (choice["lighter"], choice["heavier"])
        found.update(dict.fromkeys(choice["phrases"], ("choice", value)))
    for kind in ("scopes", "around"):
        for name, listed in words[kind].items():
            found.update(dict.fromkeys(listed, (kind.removesuffix("s"), name)))
    for sign, listed in words["signs"].items():
        found.update(dict.fromkeys(listed, (sign, sign)))
    return found


def title_of(kind: str, name: str) -> dict[str, str]:
    """The title of a subject, restriction, level, act or order, in both languages."""
    title: dict[str, str] = vocabulary()[kind][name]["title"]
    return dict(title)


def say(what: str, /, **values: object) -> Words:
    """A sentence of said.yaml in both languages; a value may itself be Words."""
    texts = read_yaml("sizao.policy.draft", "said.yaml")[what]
    return Words(
        **{lang: texts[lang].format(**{k: _in(v, lang) for k, v in values.items()}) for lang in ("zh", "en")}
    )


def _in(value: object, lang: str) -> object:
    return getattr(value, lang) if isinstance(value, Words) else value
