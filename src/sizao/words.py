"""The two languages, and the YAML files that lie beside the code: words, phrases, places."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

from ruamel.yaml import YAML

Lang = Literal["zh", "en"]


@cache
def read_yaml(package: str, file: str) -> Any:
    """What a file in the folder of a package holds. It is read once for all who ask: do not change it."""
    return YAML(typ="safe").load(resources.files(package).joinpath(file).read_text("utf-8"))
