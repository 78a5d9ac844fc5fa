"""The letters of papers: Noto Sans SC and Noto Serif SC out of a package; the machine's own for what these lack."""

from __future__ import annotations

from functools import cache
from importlib import util
from pathlib import Path

import typst

from sizao.errors import SizaoError

PACKAGE = "pylopdf_fonts_zh_cn"
"""Both faces as the Noto project publishes them, under the SIL Open Font License 1.1."""
NEEDED = ("Noto Serif SC", "Noto Sans SC")
INSTEAD = ("Noto Serif CJK SC", "Noto Sans CJK SC")
"""The same faces as Debian's fonts-noto-cjk calls them."""


@cache
def find_fonts() -> typst.Fonts:
    """The fonts, looked for once. Raises SizaoError `no-fonts` where there is none for Chinese."""
    found = util.find_spec(PACKAGE)
    folders = [str(Path(found.origin).parent)] if found is not None and found.origin else []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=folders)
    check({*fonts.families()})
    return fonts


def check(families: set[str]) -> None:
    """Raises SizaoError `no-fonts` unless both faces, or both of their doubles, are among the families."""
    if not any(families.issuperset(faces) for faces in (NEEDED, INSTEAD)):
        raise SizaoError(
            "no-fonts",
            "no font for Chinese is installed",
            why="papers are set in Noto Serif SC and Noto Sans SC, and nothing is fetched when they are made",
            todo="run `pip install pylopdf-fonts-zh-cn`, or `apt install fonts-noto-cjk`",
        )
