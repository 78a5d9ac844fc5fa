"""What an item asks of persons: subject, phases, test days, ways out, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sizao.policy.draft.cells import Cell, Reading, spoken_against, superseded
from sizao.policy.draft.items import Item
from sizao.policy.draft.phases import Phase, bare_phase, find_phases
from sizao.policy.draft.text import HEADING
from sizao.policy.draft.tokens import Token
from sizao.policy.draft.vocabulary import say, vocabulary


@dataclass
class Asked:
    """What one item asks of one group of people."""

    subjects: list[Cell]
    item: Item
    phases: list[Phase] = field(default_factory=list)
    bare: list[Token] = field(default_factory=list)
    nothing: Cell | None = None
    day_1: Cell | None = None

    @property
    def says_something(self) -> bool:
        """Whether a measure can be made of it."""
        return bool(self.phases or self.nothing)


def read_persons(reading: Reading, above: Asked | None) -> list[Asked]:
    """What the item asks, group by group; `above`: the group that the item around this one speaks of."""
    reader = _Reader(reading, above)
    for n, sentence in enumerate(reading.piece.sentences):
        reader.sentence(sentence, first=n == 0)
    for asked in reader.found:
        _complete(asked, reading)
    return [asked for asked in reader.found if asked is not above]


PEOPLE = re.compile("人员|接触者|感染者|患者|病例|密接|旅客|居民")
ASKED_OF_THEM = re.compile("隔离|管理|管控|监测|观察|检测|核酸|采样")


def speaks_of_people(text: str) -> bool:
    """Whether an item names people and something that may be asked of them, known to the vocabulary or not."""
    return bool(PEOPLE.search(text) and ASKED_OF_THEM.search(text))


class _Reader:
    def __init__(self, reading: Reading, above: Asked | None) -> None:
        self.reading = reading
        self.found: list[Asked] = [above] if above else []

    def sentence(self, sentence: list[Token], first: bool) -> None:
        old = superseded(sentence)
        live = [t for t in sentence if t not in old]
        replaced = [t for t in sentence if t in old]
        heading = first and len(self.reading.piece.words(*sentence)) <= HEADING
        start = 0
        groups = _groups(live)
        for (begin, end), (following, _) in pairwise([*groups, (len(live), len(live))]):
            if self._left_alone(live, begin, end):
                continue
            if self._opens(live, begin, live[end:following], heading and begin == 0):
                self._segment(live[start:begin], replaced)
                subjects = [t for t in live[begin:end] if t.kind == "subject"]
                cells = [self.reading.cell(name, t) for t in subjects for name in t.value]
                self.found.append(Asked(cells, self.reading.piece.item))
                start = end
        self._segment(live[start:], replaced)

    def _opens(self, live: list[Token], begin: int, after: list[Token], heading: bool) -> bool:
        """Whether a subject is whom the words after it concern, not only mentioned."""
        introduced = begin > 0 and live[begin - 1].kind in ("introduces", "from")
        if introduced and live[begin].start - live[begin - 1].end > 12:
            introduced = False
        asks = find_phases(after, self.reading, keep=False)[0] or any(
            t.kind == "nth" or (t.kind == "frequency" and t.value[0]) for t in after
        )
        contained = any(_is_enough(live[begin], t) for t in after)
        return bool(introduced or heading or asks or contained)

    def _left_alone(self, live: list[Token], begin: int, end: int) -> bool:
        """不再判定X, X不再管控, 取消对X的判定: the text asks nothing of X."""
        before = next((t for t in reversed(live[:begin]) if t.kind != "introduces"), None)
        after = live[end] if end < len(live) else None
        if before and after and (before.kind, after.kind) == ("abolished", "judging"):
            before = replace(before, kind="no_more")
        sign = next((t for t in (before, after) if t is not None and t.kind == "no_more"), None)
        if sign is None:
            return False
        if sign is after and end + 1 < len(live) and live[end + 1].kind == "subject":
            return False
        for token in live[begin:end]:
            if token.kind == "subject":
                cells = [self.reading.cell(name, token) for name in token.value]
                asked = Asked(cells, self.reading.piece.item, nothing=self.reading.cell("nothing", sign))
                self.found.insert(max(len(self.found) - 1, 0), asked)
        return True

    def _segment(self, tokens: list[Token], replaced: list[Token]) -> None:
        """Words that concern the group that was named last."""
        if not self.found or not tokens:
            return
        asked = self.found[-1]
        phases, bare = find_phases(tokens, self.reading)
        self._note_old(phases, replaced)
        asked.bare += bare
        if len(phases) == len(asked.subjects) > 1 and any(t.kind == "respectively" for t in tokens):
            self.found[-1:] = [Asked([cell], asked.item, [p]) for cell, p in zip(asked.subjects, phases, strict=True)]
            return
        for phase in phases:
            self._add(asked, phase)
        for token in tokens:
            if token.kind in ("next_day", "that_day") and asked.day_1 is None:
                day = "day_after" if token.kind == "next_day" else "same_day"
                asked.day_1 = self.reading.cell(day, token)
        _read_release(asked, tokens, self.reading)
        _read_tests(asked, tokens, replaced, self.reading)

    def _note_old(self, phases: list[Phase], replaced: list[Token]) -> None:
        replaced = [t for t in replaced if t.kind in ("days", "restriction", "choice")]
        if phases and replaced and phases[0].days:
            span = self.reading.piece.span(*replaced)
            phases[0].days = replace(phases[0].days, was=span)
            self.reading.used.update(replaced)

    def _add(self, asked: Asked, phase: Phase) -> None:
        known = next((p for p in asked.phases if p.restriction.value == phase.restriction.value), None)
        if known is None:
            asked.phases.append(phase)
        elif known.days and phase.days and known.days.value != phase.days.value:
            doubt = say("conflict", first=known.days.value, second=phase.days.value)
            known.days = replace(known.days, doubt=doubt)


def _groups(live: list[Token]) -> list[tuple[int, int]]:
    """Subjects named in one breath: 密切接触者、入境人员 is one group."""
    groups: list[tuple[int, int]] = []
    for n, token in enumerate(live):
        if token.kind != "subject":
            continue
        if groups:
            begin, end = groups[-1]
            between = live[end:n]
            if [t.kind for t in between] == ["joins"] and between[0].start == live[end - 1].end:
                groups[-1] = (begin, n + 1)
                continue
        groups.append((n, n + 1))
    return groups


def _is_enough(subject: Token, token: Token) -> bool:
    """Whether a restriction without days says what is asked of these people."""
    entry = vocabulary()["subjects"][subject.value[0]]
    if token.kind != "restriction":
        return False
    return "leaves" in entry or ("case" in entry and token.value == "hospital_isolation")


def _read_tests(asked: Asked, tokens: list[Token], replaced: list[Token], reading: Reading) -> None:
    """Ties day lists and frequencies to the phase that they name, or to the only one."""
    replaced = [t for t in replaced if t.kind in ("nth", "frequency")]
    was = reading.piece.span(*replaced) if replaced else None
    reading.used.update(replaced)
    atoms = {t for p in asked.phases for t in p.tokens}
    tested = any(t.kind == "test" for t in tokens)
    named: Token | None = None
    row: list[Token] = []  # restrictions of phases named since the last day list
    for before, token in pairwise([None, *tokens]):
        if token is None:
            continue
        if token.kind in ("restriction", "choice"):
            named = token
            row = [*row, token] if token in atoms else []
            continue
        tests = _tests_of(token, tokens, tested)
        if tests is None or spoken_against(tokens, token):
            continue
        bracketed = before is not None and before.kind == "bracket"
        if not asked.phases and named is None:
            continue  # days of what? reported as not read
        cell = reading.cell(tests, token, was=was, doubt=reading.doubt(token, *_counts(token, tokens)))
        if len(row) > 1 and not bracketed:
            _spread(asked, cell)
        else:
            _attach(asked, named, cell, reading)
        reading.used.update(_counts(token, tokens))
        row = []


def _tests_of(token: Token, tokens: list[Token], tested: bool) -> list[int] | dict[str, int] | str | None:
    if token.kind == "nth":
        days = sorted(set(token.value))
        return days if tested or len(days) > 1 else None
    if token.kind != "frequency":
        return None
    times, in_days = token.value
    if times == 0:
        kinds = {t.kind for t in _clause_after(token, tokens)}
        if "test" not in kinds or "at_most" in kinds:
            return None
        times = next((t.value for t in _counts(token, tokens)), 1) or 1
    return "daily" if (times, in_days) == (1, 1) else {"times": times, "in_days": in_days}


def _clause_after(token: Token, tokens: list[Token]) -> list[Token]:
    after = tokens[tokens.index(token) + 1 :]
    return after[: next((n for n, t in enumerate(after) if t.kind == "comma"), len(after))]


def _counts(token: Token, tokens: list[Token]) -> list[Token]:
    """The count of a frequency that does not hold it: the 两次 of 每天核酸检测两次."""
    if token.kind != "frequency" or token.value[0] != 0:
        return []
    return [t for t in _clause_after(token, tokens) if t.kind == "times"][:1]


def _attach(asked: Asked, named: Token | None, tests: Cell, reading: Reading) -> None:
    wanted = None if named is None else named.value if named.kind == "restriction" else named.value[0]
    phase = next((p for p in asked.phases if p.restriction.value == wanted), None)
    if phase is None and named is not None and not asked.phases:
        phase = bare_phase(named, reading)
        asked.phases.append(phase)
    if phase is None and len(asked.phases) == 1:
        phase = asked.phases[0]
    if phase is None:
        _spread(asked, tests)
    elif phase.tests is None:
        phase.tests = tests
    elif phase.tests.value != tests.value:
        both = {"first": phase.tests.value, "second": tests.value}
        phase.tests = replace(phase.tests, doubt=say("conflict", **both))


def _spread(asked: Asked, tests: Cell) -> None:
    """Test days of a measure of several phases that do not say which phase is meant."""
    doubt = say("tests_split")
    begin = 0
    for phase in asked.phases:
        length = phase.days.value if phase.days else None
        if phase.tests is None and length is not None:
            if isinstance(tests.value, list):
                days = [d - begin for d in tests.value if begin < d <= begin + length]
                phase.tests = replace(tests, value=days, doubt=doubt) if days else None
            else:
                phase.tests = replace(tests, doubt=doubt)
        begin += length or 0


def _read_release(asked: Asked, tokens: list[Token], reading: Reading) -> None:
    """第6、7天连续2次...阴性...解除: a way out of the last phase named, or the only one."""
    kinds = {t.kind: t for t in reversed(tokens)}
    counted = next((t for t in tokens if t.kind == "ct" and t.value and t.value[0] is not None), None)
    if "lifted" not in kinds or "nth" not in kinds or not ("negative" in kinds or counted):
        return
    days = sorted(set(kinds["nth"].value))
    if not asked.phases and asked.bare:
        asked.phases.append(bare_phase(asked.bare[-1], reading))
    if not asked.phases:
        return
    phase = asked.phases[-1]
    length = phase.days.value if phase.days else 0
    phase.release = {"after": reading.cell(max([length, *days]), kinds["nth"])}
    if "times" in kinds and kinds["times"].value and kinds["times"].value > 1:
        phase.release["tests"] = reading.cell(kinds["times"].value, kinds["times"])
    if counted:
        phase.release["ct_from"] = reading.cell(counted.value[0], counted)
    phase.release["from_day"] = reading.cell(days[0], kinds["nth"])


def _complete(asked: Asked, reading: Reading) -> None:
    """Phases without a number of days: in a managed area until the person leaves, of a case until discharge."""
    entry = vocabulary()["subjects"][asked.subjects[0].value]
    if asked.phases or asked.nothing or not asked.bare:
        return
    first = asked.bare[0]
    if "leaves" in entry and first.value == "closed_loop":
        left = Cell(entry["leaves"], doubt=say("until_left"))
        asked.phases.append(replace(bare_phase(first, reading), release={"event": left}))
    hospital = next((t for t in asked.bare if t.value == "hospital_isolation"), None)
    if "case" in entry and hospital:
        until = Cell("discharge", doubt=say("discharge"))
        asked.phases.append(replace(bare_phase(hospital, reading), until=until))
