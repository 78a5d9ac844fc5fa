"""Clauses and words that orders name, in every spelling."""

import pytest

from sizao.policy import chain
from sizao.policy.named import names_clause, spell_words


@pytest.mark.parametrize(
    ("named", "clause"),
    [
        ("二（六）", "二（六）"),
        ("二(六)", "二（六）"),
        (" 二 (六) ", "二（六）"),
        ("二〔六〕", "二（六）"),
        ("20条 二（六）", "二（六）"),
        ("《二十条》二（六）", "二（六）"),
        ("十条第二条", "第二条"),
        ("２（６）", "2(6)"),
        ("Notice 1, Article 5", "article 5"),
        ("Notice article 5", "article 5"),
        ("Guide 7a", "7A"),
    ],
)
def test_it_names_the_clause(named, clause):
    assert names_clause(named, clause)


@pytest.mark.parametrize(
    ("named", "clause"),
    [
        ("", "二（六）"),
        ("二（六）", ""),
        ("十二（六）", "二（六）"),
        ("第二（六）", "二（六）"),
        ("二（十六）", "二（六）"),
        ("二（六）", "二十条·二（六）"),
        ("17a", "7a"),
        ("第十二条", "第二条"),
        ("subarticle 5", "article 5"),
        ("article 5 (2)", "article 5"),
    ],
)
def test_it_names_another_one(named, clause):
    assert not names_clause(named, clause)


def test_words_go_before_titles_and_a_title_is_the_level_that_orders_call_so():
    spelt = spell_words(chain("cn-2022-11-11"))
    assert spelt["high"] == spelt["高风险区"] == spelt["highriskarea"] == "high"
    assert spelt["中风险区"] == spelt["mediumriskarea"] == "medium"
    assert spelt["closeschool"] == "close_school"
    assert "随意封校" not in spelt
    books = [book.model_copy() for book in chain("cn-2022-11-11")]
    low, high = books[-1].areas.levels
    swapped = low.model_copy(update={"title": high.title.model_copy(update={"en": "high"})})
    areas = books[-1].areas.model_copy(update={"levels": (swapped, high)})
    assert spell_words([*books[:-1], books[-1].model_copy(update={"areas": areas})])["high"] == "high"
