"""Records an import that was looked at: chunk after chunk, each all or none, from where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyarrow as pa
from django.db import Error, transaction

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import acting
from sizao.register.actions.bulk import record_table, rows_of
from sizao.register.clock import now
from sizao.register.identifying import shown
from sizao.register.ids import new_id
from sizao.register.imports.mapping import SEALED
from sizao.register.imports.stage import erase, erased, find
from sizao.register.models import Import, ImportMatch, ImportPart, Person
from sizao.tables import contract

CHOICES = ("same", "new", "leave")
Progress = Callable[[int, int], None]


def decide(*, by: Access, import_id: str, choices: dict[int, str]) -> int:
    """Decides on matches by their numbers: the same person, a new one, or left out; how many changed.

    Raises SizaoError `not-found`, `import-begun`, `number-known` (a new person with a number that is on record),
    `unknown-home` (a new person without a known home, by a user who may not add people everywhere).
    """
    found = find(by, import_id)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=found.pk)
        if locked.state != "previewed":
            raise SizaoError("import-begun", "this import was accepted already", todo="merge records instead")
        rows = list(locked.matches.filter(number__in=[*choices]))
        if len(rows) < len(choices):
            raise SizaoError("not-found", "there is no such match", todo="look at the list again")
        for match in rows:
            _decide(by, match, choices[match.number])
        ImportMatch.objects.bulk_update(rows, ["choice", "becomes"], batch_size=300)
        Import.objects.filter(pk=locked.pk).update(changed_at=now())
    return len(rows)


def decide_rest(*, by: Access, import_id: str, choice: str) -> int:
    """One decision for all matches that nobody decided yet; who cannot be a new person is left out by "new"."""
    found = find(by, import_id)
    open_ones = found.matches.filter(choice="")
    numbers = {
        row.number: "leave" if choice == "new" and (_has_number(row) or _has_no_area(by, row)) else choice
        for row in open_ones
    }
    done = 0
    for at in range(0, len(numbers), 500):
        some = dict([*numbers.items()][at : at + 500])
        done += decide(by=by, import_id=import_id, choices=some)
    return done


def _has_number(match: ImportMatch) -> bool:
    return "number" in match.why.split(";") and "number" not in match.differs.split(";")


def _has_no_area(by: Access, match: ImportMatch) -> bool:
    """Whether nobody could say that the person, as a new one, lives in the area of this user."""
    return not by.holds_in("import_people", "") and not json.loads(match.said).get("home_place_id")


def _decide(by: Access, match: ImportMatch, choice: str) -> None:
    if choice not in CHOICES:
        raise SizaoError("unknown-choice", "there is no such choice", todo=f"one of {', '.join(CHOICES)}")
    if choice == "new" and _has_number(match):
        raise SizaoError(
            "number-known",
            "somebody with this identity number is in the register",
            why="one person would have two records, each with half of the facts",
            todo="take it as the same person, or leave the row out",
        )
    if choice == "new" and _has_no_area(by, match):
        raise SizaoError(
            "unknown-home",
            "the home of this row is not known",
            why="nobody can say whether a new person lives in your area",
            todo="take it as the same person, or leave the row out; or correct the home in the file",
        )
    match.choice = choice
    match.becomes = ""
    if choice == "same":
        match.becomes = match.known_id
    elif choice == "new":
        match.becomes = new_id("p") if "id" in match.why.split(";") else match.person_id


def accept(*, by: Access, import_id: str, progress: Progress | None = None) -> Import:
    """Records what is not recorded yet of an import, all of a chunk or nothing of it. Of one that is done, nothing.

    It goes on after the last chunk that was recorded, whoever or whatever stopped it. Raises SizaoError `not-found`,
    `undecided`, `unmapped`, `import-over` (discarded), `import-changed` (the register changed: the chunk is not
    recorded), and those of recording.
    """
    found = find(by, import_id)
    if found.state == "done":
        return found
    begin(by=by, import_id=import_id)
    becomes = {match.person_id: match.becomes for match in found.matches.all()}
    for number in range(found.done, found.chunks):
        if not _accept_chunk(by, found, number, becomes):
            break
        if progress is not None:
            progress(number + 1, found.chunks)
    found.refresh_from_db()
    return found


def begin(*, by: Access, import_id: str) -> Import:
    """Marks an import as accepted. Raises as `accept`."""
    found = find(by, import_id)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=found.pk)
        if locked.state == "discarded":
            raise SizaoError("import-over", "this import was discarded", todo="send the file again")
        if locked.counts.get("unmapped"):
            raise SizaoError("unmapped", "nobody chose the columns yet", todo="choose what each column means")
        undecided = locked.matches.filter(choice="").count()
        if undecided:
            raise SizaoError(
                "undecided",
                f"{undecided} people may be on record already",
                why="nobody else can say whether they are the same",
                todo="say for each whether it is the same person",
            )
        if locked.state == "previewed":
            with acting("accept_import", by, id=import_id, chunks=locked.chunks):
                locked.state, locked.changed_at = "accepting", now()
                locked.save(update_fields=["state", "changed_at"])
        if locked.state == "accepting" and locked.done == locked.chunks:
            _finish(locked)
    return locked


def _accept_chunk(by: Access, found: Import, number: int, becomes: dict[str, str]) -> bool:
    """Records one chunk and, in the same transaction, that it is. False where the import was taken away."""
    try:
        with transaction.atomic():
            locked = Import.objects.select_for_update().get(pk=found.pk)
            if locked.state != "accepting":
                return False
            if locked.done > number:
                return True
            part = locked.parts.filter(kind="rows", number=number).first()
            if part is None:
                raise erased()
            recorded = _record(by, locked, part, becomes)
            counts = locked.counts.setdefault("recorded", {})
            counts[part.table] = counts.get(part.table, 0) + recorded
            locked.done, locked.changed_at = number + 1, now()
            locked.save(update_fields=["done", "changed_at", "counts"])
            if locked.done == locked.chunks:
                _finish(locked)
    except Error as error:
        if "unique" in str(error).lower() or "foreign key" in str(error).lower():
            raise SizaoError(
                "import-changed",
                "the register changed since the file was looked at",
                why="an id or number that was free is taken; nothing of this part was recorded",
                todo="compare it again; or discard it and send the file again: what is recorded is left out then",
            ) from error
        raise
    return True


def _finish(locked: Import) -> None:
    locked.state, locked.changed_at = "done", now()
    locked.save(update_fields=["state", "changed_at"])
    erase(locked, but_lines=True)


def _record(by: Access, found: Import, part: ImportPart, becomes: dict[str, str]) -> int:
    table = part.table
    with pa.ipc.open_stream(part.content) as stream:
        rows = stream.read_all().drop_columns(["line"])
    rows = _link(table, rows, becomes)
    if table == "case_places":
        rows = _of_known(rows, "case_id", "SELECT case_id FROM cases WHERE case_id IN {ids}")
    if not rows.num_rows:
        return 0
    sealed = {name: rows[name].to_pylist() for name in SEALED if table == "people" and name in rows.schema.names}
    withdrawn = None
    if "withdrawn" in rows.schema.names:
        withdrawn = [text in ("true", "1") for text in rows["withdrawn"].to_pylist()]
    key = f"import-{found.import_id}-{part.number}"
    access = Access(by.user, by.at, by.held, by.job, key, waits=False)
    plain = rows.select(list(contract(table).names))
    return record_table(by=access, table=table, rows=plain, sealed=sealed, withdrawn=withdrawn)


def _link(table: str, rows: pa.Table, becomes: dict[str, str]) -> pa.Table:
    """The rows as those of the people whom somebody decided they are; without those left out."""
    if not becomes or "person_id" not in rows.schema.names:
        return rows
    ids = rows["person_id"].to_pylist()
    turned = [becomes.get(name, name) for name in ids]
    if table == "people":
        known = _on_record(turned)
        keep = [bool(name) and (name not in known) for name in turned]
    else:
        keep = [name != "" for name in turned]
    at = rows.schema.get_field_index("person_id")
    rows = rows.set_column(at, "person_id", pa.array(turned, pa.string()))
    return rows.filter(pa.array(keep))


def _on_record(ids: Iterable[str]) -> set[str]:
    return {row[0] for row in rows_of("SELECT person_id FROM people WHERE person_id IN {ids}", ids)}


def _of_known(rows: pa.Table, column: str, sql: str) -> pa.Table:
    """Without rows that name a fact which was left out with its person."""
    names = rows[column].to_pylist()
    known = {row[0] for row in rows_of(sql, names)}
    return rows.filter(pa.array([name in known for name in names]))


def side_by_side(by: Access, matches: Sequence[ImportMatch]) -> list[dict[str, Any]]:
    """What the file and the record say of each, as far as the user may see the record, and names."""
    ids = [match.known_id for match in matches]
    seen = {
        p.person_id: p for p in Person.objects.seen_by(by, "see_people").select_related("home").filter(pk__in=ids)
    }
    told = []
    for match in matches:
        person = seen.get(match.known_id)
        record: dict[str, Any] = {}
        if person is not None:
            known = shown(by, person, ("birth_date", "sex", "home_place_id", *SEALED))
            record = {name: str(value or "") for name, value in known.items()}
        said = json.loads(match.said)
        told.append({"match": match, "said": said, "record": record, "seen": person is not None})
    return told
