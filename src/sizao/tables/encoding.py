"""Bytes to text: UTF-8 (with or without BOM), GB18030, UTF-16 with BOM; line by line where a file mixes them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

UTF8, GB = "UTF-8", "GB18030"


@dataclass(frozen=True)
class Decoded:
    """Text of a file. Lines count from 1.

    `mixed`: lines in another encoding than most of the file, with the name of theirs.
    `broken`: lines with bytes that are neither; in `text` those bytes stand as \\xNN.
    """

    text: str
    encoding: str
    mixed: tuple[tuple[int, str], ...] = ()
    broken: frozenset[int] = frozenset()


def decode(data: bytes) -> Decoded:
    """Decode a whole file. One that is valid UTF-8 is UTF-8 (also where a few words could be GB18030: 女 is Ů);
    else each line is judged by itself.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return Decoded(data.decode("utf-16"), "UTF-16")
        except UnicodeDecodeError:
            pass  # then its lines are broken below
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")  # line ends of old Macintosh programs
    try:
        return Decoded(data.decode("utf-8"), UTF8)
    except UnicodeDecodeError:
        return _decode_lines(data)


def _decode_lines(data: bytes) -> Decoded:
    texts: list[str] = []
    found: dict[int, str] = {}
    broken: set[int] = set()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            texts.append(line.decode("ascii"))
            continue
        utf8, gb = _try(line, "utf-8"), _try(line, "gb18030")
        if utf8 is None and gb is None:
            broken.add(number)
            texts.append(line.decode("ascii", errors="backslashreplace"))
        elif gb is None or (utf8 is not None and _commonness(utf8) > _commonness(gb)):
            assert utf8 is not None
            found[number] = UTF8
            texts.append(utf8)
        else:
            found[number] = GB
            texts.append(gb)
    in_gb = sum(1 for encoding in found.values() if encoding == GB)
    main = GB if in_gb * 2 > len(found) else UTF8
    mixed = tuple((number, encoding) for number, encoding in found.items() if encoding != main)
    return Decoded("\n".join(texts), main, mixed, frozenset(broken))


def _try(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _commonness(text: str) -> float:
    """Share of the non-ASCII characters that are everyday Chinese (first level of GB 2312, punctuation).

    Bytes that are valid both ways make rare characters in the wrong one: 中 in UTF-8 begins with 涓 in GB18030.
    """
    wide = [c for c in text if not c.isascii()]
    return sum(1 for c in wide if _is_common(c)) / len(wide)


def _is_common(char: str) -> bool:
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7 or lead <= 0xA3
