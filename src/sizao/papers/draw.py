"""Sets papers with Typst. What they say is handed over as JSON and never as markup, so that no name is executed."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

import qrcode
import typst

from sizao.errors import SizaoError
from sizao.papers.fonts import find_fonts
from sizao.papers.paper import Page

MAIN = Path(str(resources.files("sizao.papers"))) / "main.typ"


def draw(pages: Sequence[Page], made_at: dt.datetime) -> bytes:
    """All papers as one PDF, each begun on a page of its own; the same papers at the same instant, the same bytes.

    Raises SizaoError `no-fonts`, `no-paper` (nothing to draw).
    """
    return _compile(pages, made_at, "pdf")[0]


def draw_pictures(pages: Sequence[Page], made_at: dt.datetime, ppi: float = 96) -> list[bytes]:
    """The same as PNG, a picture a page."""
    return _compile(pages, made_at, "png", ppi)


def _compile(pages: Sequence[Page], made_at: dt.datetime, form: Any, ppi: float = 96) -> list[bytes]:
    if not pages:
        raise SizaoError("no-paper", "there is nothing to print", todo="choose at least one person or order")
    told = json.dumps([_told(asdict(page)) for page in pages], ensure_ascii=False)
    compiler = typst.Compiler(MAIN, root=MAIN.parent, font_paths=find_fonts(), sys_inputs={"papers": told})
    drawn: Any = compiler.compile(format=form, ppi=ppi, timestamp=int(made_at.timestamp()))
    return drawn if isinstance(drawn, list) else [drawn]


def _told(value: Any) -> Any:
    """What is handed over: codes drawn, and no character that a page cannot hold."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        drawn = {"svg": code_svg(value["text"])} if value.keys() >= {"text", "caption", "below"} else {}
        return {name: _told(inner) for name, inner in value.items()} | drawn
    return [_told(inner) for inner in value] if isinstance(value, list | tuple) else value


def _clean(text: str) -> str:
    """Without characters that steer (a name may not turn the line around), lone halves of letters shown as �."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = re.sub(r"[\r\n\t]+", " ", text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c == "\u200d")


def code_svg(text: str) -> str:
    """A QR code as SVG. It may open somebody's page, so it is kept in no memory.

    The mask is fixed: trying all eight would take as long as the rest of the page.
    """
    code = qrcode.QRCode(border=0, mask_pattern=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    box = f"0 0 {len(rows)} {len(rows)}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{dots(rows)}"/></svg>'


def dots(rows: Sequence[Sequence[bool]]) -> str:
    """The dark dots of a code as the way of a pen, those of a row that touch as one."""
    drawn = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            wide = len([*run])
            drawn += [f"M{x} {y}h{wide}v1h-{wide}z"] if dark else []
            x += wide
    return "".join(drawn)
