"""Facts that a rulebook leaves undecided, and days on which two rulebooks are in force."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sizao.policy import Rulebook, chain, read_rulebook, shipped_files
from sizao.policy.cover import find_clashes, find_gaps

HERE = Path(__file__).parent
D = dt.date
START = D(2030, 1, 2)


def book(triggers: list[dict] | None = None, name: str = "xx-2030", effective: D = START, **more) -> Rulebook:
    """The good rulebook; `triggers` in place of those of its measure `contact` (7 days)."""
    data = YAML(typ="safe").load(HERE / "good.yaml") | {"id": name} | more
    data["document"] |= {"effective": effective, "published": effective}
    if triggers is not None:
        data["measures"][1]["triggers"] = triggers
    return Rulebook.model_validate(data)


def gaps(*books: Rulebook) -> list[tuple]:
    return [(gap.kind, gap.since, gap.before) for gap in find_gaps(books)]


def test_a_rulebook_that_catches_all_that_it_names_has_no_gap() -> None:
    assert gaps(book()) == []


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_no_shipped_rulebook_has_a_gap(path: Path) -> None:
    assert [gap.what for gap in find_gaps(chain(str(path)))] == []


def test_a_kind_that_only_the_older_rulebook_knows_is_a_gap() -> None:
    older = book([{"event": "met"}, {"event": "seen"}])
    newer = book([{"event": "met"}], "xx-2031", D(2031, 1, 1), replaces="xx-2030", transition={"rule": "keep"})
    (gap,) = find_gaps([older, newer])
    assert (gap.kind, gap.whole, gap.because, gap.at) == ("seen", True, "xx-2030", ("measures",))
    assert gap.what == "a fact of the kind 'seen' is caught or named by xx-2030 and not here: it would be undecided"


def test_a_kind_that_an_older_rulebook_only_looks_for_is_a_gap() -> None:
    measures = YAML(typ="safe").load(HERE / "good.yaml")["measures"]
    measures[1]["counted_from"] = {"event": "arrived", "within_days": 3}
    newer = book(None, "xx-2031", D(2031, 1, 1), replaces="xx-2030", transition={"rule": "keep"})
    assert gaps(book(measures=measures), newer) == [("arrived", D(2031, 1, 1), None)]


def test_a_kind_caught_on_some_dates_is_a_gap_on_the_others() -> None:
    between = {"event": "met", "from": D(2030, 3, 1), "before": D(2030, 4, 1)}
    later = {"event": "met", "from": D(2030, 5, 1)}
    found = list(find_gaps([book([{"event": "seen"}, between, later])]))
    assert [(g.since, g.before) for g in found] == [(D(2029, 12, 27), D(2030, 3, 1)), (D(2030, 4, 1), D(2030, 5, 1))]
    assert found[0].at == ("measures", 1, "triggers", 1)
    said = "one that occurred from 2030-04-01 to before 2030-05-01 would be undecided"
    assert found[1].what == f"a fact of the kind 'met' is caught on some dates only: {said}"


def test_dates_that_two_triggers_cover_together_are_no_gap() -> None:
    early, late = {"event": "met", "before": D(2030, 4, 1)}, {"event": "met", "from": D(2030, 4, 1)}
    assert gaps(book([early, late | {"day_1": "day_after"}])) == []


def test_facts_that_can_bind_no_more_when_the_rulebook_takes_effect_are_no_gap() -> None:
    longest = 7  # days of the longest measure: a fact of 6 days before is asked for something on the first day
    assert gaps(book([{"event": "met", "from": D(2030, 1, 2) - dt.timedelta(longest - 1)}])) == []
    missed = gaps(book([{"event": "met", "from": D(2030, 1, 2) - dt.timedelta(longest - 2)}]))
    assert missed == [("met", D(2029, 12, 27), D(2029, 12, 28))]


def test_under_keep_facts_from_before_are_left_to_the_older_rulebook() -> None:
    dated = [{"event": "exposed_to_case", "from": D(2031, 1, 1)}]
    values = {"replaces": "xx-2030", "transition": {"rule": "keep"}}
    assert gaps(book(), book(dated, "xx-2031", D(2031, 1, 1), **values)) == []
    values["transition"] = {"rule": "rederive"}
    found = gaps(book(), book(dated, "xx-2031", D(2031, 1, 1), **values))
    assert found == [("exposed_to_case", D(2030, 12, 26), D(2031, 1, 1))]


def test_a_class_or_an_origin_of_case_that_is_not_caught_is_a_gap_where_others_are() -> None:
    data = YAML(typ="safe").load(HERE / "good.yaml")
    data["measures"][0]["triggers"] = [{"case": ["confirmed"]}, {"case": ["asymptomatic"], "origin": ["local"]}]
    (gap,) = find_gaps([Rulebook.model_validate(data)])
    assert (gap.kind, gap.at) == ("case/asymptomatic/imported", ("measures", 0, "triggers", 0))
    said = "a case that is asymptomatic and imported is not caught while other cases are: it would be undecided"
    assert gap.what == said


def test_a_rulebook_without_any_case_leaves_cases_alone() -> None:
    data = YAML(typ="safe").load(HERE / "good.yaml")
    del data["measures"][0]
    assert list(find_gaps([Rulebook.model_validate(data)])) == []


def test_the_wide_rulebook_has_no_gap() -> None:
    assert list(find_gaps([read_rulebook(HERE / "wide.yaml")])) == []


def test_two_rulebooks_of_one_jurisdiction_and_disease_clash() -> None:
    one, two = book(), book(None, "xx-2031", D(2031, 1, 1))
    (clash,) = find_clashes([two, one])
    assert (clash.first.id, clash.second.id, clash.since) == ("xx-2030", "xx-2031", D(2031, 1, 1))
    assert list(find_clashes([one], [book(None, "xx-2031", D(2031, 1, 1), disease="other_fever")])) == []
    assert list(find_clashes([one], [book(None, "xx-2031", D(2031, 1, 1), jurisdiction="YY")])) == []


def test_only_pairs_with_one_that_is_named_count() -> None:
    one, two = book(), book(None, "xx-2031", D(2031, 1, 1))
    assert list(find_clashes([book(None, "zz", jurisdiction="ZZ")], [one, two])) == []
    assert len(list(find_clashes([one], [two]))) == 1


def test_a_rulebook_that_was_replaced_before_the_other_took_effect_does_not_clash() -> None:
    move = {"transition": {"rule": "keep"}}
    one = book()
    two = book(None, "xx-2031", D(2031, 1, 1), replaces="xx-2030", **move)
    three = book(None, "xx-2032", D(2032, 1, 1), replaces="xx-2031", **move)
    assert list(find_clashes([one, two, three])) == []
    assert list(find_clashes([three], [one, two])) == []
    (clash,) = find_clashes([one, three])
    assert clash.since == D(2032, 1, 1)


def test_a_named_file_takes_the_place_of_the_shipped_one_of_its_id() -> None:
    assert list(find_clashes([book()], [book()])) == []
