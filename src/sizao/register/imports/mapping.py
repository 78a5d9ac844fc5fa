"""What a column of somebody's file means: shipped mappings, guesses from a header, and mappings that were kept."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sizao.errors import SizaoError
from sizao.register.actions.bulk import ORDER
from sizao.tables import contract
from sizao.words import read_yaml

Order = Literal["ymd", "dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("ymd", "dmy", "mdy")
LINE_LIST, GODATA = "line-list", "godata"
SEALED = ("name", "phone", "number")
PERSONAL = frozenset({*SEALED, "first_name", "last_name", "text", "traits"})
"""Of which no value stands beside a problem."""
BESIDE: Map[str, tuple[str, ...]] = {"people": SEALED}
"""Columns of our own exports beside those of the contract."""
GODATA_FILES = ("cases_clean.csv", "contacts_clean.csv")


@dataclass(frozen=True)
class Mapping:
    """`kind`: line-list, godata or a table of ours. `columns`: header by field; the rest is for line lists.

    `order` of day, month and year where a date does not say it (1/2/2022); `zone` of instants without one; `defaults`
    of fields that are empty or have no column; `words`: by field, their word and ours; `prefix` before their ids, so
    that the 17 of one hospital is not that of another.
    """

    kind: str
    columns: Map[str, str] = field(default_factory=dict)
    order: Order = "ymd"
    zone: str = "Asia/Shanghai"
    defaults: Map[str, str] = field(default_factory=dict)
    words: Map[str, Map[str, str]] = field(default_factory=dict)
    prefix: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def digest(self) -> bytes:
        """What tells it from others."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False).encode()).digest()


def read_mapping(said: Map[str, Any]) -> Mapping:
    """A mapping as it was kept or typed. Raises SizaoError `bad-mapping`."""
    try:
        found = Mapping(**said)
        known = {*fields(found.kind)} if found.kind != GODATA else set()
        flat = [*found.columns.items(), *found.defaults.items(), *((a, b) for a, b in found.words.items() if not b)]
        texts = all(isinstance(text, str) and "\0" not in text for pair in flat for text in pair if text != {})
        named = {*found.columns, *found.defaults, *found.words} <= known
        words = all(
            isinstance(w, dict) and all(isinstance(t, str) for p in w.items() for t in p)
            for w in found.words.values()
        )
        if not (texts and named and words and found.order in ORDERS and re.fullmatch(r"[\w.-]{0,20}", found.prefix)):
            raise ValueError("a field, word or prefix that no mapping has")
        ZoneInfo(found.zone)
    except (TypeError, ValueError, AttributeError, ZoneInfoNotFoundError) as error:
        raise SizaoError(
            "bad-mapping",
            f"this mapping cannot be used: {error}",
            todo="start from line-list, godata or a table's name",
        ) from error
    return found


def kinds() -> tuple[str, ...]:
    """What a file may be."""
    return (LINE_LIST, GODATA, *ORDER)


@cache
def fields(kind: str) -> Map[str, Map[str, Any]]:
    """What a column may be, by name. Raises SizaoError `unknown-mapping`."""
    if kind == LINE_LIST:
        found: Map[str, Map[str, Any]] = _shipped()[LINE_LIST]["fields"]
        return found
    if kind not in ORDER:
        raise SizaoError("unknown-mapping", f"no mapping is called {kind[:100]}", todo=f"one of {', '.join(kinds())}")
    said = contract(kind)
    own: dict[str, Map[str, Any]] = {
        column.name: {"zh": column.meaning.zh, "en": column.meaning.en, "headers": [column.name]}
        for column in said.columns
    }
    words = _shipped()[LINE_LIST]["fields"]
    own |= {name: {**words[name], "headers": [name]} for name in BESIDE.get(kind, ())}
    if said.versions:
        own["withdrawn"] = {"zh": "是否从未如此（已撤销）", "en": "whether it was never so", "headers": ["withdrawn"]}
    return own


def rules() -> Map[str, Any]:
    """What a row of a line list becomes."""
    found: Map[str, Any] = _shipped()[LINE_LIST]
    return found


def headers_of(mapping: Mapping) -> dict[str, str]:
    """The column of the file by that of our tables, and by field, as far as each comes from one column."""
    found = dict(mapping.columns)
    if mapping.kind == LINE_LIST:
        for said in rules()["tables"].values():
            found |= {
                name: found[source]
                for name, source in said["columns"].items()
                if source in found and name not in found
            }
    return {name: header for name, header in found.items() if header}


def title(kind: str, lang: Literal["zh", "en"]) -> str:
    """A mapping's name for readers."""
    if kind in _shipped():
        return str(_shipped()[kind]["title"][lang])
    said = contract(kind).title.text(lang)
    return f"四早导出的表：{said}" if lang == "zh" else f"A table of ours: {said}"


def guess(names: Sequence[str], header: Sequence[str], kind: str = "", **more: Any) -> Mapping:
    """The mapping that fits files by their names, or a header by its columns, of a kind where that is said."""
    if kind == GODATA or (not kind and set(GODATA_FILES) <= {name.lower() for name in names}):
        return Mapping(GODATA)
    if not kind:
        must = {name: {*contract(name).required} - {"recorded_at"} for name in ORDER}
        own = [name for name in ORDER if must[name] <= {*header} <= {*fields(name), "version"}]
        kind = min(own, key=lambda name: len(contract(name).names), default=LINE_LIST)
    known: dict[str, str] = {}
    for name, said in fields(kind).items():
        for text in said["headers"]:
            known.setdefault(_plain(text), name)
    columns: dict[str, str] = {}
    for text in header:
        found = known.get(_plain(text)) or (text if text in fields(kind) else None)
        if found is not None and found not in columns:
            columns[found] = text
    return replace(Mapping(kind, columns), **more)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _shipped() -> Map[str, Any]:
    found: Map[str, Any] = read_yaml("sizao.register.imports", "mappings.yaml")
    return found
