"""The two languages: months, names in both; and the YAML files beside the code, words and other data."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, Literal

from ruamel.yaml import YAML

Lang = Literal["zh", "en"]
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TWO_NAMES = re.compile(r"(\S*[一-鿿]\S*) ([A-Za-z].*)")
"""A name in both languages: "云溪苑 Yunxi Court"."""


def name_in(lang: Lang, name: str) -> str:
    """A name that comes in both languages in this one; any other as it is."""
    both = TWO_NAMES.fullmatch(name)
    return both[1 if lang == "zh" else 2] if both else name


@cache
def read_yaml(package: str, file: str) -> Any:
    """What a file in the folder of a package holds. It is read once for all who ask: do not change it."""
    return YAML(typ="safe").load(resources.files(package).joinpath(file).read_text("utf-8"))
