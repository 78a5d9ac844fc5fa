"""Takes what is answered to an excess by who must answer, and oversight's word on the answer; one or very many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.policy import Rulebook, chain
from sizao.policy.named import names_clause
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting, conflict, one_version
from sizao.register.actions.check import LONGEST, check_texts, fits
from sizao.register.actions.many import MOST, RowResult, _first_answer
from sizao.register.answers import Excess, Key, key_of, last_answers, rows_about
from sizao.register.clock import today
from sizao.register.models import Act, ExcessAnswer
from sizao.register.models.answers import ANSWERS, JUDGEMENTS
from sizao.register.seal import seal


@dataclass(frozen=True)
class ExcessSeen:
    """One excess as the user saw it: `version` of its latest answer, 0 where there was none."""

    about: str
    kind: str
    since: dt.date
    version: int

    @property
    def key(self) -> Key:
        return self.about, self.kind, self.since


def answer_excess(
    *,
    by: Access,
    about: str,
    kind: str,
    since: dt.date,
    said: str,
    version: int = 0,
    clause: str | None = None,
    text: str | None = None,
) -> ExcessAnswer:
    """Answers for what goes beyond the rules: `about` is order:ID, or person:ID where there is no order.

    `kind` and `since` are its own; `version` is that of the latest answer seen, left out where there was none.
    What is accepted is not answered again.
    Raises SizaoError `not-allowed`, `not-found`, `changed-meanwhile`, `accepted-already`, `invalid`.
    """
    seen = ExcessSeen(about, kind, since, version)
    return _write_one("answer_excess", by, seen, said, clause, text, _may_answer(said, clause, text))


def judge_answer(
    *, by: Access, about: str, kind: str, since: dt.date, version: int, said: str, text: str | None = None
) -> ExcessAnswer:
    """Accepts or refuses the latest answer; nobody judges their own.

    Raises SizaoError `nothing-to-judge`, `own-answer`, and as `answer_excess`.
    """
    seen = ExcessSeen(about, kind, since, version)
    return _write_one("judge_answer", by, seen, said, None, text, _may_judge(by, said, text))


def answer_excesses(
    *, by: Access, rows: Sequence[ExcessSeen], said: str, clause: str | None = None, text: str | None = None
) -> list[RowResult]:
    """The same answer to very many at once: one transaction, an act for each, a result for each in their order.

    Raises SizaoError `too-many`, `not-allowed`, `invalid`.
    """
    return _write_many("answer_excess", by, rows, said, clause, text, _may_answer(said, clause, text))


def judge_answers(*, by: Access, rows: Sequence[ExcessSeen], said: str, text: str | None = None) -> list[RowResult]:
    """The same word on very many answers. As `answer_excesses`."""
    return _write_many("judge_answer", by, rows, said, None, text, _may_judge(by, said, text))


def clause_of(named: str, since: dt.date, until: dt.date) -> str | None:
    """The clause that somebody names, as it is written in a rulebook in force on one of these days; or None."""
    books = chain(settings.SIZAO_RULEBOOK)
    before = [book for book in books if book.document.effective <= since][-1:] or books[:1]
    within = [book for book in books if since < book.document.effective <= until]
    for book in reversed([*before, *within]):
        for own in clauses_of(book):
            if named == own or names_clause(named, own):
                return own
    return None


def clauses_of(book: Rulebook) -> list[str]:
    """Every clause by which a rulebook asks or forbids something, in its order."""
    found = [measure.clause for measure in book.measures]
    found += [level.clause for level in book.areas.levels] + [gone.clause for gone in book.areas.abolished]
    found += [ban.clause for ban in book.limits.forbidden] + [book.limits.ceiling]
    for limit in (book.limits.mass_testing, book.limits.tests_per_day):
        found += [limit.clause] if limit else []
    return [clause for clause in dict.fromkeys(found) if clause]


Check = Callable[[ExcessSeen, ExcessAnswer | None], None]


def _may_answer(said: str, clause: str | None, text: str | None) -> tuple[str, Check]:
    def check(seen: ExcessSeen, last: ExcessAnswer | None) -> None:
        if last is not None and last.said == "accepted":
            raise SizaoError(
                "accepted-already", f"the answer for {seen.about} was accepted", todo="nothing more is needed"
            )
        if said == "within_rules" and clause_of(clause or "", seen.since, max(today(), seen.since)) is None:
            raise _wrong("unknown-clause", "clause", "no rulebook in force on these days has this clause")

    _check_words(said, ANSWERS, clause, text)
    return "answer_excesses", check


def _may_judge(by: Access, said: str, text: str | None) -> tuple[str, Check]:
    def check(seen: ExcessSeen, last: ExcessAnswer | None) -> None:
        if last is None or last.said in JUDGEMENTS:
            raise SizaoError("nothing-to-judge", f"no answer for {seen.about} waits", todo="wait for an answer")
        if last.act.by_id == by.user_id:
            raise SizaoError("own-answer", "nobody judges their own answer", todo="leave it to somebody else")

    _check_words(said, JUDGEMENTS, None, text)
    return "judge_answers", check


def _check_words(said: str, words: tuple[str, ...], clause: str | None, text: str | None) -> None:
    if said not in words:
        raise _wrong("unknown-word", "said", "not a word of the contract")
    if said == "within_rules" and not clause:
        raise _wrong("empty", "clause", "the clause that allows it must be named")
    check_texts(ExcessAnswer, clause=clause)
    check_texts(longest=LONGEST, text=text)


def _wrong(code: str, column: str, what: str) -> RefusedError:
    problem = Problem(code, "excess_answers", what, "choose what is listed", column=column)
    return RefusedError("invalid", "this cannot be recorded", [problem], todo="correct what is listed")


def _write_one(
    action: str,
    by: Access,
    seen: ExcessSeen,
    said: str,
    clause: str | None,
    text: str | None,
    may: tuple[str, Check],
) -> ExcessAnswer:
    permission, check = may
    by.check(permission)
    excess = _excesses([seen]).get(seen.key)
    _check_area(by, permission, seen, excess)
    about = {"about": seen.about, "kind": seen.kind, "since": seen.since.isoformat(), "version": seen.version + 1}
    try:
        with acting(action, by, said=said, **_of(excess), **about) as writing:
            last = last_answers([seen.key]).get(seen.key)
            _check_version(seen, last)
            check(seen, last)
            if last is not None:
                writing.follow(last.at)
            row = _row(seen, said, clause, text or None, writing.at, writing.act)
            with one_version("excess_answers", seen.about):
                row.save(force_insert=True)
            return row
    except AlreadyDone as done:
        known = {name: done.act.about[name] for name in ("about", "kind", "since", "version")}
        return ExcessAnswer.objects.get(**known)


def _write_many(
    action: str,
    by: Access,
    rows: Sequence[ExcessSeen],
    said: str,
    clause: str | None,
    text: str | None,
    may: tuple[str, Check],
) -> list[RowResult]:
    permission, check = may
    by.check(permission)
    if len(rows) > MOST:
        raise SizaoError("too-many", f"{len(rows)} rows at once", todo=f"send at most {MOST} at a time")
    sealed: Any = seal(text) if text else None  # once: it is the same in every row
    try:
        with acting(f"{action}_many", by, rows=len(rows), said=said) as writing:
            found, last = _excesses(rows), last_answers([seen.key for seen in rows])
            results, acts, built, done = [], [], [], set[Key]()
            for number, seen in enumerate(rows):
                try:
                    excess = found.get(seen.key)
                    _check_area(by, permission, seen, excess)
                    if seen.key in done:
                        raise SizaoError("twice", f"{seen.about} stands in the rows twice", todo="send it once")
                    _check_version(seen, last.get(seen.key))
                    check(seen, last.get(seen.key))
                except (SizaoError, RefusedError) as error:
                    results.append(RowResult(number, error=error))
                    continue
                about = {"id": seen.about, "kind": seen.kind, "since": seen.since.isoformat(), "said": said}
                about |= {"version": seen.version + 1, "batch": writing.act.pk, "row": number}
                act = Act(action=action, by=by.user, at=writing.at, about=about, **_of(excess))
                done.add(seen.key)
                acts.append(act)
                built.append(_row(seen, said, clause, sealed, writing.at, act))
                results.append(RowResult(number, id=seen.about))
            Act.objects.bulk_create(acts, batch_size=2000)
            for row, act in zip(built, acts, strict=True):
                row.act = act
            with one_version("excess_answers", "of these rows"):
                ExcessAnswer.objects.bulk_create(built, batch_size=1000)
            return results
    except AlreadyDone as earlier:
        return _first_answer(action, by, earlier.act)


def _excesses(rows: Sequence[ExcessSeen]) -> dict[Key, Excess]:
    """What goes beyond the rules now, of what is named."""
    names = dict.fromkeys(seen.about for seen in rows if fits(seen.about, LONGEST))
    return {key_of(row): row for row in rows_about([*names])}


def _check_area(by: Access, permission: str, seen: ExcessSeen, excess: Excess | None) -> None:
    """Raises SizaoError: what lies elsewhere looks as if it were not there."""
    if excess is None:
        raise not_found("excess", seen.about)
    person = getattr(excess, "person", None)
    if person is None:
        if not by.holds_in(permission, excess.place.path):  # type: ignore[union-attr]
            raise not_found("excess", seen.about)
    elif not by.holds_in(permission, person.area):
        raise not_found("excess", seen.about)


def _check_version(seen: ExcessSeen, last: ExcessAnswer | None) -> None:
    if seen.version != (last.version if last else 0):
        raise conflict("excess_answers", seen.about)


def _of(excess: Any) -> dict[str, str]:
    return {"person_id": getattr(excess, "person_id", ""), "place_id": getattr(excess, "place_id", "")}


def _row(seen: ExcessSeen, said: str, clause: str | None, text: Any, at: dt.datetime, act: Act) -> ExcessAnswer:
    return ExcessAnswer(
        about=seen.about,
        kind=seen.kind,
        since=seen.since,
        version=seen.version + 1,
        said=said,
        clause=(clause or "") if said == "within_rules" else "",
        text=text,
        at=at,
        act=act,
    )
