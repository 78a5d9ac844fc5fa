"""Reads the text of a notice: bytes to characters, and a view for reading that remembers where each one stood."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sizao.errors import SizaoError
from sizao.policy.draft.vocabulary import say
from sizao.policy.files import read_bytes
from sizao.policy.words import Words

LARGEST = 2_000_000
"""Bytes; the longest notices have some tens of thousands."""

QUOTES = "“”‘’\"'「」『』〝〞"
HEADING = 25
"""Characters; a longer line or sentence is no heading."""

ENDS = "。;!?:"
BROKEN_OFF = ",、第(+—-~"


def read_text(path: Path) -> tuple[str, list[Words]]:
    """The characters of a file, line ends as they are, and notes on how it was read.

    Raises SizaoError: `missing-file`, `unreadable-file`, `too-large`, `empty-file`, `not-text`, `bad-encoding`.
    """
    data = read_bytes(path, LARGEST, "text")
    if len(data) > LARGEST:
        what, why = f"larger than {LARGEST // 1_000_000} MB", "a notice has a few pages"
        raise SizaoError("too-large", what, where=str(path), why=why, todo="cut out the notice and draft from that")
    if b"\0" in data:
        what = "holds zero bytes: this is no plain text"
        raise SizaoError("not-text", what, where=str(path), todo="save the notice as a plain text file in UTF-8")
    text, notes = _decode(data, path)
    if not text.strip():
        raise SizaoError("empty-file", "the file is empty", where=str(path), todo="put the text of the notice in it")
    return text, notes


def _decode(data: bytes, path: Path) -> tuple[str, list[Words]]:
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        at, line = error.start, data.count(b"\n", 0, error.start) + 1
    try:
        return data.decode("gb18030"), [say("gb18030")]
    except UnicodeDecodeError:
        raise SizaoError(
            "bad-encoding",
            f"byte {at + 1} is neither UTF-8 nor GB18030",
            where=f"{path}:{line}",
            todo="save the notice as a plain text file in UTF-8",
        ) from None


@dataclass(frozen=True)
class View:
    """Characters for reading, and the place of each in the original text: same length."""

    text: str
    places: tuple[int, ...]

    def part(self, start: int, end: int) -> View:
        """The characters from start to before end."""
        return View(self.text[start:end], self.places[start:end])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from start to before end stand in the original text, as [start, end)."""
        return self.places[start], self.places[end - 1] + 1


def view_of(text: str) -> View:
    """Full-width letters, digits and signs become half-width; blanks and quotes fall away; line ends stay."""
    chars: list[str] = []
    places: list[int] = []
    macintosh = "\n" not in text
    for place, char in enumerate(text):
        for plain in _plain("\n" if macintosh and char == "\r" else char):
            chars.append(plain)
            places.append(place)
    return View("".join(chars), tuple(places))


def _plain(char: str) -> str:
    if char in "\n\u2028\u2029\x85\x0b\x0c":
        return "\n"
    if char == "\t":
        return "|"
    if char in QUOTES or char.isspace() or unicodedata.category(char) in ("Cc", "Cf"):
        return ""
    if "\uff01" <= char <= "\uff5e" or "\u3220" <= char <= "\u3229" or "\u2474" <= char <= "\u2487":
        return unicodedata.normalize("NFKC", char)
    return {"–": "—", "－": "—", "―": "—", "﹤": "<", "≦": "≤", "≧": "≥", "﹢": "+", "﹑": "、", "｡": "。"}.get(
        char, char
    )


def begins_with_heading(text: str, lead: int = 0) -> bool:
    """Whether the first line is a heading, not a line that breaks off: short, without signs, the next one longer.

    lead: characters of that line that stand before the text, as the number of an item.
    """
    first, _, rest = text.partition("\n")
    second = rest.partition("\n")[0]
    return (
        0 < len(first) <= HEADING
        and len(second) > 2 * (len(first) + lead)
        and not any(c in ",、+(" + ENDS for c in first)
    )


def joined(view: View, lead: int = 0) -> View:
    """One line of running text: line ends fall away, after headings and table rows they are stops, `|` is a comma.

    lead: as in `begins_with_heading`.
    """
    chars: list[str] = []
    places: list[int] = []
    row = begins_with_heading(view.text, lead)
    for char, place in zip(view.text, view.places, strict=True):
        if char == "|":
            row = True
        if char == "\n":
            if row:
                chars.append("。")
                places.append(place)
            row = False
            continue
        chars.append("," if char == "|" else char)
        places.append(place)
    return View("".join(chars), tuple(places))
