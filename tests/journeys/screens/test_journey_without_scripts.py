"""Where scripts are off, what is done in several steps is done as well: a file, a paper, work on many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HEAD = "编号,姓名,手机号,出生日期,性别,居住地,确诊日期\n"
ROW = "s1,公孙朝露,12099990066,1990-03-07,女,{community},2022-11-18\n"


def test_a_file_is_looked_at_and_recorded(walk_as: Any, tmp_path: Path) -> None:
    walk = walk_as("epidemiologist", script=False)
    walk.data.add(ROW)
    file = tmp_path / "one.csv"
    file.write_text(HEAD + ROW.format(**walk.ids), "utf-8")
    walk.go("/import").page.locator("main [type=file]").set_input_files(file)
    walk.press().press("[value=accept]")
    walk.wait_for(".notice.good").look()
    assert "已全部登记" in walk.text
    walk.go("/find-person").fill(text="12099990066").press()
    assert "公孙朝露" in walk.text


def test_a_paper_is_made(walk_as: Any) -> None:
    walk = walk_as("community", script=False)
    walk.go(f"/people/{walk.ids['visited']}").press_link("kind=isolation_notice")
    walk.wait_for("form[action$='/documents/make'] button")
    with walk.page.expect_download() as coming:
        walk.page.locator("main form[action$='/documents/make'] button").first.click()
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF")


def test_many_are_logged_at_once(walk_as: Any) -> None:
    walk = walk_as("community", script=False)
    walk.go("/work?tab=visits")
    for box in walk.page.locator("main [name=who]").all()[:2]:
        box.check()
    walk.press("button[value=visit]").fill(how="missed").press("form.fields button").press("form.fields button")
    assert walk.page.locator("main .pill.good").count() == 2
    walk.go("/work?tab=missed")
    assert walk.page.locator("main tbody tr").count() >= 2
