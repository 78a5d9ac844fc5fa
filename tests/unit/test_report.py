"""The printed page: nothing is dropped in silence, it stays small, and what people typed stays text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from sizao.cli.app import app
from sizao.cli.report import render_report
from sizao.cli.words import Speech, speak
from sizao.derive import facts_of
from sizao.derive.today import Work, list_work
from sizao.policy import Rulebook, chain, get, rulebooks
from sizao.tables import contract

D = date(2022, 11, 20)
DAY = timedelta(days=1)
BOOK = get("cn-2022-11-11")


def make_work(people: int, *, done: int = 0, per_building: int = 2, community: str = "Lake") -> Work:
    """`people` close contacts with a test due, the first `done` of them sampled, all of one community."""
    ids = [f"p-{n:06d}" for n in range(people)]
    status = [
        {
            "person_id": p,
            "on": D,
            "rulebook": BOOK.id,
            "measure": "close_contact",
            "phase": "home_isolation",
            "phase_day": 1,
            "restriction": "home_isolation",
            "from": D,
            "until": D + 2 * DAY,
            "clause": "二（一）",
            "because": f"e-{p}",
        }
        for p in ids
    ]
    buildings = [f"b-{n}" for n in range((people + per_building - 1) // per_building)]
    homes = [{"place_id": "lake", "parent_id": None, "kind": "community", "name": community}]
    homes += [{"place_id": b, "parent_id": "lake", "kind": "building", "name": f"No. {b[2:]}"} for b in buildings]
    samples = facts_of(
        {"tests": [{"test_id": p, "person_id": p, "sampled_on": D, "recorded_at": None} for p in ids[:done]]}
    )
    tests = samples.tables["tests"].arrow()
    now = pa.array([1_668_900_000_000_000] * done, pa.timestamp("us", "UTC"))
    tests = tests.set_column(tests.schema.get_field_index("recorded_at"), "recorded_at", now)
    return list_work(
        on=D,
        status_yesterday=_table("status", []),
        status=_table("status", status),
        tests_due=_table("tests_due", status),
        tests=tests,
        people=pa.table({"person_id": ids, "home_place_id": [buildings[n // per_building] for n in range(people)]}),
        places=_table("places", homes),
        undecided=None,
        restrictions=[r.id for r in BOOK.restrictions],
    )


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = contract(name).arrow_schema()
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema)


def render(work: Work, **more: Any) -> str:
    return render_report(work, rulebook=BOOK, **{"lang": "en", **more})


def persons_on(page: str) -> list[str]:
    return re.findall(r'class="of">(p-\d+)<', page)


def test_five_thousand_tests_due_stay_small():
    page = render(make_work(5_000))
    assert len(set(persons_on(page))) == 5_000
    assert len(page.encode()) < 5_000_000


# Each person stands twice: among the tests due and among the new.


def test_a_page_that_is_full_lists_everybody():
    page = render(make_work(10, done=4), lines=20)
    assert len(persons_on(page)) == 20
    assert "too many" not in page


def test_one_line_too_many_and_those_sampled_are_only_counted():
    page = render(make_work(10, done=4), lines=19)
    assert len(persons_on(page)) == 20 - 4
    assert "have 20 lines" in page and "the 4 people sampled already are counted" in page


def test_too_many_persons_are_summed_up_by_building_in_walking_order():
    page = render(make_work(22, done=1), lines=12)
    assert persons_on(page) == []
    assert "have 44 lines" in page and "--place PLACE_ID" in page
    assert re.findall(r'<th scope="row">(No. \d+)</th>', page) == [f"No. {n}" for n in range(11)]
    first = re.search(r"No. 0</th>(.*?)</tr>", page)[1]
    assert re.findall(r'data-label="(.*?)">(\d+)<', first)[:5] == [
        ("Due", "2"),
        ("Done", "1"),
        ("Overdue", "0"),
        ("Changes", "0"),
        ("New", "2"),
    ]


def test_too_many_buildings_are_summed_up_by_community():
    page = render(make_work(22), lines=10)
    assert "<section class=" not in page.replace('class="together"', "")
    assert "summed up by community" in page and "<code>lake</code>" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_from_the_tables_stay_text(lang):
    page = render(make_work(1, community="<script>alert(1)</script> & Co"), lang=lang)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_every_word_is_in_both_languages_with_the_same_blanks():
    for name, word in Speech.words().items():
        blanks = [set(re.findall(r"{(\w+)}", word[lang])) for lang in ("zh", "en")]
        assert blanks[0] == blanks[1], name
        assert word["zh"] and word["en"], name


def test_every_assumption_says_what_it_is_about():
    for book in rulebooks():
        for assumption in book.assumed:
            assert speak("zh", [book], D).about(assumption.about) != assumption.about, (book.id, assumption.about)


def retitled(book: Rulebook, effective: date, mark: str) -> Rulebook:
    """A rulebook of another date, with `mark` in the titles of its measures and restrictions."""

    def marked(part: Any) -> Any:
        title = part.title.model_copy(update={"zh": f"{part.title.zh}{mark}", "en": f"{part.title.en} {mark}"})
        return part.model_copy(update={"title": title})

    update = {
        "id": f"cn-{effective}",
        "document": book.document.model_copy(update={"effective": effective}),
        "measures": tuple(map(marked, book.measures)),
        "restrictions": tuple(map(marked, book.restrictions)),
    }
    return book.model_copy(update=update)


def test_titles_are_those_of_the_rulebook_in_force_on_the_day():
    later = retitled(BOOK, D + DAY, "(no longer)")
    assert "no longer" not in render_report(make_work(3), rulebook=BOOK, rulebooks=[BOOK, later], lang="en")
    assert "close contact (no longer)" in render_report(
        make_work(3), rulebook=later, rulebooks=[BOOK, retitled(BOOK, D, "(no longer)")], lang="en"
    )


def test_a_title_that_the_rulebook_in_force_lacks_is_an_older_ones_before_a_newer_ones():
    older, later = retitled(BOOK, D - DAY, "(older)"), retitled(BOOK, D + DAY, "(later)")
    less = BOOK.model_copy(update={"measures": tuple(m for m in BOOK.measures if m.id != "close_contact")})
    now = less.model_copy(update={"document": BOOK.document.model_copy(update={"effective": D})})
    assert speak("en", [older, now, later], D).title("close_contact") == "close contact (older)"
    assert speak("en", [now, later], D).title("close_contact") == "close contact (later)"
    assert speak("en", [older, now, later], D).title("case") == next(
        m.title.en for m in BOOK.measures if m.id == "case"
    )


def test_a_local_rulebook_is_named_with_the_national_one_under_it():
    local = BOOK.model_copy(update={"id": "loc-town@cn-2022-11-11"})
    assert speak("en", [local], D).source(local).endswith("101号), laid over cn-2022-11-11")
    assert speak("zh", [local], D).source(local).endswith("101号），叠加于 cn-2022-11-11")
    assert "laid over" not in speak("en", [BOOK], D).source(BOOK)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("云溪苑3号楼 Yunxi Court 3", "云溪苑3号楼", "Yunxi Court 3"),
        ("云溪苑 Yunxi Court / 3号楼 No. 3", "云溪苑 3号楼", "Yunxi Court No. 3"),
        ("云溪苑 / 3号楼", "云溪苑 / 3号楼", "云溪苑 / 3号楼"),  # one language only: as it is
        ("Lake Court", "Lake Court", "Lake Court"),
        (None, "", ""),
    ],
)
def test_a_place_is_named_in_the_language_of_the_page(name, zh, en):
    assert Speech("zh", {}).place(name) == zh
    assert Speech("en", {}).place(name) == en


def test_numbers_and_days():
    zh, en = Speech("zh", {}), Speech("en", {})
    assert (en.number(1_163_439), en.change(-1_763), en.change(0), en.change(3)) == ("1,163,439", "−1,763", "0", "+3")
    assert (zh.long_day(D), en.long_day(D)) == ("2022年11月20日 星期日", "Sunday 20 November 2022")
    assert (zh.day(D), en.day(D), en.day(None)) == ("11月20日", "20 Nov", "—")


@pytest.mark.parametrize(
    ("lang", "said", "gone"), [("en", "close contact", "no longer"), ("zh", "密切接触者", "不再")]
)
def test_the_printed_day_and_its_page_have_the_titles_of_the_rulebook_in_force(tmp_path: Path, lang, said, gone):
    register, page = tmp_path / "register", tmp_path / "today.html"
    register.mkdir()
    events = [
        "event_id,person_id,kind,occurred_on,recorded_at",
        "e,p,exposed_to_case,2022-11-18,2022-11-18T09:00:00+08:00",
    ]
    (register / "events.csv").write_text("\n".join(events), "utf-8")
    command = ["today", str(register), "--on", "2022-11-20", "--lang", lang, "--out", str(page)]
    done = CliRunner().invoke(app, command, terminal_width=200)
    assert done.exit_code == 0, done.output
    assert chain("cn-2023-01-08")[-1].measure("close_contact").title.zh.find("不再") > 0
    for text in (done.output, page.read_text("utf-8")):
        assert said in text and gone not in text
