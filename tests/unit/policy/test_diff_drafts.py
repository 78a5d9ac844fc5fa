"""Two drafts of one notice, from two texts of it, differ exactly where the texts differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.policy.diff import diff_rulebooks, read_documents
from sizao.policy.draft import draft_text, read_text, write_draft

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def draft(number: str, folder: Path, chapter: str | None) -> str:
    """A draft of the text with this number, written to the folder."""
    source = next(iter(SEEDS.glob(f"{number}_*.txt")), None)
    if source is None:
        pytest.skip("the texts are not here")
    text, _ = read_text(source)
    path = folder / f"{number}.yaml"
    path.write_text(write_draft(draft_text(text, source.name, id=f"draft-{number}", chapter=chapter)), "utf-8")
    return str(path)


def test_the_notice_and_the_report_of_an_agency_differ_in_three_rules(tmp_path: Path) -> None:
    notice, report = draft("002", tmp_path, "二"), draft("004", tmp_path, None)
    changes = diff_rulebooks(*read_documents(notice, report))
    rules = [change for change in changes if change.group not in ("document", "readings", "wording")]
    assert [(change.group, change.path[-2:], change.before, change.after) for change in rules] == [
        ("persons", ("home_isolation", "tests"), [1, 3], [1, 3, 5]),
        ("persons", ("home_isolation", "tests"), [1, 3], [1, 3, 5]),
        ("places", ("low", "rest_of"), {"level": "high", "within": "county"}, {"level": "low", "within": "county"}),
    ]
    assert [change.path[1] for change in rules] == ["close_contact", "inbound", "levels"]


def test_of_the_whole_notice_the_chapter_that_the_report_leaves_out_stands_apart(tmp_path: Path) -> None:
    notice, report = draft("002", tmp_path, None), draft("004", tmp_path, None)
    changes = diff_rulebooks(*read_documents(notice, report))
    rules = [change for change in changes if change.group in ("persons", "places")]
    assert [(change.group, change.path[1], change.path[2:], change.before, change.after) for change in rules] == [
        ("persons", "close_contact", ("phases", "home_isolation", "tests"), [1, 3], [1, 3, 5]),
        ("persons", "inbound", ("phases", "home_isolation", "tests"), [1, 3], [1, 3, 5]),
        (
            "places",
            "levels",
            ("low", "rest_of"),
            {"level": "high", "within": "county"},
            {"level": "low", "within": "county"},
        ),
    ]
    rest = [change for change in changes if change not in rules]
    assert {change.group for change in rest} <= {"part", "document", "readings", "wording"}
    apart = [change for change in rest if change.group == "part"]
    assert [change.path for change in apart] == [
        ("measures", "hospital_transfer"),
        ("measures", "inbound_ct_recheck"),
        ("areas", "levels", "high", "wider"),
        ("areas", "levels", "high", "wider_clause"),
    ]
    assert all(change.after is None for change in apart)
