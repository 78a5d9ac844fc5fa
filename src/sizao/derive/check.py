"""Checks rulebook files: the rules, the rulebooks that they lean on, the examples, and one beside the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sizao.derive.compile import compile_policy
from sizao.derive.examples import run_examples
from sizao.errors import Problem, RefusedError, SizaoError
from sizao.policy import Rulebook, chain, read_rulebook, rulebooks
from sizao.policy.beyond import Beyond, find_beyond
from sizao.policy.cover import find_clashes, find_gaps
from sizao.policy.examples import Examples, check_examples, examples_beside, read_examples, without_example
from sizao.policy.overlay import BETWEEN
from sizao.policy.read import Whole, problem_at, read_whole
from sizao.policy.words import Path as Loc
from sizao.words import Lang


@dataclass(frozen=True)
class Checked:
    """What came of checking a rulebook file and the examples beside it.

    `book` is None where it could not be read, `examples` where there are none. `chain`: the rulebooks that it leans
    on, oldest first, and itself. `beyond`: what a local one asks for beyond those that it is laid over. `untried`:
    measures that no example shows, and where they stand in the file. `copy_of`: the shipped rulebook of the same
    document, jurisdiction and disease, where it is another file for the same document.
    """

    path: Path
    book: Rulebook | None
    examples: Examples | None
    problems: list[Problem]
    chain: tuple[Rulebook, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    untried: tuple[tuple[str, int | None], ...] = ()
    copy_of: str | None = None


def check_rulebook(path: Path, lang: Lang = "en") -> Checked:
    """Everything wrong in a rulebook file, in those that it leans on, and in the examples beside it."""
    book: Rulebook | None = None
    examples: Examples | None = None
    problems: list[Problem] = []
    try:
        book = read_rulebook(path)
        whole = read_whole(path)
        try:
            books = tuple(chain(str(path) if path.suffix in (".yaml", ".yml") else book))
            compile_policy(books)
        except SizaoError as error:
            if isinstance(error, RefusedError):
                raise
            return Checked(path, book, None, [_about_the_chain(error, book, whole, path)])
        problems += _find_gaps(book, books, whole, path)
        beside = examples_beside(path)
        if beside.exists():
            examples = read_examples(beside)
            wrong = check_examples(books, examples)
            problems += wrong or [m.problem for m in run_examples(books, examples, lang=lang)]
        untried = without_example(book, examples) if examples else [m.id for m in book.measures]
        beyond = tuple(find_beyond(book, _national(books))) if book.over else ()
        placed = tuple(_placed(untried, book, whole))
        return Checked(path, book, examples, problems, books, beyond, placed, _copied(book, books))
    except RefusedError as error:
        return Checked(path, book, examples, problems + error.problems)
    except SizaoError as error:
        problem = Problem(error.code, error.where or str(path), error.what, error.todo)
        return Checked(path, book, examples, [*problems, problem])


def check_together(checked: Sequence[Checked]) -> list[Problem]:
    """Rulebooks of which two are in force on one day: among those checked, and beside those that are shipped.

    A copy of a shipped rulebook stands in its place: what that one replaces or amends, or is replaced or amended by,
    is no second one beside the copy.
    """
    files = {each.book.id: each.path for each in checked if each.book is not None}
    named = [each.book for each in checked if each.book is not None]
    beside = {b.id: b for b in rulebooks()}
    beside |= {b.id: b for each in checked for b in each.chain if BETWEEN not in b.id}
    problems: list[Problem] = []
    copies = {each.book.id: each.copy_of for each in checked if each.book is not None and each.copy_of}
    for clash in find_clashes(named, list(beside.values())):
        stands_for = {copies.get(book.id, book.id) for book in (clash.first, clash.second)}
        if not copies.keys().isdisjoint((clash.first.id, clash.second.id)) and _in_one_line(stands_for, beside):
            continue
        path = files[clash.second.id if clash.second.id in files else clash.first.id]
        todo = "write `replaces` or `amends` in the later one, or correct a date, `jurisdiction` or `disease`"
        whole = read_whole(path)
        problems.append(_problem(whole, path, ("document", "effective"), "two-in-force", clash.what, todo))
    return problems


def _copied(book: Rulebook, books: Sequence[Rulebook]) -> str | None:
    """The shipped rulebook of the same document that a rulebook does not lean on itself."""
    shipped, leans_on = rulebooks(), {b.id for b in books}
    if book.id in {b.id for b in shipped}:
        return None
    same = (book.document.number, book.jurisdiction, book.disease)
    return next(
        (b.id for b in shipped if (b.document.number, b.jurisdiction, b.disease) == same and b.id not in leans_on),
        None,
    )


def _in_one_line(ids: set[str], books: Mapping[str, Rulebook]) -> bool:
    """Whether of these one rulebook is the other, or the other follows on it through what replaces and amends."""
    for name in ids:
        line: list[str | None] = [name]
        while (older := books[str(line[-1])].older if line[-1] in books else None) and older not in line:
            line.append(older)
        if ids <= set(line):
            return True
    return False


def _find_gaps(book: Rulebook, books: Sequence[Rulebook], whole: Whole, path: Path) -> Iterator[Problem]:
    """The gaps of a rulebook; of a local one those of each of the rulebooks that result, but for what the one that
    it is laid over leaves open itself."""
    seen: set[tuple[object, ...]] = set()
    national = _national(books)
    for n, joined in enumerate(books):
        if n < len(books) - 1 and BETWEEN not in joined.id:
            continue
        before = [b for b in national if BETWEEN in joined.id and b.document.effective <= joined.document.effective]
        theirs = {(g.kind, g.since, g.before) for g in find_gaps(before)} if before else set()
        for gap in find_gaps(books[: n + 1]):
            if (gap.kind, gap.since, gap.before) in theirs or (gap.kind, gap.whole, gap.before) in seen:
                continue
            seen.add((gap.kind, gap.whole, gap.before))
            here = BETWEEN not in joined.id or gap.at in _triggers(book)
            yield _problem(whole, path, gap.at if here else ("over",), "kind-not-caught", gap.what, gap.todo)


def _triggers(book: Rulebook) -> set[Loc]:
    return {
        ("measures", m, "triggers", t) for m, each in enumerate(book.measures) for t, _ in enumerate(each.triggers)
    }


def _national(books: Sequence[Rulebook]) -> Sequence[Rulebook]:
    """The chain that a local rulebook is laid over; nothing where it is laid over none."""
    name = books[-1].id.partition(BETWEEN)[2]
    return chain(name) if name else ()


def _about_the_chain(error: SizaoError, book: Rulebook, whole: Whole, path: Path) -> Problem:
    """A problem with what a rulebook leans on, on the line that names it."""
    if error.code == "restriction-order":
        return _problem(whole, path, ("restrictions",), error.code, error.what, error.todo)
    key = next((key for key in ("replaces", "amends", "over") if getattr(book, key) is not None), "id")
    return _problem(whole, path, (key,), error.code, error.what, error.todo)


def _placed(measures: Sequence[str], book: Rulebook, whole: Whole) -> Iterator[tuple[str, int | None]]:
    numbers = {m.id: n for n, m in enumerate(book.measures)}
    for name in measures:
        yield name, whole.marks.get(whole.path_in_file(("measures", numbers[name])))


def _problem(whole: Whole, path: Path, loc: Loc, code: str, what: str, todo: str) -> Problem:
    return problem_at(whole.path_in_file(loc), whole.marks, path, code, what, todo)
