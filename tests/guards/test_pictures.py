"""The pictures of the docs are taken by the journeys, used by a page, and small."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/pictures"
PICTURES = {path.name for path in FOLDER.glob("*.png")}
MOST = 3_000_000  # bytes of all of them


def test_every_picture_is_taken_by_one_journey_and_every_one_taken_is_there() -> None:
    journeys = [path.read_text("utf-8") for path in ROOT.glob("tests/journeys/screens/test_*.py")]
    taken = [name for text in journeys for name in re.findall(r"\.picture\(\s*\"([\w-]+\.png)\"", text)]
    assert sorted(taken) == sorted(PICTURES), "run: SIZAO_PICTURES=1 pytest tests/journeys/screens"


def test_every_picture_is_used_by_a_page_and_says_what_it_shows() -> None:
    pages = [path.read_text("utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")]]
    used = {
        name for text in pages for name in re.findall(r"!\[[^\]]{8,}\]\((?:docs/)?pictures/([\w-]+\.png)\)", text)
    }
    assert used == PICTURES


def test_they_are_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in PICTURES) < MOST
