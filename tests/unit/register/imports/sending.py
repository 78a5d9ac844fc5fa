"""Sends made-up files, for tests."""

from __future__ import annotations

from typing import Any

from sizao.register.imports.files import Upload
from sizao.register.imports.stage import stage

HEAD = "编号,姓名,性别,出生日期,手机号,身份证号,居住地,确诊日期,末次接触日期,采样日期,检测结果"


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    """A file with these rows."""
    return "\n".join([head, *rows, ""]).encode()


def send(by: Any, *rows: str, head: str = HEAD, name: str = "list.csv", **more: Any) -> Any:
    """The import of a file with these rows."""
    return stage(by=by, files=[Upload(name, csv_of(*rows, head=head))], **more)[0]


def counted() -> dict[str, int]:
    """How many rows stand in each table of records."""
    from sizao.register.actions.bulk import MODELS

    return {name: model.objects.unscoped("counted").count() for name, model in MODELS.items()}  # type: ignore[attr-defined]
