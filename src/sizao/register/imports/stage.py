"""Takes files in: reads, maps, checks and compares them, and keeps all of it sealed until somebody decides."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from sizao.errors import Problem, SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import acting
from sizao.register.actions.bulk import ORDER
from sizao.register.clock import now
from sizao.register.ids import new_id
from sizao.register.imports.check import Checked, check_turned
from sizao.register.imports.compare import Compared, compare
from sizao.register.imports.files import Upload, read_sheet, unpack
from sizao.register.imports.godata import turn_godata
from sizao.register.imports.limits import CHUNK, LISTED
from sizao.register.imports.mapping import GODATA, Mapping, guess, read_mapping
from sizao.register.imports.match import Match
from sizao.register.imports.turn import turn
from sizao.register.models import Import, ImportMatch, ImportPart

STEPS = ("read", "check", "compare", "keep")
SAMPLES = 3
KEPT_DAYS = 30
"""After which an upload that nobody accepted is erased."""
Watch = Callable[[str], None]


def stage(
    *,
    by: Access,
    files: Sequence[Upload],
    mapping: Mapping | None = None,
    kind: str = "",
    watch: Watch | None = None,
    unmapped: bool = False,
) -> tuple[Import, bool]:
    """The import of these files, and whether the same was sent before (then that one is given back as it is).

    Without a mapping it is guessed from the header (as one of `kind`). Nothing of it is in the register's tables yet.
    `unmapped`: also where a column is missing: then somebody must choose the columns before it can be accepted.
    Raises SizaoError `not-allowed`, `no-file`, `too-large`, `broken-file`, `empty-file`, `two-files`,
    `duplicate-column`, `missing-column`, `unknown-mapping`.
    """
    by.check("import_people")
    unpacked = unpack(files)
    if mapping is None:
        names = [file.name for file in unpacked]
        header = () if guess(names, (), kind).kind == GODATA else read_sheet(unpacked[0], []).header
        mapping = guess(names, header, kind)
    digest = _digest(unpacked, mapping)
    before = own(by).filter(digest=digest).exclude(state="discarded").first()
    if before is not None:
        return before, True
    found, problems, counts = _look(by, unpacked, mapping, watch, unmapped)
    try:
        with acting("stage_import", by, rows=sum(counts["read"].values())) as writing:
            made = Import.objects.create(
                import_id=new_id("i"),
                by=by.user,
                made_at=writing.at,
                changed_at=writing.at,
                files="\n".join(file.name for file in files),
                digest=digest,
                mapping=mapping.as_json(),
            )
            writing.act.about["import"] = made.import_id
            for number, file in enumerate(unpacked):
                content = file.name.encode() + b"\n" + file.data
                ImportPart.objects.create(of=made, kind="file", number=number, content=content)
            _keep(made, found, problems, counts)
    except IntegrityError:  # the same files came twice at once
        before = own(by).filter(digest=digest).exclude(state="discarded").first()
        if before is None:
            raise
        return before, True
    return made, False


def look_again(*, by: Access, import_id: str, mapping: Mapping | None = None, watch: Watch | None = None) -> Import:
    """Compares the files of an import anew, with another mapping where one is given; decisions are lost.

    Raises SizaoError `not-found`, `import-over`, `import-begun`, and those of `stage`.
    """
    found_import = find(by, import_id)
    _must_be_open(found_import)
    if found_import.done:
        raise SizaoError(
            "import-begun",
            "a part of this import is recorded",
            todo="go on with it",
        )
    files = list(files_of(found_import))
    if not files:
        raise erased()
    used = mapping or read_mapping(found_import.mapping)
    found, problems, counts = _look(by, files, used, watch)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=found_import.pk)
        _must_be_open(locked)
        locked.parts.exclude(kind="file").delete()
        locked.matches.all().delete()
        locked.mapping, locked.digest, locked.state = used.as_json(), _digest(files, used), "previewed"
        _keep(locked, found, problems, counts)
    return locked


def own(by: Access) -> QuerySet[Import]:
    """The imports of this user; of a job, those of all jobs."""
    rows: QuerySet[Import] = Import.objects.filter(by=by.user) if by.user else Import.objects.filter(by=None)
    return rows


def find(by: Access, import_id: str) -> Import:
    """One's own import. Raises SizaoError `not-found` also for somebody else's."""
    by.check("import_people")
    found = own(by).filter(import_id=import_id).first()
    if found is None:
        raise not_found("import", import_id)
    return found


def files_of(found: Import) -> Iterator[Upload]:
    """The files as they were sent."""
    for part in found.parts.filter(kind="file").order_by("number"):
        name, _, data = part.content.partition(b"\n")
        yield Upload(name.decode(), data)


def columns_of(found: Import) -> list[tuple[str, list[str]]]:
    """The columns of its first file, each with some of its texts. Raises SizaoError `import-over`."""
    first = next(files_of(found), None)
    if first is None:
        raise erased()
    sheet = read_sheet(first, [])
    return [(name, sheet.cells[name].slice(0, SAMPLES).to_pylist()) for name in sheet.header]


def problems_of(found: Import) -> list[Problem]:
    """What is wrong with which rows; once it is done, without what stood there."""
    part = found.parts.filter(kind="problems").first()
    return [Problem(**row) for row in json.loads(part.content)] if part else []


def discard(*, by: Access, import_id: str) -> Import:
    """Erases what was uploaded. What was recorded of it stays. Raises SizaoError `not-found`, `import-over`."""
    found = find(by, import_id)
    with acting("discard_import", by, id=import_id):
        locked = Import.objects.select_for_update().get(pk=found.pk)
        _must_be_open(locked)
        locked.state, locked.changed_at = "discarded", now()
        locked.save(update_fields=["state", "changed_at"])
        erase(locked)
    return locked


def erase(found: Import, but_lines: bool = False) -> None:
    """Takes away the files, rows and problems of an import; its numbers stay.

    `but_lines`: which line had which problem stays too, without its value and words, which may tell of somebody.
    """
    lines = _lines(found) if but_lines else []
    found.parts.all().delete()
    if lines:
        ImportPart.objects.create(of=found, kind="problems", content=json.dumps(lines, ensure_ascii=False).encode())
    found.matches.all().delete()
    found.files = None
    found.save(update_fields=["files"])


def _lines(found: Import) -> list[dict[str, Any]]:
    """Its problems as they are kept for good. A file of an export is called as every other of its kind."""
    godata = found.mapping["kind"] == GODATA
    gone: dict[str, Any] = {"what": "", "todo": "", "value": None}
    return [{**asdict(one), **gone, "file": one.file if godata else ""} for one in problems_of(found)]


def old_uploads(days: int = KEPT_DAYS) -> QuerySet[Import]:
    """Uploads that nobody touched for so many days."""
    since = now() - dt.timedelta(days=days)
    rows: QuerySet[Import] = Import.objects.filter(state__in=("previewed", "accepting"), changed_at__lt=since)
    return rows


def erase_old(*, by: Access, days: int = KEPT_DAYS) -> int:
    """Erases `old_uploads`; how many. For the retention job."""
    by.check("keep_register")
    old = list(old_uploads(days))
    if old:
        with acting("erase_imports", by, rows=len(old)):
            for found in old:
                found.state = "discarded"
                found.save(update_fields=["state"])
                erase(found)
    return len(old)


def erased() -> SizaoError:
    """The upload lay too long, and was taken away."""
    return SizaoError("import-over", "the uploaded file was erased since", todo="send the file again")


def _must_be_open(found: Import) -> None:
    if found.state in ("done", "discarded"):
        raise SizaoError("import-over", f"this import is {found.state}", todo="send the file again")


def _look(
    by: Access, files: Sequence[Upload], mapping: Mapping, watch: Watch | None, unmapped: bool = False
) -> tuple[Compared, list[Problem], dict[str, Any]]:
    """`unmapped`: a file of which no column can be told yet is kept too, for a mapping to be chosen."""
    say = watch or (lambda step: None)
    problems: list[Problem] = []
    say("read")
    assumed: list[str] = []
    if mapping.kind == GODATA:
        turned, read, assumed = turn_godata(files, problems)
    else:
        if len(files) > 1:
            raise SizaoError("two-files", "this mapping reads one file", todo="send the files one by one")
        sheet = read_sheet(files[0], problems)
        read = {"rows": len(sheet.lines)}
        try:
            turned = turn(sheet, mapping, problems)
        except SizaoError as error:
            if not unmapped:
                raise
            return (
                Compared(),
                problems,
                {"read": read, "new": {}, "there": {}, "problems": [], "unmapped": error.code},
            )
        del sheet
    say("check")
    checked = {name: check_turned(name, turned.pop(name), now(), problems) for name in ORDER if name in turned}
    say("compare")
    found = compare(by, checked, problems)
    problems.sort(key=lambda problem: (problem.file, problem.line or 0))
    counts = {
        "read": read,
        "new": {name: len(table.lines) for name, table in found.tables.items()},
        "there": {name: count for name, count in found.there.items() if count},
        "problems": [
            [code, effect, n] for (code, effect), n in Counter((p.code, p.effect) for p in problems).most_common()
        ],
        "assumed": assumed,
    }
    say("keep")
    return found, problems, counts


def _keep(made: Import, found: Compared, problems: list[Problem], counts: dict[str, Any]) -> None:
    number = 0
    for table, rows in found.tables.items():
        for content, count in _packed(rows):
            ImportPart.objects.create(of=made, kind="rows", number=number, table=table, rows=count, content=content)
            number += 1
    listed = json.dumps([asdict(problem) for problem in problems[:LISTED]], ensure_ascii=False).encode()
    ImportPart.objects.create(of=made, kind="problems", content=listed)
    ImportMatch.objects.bulk_create(
        (_as_row(made, n, match) for n, match in enumerate(found.matches)), batch_size=500
    )
    made.chunks, made.counts, made.changed_at = number, counts, now()
    made.save()


def _as_row(made: Import, number: int, match: Match) -> ImportMatch:
    return ImportMatch(
        of=made,
        number=number,
        line=match.line,
        person_id=match.person_id,
        known_id=match.known_id,
        why=";".join(match.why),
        differs=";".join(match.differs),
        choice=match.choice,
        becomes=match.known_id if match.choice == "same" else "",
        said=json.dumps(match.said, ensure_ascii=False),
    )


def _packed(rows: Checked) -> Iterator[tuple[bytes, int]]:
    """Rows by chunks, with their lines, as Arrow writes them."""
    whole = rows.rows.append_column("line", pa.array(rows.lines, pa.int64()))
    for at in range(0, whole.num_rows, CHUNK):
        some = whole.slice(at, CHUNK).combine_chunks()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, some.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(some)
        yield sink.getvalue().to_pybytes(), some.num_rows


def _digest(files: Sequence[Upload], mapping: Mapping) -> str:
    found = hashlib.sha256(mapping.digest())
    for file in sorted(files, key=lambda file: file.name):
        found.update(hashlib.sha256(file.data).digest())
    return found.hexdigest()
