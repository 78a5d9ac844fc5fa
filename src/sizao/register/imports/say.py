"""What is wrong with rows of an import, in both languages."""

from __future__ import annotations

from sizao.tables.codes import CODES
from sizao.words import Lang, read_yaml


def problem_title(code: str, lang: Lang) -> str:
    """One kind of problem in words; of an unknown one, its code."""
    said = read_yaml("sizao.register.imports", "problems.yaml").get(code)
    if said:
        return str(said[lang])
    return CODES[code].text(lang) if code in CODES else code
