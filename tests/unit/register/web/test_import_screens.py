"""The screens of imports and exports: from a file to records, and nobody sees what is not theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sizao.register.models import Case, Import, ImportMapping, Person, Read
from sizao.web import uploads

HEAD = "编号,姓名,手机号,居住地,确诊日期\n"


def send(browser: Client, text: str, name: str = "list.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return browser.post(reverse("imports"), {"files": [file], **more})


def last() -> Import:
    found = Import.objects.order_by("pk").last()
    assert found is not None
    return found


def at(name: str) -> str:
    return reverse(name, args=[last().import_id])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_is_looked_at_accepted_and_recorded(sign_in: Any, city: Any, language: str) -> None:
    epi = sign_in("epidemiologist", language=language)
    assert epi.get(reverse("imports")).status_code == 200
    page = send(epi, HEAD + "p1,甲,13811112222,jia,2022-11-03\np2,乙,,jia,bad\n")
    assert page.status_code == 303
    text = epi.get(at("import")).content.decode()
    assert "bad-date" not in re.sub(r'href="[^"]*"', "", text) and (
        "不是 ISO 日期" in text or "not an ISO date" in text
    )
    assert "甲" not in text and not Case.objects.unscoped("test").exists()
    assert epi.post(at("import"), {"do": "accept"}).status_code == 303
    assert Case.objects.unscoped("test").count() == 1
    text = epi.get(at("import")).content.decode()
    assert ("已全部登记" in text) == (language == "zh")
    lists = re.findall(r'href="(/lists/[a-z]+\?recorded_at[^"]*)"', text)
    assert [link.partition("?")[0] for link in lists] == ["/lists/cases"]
    assert ("by this file or otherwise" in text) == (language == "en")
    assert Case.objects.unscoped("test").get().case_id in epi.get(lists[0].replace("&amp;", "&")).content.decode()
    assert Case.objects.unscoped("test").get().act.by == epi.user


def test_what_was_left_out_can_be_read_line_by_line_also_of_an_import_that_is_done(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,,jia,2022-11-03\np2,乙,,jia,bad\np3,丙,,nowhere,2022-11-04\n")
    before = epi.get(at("import")).content.decode()
    links = re.findall(r'<li>[^<]*<a href="(\?problem=[^"]+)#problems">(\d+),', before)
    assert {link.partition("=")[2].partition(".")[0] for link, _ in links} >= {"bad-date"}
    epi.post(at("import"), {"do": "accept"})
    assert last().state == "done"
    for link, n in links:
        page = epi.get(at("import") + link).content.decode()
        body = page[page.index("<tbody>", page.index('id="problems"')) :]
        assert body[: body.index("</tbody>")].count("<tr>") == int(n), link
    done = epi.get(at("import")).content.decode()
    assert '<th scope="row">3 <small>' in done and "not an ISO date" in done and "<td>确诊日期" in done
    file = epi.get(at("import_problems")).content.decode("utf-8-sig")
    assert "bad-date" in file and ",bad," not in file and "nowhere" not in done + file and "乙" not in done + file
    epi.get(at("import") + "?problem=<script>")
    assert [part.kind for part in last().parts.all()] == ["problems"]


def test_a_double_is_decided_side_by_side_and_the_look_is_logged(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,13800138000,jia,2022-11-03\n")
    assert epi.post(at("import"), {"do": "accept"}).status_code == 400
    text = epi.get(at("import_people")).content.decode()
    assert "甲" in text and "李四" in text and city.jia_person in text
    assert Read.objects.get(what="import").people == 1
    assert epi.post(at("import_people"), {"m0": "same"}).status_code == 303
    epi.post(at("import"), {"do": "accept"})
    assert Case.objects.unscoped("test").get().person_id == city.jia_person


def test_columns_are_chosen_kept_and_used_again(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, "colA,colB,colC\np1,jia,3/11/2022\n")
    assert epi.post(at("import"), {"do": "accept"}).status_code == 400
    text = epi.get(at("import_mapping")).content.decode()
    assert "colA" in text and "3/11/2022" in text
    said = {
        "kind": "line-list",
        "c-id": "colA",
        "c-home": "colB",
        "c-confirmed_on": "colC",
        "order": "dmy",
        "prefix": "h1-",
    }
    page = epi.post(at("import_mapping"), {**said, "zone": "Asia/Shanghai", "keep": "医院甲", "d-origin": "imported"})
    assert page.status_code == 303
    assert last().counts["new"] == {"people": 1, "cases": 1}
    assert ImportMapping.objects.get().name == "医院甲"
    send(epi, "colA,colB,colC\np2,jia,4/11/2022\n", kind="kept:医院甲")
    epi.post(at("import"), {"do": "accept"})
    case = Case.objects.unscoped("test").get()
    assert (case.case_id, str(case.confirmed_on), case.origin) == ("h1-p2", "2022-11-04", "imported")


def test_a_mapping_that_was_tampered_with_is_a_refusal(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,,jia,\n")
    page = epi.post(at("import_mapping"), {"kind": "line-list", "c-id": "no such column"})
    assert page.status_code == 400
    assert epi.post(at("import_mapping"), {"kind": "line-list", "c-id": "编号", "zone": "Mars"}).status_code == 400


def test_the_same_file_twice_leads_to_the_same_import(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    first, again = (send(epi, HEAD + "p1,甲,,jia,2022-11-03\n") for _ in range(2))
    assert first.url == again.url
    assert b"sent before" in epi.get(again.url).content


@pytest.mark.parametrize("name", ["import", "import_mapping", "import_people", "import_problems"])
def test_somebody_elses_import_is_not_found(sign_in: Any, city: Any, name: str) -> None:
    send(sign_in("epidemiologist"), HEAD + "p1,甲,,jia,2022-11-03\n")
    other = sign_in("epidemiologist")
    assert other.get(at(name)).status_code == 404
    assert other.post(at("import"), {"do": "accept"}).status_code == 404
    assert not Case.objects.unscoped("test").exists()


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"", b"a,a\n1,2\n", b"\xff\xfe\x00"])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.zip"])
def test_broken_files_are_refusals_on_a_page(sign_in: Any, city: Any, data: bytes, name: str) -> None:
    epi = sign_in("epidemiologist", language="zh")
    page = epi.post(reverse("imports"), {"files": [SimpleUploadedFile(name, data)]})
    assert page.status_code == 400 and "未能完成" not in page.content.decode()
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("language", "what", "todo"), [("zh", "这是图片", "另存为"), ("en", "This is a picture", "Ask for the list")]
)
def test_a_refusal_names_the_file_and_what_to_do_above_the_form(
    sign_in: Any, city: Any, language: str, what: str, todo: str
) -> None:
    epi = sign_in("epidemiologist", language=language)
    send(epi, HEAD + "p1,甲,,jia,2022-11-03\n", name="before.csv")
    picture = SimpleUploadedFile("患者<b>.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    page = epi.post(reverse("imports"), {"files": [picture], "kind": "line-list"})
    text = page.content.decode()
    assert page.status_code == 400 and what in text and todo in text and "患者&lt;b&gt;.csv" in text
    assert text.index('role="alert"') < text.index('name="files"')
    assert '<option value="line-list" selected>' in text and "before.csv" in text
    assert Import.objects.count() == 1
    for files in ({}, {"files": [SimpleUploadedFile(name, b"") for name in ("a.csv", "a.csv")]}):
        page = epi.post(reverse("imports"), files)
        assert page.status_code == 400 and b'role="alert"' in page.content and b'name="files"' in page.content


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"a,a\n1,2\n", b"a,b\n", b"x" * 200_000, b"%PDF-1.4", b"\0" * 99]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refused_upload_is_a_page_with_its_name_and_the_form(
    sign_in: Any, city: Any, data: bytes, language: str
) -> None:
    epi = sign_in("epidemiologist", language=language)
    page = epi.post(reverse("imports"), {"files": [SimpleUploadedFile("contacts.csv", data)]})
    text = page.content.decode()
    notice = text[text.index('role="alert"') : text.index("</div>", text.index('role="alert"'))]
    assert page.status_code == 400 and "contacts.csv" in notice and notice.count("<p>") >= 3
    assert 'name="files"' in text and not Import.objects.exists()


def test_an_upload_that_is_too_large_is_named_and_not_read(
    sign_in: Any, city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1_000_000)
    epi = sign_in("epidemiologist")
    page = epi.post(reverse("imports"), {"files": [SimpleUploadedFile("big.csv", b"x" * 3_000_000)]})
    text = page.content.decode()
    assert page.status_code == 400 and "big.csv" in text and "64 MiB" in text and 'name="files"' in text


def test_another_kind_that_does_not_fit_keeps_what_is_chosen(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist", language="zh")
    send(epi, "colA,colB\np1,2022-11-03\n")
    page = epi.post(at("import_mapping"), {"kind": "cases"})
    assert page.status_code == 400 and "缺少必需的列" in page.content.decode()
    assert 'name="c-confirmed_on"' in page.content.decode()
    page = epi.post(at("import_mapping"), {"kind": "cases", "c-case_id": "colA", "zone": "Asia/Shanghai"})
    text = page.content.decode()
    assert page.status_code == 400 and "list.csv: person_id" in text
    assert '<option value="colA" selected>' in text


def test_html_in_a_file_is_shown_as_text(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    bad = "<script>alert(1)</script>"
    send(epi, f"编号,姓名,手机号,居住地,{bad}\np1,{bad},13800138000,{bad},x\n", name=f"{bad}.csv")
    for name in ("import", "import_mapping", "import_people"):
        assert bad not in epi.get(at(name)).content.decode()
    assert bad not in epi.get(reverse("imports")).content.decode()


def test_a_large_upload_elsewhere_is_refused_before_it_is_read(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    file = SimpleUploadedFile("a.csv", b"x" * 3_000_000)
    assert epi.post(reverse("find"), {"files": [file]}).status_code == 413
    assert Client().post(
        reverse("imports"), {"files": [SimpleUploadedFile("a.csv", b"x" * 3_000_000)]}
    ).status_code in (302, 400, 413)


def test_problems_come_as_a_file_without_formulas(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,,jia,=1+1\n")
    page = epi.get(at("import_problems"))
    text = page.content.decode("utf-8-sig")
    assert page["Content-Type"].startswith("text/csv") and "'=1+1" in text and ",=1+1" not in text


def test_progress_is_shown_and_a_stopped_import_can_go_on(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,,jia,2022-11-03\n")
    Import.objects.update(state="accepting")
    page = epi.get(at("import"))
    assert b'http-equiv="refresh" content="2"' in page.content
    assert b"<progress" in page.content and b"Go on" not in page.content
    Import.objects.update(counts={**last().counts, "stopped": "busy"})
    page = epi.get(at("import"))
    assert b"http-equiv" not in page.content and b"Go on" in page.content
    epi.post(at("import"), {"do": "accept"})
    assert last().state == "done" and Person.objects.unscoped("test").filter(pk="p1").exists()


def test_a_table_is_exported_as_a_file_and_logged(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    assert epi.get(reverse("exports")).status_code == 200
    page = epi.post(reverse("exports"), {"table": "people", "format": "csv", "names": "yes"})
    text = b"".join(page.streaming_content).decode("utf-8-sig")
    assert "李四" in text and "王五" not in text and city.yi_person not in text
    assert re.fullmatch(r'attachment; filename="people-\d{4}-\d\d-\d\d\.csv"', page["Content-Disposition"])
    assert Read.objects.get(user=epi.user).what == "export"
    text = b"".join(epi.post(reverse("exports"), {"table": "people"}).streaming_content).decode()
    assert "李四" not in text
    assert epi.post(reverse("exports"), {"table": "users"}).status_code == 400
    assert epi.post(reverse("exports"), {"table": "people", "format": "exe"}).status_code == 400


def test_pages_of_imports_have_no_inline_script_or_style(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    send(epi, HEAD + "p1,甲,13800138000,jia,2022-11-03\n")
    for address in (reverse("imports"), reverse("exports"), at("import"), at("import_mapping"), at("import_people")):
        text = epi.get(address).content.decode()
        assert not re.search(r'<script(?! src="/static/)|style=|\son\w+=|<style', text)
