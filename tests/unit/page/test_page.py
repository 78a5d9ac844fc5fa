"""What pages share: words filled in, a skeleton that escapes, colours that can be read, charts with a text."""

from __future__ import annotations

import re
from datetime import date

import altair as alt
import jinja2
import pytest

from greys import contrast
from sizao.areas.report.say import Say as SayOfAudits
from sizao.bulletin.report.say import Say as SayOfBulletins
from sizao.cli.words import Speech
from sizao.page import look
from sizao.page.drawing import data, svg
from sizao.page.say import Say
from sizao.page.template import read_template

SAYS = {
    "sizao.bulletin.report": SayOfBulletins("zh"),
    "sizao.areas.report": SayOfAudits("zh"),
    "sizao.cli": Speech("zh", {}),
}


def test_each_page_has_its_own_words() -> None:
    titles = {say("title", place="甲市") for say in SAYS.values()}
    assert len(titles) == len(SAYS)


@pytest.mark.parametrize("say", SAYS.values())
def test_numbers_get_their_thousands_apart_and_lists_their_marks(say: Say) -> None:
    assert say.number(12345) == "12,345"
    assert say.list(["甲", "乙"]) == "甲、乙" and type(say)(*["en", {}][: len(say.__dict__)]).list("ab") == "a, b"


def test_a_word_that_a_table_lacks_stays_as_it_is() -> None:
    assert SayOfAudits("en").word("levels", "high") == "High-risk areas"
    assert SayOfAudits("en").word("levels", "purple") == "purple"


def test_days_and_sentences_are_put_together_as_the_language_does() -> None:
    zh, en = SayOfBulletins("zh"), SayOfBulletins("en")
    assert (zh.day(date(2022, 6, 1)), en.day(date(2022, 6, 1))) == ("6月1日", "1 June")
    assert (zh.sentences("甲。", "", "乙。"), en.sentences("A.", "", "B.")) == ("甲。乙。", "A. B.")


def test_text_can_be_read_on_white_and_on_grey() -> None:
    for ground in ("#ffffff", look.FAINT):
        assert contrast(look.INK, ground) >= 7 and contrast(look.SOFT, ground) >= 4.5


def test_a_template_without_one_of_its_values_is_an_error() -> None:
    for package, file in (("sizao.bulletin.report", "page.html.j2"), ("sizao.cli", "report.html.j2")):
        with pytest.raises(jinja2.UndefinedError):
            read_template(package, file).render(say=SAYS[package])


def test_what_people_typed_stays_text_in_a_chart() -> None:
    chart = alt.layer(alt.Chart(data([{"x": 1}])).mark_point().encode(x="x:Q"))
    drawn = svg(chart, '<b>"&', 100, 50)
    assert re.search(r'aria-label="&lt;b&gt;&#34;&amp;">', drawn) and "max-width:" in drawn
