"""`sizao rulebook draft`: from the Chinese text of a notice to a rulebook that a person then corrects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sizao.cli import options as o
from sizao.errors import SizaoError
from sizao.policy.draft import Draft, draft_text, read_text, write_draft
from sizao.policy.words import Words

WORDS = {
    "written": ("{}：读出的值{}个，存疑{}处，未读入的数值{}处", "{}: values read {}, doubts {}, numbers not read {}"),
    "doubt": ("存疑 {}：{}", "doubt {}: {}"),
    "english": ("存疑 英文待译：{}处", "doubt: {} texts in English are still to be written"),
    "unread": ("未读入 {}：{}-{} 「{}」", "not read {}: {}-{} 「{}」"),
    "note": ("说明：{}", "note: {}"),
    "next": (
        "逐行与原文核对，补写存疑处，再运行：sizao rulebook check {}",
        "lay it beside the text, settle each DOUBT, then: sizao rulebook check {}",
    ),
}


def draft_rulebook(
    text: Annotated[
        Path, typer.Argument(metavar="TEXT", help="The notice in Chinese, as plain text.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option(help="The YAML file to write; none: to the screen.", show_default=False)
    ] = None,
    id: Annotated[
        str | None, typer.Option(help="The rulebook's id; default from the document's number, or the file.")
    ] = None,
    chapter: Annotated[str | None, typer.Option(help="Draft from this chapter of the notice only, as 二.")] = None,
    lang: o.Language = "en",
) -> None:
    """Draft a rulebook from the text of a notice, each value with its place in the text; a person must check it."""
    if out is not None and out.exists():
        what, why = "this file is there already", "a draft that somebody has corrected must not be lost"
        raise SizaoError("file-exists", what, where=str(out), why=why, todo="name another file, or remove this one")
    written, notes = read_text(text)
    draft = draft_text(written, text.name, id=id, chapter=chapter)
    yaml = write_draft(draft, lang)
    if out is None:
        o.out.print(yaml, markup=False, soft_wrap=True, end="")
    else:
        out.write_text(yaml, "utf-8", newline="\n")
    _report(draft, notes, text, out, lang)


def _report(draft: Draft, notes: list[Words], text: Path, out: Path | None, lang: o.Lang) -> None:
    read = sum(1 for value in draft.values if value.start is not None)
    _print("written", lang, out or text, read, len(draft.doubts), len(draft.unread))
    for note in (*notes, *draft.notes):
        _print("note", lang, getattr(note, lang))
    english = [value for value in draft.doubts if value.name.endswith(".en")]
    for value in draft.doubts:
        if value not in english:
            _print("doubt", lang, value.name, getattr(value.doubt, lang))
    if english:
        _print("english", lang, len(english))
    for unread in draft.unread:
        _print("unread", lang, unread.clause, unread.start, unread.end, unread.text)
    if out is not None:
        _print("next", lang, out)


def _print(word: str, lang: o.Lang, *values: object) -> None:
    o.err.print(WORDS[word][0 if lang == "zh" else 1].format(*values))
