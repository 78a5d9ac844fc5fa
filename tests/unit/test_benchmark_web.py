"""benchmarks/web.py measures what it says: every screen by users who signed in, and no page that asks elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import web  # noqa: E402
import web_screens  # noqa: E402

PEOPLE = 2_000


def test_it_measures_every_screen_of_a_real_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "ALONE", 1)
    found = web.measure(PEOPLE, len(web_screens.USERS), 1.0, kept=tmp_path)
    assert {screen.address for screen in found["screens"]} == {*web_screens.SCREENS}
    assert all(screen.spent and screen.length for screen in found["screens"])
    assert sum(len(screen.together) for screen in found["screens"]) > 0
    told = web.show(found, markdown=True)
    assert "| /situation |" in told and "| the longest page |" in told
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("register-run-")]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ('<img src="https://elsewhere.example/x.png">', "outside"),
        ("<link rel=stylesheet href=//elsewhere.example/x.css>", "outside"),
        ("x" * 500_001, "bytes long"),
    ],
)
def test_a_page_that_is_too_long_or_asks_elsewhere_stops_it(page: str, why: str) -> None:
    with pytest.raises(web.Refusal, match=why):
        web.check("/x", 200, f"<html>{page}</html>".encode())


def test_a_page_of_ours_may_link_to_a_rulebook_elsewhere() -> None:
    web.check("/x", 200, b'<html><a href="https://www.gov.cn/">text</a><img src="/static/x.svg"></html>')
    with pytest.raises(web.Refusal, match="500"):
        web.check("/x", 500, b"<html></html>")
