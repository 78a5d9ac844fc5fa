"""What is wrong in words, wherever they stand: lists that hold nothing or a word twice, events that are none."""

from __future__ import annotations

from collections.abc import Iterator

from sizao.policy.words import Fault, Part, Path


def find_list_faults(part: Part, keys: tuple[str, ...], at: Path) -> Iterator[Fault]:
    """Lists of a part that were written and hold nothing, and words that stand twice in one."""
    for key in keys:
        words = getattr(part, key)
        if words == () and key in part.model_fields_set:
            todo = "list at least one, or leave the key out"
            yield Fault(path=(*at, key), code="bad-list", what="lists nothing", todo=todo)
        for n, word in enumerate(words or ()):
            if word in words[:n]:
                yield Fault(path=(*at, key, n), code="bad-list", what=f"{word!r} stands twice", todo="keep one")


def find_void_faults(kind: str | None, at: Path) -> Iterator[Fault]:
    """The kind `void`, which is no event of a person."""
    if kind == "void":
        what = "`void` takes a fact back and is none itself"
        yield Fault(path=at, code="trigger", what=what, todo="name another kind")
