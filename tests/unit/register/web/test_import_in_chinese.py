"""The preview of an import explains in the language of the page: no sentence that an import can say is left out."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sizao.errors import Problem
from sizao.register.imports.godata import assumed_here
from sizao.register.imports.say import assumed_words, in_chinese, problem_words
from sizao.register.models import Import
from sizao.tables.linelists.godata import words
from sizao.words import read_yaml

SOURCES = Path(__file__).parents[4] / "src/sizao"
READERS = [
    *sorted((SOURCES / "register/imports").glob("*.py")),
    *sorted((SOURCES / "tables/linelists/godata").glob("*.py")),
    *(SOURCES / "tables" / name for name in ("linelists/draft.py", "linelists/source.py", "read_csv.py")),
    *(SOURCES / "tables" / name for name in ("check_rows.py", "advice.py")),
]
ENGLISH = re.compile(r"[A-Za-z][a-z']*(?:[ ,]+[A-Za-z][a-z']*){4,}")
SQL = re.compile(r"\b(?:SELECT|DATE|TIMESTAMPTZ) ")
OTHERWISE = {
    "--include probable imports it",
    "the file is empty: it has not even a header",
    "write the header X or take the file away",
}
"""A register refuses such a file as a whole, in words of its own."""


def texts(node: ast.AST) -> list[str]:
    """What a string may say, with X where a value is filled in; of anything else nothing."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return ["".join(pieces) for pieces in product(*(texts(value) or ["X"] for value in node.values))]
    if isinstance(node, ast.FormattedValue):
        return texts(node.value)
    return []


def said(path: Path) -> Iterator[str]:
    """The sentences of problems in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found = [node.value] if node.targets[0].id in ("what", "todo", "wrong") else []
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            names = [name.id for name in node.targets[0].elts if isinstance(name, ast.Name)]
            found = list(node.value.elts) if names == ["what", "todo"] and isinstance(node.value, ast.Tuple) else []
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found = list(node.args) if name in ("Problem", "problem", "refuse", "doubt") else []
        elif isinstance(node, (ast.Lambda, ast.Return)) and path.name in ("check_rows.py", "advice.py"):
            value = node.body if isinstance(node, ast.Lambda) else node.value
            found = list(value.elts) if isinstance(value, ast.Tuple) else [value] if value is not None else []
        else:
            continue
        yield from (text for one in found for text in texts(one) if " " in text and not SQL.search(text))


def test_whatever_an_import_can_report_is_said_in_chinese() -> None:
    sentences = {text for path in READERS for text in said(path)} - OTHERWISE
    assert len(sentences) > 90
    silent = [text for text in sorted(sentences) if not in_chinese("what", text) and not in_chinese("todo", text)]
    assert silent == ["X: imported as an exposure"], "the end of a sentence that stands there with its beginning"
    assumed = assumed_here([*words.ASSUMED, words.PROBABLE_AS_CASES, words.WINDOWS_AS_EXPOSURES])
    assert not [said for said in assumed if "Not imported" in said and ("names" in said or "telephone" in said)]
    assert len(assumed_words(assumed, "zh")) == len(assumed) and assumed_words(assumed, "en") == assumed


def test_values_are_filled_in_and_no_sentence_is_kept_for_nothing() -> None:
    assert in_chinese("what", "longer than 200 letters") == "超过 200 个字"
    what = "2 places have this name (a: b, c): the home is left empty"
    assert in_chinese("what", what) == "有 2 个场所叫此名（a: b, c），居住地已留空"
    assert in_chinese("todo", "write {1.__class__} or {0}, whichever is meant").startswith(
        "请写 {1.__class__} 或 {0}"
    )
    strange = Problem("bad-date", "a.csv", "nobody ever said this", "nor that")
    assert problem_words(strange, "zh") == ("", "") and problem_words(strange, "en")[1] == "nor that"
    for table in read_yaml("sizao.register.imports", "sentences.yaml").values():
        for english, chinese in table.items():
            values = set(re.findall(r"{(\w+)}", english))
            assert re.search("[一-鿿]", chinese) and set(re.findall(r"{(\w+)}", chinese)) <= values, english


ROWS = """编号,姓名,手机号,居住地,确诊日期,出生日期,性别
p1,甲,13800138000,nowhere,2022-11-03,1999-99-99,女
p1,乙,,jia,2022-13-45,,女
p3,丙,,jia,2035-01-01,,不明词
p4,{long},,jia,昨天,,男
"""


@pytest.mark.parametrize("kind", ["list", "godata"])
def test_the_preview_in_chinese_is_chinese(sign_in: Any, city: Any, kind: str) -> None:
    epi = sign_in("epidemiologist", language="zh")
    if kind == "list":
        file = SimpleUploadedFile("list.csv", ROWS.replace("{long}", "长" * 300).encode())
    else:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in godata().items():
                archive.writestr(name, text)
        file = SimpleUploadedFile("godata.zip", packed.getvalue())
    assert epi.post(reverse("imports"), {"files": [file]}).status_code == 303
    found = Import.objects.get()
    page = epi.get(reverse("import", args=[found.import_id]))
    text = re.sub(r"<[^>]*>", "\n", page.content.decode().split("<main")[1].split("</main>")[0])
    assert not ENGLISH.findall(text) and ("录入日期" if kind == "godata" else "请写成 YYYY-MM-DD") in text
    csv = epi.get(reverse("import_problems", args=[found.import_id])).content.decode("utf-8-sig")
    assert not ENGLISH.findall(csv.partition("\n")[2])
    assert 'lang="en"' not in page.content.decode().split("<main")[1]


def test_text_of_another_language_stands_only_where_that_is_meant() -> None:
    """The language of the page, the button of the other one, the words of the API, a paper checked in both."""
    folder = SOURCES / "web/templates"
    marked = {str(path.relative_to(folder)) for path in folder.rglob("*.html") if " lang=" in path.read_text("utf-8")}
    assert marked == {"base.html", "plain.html", "api.html", "documents/verify.html"}


def godata() -> dict[str, str]:
    """An export with a contact whose relationship is of nobody."""

    def file(columns: tuple[str, ...], **row: str) -> str:
        return f"{','.join(columns)}\n{','.join(row.get(name, '') for name in columns)}\n"

    return {
        words.CASES: file(words.CASE_COLUMNS, uuid="u1", classification="CONFIRMED", date_of_reporting="1 June"),
        words.CONTACTS: file(words.CONTACT_COLUMNS, uuid="u2", gender="?", date_of_last_contact="2020-06-02"),
        words.RELATIONSHIPS: file(words.RELATIONSHIP_COLUMNS, uuid="r1", source_uuid="u9", target_uuid="u8"),
        words.FOLLOW_UPS: file(words.FOLLOW_UP_COLUMNS, uuid="f1", contact_uuid="u2", followup_number="x"),
        words.LABORATORY: file(words.LABORATORY_COLUMNS, id="l1", personId="u2", dateSampleTaken="2019-01-01"),
    }
