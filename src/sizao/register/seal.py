"""Personal text sealed at rest: Fernet with rotating keys, and a keyed hash by which it is found again."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from sizao.errors import SizaoError


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> bytes:
    """The text, sealed with the first key."""
    return _box(tuple(settings.SIZAO_FIELD_KEYS)).encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The text of what any of the keys sealed. Raises SizaoError `seal-broken`."""
    return _open(sealed).decode()


def _open(sealed: bytes | memoryview) -> bytes:
    try:
        return _box(tuple(settings.SIZAO_FIELD_KEYS)).decrypt(bytes(sealed))
    except InvalidToken as error:
        raise SizaoError(
            "seal-broken",
            "a sealed field cannot be opened",
            why="none of the register's field keys sealed it, or it was changed",
            todo="put the old key behind the new one in SIZAO_FIELD_KEYS or keys.json",
        ) from error


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same text sealed with the first key."""
    return _box(tuple(settings.SIZAO_FIELD_KEYS)).rotate(bytes(sealed))


def lookup(kind: str, text: str) -> str:
    """A keyed hash (64 hex digits) of a name, phone or number, equal for its usual spellings; "" of nothing.

    `kind` is part of what is hashed, so that a phone never matches a number.
    """
    plain = _normal(kind, text)
    if not plain:
        return ""
    return hmac.new(settings.SIZAO_LOOKUP_KEY.encode(), f"{kind}\0{plain}".encode(), hashlib.sha256).hexdigest()


def _normal(kind: str, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    if kind == "phone":
        digits = re.sub(r"\D", "", plain)
        return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if kind == "number":
        return re.sub(r"[\W_]", "", plain)
    return re.sub(r"[\s·•.]+", "", plain)


class SealedText(models.BinaryField):
    """Text that stands sealed in the database. It cannot be searched: a `lookup` beside it can."""

    description = "Sealed text"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("null", True)
        options.setdefault("blank", True)
        options["editable"] = True
        super().__init__(*args, **options)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or value == "":
            return None
        return super().get_db_prep_value(seal(value) if isinstance(value, str) else value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise SizaoError(
                "sealed-lookup", f"{self.name} is sealed: it cannot be searched by its text", todo="search its hash"
            )
        return super().get_lookup(lookup_name)


class SealedBytes(SealedText):
    """Bytes that stand sealed in the database: uploaded files, and what was read out of them."""

    description = "Sealed bytes"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else _open(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            value = _box(tuple(settings.SIZAO_FIELD_KEYS)).encrypt(bytes(value))
        return models.BinaryField.get_db_prep_value(self, value, connection, prepared)
