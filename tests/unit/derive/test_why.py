"""`sizao why` says what the rulebook does: tests that start, end and decide, credit, precedence, whose clause."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from lake import rulebook, words

from sizao.derive import facts_of
from sizao.derive.person import PersonDesk
from sizao.derive.why import explain
from sizao.policy import Rulebook
from sizao.policy.overlay import lay_over
from sizao.policy.rulebook import Statement

RECORDED = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
Row = dict[str, Any]


def day(n: int) -> dt.date:
    return dt.date(2030, 1, n)


def event(event_id: str, kind: str, on: int, **more: Any) -> Row:
    return {"event_id": event_id, "kind": kind, "occurred_on": day(on), **more}


def sample(test_id: str, on: int, result: str = "negative", ct: int | None = None) -> Row:
    return {"test_id": test_id, "sampled_on": day(on), "method": "pcr", "result": result, "ct": ct}


def told(
    on: int,
    *rows: Row,
    lang: str = "en",
    chain: tuple[Rulebook, ...] | None = None,
) -> str:
    """What is said on a day of a person with these events, tests, cases and orders: two spaces a depth."""
    keys = {"events": "event_id", "tests": "test_id", "cases": "case_id", "orders": "order_id"}
    tables = {
        name: [{"person_id": "p", "recorded_at": RECORDED} | row for row in rows if key in row]
        for name, key in keys.items()
    }
    with PersonDesk(facts_of(tables), chain or (rulebook(),)) as desk:
        answer = desk.ask("p", day(on), RECORDED)
    assert answer is not None
    lines: list[str] = []
    for section in explain(answer, "zh" if lang == "zh" else "en"):
        lines += [section.title, *("  " * (depth + 1) + line for depth, line in section.lines)]
    return "\n".join(lines)


def newer_from(effective: dt.date, rule: str = "rederive", **changes: Any) -> Rulebook:
    """The rulebook that takes the made-up one's place."""
    newer = rulebook(id="lake-2031", replaces="lake-2030", transition={"rule": rule}, **changes)
    return newer.model_copy(update={"document": newer.document.model_copy(update={"effective": effective})})


def says(text: str, *parts: str) -> None:
    for part in parts:
        assert part in text, f"{part!r} is not said in:\n{text}"


def no_longer(book: Rulebook) -> Rulebook:
    """The rulebook with "no longer" in the titles of its measures, restrictions and kinds of fact."""

    def marked(part: Any) -> Any:
        title = part.title and part.title.model_copy(
            update={"zh": f"{part.title.zh}旧称", "en": f"{part.title.en} no longer"}
        )
        return part.model_copy(update={"title": title})

    measures = (marked(m).model_copy(update={"triggers": tuple(map(marked, m.triggers))}) for m in book.measures)
    restrictions = tuple(map(marked, book.restrictions))
    return book.model_copy(update={"measures": tuple(measures), "restrictions": restrictions})


def test_titles_are_those_of_the_rulebook_of_the_row_and_of_the_day() -> None:
    chain = (rulebook(), no_longer(newer_from(day(20))))
    order = {"order_id": "o1", "from": day(5), "until": day(6), "restriction": "home", "issuer": "x"}
    facts = (event("e1", "met_case", 2), event("e2", "arrived", 2), event("e3", "skied", 6), order)
    for lang, gone in (("en", "no longer"), ("zh", "旧称")):
        before = told(5, *facts, chain=chain, lang=lang)
        assert gone not in before, before
        assert before == told(5, *facts, lang=lang)
    says(told(21, event("e1", "met_case", 18), chain=chain), "Fact: meeting a case no longer on 2030-01-18")
    kept = (rulebook(), no_longer(newer_from(day(5), rule="keep")))
    still = told(6, event("e1", "met_case", 2), chain=kept)
    says(still, "Fact: meeting a case on 2030-01-02", "Due today: swab (contact, centre stay day 4).")
    assert "no longer" not in still


def test_what_was_read_into_the_follow_up_that_decided_is_listed() -> None:
    assumed = [{"about": "weak", "reading": words("the test decides")}, {"about": "contact", "reading": words("met")}]
    chain = (rulebook(assumed=assumed),)
    text = told(7, ARRIVED, WEAK, sample("t2", 6, "positive", 3300), chain=chain)
    says(text, "the test decides")
    assert "  met" not in text


ARRIVED, WEAK = event("e1", "arrived", 1), sample("t1", 5, "positive", 3700)


def test_a_test_that_starts_a_run_is_told_with_what_caught_it_and_what_comes_next() -> None:
    text = told(5, ARRIVED, WEAK)
    says(
        text,
        "Fact: test of 2030-01-05, positive, Ct 37, pcr (t1, recorded",
        "Caught because: Ct from 35 to below 40, 4 days after arrival on 2030-01-01 (e1), where up to 8 count",
        "Clause: 4, weak positive (lake-2030, Notice 7)",
        "The first test with a result from 2030-01-06 to 2030-01-08 (at least 24 hours later) decides",
        'Ct below 35 → "transfer", any other result → "old"',
    )
    says(
        told(5, ARRIVED, WEAK, lang="zh"),
        "Ct值≥35且<40，在〈arrival〉，2030-01-01（e1）后4天（规定8天内）",
        "等待复检",
    )


def test_a_follow_up_test_is_told_with_the_test_before_it_and_the_branch() -> None:
    text = told(7, ARRIVED, WEAK, sample("t2", 6, "positive", 3300))
    says(
        text,
        "Next test after the test of 2030-01-05, positive, Ct 37, pcr (t1): the first with a result at least 24 hours"
        " and at most 3 days later (weak positive, 4)",
        'Its result fits "Ct below 35", so the rule for "transfer" holds',
        'The test after it is the test of 2030-01-06, positive, Ct 33, pcr (t2), so the rule for "transfer" holds',
        "with no fixed end",
        "ward stay: from 2030-01-06 until it ends as said below",
    )
    says(
        told(7, ARRIVED, WEAK, sample("t2", 6)), 'Its result does not fit "Ct below 35", so the rule for "old" holds'
    )
    says(told(7, ARRIVED, WEAK, sample("t2", 6), lang="zh"), "复检结果不符合“Ct值<35”，故按“〈old〉”管理")


def test_a_follow_up_test_that_was_not_taken_is_missed() -> None:
    says(told(9, ARRIVED, WEAK), "No result is recorded of the next test that was to be taken from 2030-01-06")


def test_a_frequency_is_told_with_its_planned_days() -> None:
    text = told(7, ARRIVED, WEAK, sample("t2", 6))
    says(text, "swab: 2 in every 3 days, at least 24 hours apart, planned for days 1, 3", "The hour of a sample")
    assert "planned for" not in told(2, ARRIVED)


def test_ways_out_that_are_open_are_told_with_dates() -> None:
    text = told(4, event("e1", "met_case", 2))
    says(
        text,
        "It may end earlier",
        "May end on 2030-01-06 (day 4) with a test of 2030-01-04 to 2030-01-06 that counts "
        "(negative or Ct at least 35); after that, on the day of such a test (2a)",
        'May end earlier: on the day before "left_bubble" (2b)',
    )
    later = told(7, event("e1", "met_case", 2))
    says(later, "May end on the day of the next test that counts (negative or Ct at least 35) (2a)")
    last = told(9, event("e1", "met_case", 2))
    assert "the next test that counts" not in last  # on the last day no test ends it earlier


def test_a_way_out_that_was_used_is_told_with_the_sample_and_how_later_phases_moved() -> None:
    text = told(8, event("e1", "met_case", 2), sample("t1", 5), sample("t2", 6))
    says(
        text,
        "centre stay, 4 days: 2030-01-03 to 2030-01-06 (planned: 2030-01-03 to 2030-01-09); swab on days 1, 4",
        "Ended on 2030-01-06, not 2030-01-09, by the test of 2030-01-05, negative, pcr (t1). The rule: a test that",
        "the last day is day 4 (2030-01-06) or later, no more than 48 hours before the end (2a)",
        "home stay, to day 10 of the measure: 2030-01-07 to 2030-01-12, 6 days (planned: 2030-01-10 to 2030-01-12)",
    )
    assert "May end" not in text and "may end" not in text
    early = told(4, event("e1", "met_case", 2), sample("t1", 5))
    says(early, "Ends on 2030-01-06, not 2030-01-09, by the test of 2030-01-05")
    says(told(8, event("e1", "met_case", 2), sample("t1", 5), lang="zh"), "已于 2030-01-06 结束（原定 2030-01-09）")


def test_a_run_that_is_over_tells_what_ended_it_and_its_sample_is_not_called_without_effect() -> None:
    facts = (ARRIVED, WEAK, sample("t2", 6, "positive", 3300), sample("t3", 7, "positive", 3600), sample("t4", 8))
    text = told(9, *facts)
    says(
        text,
        "test of 2030-01-06, positive, Ct 33, pcr (t2): transfer, ended on 2030-01-08\n"
        "    Ended on 2030-01-08, by the test of 2030-01-07, positive, Ct 36, pcr (t3), test of 2030-01-08",
    )
    contact = told(14, event("e1", "met_case", 2), sample("t1", 6, "positive", 3600))
    assert "contact, ended on 2030-01-12\n    Ended on 2030-01-06, not 2030-01-09, by the test of" in contact
    assert "starts nothing" not in contact


def test_an_event_that_ended_a_phase_is_named() -> None:
    text = told(6, event("e1", "met_case", 2), event("e5", "left_bubble", 5))
    says(text, "Ended on 2030-01-04, not 2030-01-09, the day before left_bubble on 2030-01-05 (e5) (2b)")


def test_samples_in_a_row_are_counted_so_far() -> None:
    facts = (ARRIVED, WEAK, sample("t2", 6, "positive", 3300), sample("t3", 7, "positive", 3600))
    text = told(7, *facts)
    says(
        text,
        "How it ends: 2 tests in a row that count (negative or Ct at least 35), at least 24 hours apart; "
        "at the earliest on 2030-01-08; so far: test of 2030-01-07, positive, Ct 36, pcr (t3) (5a)",
    )
    done = told(8, *facts, sample("t4", 8))
    says(
        done, "Ends on 2030-01-08, by the test of 2030-01-07, positive, Ct 36, pcr (t3), test of 2030-01-08, negative"
    )


def test_credit_is_told_as_a_sum() -> None:
    text = told(6, event("e1", "met_case", 5), event("e0", "entered_bubble", 2))
    says(
        text,
        "Counted from entered_bubble on 2030-01-02 (e0): 2030-01-05 − 2030-01-02 = 3 days served already count",
        "Day 1 is the day after the one from which it is counted: 2030-01-02 + 1 = 2030-01-03",
        "entered_bubble on 2030-01-02 (e0): looked for elsewhere (contact can be counted from it), asks nothing",
    )
    says(told(6, event("e1", "met_case", 5)), "No entered_bubble in the 9 days before it")


def test_precedence_names_the_measure_that_gives_way() -> None:
    says(told(4, event("e1", "met_case", 2)), "traveller (3) catches it too and gives way to this measure")


def test_dates_of_a_trigger_are_told_and_a_fact_outside_them_is_undecided() -> None:
    text = told(6, event("e1", "skied", 6))
    says(text, "This rule is for facts that occurred on or after 2030-01-05, before 2030-03-01")
    says(told(3, event("e1", "skied", 3)), "Undecided: the rule for skied does not hold for a fact of this date")


def test_an_event_and_a_test_of_one_id_are_not_mixed_up() -> None:
    text = told(
        8, event("1", "met_case", 2), sample("1", 5), event("2", "arrived", 1), sample("2", 6, "positive", 3000)
    )
    says(
        text,
        "Fact: meeting a case on 2030-01-02 (1, recorded",
        "by the test of 2030-01-05, negative, pcr (1)",
        "arrival on 2030-01-01 (2): traveller, ended on 2030-01-03",
        "test of 2030-01-06, positive, Ct 30, pcr (2): starts nothing under this rulebook",
    )
    both = told(5, event("1", "arrived", 4), sample("1", 5, "positive", 3700))
    says(both, "Fact: test of 2030-01-05, positive, Ct 37, pcr (1", "Fact: arrival on 2030-01-04 (1")


def test_an_event_and_a_test_of_one_id_and_one_day_are_both_told() -> None:
    triggers = [{"event": "arrived"}, {"test": {"result": ["positive"]}}]
    watched = {"triggers": triggers, "phases": [{"restriction": "watch", "days": 3}]}
    book = rulebook(measures=[{"id": "m", "title": words("m"), "clause": "1", **watched}])
    text = told(4, event("1", "arrived", 3), sample("1", 3, "positive"), chain=(book,))
    says(text, "Fact: arrived on 2030-01-03 (1,", "Fact: test of 2030-01-03, positive, pcr (1,")


def test_tests_of_one_day_are_told_one_by_one() -> None:
    others = (sample(name, 5, "positive", 3600) for name in ("t0", "t9"))
    text = told(5, ARRIVED, WEAK, *others)
    assert text.count("Caught because: Ct from 35 to below 40, 4 days after") == 3


def test_a_case_says_whether_it_is_imported() -> None:
    case = {"case_id": "c1", "confirmed_on": day(4), "classification": "confirmed", "origin": "imported"}
    says(told(5, case), "Fact: imported confirmed case on 2030-01-04 (c1")
    says(told(5, case, lang="zh"), "境外输入确诊，2030-01-04（c1")


def test_a_run_that_tests_moved_and_a_case_cut_tells_the_case() -> None:
    case = {"case_id": "c1", "confirmed_on": day(8), "classification": "confirmed", "origin": "local"}
    text = told(7, event("e1", "met_case", 2), sample("t1", 5), case)
    says(text, "Confirmed as a case on 2030-01-08 (c1): this measure ends from that day on")


def test_a_way_out_that_a_case_came_before_is_neither_used_nor_open() -> None:
    case = {"case_id": "c1", "confirmed_on": day(5), "classification": "confirmed", "origin": "local"}
    text = told(4, event("e1", "met_case", 2), sample("t1", 5), case)
    says(text, "Confirmed as a case on 2030-01-05 (c1)")
    assert "Ends on" not in text and "May end" not in text and "may end" not in text


def test_a_phase_that_ended_early_before_the_rulebook_began_is_told_under_it() -> None:
    text = told(9, event("e1", "met_case", 2), sample("t1", 5), chain=(rulebook(), newer_from(day(8))))
    says(
        text,
        "The fact is older than lake-2031 (2030-01-08): from that day its rules are applied",
        "Ended on 2030-01-06, not 2030-01-09, by the test of 2030-01-05, negative, pcr (t1)",
        "home stay, to day 10 of the measure: 2030-01-07 to 2030-01-12",
    )


def test_forbidden_orders_are_told_with_the_clause_and_the_exception() -> None:
    order = {"order_id": "o1", "restriction": "close_school", "from": day(2), "until": day(3), "issuer": "district"}
    text = told(3, ARRIVED, order)
    says(
        text,
        "o1: closing a school, 2030-01-02 to 2030-01-03, by district",
        "the rules forbid such an order on these days: closing a school (days: 2) (8)",
        "The exception that the rule makes was not checked: spread",
        "No restriction of persons: judged only on the days on which such orders are forbidden.",
    )
    chain = (rulebook(), newer_from(day(10), "keep", limits={"ceiling": "9"}))
    later = {**order, "from": day(12), "until": day(13)}
    says(told(12, ARRIVED, later, chain=chain), "on its days no rule forbids such orders")


def test_what_was_not_checked_says_whether_the_rulebook_looks_at_results() -> None:
    says(told(3, ARRIVED, sample("t1", 2)), "it looks at results for: transfer, contact, weak positive")
    simple = rulebook(
        measures=[m for m in rulebook().model_dump(by_alias=True)["measures"] if m["id"] in ("case", "traveller")]
    )
    says(told(3, ARRIVED, sample("t1", 2), chain=(simple,)), "under this rulebook a result starts and ends nothing")


def test_a_clause_that_is_carried_over_names_its_own_document() -> None:
    older = rulebook()
    document = older.document.model_copy(update={"number": "Notice 9", "effective": day(10)})
    changes = {"id": "lake-2031", "amends": "lake-2030", "transition": {"rule": "rederive"}}
    newer = rulebook(**changes).model_copy(update={"document": document})
    newer._stated["traveller"] = Statement("lake-2030", "Notice 7")
    text = told(11, event("e1", "arrived", 11), chain=(older, newer))
    says(
        text,
        "Clause: 3, traveller (lake-2030, Notice 7)",
        "lake-2031 (Notice 9) changes other parts and leaves this clause as it stands there",
    )
    says(
        told(12, event("e1", "met_case", 11), chain=(older, newer)),
        "Clause: 2, contact (lake-2031, Notice 9)",
        "lake-2031 changes this measure of lake-2030; what it does not mention is still what lake-2030 says",
    )


def test_a_local_rulebook_is_told_from_the_national_one_under_it() -> None:
    home = {"restriction": "home", "days": 9}
    trigger = {"event": "arrived", "title": words("arrival")}
    measure = {"id": "local", "title": words("local"), "clause": "L1", "triggers": [trigger], "phases": [home]}
    local = rulebook(id="town-2030", jurisdiction="TOWN", over="LAKE", measures=[measure], limits={})
    chain = lay_over(local, (rulebook(),))
    text = told(3, ARRIVED, chain=tuple(chain))
    says(
        text,
        "rulebook local rules town-2030 laid over lake-2030",
        "Clause: L1, local (town-2030, Notice 7)",
        "A local rule of town-2030, laid over lake-2030: the local authority asks for it",
    )
    says(told(4, event("e1", "met_case", 2), chain=tuple(chain)), "do not speak of it: lake-2030 holds")


@pytest.mark.parametrize("indexed", [False, True])
def test_a_test_that_a_later_version_gives_to_another_person_is_no_longer_this_persons(indexed: bool) -> None:
    versions = [
        sample("t1", 5, "positive", 3700) | {"person_id": person, "recorded_at": RECORDED + dt.timedelta(minutes=n)}
        for n, person in enumerate(("p", "q"))
    ]
    events = [ARRIVED | {"person_id": "p", "recorded_at": RECORDED}]
    with PersonDesk(facts_of({"events": events, "tests": versions}), (rulebook(),), indexed=indexed) as desk:
        before, after = (desk.ask("p", day(5), RECORDED + dt.timedelta(minutes=n)) for n in (0, 1))
    assert before is not None and after is not None
    assert {row["because"] for row in before.measures} == {"e1", "t1"}
    assert {row["because"] for row in after.measures} == {"e1"} and after.facts["tests"] == []


def test_other_facts_stand_by_day() -> None:
    text = told(28, *(event(f"e-{n}", "nothing_known", 15 - n) for n in (1, 2, 10, 11)))
    assert re.findall(r"\((e-\d+)\)", text.partition("Other facts")[2]) == ["e-11", "e-10", "e-2", "e-1"]
