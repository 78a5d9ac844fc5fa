"""Where rulebook files are: those shipped with Sizao, and those beside a file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped_files() -> list[Path]:
    """The rulebook files that come with Sizao, sorted by name."""
    folder = Path(str(resources.files("sizao"))) / "rulebooks"
    return sorted(p for p in folder.glob("*.yaml") if not p.name.endswith(".examples.yaml"))


def find_file(rulebook_id: str, beside: Path | None = None) -> Path | None:
    """The file of a rulebook: `ID.yaml` in the folder `beside`, or among those shipped; None where there is none."""
    if beside is not None and (beside / f"{rulebook_id}.yaml").exists():
        return beside / f"{rulebook_id}.yaml"
    return next((path for path in shipped_files() if path.stem == rulebook_id), None)
