"""What stands in a chapter that only one of two copies has is set apart; a contradiction between them never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.policy.diff import Change, diff_rulebooks, read_documents

LIST = """\
id: xx-2030
title: {zh: 示例, en: example}
jurisdiction: XX
disease: example_fever
document:
  number: No. 1
  title: {zh: 示例通知, en: example notice}
  issuer: {zh: 示例机关, en: example office}
  published: 2030-01-01
  effective: 2030-01-02
test: {zh: 检测, en: test}
restrictions:
  - {id: home, title: {zh: 居家, en: at home}}
measures:
  - id: contact
    title: {zh: 接触者, en: contact}
    clause: 二（一）
    triggers: [{event: exposed, day_1: day_after}]
    phases: [{restriction: home, days: 5}]
"""
VISITOR = """\
  - id: visitor
    title: {zh: 来访者, en: visitor}
    clause: CLAUSE
    triggers: [{event: visited}]
    phases: [{restriction: home, days: 2}]
"""
HIGH = """\
areas:
  levels:
    - id: high
      title: {zh: 高, en: high}
      clause: 二（二）
      around: [home]
      scope: [building]
"""
WIDER = "      wider: {zh: 不明, en: unclear}\n      wider_clause: CLAUSE\n"
LIMITS = "limits: {ceiling: CLAUSE}\n"
OTHER = "limits: {mass_testing: {only_if: {zh: 不明, en: unclear}, clause: 三（九）}}\n"
"""Cites chapter 3 for something else."""


def diff(folder: Path, a: str, b: str) -> list[Change]:
    for name, text in (("a", a), ("b", b)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return diff_rulebooks(*read_documents(str(folder / "a.yaml"), str(folder / "b.yaml")))


def groups(changes: list[Change]) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.group, change.path) for change in changes]


BESIDE = [
    pytest.param(LIST, VISITOR, [("persons", ("measures", "visitor"))], id="a measure"),
    pytest.param(
        LIST + HIGH,
        WIDER,
        [
            ("places", ("areas", "levels", "high", "wider")),
            ("wording", ("areas", "levels", "high", "wider_clause")),
        ],
        id="a wider scope",
    ),
    pytest.param(LIST, LIMITS, [("limits", ("limits", "ceiling"))], id="a clause"),
]


@pytest.mark.parametrize(("base", "more", "found"), BESIDE)
def test_it_is_set_apart_whichever_copy_has_the_chapter(
    base: str, more: str, found: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    longer = base + more.replace("CLAUSE", "三（一）")
    for a, b in ((base, longer), (longer, base)):
        assert groups(diff(tmp_path, a, b)) == [("part", path) for _, path in found]


@pytest.mark.parametrize(("base", "more", "found"), BESIDE)
@pytest.mark.parametrize("clause", ["二（三）", "（三）", "第三条", "article 3"])
def test_a_chapter_of_both_and_a_clause_of_no_chapter_stay_with_their_subject(
    base: str, more: str, found: list[tuple[str, tuple[str, ...]]], clause: str, tmp_path: Path
) -> None:
    longer = base + more.replace("CLAUSE", clause)
    for a, b in ((base, longer), (longer, base)):
        assert groups(diff(tmp_path, a, b)) == found


def test_nothing_is_set_apart_when_both_cite_the_chapter(tmp_path: Path) -> None:
    visitor = VISITOR.replace("CLAUSE", "三（一）")
    for cited in (OTHER, LIMITS.replace("CLAUSE", "三（九）")):
        assert groups(diff(tmp_path, LIST + cited, LIST + visitor + cited)) == [("persons", ("measures", "visitor"))]


def test_a_value_that_differs_is_not_set_apart_though_its_clause_is_in_such_a_chapter(tmp_path: Path) -> None:
    ours = LIST.replace("二（一）", "三（一）").replace("days: 5", "days: 7")
    changes = diff(tmp_path, LIST, ours)
    assert [(change.group, change.before, change.after) for change in changes] == [
        ("persons", {"days": 5}, {"days": 7}),
        ("wording", "二（一）", "三（一）"),
    ]


def test_between_documents_that_are_no_copies_of_one_text_nothing_is_set_apart(tmp_path: Path) -> None:
    theirs = LIST.replace("二（一）", "示例·接触者")
    ours = LIST + VISITOR.replace("CLAUSE", "三（一）")
    assert ("persons", ("measures", "visitor")) in groups(diff(tmp_path, theirs, ours))
    assert "part" not in {change.group for change in diff(tmp_path, theirs, ours)}


def test_the_rest_keeps_its_order_and_what_is_set_apart_follows_the_rules(tmp_path: Path) -> None:
    ours = LIST.replace("days: 5", "days: 7").replace("No. 1", "No. 2") + VISITOR.replace("CLAUSE", "三（一）")
    assert [change.group for change in diff(tmp_path, LIST, ours)] == ["persons", "part", "document"]
