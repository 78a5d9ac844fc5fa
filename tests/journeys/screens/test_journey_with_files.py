"""Files: a list is looked at before it is recorded, doubles side by side; tables are taken out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HEAD = "编号,姓名,手机号,出生日期,性别,居住地,确诊日期\n"
ROWS = (
    "b1,欧阳静远,12099990077,1990-03-07,女,{community},2022-11-18\n"
    "b2,司马青,12099990088,1987-05-21,男,{community},2022-11-19\n"
    "b3,诸葛明月,12099990099,1979-12-02,女,{community},第三天\n"
)


def test_a_list_is_looked_at_decided_and_recorded(walk_as: Any, tmp_path: Path) -> None:
    walk = walk_as("epidemiologist")
    file = tmp_path / "十一月二十日.csv"
    file.write_text(HEAD + ROWS.format(**walk.ids), "utf-8")
    walk.go("/import").page.locator("main [type=file]").set_input_files(file)
    walk.press().picture("epidemiologist-import.png")
    preview = walk.where
    walk.follow("/people").picture("epidemiologist-doubles.png")
    walk.page.locator("main [value=same]").first.check()
    walk.press()
    walk.go(preview).press("[value=accept]")
    walk.wait_for(".notice.good").look()
    assert "已全部登记" in walk.text
    walk.go("/find-person").fill(text="司马青").press()
    assert "司马青" in walk.text
    for _ in range(80):  # everybody is derived soon, not when the clock says so: until then nobody gets a paper
        if walk.page.request.get(walk.address + "/health").json()["waiting"] == 0:
            return
        walk.page.wait_for_timeout(250)
    raise AssertionError("what was imported is not derived")


def test_a_picture_is_refused_by_name_above_the_form_to_try_again(walk_as: Any, tmp_path: Path) -> None:
    walk = walk_as("epidemiologist", phone=True)
    file = tmp_path / "清单.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    walk.go("/import").page.locator("main [type=file]").set_input_files(file)
    walk.press().look()
    assert "清单.csv" in walk.text and "这是图片，不是清单" in walk.text
    file.write_text(HEAD + "b7,上官云,,,女,{community},\n".format(**walk.ids), "utf-8")
    walk.page.locator("main [type=file]").set_input_files(file)
    walk.press()
    assert "还没有登记任何内容" in walk.text


def test_a_list_of_unknown_columns_is_told_what_they_mean(walk_as: Any, tmp_path: Path) -> None:
    walk = walk_as("epidemiologist")
    file = tmp_path / "columns.csv"
    file.write_text(f"colA,colB,colC\nx1,{walk.ids['community']},3/11/2022\n", "utf-8")
    walk.go("/import").page.locator("main [type=file]").set_input_files(file)
    walk.press().follow("/mapping").picture("epidemiologist-mapping.png")


def test_a_table_is_taken_out(walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go("/export").fill(table="tests", format="csv").picture("epidemiologist-export.png")
    with walk.page.expect_download() as coming:
        walk.page.locator("main form button").first.click()
    lines = Path(coming.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("test_id") and len(lines) > 100
