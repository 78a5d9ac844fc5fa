"""What an item says to authorities: limits on tests, forbidden orders, proofs, Ct values that count."""

from __future__ import annotations

from collections.abc import Iterator

from sizao.policy.draft.cells import Cell, Finding, Reading, spoken_against, superseded
from sizao.policy.draft.places import own_words
from sizao.policy.draft.tokens import Token
from sizao.policy.draft.vocabulary import say, title_of, vocabulary
from sizao.policy.words import Words

AGAINST = ("forbid", "correct")


def read_authorities(reading: Reading) -> list[Finding]:
    """Limits, proofs and the Ct below which a test is positive."""
    found: list[Finding] = []
    for sentence in reading.piece.sentences:
        found += _tests_per_day(sentence, reading)
        found += _ceiling(sentence, reading)
        found += _forbidden(sentence, reading)
        found += _mass_testing(sentence, reading)
        found += _proofs(sentence, reading)
        found += _positive(sentence, reading)
    return found


def _tests_per_day(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """纠正一天两检: at most one; 每天不超过两次: at most two."""
    often = [t for t in sentence if t.kind == "frequency" and t.value[1] == 1]
    several = [t for t in often if t.value[0] > 1 and spoken_against(sentence, t)]
    if several:
        fewest = min(several, key=lambda t: t.value[0])
        reading.used.update(several)
        most = fewest.value[0] - 1
        cells = {"at_most": reading.cell(most, fewest, doubt=say("at_most", most=most) if most > 1 else None)}
        yield reading.finding("tests_per_day", "", cells, fewest)
    for n, token in enumerate(sentence):
        if token.kind == "at_most" and often and n + 1 < len(sentence) and sentence[n + 1].kind == "times":
            times = sentence[n + 1]
            if times.value and any(t.kind == "test" for t in sentence):
                reading.used.update(often)
                reading.used.add(times)
                cells = {"at_most": Cell(times.value, reading.piece.span(times))}  # a bound is what is meant
                yield reading.finding("tests_per_day", "", cells, token, times)


def _ceiling(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    overdoing = next((t for t in sentence if t.kind == "overdoing"), None)
    if overdoing and any(t.kind in AGAINST for t in sentence):
        yield reading.finding("ceiling", "", {"ceiling": reading.cell("", overdoing)}, overdoing)


def _forbidden(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """严禁随意封校停课、停工停产: each word of the vocabulary up to the next comma."""
    within = False
    for token in sentence:
        within = token.kind == "forbid" or (within and token.kind != "comma")
        if not within or token.kind != "order":
            continue
        entry = vocabulary()["orders"][token.value]
        order = entry.get("as", token.value)
        cells = {"order": reading.cell(order, token)}
        if "unless" in entry:
            cells["unless"] = reading.cell(dict(entry["unless"]), token)
        yield reading.finding("forbidden", order, cells, token)


def _mass_testing(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """只在...时开展全员核酸检测: the condition in the text's own words."""
    everybody = next((t for t in sentence if t.kind == "everybody"), None)
    only = next((t for t in sentence if t.kind == "only"), None)
    if everybody is None or only is None:
        return
    under = next((t for t in reversed(sentence) if t.kind == "under" and t.start > only.end), None)
    if under and (cells := own_words(reading, under, only)):
        yield reading.finding("mass_testing", "", cells, only, under)


def _proofs(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """登机前36小时内两次检测阴性证明."""
    old = superseded(sentence)
    live = [t for t in sentence if t not in old]
    if not any(t.kind == "proof" for t in live):
        return
    begin = 0
    for n, hours in enumerate(live):
        if hours.kind != "hours" or hours.value[1] not in ("内", "以内", "") or hours.value[0] is None:
            continue
        end = next((i for i in range(n + 1, len(live)) if live[i].kind == "hours"), len(live))
        acts = [t for t in live[begin:n] if t.kind == "act"] or [t for t in live[n:end] if t.kind == "act"]
        times = next((t for t in live[n:end] if t.kind == "times" and t.value), None)
        begin = end if acts and acts[0].start > hours.start else n + 1
        for act in dict.fromkeys(a.value for a in acts):
            token = next(a for a in acts if a.value == act)
            was = [t for t in sentence if t in old and t.kind in ("hours", "times")]
            before = reading.piece.span(*was) if was else None
            reading.used.update(was)
            cells = {"id": reading.cell(act, token)}
            if times:
                cells["tests"] = reading.cell(times.value, times, was=before)
            cells["within_hours"] = reading.cell(hours.value[0], hours)
            yield reading.finding("proof", act, cells, token, hours)


def _positive(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """阳性判定标准为Ct值<35."""
    for n, rule in enumerate(sentence):
        if rule.kind != "positive_rule":
            continue
        beside = [*sentence[n:], *reversed(sentence[:n])]
        ct = next((t for t in beside if t.kind == "ct" and t.value and t.value[0] is None), None)
        subject = next((t for t in reversed(sentence[:n]) if t.kind == "subject"), None)
        if ct:
            doubt = say("ct_for", title=Words(**title_of("subjects", subject.value[0]))) if subject else None
            yield reading.finding("positive_ct", "", {"below": reading.cell(ct.value[1], ct, doubt=doubt)}, ct)
