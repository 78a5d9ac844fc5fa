"""Where rulebook files are: those shipped with Sizao, and those beside a file; the bytes of a file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from sizao.errors import SizaoError


def shipped_files() -> list[Path]:
    """The rulebook files that come with Sizao, sorted by name."""
    folder = Path(str(resources.files("sizao"))) / "rulebooks"
    return sorted(p for p in folder.glob("*.yaml") if not p.name.endswith(".examples.yaml"))


def find_file(rulebook_id: str, beside: Path | None = None) -> Path | None:
    """The file of a rulebook: `ID.yaml` in the folder `beside`, or among those shipped; None where there is none."""
    if beside is not None and (beside / f"{rulebook_id}.yaml").exists():
        return beside / f"{rulebook_id}.yaml"
    return next((path for path in shipped_files() if path.stem == rulebook_id), None)


def read_bytes(path: Path, most: int, kind: str) -> bytes:
    """The bytes of a file: all, or `most` + 1 of more. `kind`: what file to name instead of a folder.

    Raises SizaoError `missing-file`, `unreadable-file`.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise SizaoError("missing-file", "no such file", where=str(path), todo="check the path") from None
    except IsADirectoryError:
        raise SizaoError("missing-file", "this is a folder", where=str(path), todo=f"name a {kind} file") from None
    except OSError as error:
        raise SizaoError(
            "unreadable-file", f"cannot be read: {error.strerror}", where=str(path), todo="check its permissions"
        ) from None
