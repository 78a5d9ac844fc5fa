"""Tells by its first bytes, whatever its name, what a file is that holds no list."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection

from sizao.errors import SizaoError
from sizao.tables.encoding import decode

HEAD = 64 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The compound file of Office before 2007, in which a workbook with a password is kept too."""
SIGNATURES = (
    ("picture-file", rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP"),
    ("picture-file", rb".{4}ftyp(hei|mif|avif)"),
    ("pdf-file", rb".{,1000}?%PDF-\d"),
    ("document-file", rb"\{\\rtf"),
    ("archive-file", rb"Rar!\x1a|7z\xbc\xaf|\x1f\x8b|BZh\d1AY|\xfd7zXZ|PK\x05\x06|PK\x07\x08"),
)
MARKUP = re.compile(r"\s*(<[!?a-z]|\{\s*\"|\[\s*[\[{])", re.IGNORECASE)
CONTROLS = bytes([*range(9), *range(14, 26), *range(27, 32)])
MOST_CONTROLS = 0.05
"""Share of letters that no text has: a list with a broken row has fewer, random bytes have a tenth."""
SAVE = (
    "send it as CSV, XLSX or Parquet; in Excel: File > Save As >"
    ' "CSV UTF-8 (Comma delimited)" or "Excel Workbook (.xlsx)"'
)
STRANGE = {
    "picture-file": ("this is a picture, not a list", f"ask for the list that it shows, and {SAVE}"),
    "pdf-file": ("this is a PDF, not a list", f"ask for the list that it was made from, and {SAVE}"),
    "old-workbook": ("this is a workbook in an old or binary format (.xls, .xlsb)", f"open it and {SAVE}"),
    "locked-workbook": ("this workbook has a password", f"open it, take the password away, and {SAVE}"),
    "web-page": ("this is a web page, XML or JSON, not a list", f"open it in Excel and {SAVE}"),
    "document-file": ("this is a document (Word, PowerPoint, OpenDocument), not a list", f"open it and {SAVE}"),
    "archive-file": (
        "this is an archive without lists, or of a kind that is not opened here",
        "unpack it and send the lists (CSV, XLSX or Parquet), as they are or in one zip",
    ),
    "not-text": ("this is no list: it is not text", f"open it with the program that made it and {SAVE}"),
}
"""What it is and what to do, by the code of the refusal."""


def check_bytes(data: bytes, file: str) -> None:
    """Raises one of the STRANGE for what is neither a workbook, nor Parquet, nor a zip, nor text."""
    head = data[:HEAD]
    for code, signature in SIGNATURES:
        if re.match(signature, head, re.DOTALL):
            raise strange(code, file)
    if head.startswith(OLD_OFFICE):
        raise strange(_in_old_office(data), file)
    text, readable = _first_line(data)
    if MARKUP.match(text):
        raise strange("web-page", file)
    if not readable:
        raise strange("not-text", file)


def check_names(names: Collection[str], file: str) -> bool:
    """Whether a zip is a workbook, by the names in it; raises one of the STRANGE where it is neither."""
    folders = {name.replace("\\", "/").lower().partition("/")[0] for name in names}
    if "mimetype" in folders or ("[content_types].xml" in folders and folders & {"word", "ppt"}):
        raise strange("document-file", file)
    if "xl/workbook.bin" in names:
        raise strange("old-workbook", file)
    return "[content_types].xml" in folders


def strange(code: str, file: str) -> SizaoError:
    """The refusal of a file that holds no list."""
    what, todo = STRANGE[code]
    return SizaoError(code, what, where=file, why="its first bytes say so, whatever its name", todo=todo)


def _in_old_office(data: bytes) -> str:
    for code, stream in (
        ("locked-workbook", "EncryptedPackage"),
        ("document-file", "WordDocument"),
        ("document-file", "PowerPoint Document"),
    ):
        if stream.encode("utf-16-le") in data:
            return code
    return "old-workbook"


def _first_line(data: bytes) -> tuple[str, bool]:
    """The first line that is not blank, and whether it and most of what follows is text."""
    head = data[:HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) & ~1].decode("utf-16", "replace").lstrip()
        line = re.split(r"[\r\n]", text, maxsplit=1)[0]
        return text, "\ufffd" not in line and not _has_controls(line.encode())
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()
    line, *more = re.split(rb"[\r\n]", plain, maxsplit=1)
    broken = bool(more or len(data) <= HEAD) and bool(decode(line).broken)
    controls = len(plain) - len(plain.translate(None, CONTROLS))
    readable = not broken and not _has_controls(line) and controls <= MOST_CONTROLS * len(plain)
    return plain[:1000].decode("utf-8", "replace"), readable


def _has_controls(line: bytes) -> bool:
    return len(line.translate(None, CONTROLS)) < len(line)
