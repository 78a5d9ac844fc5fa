"""An import whose process is killed goes on where it stopped: no row lost, none doubled, no chunk by half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = 1_000
MAKE = """
import django; django.setup()
from sizao.register.ready import make_tables
make_tables()
"""
STAGE = """
import django; django.setup()
from sizao.register.access import access_of_job
from sizao.register.imports import stage
from sizao.register.imports.files import Upload
stage.CHUNK = 50
rows = "".join(f"p{n},某{n},138{n:08d},2022-11-03,2022-11-04,阴性\\n" for n in range(ROWS))
head = "编号,姓名,手机号,确诊日期,采样日期,检测结果\\n"
print(stage.stage(by=access_of_job("import"), files=[Upload("a.csv", (head + rows).encode())])[0].import_id)
"""
ACCEPT = """
import sys, time
import django; django.setup()
from sizao.register.access import access_of_job
from sizao.register.imports import accept
record = accept.record_table
count = 0
def slowly(**about):
    global count
    count += 1
    done = record(**about)
    if count == int(sys.argv[2]):  # recorded, not committed
        print("inside", flush=True)
        time.sleep(60)
    return done
accept.record_table = slowly
def told(done, of):
    if done == int(sys.argv[3]):
        print("between", flush=True)
        time.sleep(60)
print(accept.accept(by=access_of_job("import"), import_id=sys.argv[1], progress=told).state)
"""
COUNT = """
import django; django.setup()
from sizao.register.models import Case, Person, Test, Import, Act, ImportPart
for model, key in ((Person, "person_id"), (Case, "case_id"), (Test, "test_id")):
    rows = model.objects.unscoped("counted")
    print(rows.count(), rows.values(key).distinct().count())
found = Import.objects.get()
print(Act.objects.filter(action="record_table").count(), found.state, found.done, ImportPart.objects.count())
"""


def run(code: str, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code.replace("ROWS", str(ROWS)), *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.split("\n")[:-1]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIZAO_HOME", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "sizao.web.settings")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    said(run(MAKE))
    return tmp_path


def test_an_import_killed_inside_and_between_chunks_is_whole_in_the_end(register: Path) -> None:
    name = said(run(STAGE))[0]
    for inside, between, mark in ((3, 0, "inside\n"), (0, 7, "between\n"), (30, 0, "inside\n")):
        child = run(ACCEPT, name, inside, between)
        assert child.stdout is not None
        assert child.stdout.readline() == mark
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        people, cases, tests, rest = (line.split() for line in said(run(COUNT)))
        assert all(int(line[0]) % 50 == 0 and line[0] == line[1] for line in (people, cases, tests))
        assert rest[1] == "accepting"
    assert said(run(ACCEPT, name, 0, 0))[-1] == "done"
    assert said(run(COUNT)) == [f"{ROWS} {ROWS}"] * 3 + ["60 done 60 0"]


def test_two_who_accept_at_once_record_every_row_once(register: Path) -> None:
    name = said(run(STAGE))[0]
    both = [run(ACCEPT, name, 0, 0) for _ in range(2)]
    assert [said(process)[-1] for process in both] == ["done", "done"]
    assert said(run(COUNT)) == [f"{ROWS} {ROWS}"] * 3 + ["60 done 60 0"]
