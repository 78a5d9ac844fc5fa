"""Where a register lives and its secrets: a folder, and keys that are made once and kept apart from the records."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sizao.errors import SizaoError

KEYS_FILE = "keys.json"


@dataclass(frozen=True)
class Keys:
    """Secrets of one register. `fields`: Fernet keys, the first seals, all unseal."""

    signing: str
    """Signs sessions and forms."""
    fields: tuple[str, ...]
    lookup: str
    """Keys the hash by which a phone or number is found; changing it needs `sizao register rehash`."""


def home() -> Path:
    """The folder of the register: SIZAO_HOME, or `sizao-register` here."""
    return Path(os.environ.get("SIZAO_HOME", "sizao-register"))


def read_keys(folder: Path) -> Keys:
    """The keys from SIZAO_SIGNING_KEY, SIZAO_FIELD_KEYS (separated by commas) and SIZAO_LOOKUP_KEY, else from
    keys.json in the folder, which is made (readable by its owner alone) where there is none.

    Raises SizaoError `keys-missing` where only some are given, `keys-broken` where the file cannot be read.
    """
    given = [os.environ.get(name, "") for name in ("SIZAO_SIGNING_KEY", "SIZAO_FIELD_KEYS", "SIZAO_LOOKUP_KEY")]
    if all(given):
        return Keys(given[0], tuple(key.strip() for key in given[1].split(",") if key.strip()), given[2])
    if any(given):
        raise SizaoError(
            "keys-missing",
            "only some of the register's keys are in the environment",
            why="with a part of them names could be sealed that nobody can open",
            todo="set SIZAO_SIGNING_KEY, SIZAO_FIELD_KEYS and SIZAO_LOOKUP_KEY, or none of them",
        )
    path = folder / KEYS_FILE
    if not path.exists():
        _make(path)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Keys(said["signing"], tuple(said["fields"]), said["lookup"])
    except (ValueError, KeyError, TypeError) as error:
        raise SizaoError(
            "keys-broken",
            f"the keys cannot be read: {error}",
            where=str(path),
            why="without them no name or phone number in the register can be opened",
            todo="put back the copy of keys.json that was kept apart",
        ) from error


def _make(path: Path) -> None:
    """Writes new keys; of two processes that try at once, one wins and both read its keys."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = {
        "signing": secrets.token_urlsafe(50),
        "fields": [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()],
        "lookup": secrets.token_hex(32),
    }
    draft = path.with_name(f"{KEYS_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
