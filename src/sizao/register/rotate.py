"""Changes the register's keys: every sealed value is sealed anew, every hash made anew, then the old keys go.

Nobody else may work with the register meanwhile. While it goes on keys.json holds the new keys and the old ones;
killed at any moment, the same command goes on where it was. In the end the old keys stand in a file of their own,
which opens the backups made before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import acting
from sizao.register.clock import now
from sizao.register.overwriting import overwriting
from sizao.register.place import ENVIRONMENT, Keys, new_field_key, new_lookup_key, read_keys, write_keys
from sizao.register.seal import SealedText, lookup, reseal, unseal

CHUNK = 500
WORDS = frozenset({"requests", "documents", "excess_answers"})
"""Append-only tables with sealed words."""
SECRETS = ("secret", "seed")
"""What of a second factor's data is sealed, beside the list of `migrated_codes`."""
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Rotated:
    """What was done."""

    values: int
    """Sealed anew; of a rotation that was interrupted, since it goes on."""
    retired: Path | None
    """The file with the old keys; None where keys are in the environment, which is not ours to change."""


def rotate_keys(by: Access, folder: Path, progress: Progress = lambda table, rows: None) -> Rotated:
    """Changes the field key and the look-up key; the caller holds the register alone.

    Where the keys are in the environment, the new ones must stand there already, the new field key before the old.
    Raises SizaoError `keys-missing`, `seal-broken`.
    """
    own = not any(os.environ.get(name) for name in ENVIRONMENT)
    if own:
        _begin(folder)
    elif len(settings.SIZAO_FIELD_KEYS) < 2:
        raise SizaoError(
            "keys-missing",
            "the register's keys are in the environment, and there is no new one among them",
            why="this command cannot change the environment",
            todo="put a new key before the old one in SIZAO_FIELD_KEYS, and change SIZAO_LOOKUP_KEY if you wish",
        )
    sealed = _sealed_models()
    with overwriting(*(model._meta.db_table for model, _ in sealed)):
        values = sum(_reseal_model(model, fields, progress) for model, fields in sealed) + _reseal_factors(progress)
        with acting("rotate_keys", by, rows=values):
            pass
    return Rotated(values, _end(folder) if own else None)


def _begin(folder: Path) -> None:
    """New keys in front of the old, unless that was done before."""
    keys = read_keys(folder)
    if not keys.rotating:
        keys = Keys(keys.signing, (new_field_key(), *keys.fields), new_lookup_key(), old_lookup=keys.lookup)
        write_keys(folder, keys)
    settings.SIZAO_FIELD_KEYS, settings.SIZAO_LOOKUP_KEY = keys.fields, keys.lookup


def _end(folder: Path) -> Path:
    """The old keys go, into a file of their own."""
    keys = read_keys(folder)
    retired = folder / f"keys-until-{now():%Y%m%d-%H%M%S}.json"
    write_keys(folder, Keys(keys.signing, keys.fields[1:], keys.old_lookup), retired.name)
    write_keys(folder, Keys(keys.signing, keys.fields[:1], keys.lookup))
    settings.SIZAO_FIELD_KEYS = keys.fields[:1]
    return retired


def _sealed_models() -> list[tuple[type[models.Model], list[SealedText]]]:
    """Every model with sealed fields, so that none is forgotten that comes later."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.local_concrete_fields if isinstance(field, SealedText)]
        if fields:
            found.append((model, fields))
    return found


def _reseal_model(model: type[models.Model], fields: Sequence[SealedText], progress: Progress) -> int:
    """The sealed columns of one table and the hashes beside them; how many values were sealed anew."""
    about = model._meta
    names = {field.name for field in about.local_concrete_fields}
    hashed = [field.name if f"{field.name}_hash" in names else "" for field in fields]
    columns = [field.column for field in fields] + [f"{name}_hash" for name in hashed if name]
    key, table = about.pk.column, about.db_table
    select = f'SELECT "{key}", {", ".join(columns)} FROM {table} {{where}} ORDER BY "{key}" LIMIT {CHUNK}'
    update = f'UPDATE {table} SET {", ".join(f"{name} = %s" for name in columns)} WHERE "{key}" = %s'
    done, last = 0, None
    while True:
        with _sealing_words(table) if table in WORDS else transaction.atomic(), connection.cursor() as cursor:
            where = "" if last is None else f'WHERE "{key}" > %s'
            cursor.execute(select.format(where=where), [] if last is None else [last])
            rows = cursor.fetchall()
            changed = []
            for number, *values in rows:
                try:
                    anew, count = _anew(values, len(fields), hashed)
                except (SizaoError, InvalidToken) as error:
                    raise SizaoError(
                        "seal-broken",
                        "a sealed value cannot be opened, and the keys stay as they are until it can",
                        where=f"{table} {number}",
                        todo="restore a backup of before, or put the key that sealed it behind the others",
                    ) from error
                done += count
                if anew != values:
                    changed.append([*anew, number])
            if changed:
                cursor.executemany(update, changed)
        if not rows:
            return done
        last = rows[-1][0]
        progress(table, len(rows))


def _anew(values: Sequence[Any], sealed: int, hashed: Sequence[str]) -> tuple[list[Any], int]:
    """The columns of a row, sealed and hashed by the new keys; how many were not sealed so before."""
    anew: list[Any] = [None if value is None else bytes(value) for value in values[:sealed]]
    old = [value is not None and not _is_new(value) for value in anew]
    hashes = [
        lookup(name, unseal(value)) if value is not None else ""
        for name, value in zip(hashed, anew, strict=True)
        if name
    ]
    return [reseal(value) if stale else value for value, stale in zip(anew, old, strict=True)] + hashes, sum(old)


def _is_new(sealed: bytes) -> bool:
    try:
        Fernet(settings.SIZAO_FIELD_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


@contextmanager
def _sealing_words(table: str) -> Iterator[None]:
    """One transaction in which the words of an append-only table may be sealed anew, which a trigger else forbids.

    Nobody else sees the table without it: SQLite has one writer, PostgreSQL locks the table; and whatever fails, the
    transaction is undone with this.
    """
    trigger = f"{table}_words"
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
                again = f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"
            else:
                cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [trigger])
                again = cursor.fetchone()[0]
                cursor.execute(f"DROP TRIGGER {trigger}")
        yield
        with connection.cursor() as cursor:
            cursor.execute(again)


def _reseal_factors(progress: Progress) -> int:
    """The secrets of second factors, which stand sealed inside their data."""
    done = 0
    for row in Authenticator.objects.order_by("pk").iterator():
        with transaction.atomic():
            locked = Authenticator.objects.select_for_update().get(pk=row.pk)
            before = dict(locked.data)
            for name in SECRETS:
                if name in locked.data:
                    locked.data[name] = _text_anew(locked.data[name])
            if locked.data.get("migrated_codes"):
                locked.data["migrated_codes"] = [_text_anew(code) for code in locked.data["migrated_codes"]]
            if locked.data != before:
                done += 1
                locked.save(update_fields=["data"])
        progress(Authenticator._meta.db_table, 1)
    return done


def _text_anew(sealed: str) -> str:
    value = sealed.encode()
    return sealed if _is_new(value) else reseal(value).decode()
