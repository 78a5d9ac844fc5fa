"""Drafting a rulebook from the text of a notice."""

from __future__ import annotations

import random

import pytest
from scoring import NOTICES, SEEDS

from sizao.errors import SizaoError
from sizao.policy.draft import Draft, draft_text, read_text, write_draft
from sizao.policy.draft.vocabulary import phrases
from sizao.policy.marks import compose
from sizao.policy.rulebook import Rulebook

HEAD = "关于人员管理的通知\n云防〔2031〕1号\n"
NUMBERS = "5天 第1、3、5天 十四天 三天两检 每天1次 48小时内 Ct值<35 Ct值35—40 24小时后 0天 99999天 Ct值1.2.3—4"
SIGNS = [*"，。；\n\t“①\x00\u2028'", "\r\n", "（二）", "（三）", "一、", "1.", "# ", ": "]
NAMES = sorted(f.stem for f in NOTICES.glob("*.txt"))


def _draft(items: str) -> Draft:
    return draft_text(HEAD + items, "notice.txt")


def _values(draft: Draft) -> dict[str, object]:
    return {value.name: value.value for value in draft.values}


def test_the_value_after_the_change_is_drafted_and_the_one_before_it_noted() -> None:
    draft = _draft("（一）对密切接触者，将“9天集中隔离”调整为“6天居家隔离”。")
    days = next(v for v in draft.values if v.name == "measures.close_contact.phases.1.days")
    assert (days.value, days.was) == (6, "9天集中隔离")
    assert "was 「9天集中隔离」" in write_draft(draft)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_stands_where_it_says(name: str) -> None:
    text, _ = read_text(NOTICES / f"{name}.txt")
    placed = [v for v in draft_text(text, name).values if v.start is not None]
    assert placed
    for value in placed:
        words = text[value.start : value.end]
        assert "".join(words.split()) == value.text
        if isinstance(value.value, int) and value.value < 10 and words.isascii():
            assert str(value.value) in words


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("table", "nested-items", "broken-lines")])
@pytest.mark.parametrize("width", [7, 16, 40])
def test_lines_that_break_off_within_sentences_change_nothing(name: str, width: int) -> None:
    text, _ = read_text(NOTICES / f"{name}.txt")
    broken = "\r\n".join(_broken(line, width) for line in text.split("\n"))
    whole, again = draft_text(text, name), draft_text(broken, name)
    for part in ("measures", "areas", "limits", "proofs"):
        assert again.data.get(part) == whole.data.get(part)
    for value in again.values:
        if value.start is not None:
            assert "".join(broken[value.start : value.end].split()) == value.text


def _broken(line: str, width: int) -> str:
    return "\r\n".join(line[n : n + width] for n in range(0, len(line), width)) if len(line) > 40 else line


def test_chinese_and_full_width_numerals_are_read_alike() -> None:
    plain = _draft("（一）密切接触者14天集中隔离，第1、4、7、14天检测。")
    for text in (
        "（一）密切接触者十四天集中隔离，第一、四、七、十四天检测。",
        "（一）密切接触者１４天集中隔离，第１、４、７、１４天检测。",
        "（一）密切接触者集中隔离14天，第1天、第4天、第7天和第14天检测。",
    ):
        assert _draft(text).data["measures"] == plain.data["measures"]


def test_two_values_for_one_thing_are_a_doubt_that_names_both() -> None:
    draft = _draft("（一）密切接触者5天集中隔离。\n（二）密切接触者7天集中隔离。")
    days = next(v for v in draft.values if v.name == "measures.close_contact.phases.1.days")
    assert days.value == 5
    assert days.doubt is not None and "5" in days.doubt.en and "7" in days.doubt.en
    assert {"about": "close_contact", "reading": days.doubt.model_dump()} in draft.data["assumed"]


def test_day_1_is_a_doubt_unless_the_text_says_it() -> None:
    silent = _draft("（一）密切接触者5天居家隔离。")
    assert any(v.name.endswith("day_1") for v in silent.doubts)
    spoken = _draft("（一）密切接触者5天居家隔离，自接触次日起计算。")
    assert not any(v.name.endswith("day_1") for v in spoken.doubts)
    assert _values(spoken)["measures.close_contact.triggers.1.day_1"] == "day_after"


def test_test_days_that_name_no_phase_are_counted_through_and_doubted() -> None:
    draft = _draft("（一）密切接触者3天集中隔离+2天居家隔离，第1、3、5天检测。")
    first, second = draft.data["measures"][0]["phases"]
    assert (first["tests"], second["tests"]) == ([1, 3], [2])
    assert sum(v.name.endswith("tests") for v in draft.doubts) == 2


def test_numbers_of_which_nothing_was_made_are_listed() -> None:
    draft = _draft("（一）密切接触者5天居家隔离。\n（二）抵达后24小时内完成落地检，14天内报告行程。")
    assert [(u.clause, u.text) for u in draft.unread] == [("（二）", "24小时内"), ("（二）", "14天内")]
    assert "# NOT READ (（二）): " in write_draft(draft)


def test_an_item_without_values_is_a_duty_and_one_that_was_lost_is_noted() -> None:
    draft = _draft("（一）密切接触者5天居家隔离。\n（三）做好疫苗接种。加快老年人接种。")
    assert draft.data["duties"][0]["id"] == "vaccination"
    assert any("（一）" in note.zh and "（三）" in note.zh for note in draft.notes)


def test_a_choice_asks_for_the_lighter_and_allows_the_heavier() -> None:
    for text in ("7天集中隔离或7天居家隔离", "7天集中或居家隔离", "7天居家隔离，也可自愿选择集中隔离"):
        (phase,) = _draft(f"（一）密切接触者实行{text}。").data["measures"][0]["phases"]
        assert (phase["restriction"], phase["days"], phase["up_to"]) == ("home_isolation", 7, "central_isolation")


def test_what_is_forbidden_is_not_drafted_as_asked() -> None:
    draft = _draft("（一）密切接触者5天居家隔离，第1、5天检测，不得一天两检。")
    assert draft.data["measures"][0]["phases"][0]["tests"] == [1, 5]
    assert draft.data["limits"]["tests_per_day"]["at_most"] == 1


def test_an_impossible_text_is_drafted_as_it_stands() -> None:
    draft = _draft(
        "（一）密切接触者3天居家隔离，第1、5天检测。\n（二）低风险区所在县的其他地区划定为低风险区。"
        "将居住地划定为高风险区，高风险区连续5天无新增感染者，降为低风险区。"
    )
    assert draft.data["measures"][0]["phases"][0]["tests"] == [1, 5]
    assert draft.data["areas"]["levels"][0]["rest_of"] == {"level": "low", "within": "county"}
    with pytest.raises(ValueError, match=r"test on day 5.*'low' is the rest"):
        Rulebook.model_validate(draft.data, strict=True)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n not in ("nested-items", "fever-notice", "home-isolation", "community", "news")]
)
def test_a_whole_notice_makes_a_rulebook(name: str) -> None:
    text, _ = read_text(NOTICES / f"{name}.txt")
    draft = draft_text(text, name)
    if draft.data["measures"]:
        Rulebook.model_validate(draft.data, strict=True)
    else:  # a notice about places only: a rulebook has at least one measure
        with pytest.raises(ValueError, match="measures"):
            Rulebook.model_validate(draft.data, strict=True)


def test_what_is_written_reads_back_and_its_lines_end_with_places() -> None:
    for name in NAMES:
        text, _ = read_text(NOTICES / f"{name}.txt")
        draft = draft_text(text, name)
        for lang in ("zh", "en"):
            data, marks, problems = compose(write_draft(draft, lang), name)
            assert (data, problems) == (draft.data, [])
        lines = write_draft(draft).splitlines()
        for value in draft.values:
            if value.start is not None:
                assert f"{value.start}-{value.end} 「" in lines[marks[value.path] - 1]


def test_a_text_without_rules_is_refused_and_says_why() -> None:
    for text, why in (
        ("昨日新增确诊病例12例，其中7天集中隔离5例。", "a bulletin"),
        ("问题一：密切接触者怎么办？答：5天集中隔离。", "questions and answers"),
        ("（一）天气晴。\n（二）有风。", "none of its numbered items"),
    ):
        with pytest.raises(SizaoError) as refused:
            draft_text(text, "text.txt")
        assert refused.value.code == "not-a-notice"
        assert why in refused.value.why or why == "none of its numbered items"


def test_ids_come_from_the_number_or_the_file_and_bad_ones_are_refused() -> None:
    assert _draft("（一）密切接触者5天居家隔离。").data["id"] == "draft-2031-1"
    text = "（一）密切接触者5天居家隔离。\n（二）入境人员5天居家隔离。"
    assert draft_text(text, "My Notice_3.txt").data["id"] == "draft-my-notice-3"
    with pytest.raises(SizaoError, match="bad-id"):
        draft_text(text, "x", id="Two Words")


def test_one_chapter_alone_can_be_drafted() -> None:
    text = "一、总则\n（一）密切接触者5天居家隔离。\n二、附则\n（一）入境人员5天居家隔离。\n"
    assert [m["id"] for m in draft_text(text, "x", chapter="二").data["measures"]] == ["inbound"]
    both = draft_text(text, "x").data["measures"]
    assert [m["clause"] for m in both] == ["（一）", "二（一）"]
    with pytest.raises(SizaoError, match="no-chapter"):
        draft_text(text, "x", chapter="五")


def test_no_text_breaks_the_reader_and_every_draft_is_yaml() -> None:
    chance = random.Random(20221111)
    words = [*phrases(), *NUMBERS.split(), *SIGNS]
    for _ in range(400):
        text = HEAD + "（一）" + "".join(chance.choices(words, k=chance.randint(1, 60))) + "\n（二）密接5天居家隔离。"
        draft = draft_text(text, "chance.txt")
        data, _, problems = compose(write_draft(draft), "chance.yaml")
        assert (data, problems) == (draft.data, []), text
        for value in draft.values:
            assert value.start is None or 0 <= value.start < (value.end or 0) <= len(text)


def _seed(number: str) -> Draft:
    files = sorted(SEEDS.glob(f"{number}*.txt"))
    if not files:
        pytest.skip("the texts are not here")
    return draft_text(read_text(files[0])[0], files[0].name)


def test_the_two_copies_of_the_twenty_measures_differ_in_three_legal_values_only() -> None:
    official, newspaper = (_flat(_seed(n).data) for n in ("002", "004"))
    both = {name: (official[name], newspaper[name]) for name in official if name in newspaper}
    assert {
        name: pair for name, pair in both.items() if pair[0] != pair[1] and name[0] not in ("document", "id")
    } == {
        ("measures", "close_contact", "phases", 1, "tests"): ([1, 3], [1, 3, 5]),
        ("measures", "inbound", "phases", 1, "tests"): ([1, 3], [1, 3, 5]),
        ("areas", "levels", "low", "rest_of", "level"): ("high", "low"),
    }
    only = {name[:3] for name in official if name not in newspaper and name[0] != "assumed"}
    assert {name[1] for name in only if name[0] == "measures"} == {"inbound_ct_recheck", "hospital_transfer"}
    assert {name for name in only if name[0] != "measures"} == {("areas", "levels", "high")}  # wider: 三（二）
    assert not [name for name in newspaper if name not in official and name[0] != "assumed"]


def test_drafted_from_chapter_two_alone_the_copies_differ_in_these_three_only() -> None:
    files = sorted(SEEDS.glob("002*.txt"))
    if not files:
        pytest.skip("the texts are not here")
    official = _flat(draft_text(read_text(files[0])[0], "002", chapter="二").data)
    newspaper = _flat(_seed("004").data)
    names = {n for n in {*official, *newspaper} if official.get(n) != newspaper.get(n)}
    assert len({n for n in names if n[0] not in ("document", "id")}) == 3


def test_the_other_texts_are_no_notices() -> None:
    for number in ("000", "001", "003"):
        with pytest.raises(SizaoError, match="not-a-notice"):
            _seed(number)


def _flat(node: object, path: tuple[object, ...] = ()) -> dict[tuple[object, ...], object]:
    if isinstance(node, dict):
        return {k: v for key, child in node.items() for k, v in _flat(child, (*path, key)).items()}
    if isinstance(node, list) and node and isinstance(node[0], dict):
        found: dict[tuple[object, ...], object] = {}
        for n, child in enumerate(node):
            name = next((child[key] for key in ("id", "order", "level") if key in child), n)
            if path == ("assumed",):
                name = (child["about"], child["reading"]["zh"])
            found |= _flat(child, (*path, name))
        return found
    return {path: node}
