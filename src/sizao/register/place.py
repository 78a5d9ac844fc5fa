"""Where a register lives and its secrets: a folder, and keys that are made once and kept apart from the records."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sizao.errors import SizaoError

KEYS_FILE = "keys.json"
FILE = "register.sqlite3"
IN_USE = "in-use.lock"
ENVIRONMENT = ("SIZAO_SIGNING_KEY", "SIZAO_FIELD_KEYS", "SIZAO_LOOKUP_KEY")


@dataclass(frozen=True)
class Keys:
    """Secrets of one register. `fields`: Fernet keys, the first seals, all unseal."""

    signing: str
    """Signs sessions and forms."""
    fields: tuple[str, ...]
    lookup: str
    """Keys the hash by which a phone or number is found; `sizao work rotate-keys` changes it, and every hash."""
    old_lookup: str = ""
    """While keys are being changed, the look-up key of before: some values are hashed by it, some by the new one."""

    @property
    def rotating(self) -> bool:
        """Whether keys are being changed, or that was interrupted."""
        return bool(self.old_lookup)


def home() -> Path:
    """The folder of the register: SIZAO_HOME, or `sizao-register` here."""
    return Path(os.environ.get("SIZAO_HOME", "sizao-register"))


def read_keys(folder: Path) -> Keys:
    """The keys from SIZAO_SIGNING_KEY, SIZAO_FIELD_KEYS (separated by commas) and SIZAO_LOOKUP_KEY, else from
    keys.json in the folder, which is made (readable by its owner alone) where there is none.

    Raises SizaoError `keys-missing` where only some are given, `keys-broken` where the file cannot be read.
    """
    given = [os.environ.get(name, "") for name in ENVIRONMENT]
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
        return Keys(said["signing"], tuple(said["fields"]), said["lookup"], said.get("old_lookup", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise SizaoError(
            "keys-broken",
            f"the keys cannot be read: {error}",
            where=str(path),
            why="without them no name or phone number in the register can be opened",
            todo="put back the copy of keys.json that was kept apart",
        ) from error


def write_keys(folder: Path, keys: Keys, name: str = KEYS_FILE) -> None:
    """Puts keys in place of those in the folder at once, whatever fails: the old file stands, or the new one."""
    draft = _draft(folder / name, keys)
    draft.replace(folder / name)
    _settle(folder)


def new_field_key() -> str:
    """A key that seals."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def new_lookup_key() -> str:
    """A key of hashes."""
    return secrets.token_hex(32)


_held: dict[Path, int] = {}


def hold(folder: Path, alone: bool = False) -> None:
    """Says that this process (and those that it forks) works with the register, until it ends or `let_go`.

    With `alone` nobody else may: for what must not happen under a running service. Where the folder does not exist
    (a register elsewhere, keys from the environment) nothing is held. Raises SizaoError `in-use`.
    """
    if not folder.is_dir():
        return
    place = folder.resolve()
    if place not in _held:
        _held[place] = os.open(place / IN_USE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(_held[place], (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        let_go(folder)
        raise SizaoError(
            "in-use",
            "a service or another command works with the register" if alone else "a command has the register alone",
            where=str(folder),
            todo=f"{'stop `sizao serve`, ' if alone else ''}wait until it is done, then try again",
        ) from error


def let_go(folder: Path) -> None:
    """Ends `hold`."""
    number = _held.pop(folder.resolve(), None)
    if number is not None:
        os.close(number)


def _make(path: Path) -> None:
    """Writes new keys; of two processes that try at once, one wins and both read its keys."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, Keys(secrets.token_urlsafe(50), (new_field_key(),), new_lookup_key()))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    _settle(path.parent)


def _draft(path: Path, keys: Keys) -> Path:
    """The keys in a file beside the one that they are for, on disk, readable by its owner alone."""
    said = {"signing": keys.signing, "fields": list(keys.fields), "lookup": keys.lookup}
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(said | ({"old_lookup": keys.old_lookup} if keys.rotating else {}), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """Has names in a folder outlive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
