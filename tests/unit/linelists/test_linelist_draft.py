"""A case becomes one version for each day on which more was known about it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sizao.tables.linelists.draft import Draft
from sizao.tables.linelists.source import SourceRow

ROW = SourceRow("cases.csv", 7, {"onset": "o", "out": "d", "died": "x"})
SAID_IN = {"onset_on": "onset", "discharged_on": "out", "died_on": "died"}


def june(day: int) -> date:
    return date(2020, 6, day)


def draft_case(
    *,
    confirmed: int,
    entered: int | None = None,
    onset: int | None = None,
    out: int | None = None,
    died: int | None = None,
) -> Draft:
    def day(number: int | None) -> date | None:
        return None if number is None else june(number)

    draft = Draft(["cases"])
    draft.add_case(
        ROW,
        day(entered),
        confirmed_on=june(confirmed),
        discharged_on=day(out),
        died_on=day(died),
        said_in=SAID_IN,
        case_id="c",
        person_id="p",
        classification="confirmed",
        origin="local",
        onset_on=day(onset),
    )
    return draft


def versions(draft: Draft) -> list[tuple[int, object, object, object]]:
    """(day of recording, onset, discharge, death) of each version."""
    found = []
    for row in draft.imported().tables["cases"].to_pylist():
        recorded: datetime = row["recorded_at"].astimezone(UTC)
        assert (recorded.hour, recorded.minute) == (0, 0)
        found.append((recorded.day, row["onset_on"], row["discharged_on"], row["died_on"]))
    return found


def test_nobody_knows_of_the_discharge_before_its_day() -> None:
    draft = draft_case(confirmed=3, onset=1, out=10)
    assert versions(draft) == [(3, june(1), None, None), (10, june(1), june(10), None)]
    assert draft.problems == []


def test_a_row_entered_after_the_discharge_is_one_version() -> None:
    assert versions(draft_case(confirmed=3, entered=12, out=10)) == [(12, None, june(10), None)]


def test_a_row_entered_before_the_confirmation_is_recorded_on_the_day_of_confirmation() -> None:
    assert versions(draft_case(confirmed=3, entered=1)) == [(3, None, None, None)]


def test_a_death_after_the_discharge_is_a_third_version() -> None:
    assert versions(draft_case(confirmed=3, out=5, died=9)) == [
        (3, None, None, None),
        (5, None, june(5), None),
        (9, None, june(5), june(9)),
    ]


def test_onset_after_confirmation_is_kept_reported_and_not_known_before() -> None:
    draft = draft_case(confirmed=3, onset=4)
    assert versions(draft) == [(3, None, None, None), (4, june(4), None, None)]
    [problem] = draft.problems
    assert (problem.code, problem.effect) == ("onset-after-confirmation", "kept")
    assert (problem.line, problem.column, problem.value) == (7, "onset", "o")


def test_onset_on_the_day_of_confirmation_is_no_problem() -> None:
    assert draft_case(confirmed=3, onset=3).problems == []


def test_a_discharge_before_confirmation_is_reported_and_not_used() -> None:
    draft = draft_case(confirmed=3, out=2)
    assert versions(draft) == [(3, None, None, None)]
    assert [(p.code, p.effect, p.column) for p in draft.problems] == [
        ("discharge-before-confirmation", "refused", "out")
    ]


def test_a_discharge_on_the_day_of_confirmation_is_used() -> None:
    draft = draft_case(confirmed=3, out=3)
    assert (versions(draft), draft.problems) == ([(3, None, june(3), None)], [])


def test_a_death_before_confirmation_is_kept_and_reported() -> None:
    draft = draft_case(confirmed=3, died=2)
    assert versions(draft) == [(3, None, None, june(2))]
    assert [(p.code, p.effect, p.column) for p in draft.problems] == [("death-before-confirmation", "kept", "died")]


def test_what_is_reported_twice_stands_once() -> None:
    draft = Draft([])
    for _ in range(2):
        draft.doubt(ROW, "bad-date", "not a date", "write it anew", "onset")
    assert len(draft.imported().problems) == 1
