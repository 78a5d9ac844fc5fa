"""Puts values of a rulebook into words, in Chinese and English at once; values of a wrong shape as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sizao.words import read_yaml


class Said(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The text in one of the languages."""
        return self.zh if lang == "zh" else self.en


def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = read_yaml("sizao.policy.diff", "words.yaml")
    return words


def say(word: str, **values: Any) -> Said:
    """A phrase of words.yaml with the values filled in; a value may be Said."""
    forms = _words()[word]
    zh, en = (
        forms[lang].format(**{k: v.of(lang) if isinstance(v, Said) else v for k, v in values.items()})
        for lang in ("zh", "en")
    )
    return Said(zh, en)


def word_of(word: Any) -> Said:
    """A word of the format (`positive`, `local`) in plain language, or any other value as it stands."""
    spoken = isinstance(word, str) and "{" not in _words().get(word, {"en": "{"})["en"]
    return say(word) if spoken else plain(word)


def items_of(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, and a single value (a wrong shape) as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def count(word: str, n: Any) -> Said:
    """So many of something, one of them in the singular."""
    return say(f"{word}_one") if n == 1 and not isinstance(n, bool) else say(word, n=plain(n))


def join(with_word: str, items: Iterable[Said]) -> Said:
    """The texts, with that word of words.yaml between them."""
    texts, between = list(items), say(with_word)
    return Said(between.zh.join(t.zh for t in texts), between.en.join(t.en for t in texts))


def plain(value: Any) -> Said:
    """Any value as it stands: texts in their language, lists with commas."""
    if isinstance(value, Said):
        return value
    if value is None:
        return say("absent")
    if isinstance(value, bool):
        return Said(str(value).lower(), str(value).lower())
    if isinstance(value, list):
        return join("comma", map(plain, value)) if value else Said("[]", "[]")
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return Said(str(value["zh"]), str(value["en"]))
        zh, en = (
            zip(*((f"{k}: {plain(v).zh}", f"{k}: {plain(v).en}") for k, v in value.items()), strict=True)
            if value
            else ((), ())
        )
        return Said("{" + ", ".join(zh) + "}", "{" + ", ".join(en) + "}")
    return Said(str(value), str(value))


def _naming(measure: Any) -> Iterator[Any]:
    """Where a measure may give kinds of event their titles: what looks for one, then its triggers, which win."""
    if not isinstance(measure, dict):
        return
    for phase in items_of(measure.get("phases")):
        yield from items_of(phase.get("release")) if isinstance(phase, dict) else ()
    yield measure.get("counted_from")
    triggers = items_of(measure.get("triggers"))
    yield from (trigger.get("following") for trigger in triggers if isinstance(trigger, dict))
    yield from triggers


class Speech:
    """The words of two rulebooks: titles of restrictions, measures, levels, kinds of fact; the second one's win."""

    def __init__(self, *rulebooks: Mapping[str, Any]) -> None:
        self.titles: dict[tuple[str, str], Said] = {}
        for data in rulebooks:
            areas = data.get("areas")
            for section, items in (
                ("restrictions", data.get("restrictions")),
                ("measures", data.get("measures")),
                ("levels", areas.get("levels") if isinstance(areas, dict) else None),
            ):
                for item in items if isinstance(items, list) else []:
                    self._learn(section, item, "id")
                    if section == "measures":
                        for named in _naming(item):
                            self._learn("kinds", named, "event")

    def _learn(self, section: str, item: Any, key: str) -> None:
        if isinstance(item, dict) and isinstance(item.get(key), str) and isinstance(item.get("title"), dict):
            title = plain(item["title"])
            if item["title"].keys() == {"zh", "en"}:
                self.titles[section, item[key]] = title

    def restriction(self, word: Any) -> Said:
        return self.titles.get(("restrictions", str(word)), plain(word))

    def named(self, section: str, word: Any) -> Said:
        """Title and id, where the title is known."""
        title = self.titles.get((section, str(word)))
        return say("named", title=title, id=word) if title else plain(word)

    def kind(self, kind: str) -> Said:
        return self.named("kinds", kind)

    def kinds(self, kinds: Iterable[str]) -> Said:
        """Kinds of fact; cases of all origins, or of all classes of an origin, together."""
        rest = list(dict.fromkeys(kinds))
        said: list[Said] = []
        cases = [tuple(k.split("/")[1:]) for k in rest if k.startswith("case/")]
        classes, origins = (list(dict.fromkeys(c[i] for c in cases if len(c) == 2)) for i in (0, 1))
        if cases and len(classes) * len(origins) == len(cases):
            words = [*classes, *(origins if len(origins) == 1 else [])]
            said.append(say("kind_case", which=join("comma", map(word_of, words))))
        elif cases:
            said += [say("kind_case", which=join("comma", map(word_of, case))) for case in cases]
        return join("comma", [self.kind(k) for k in rest if not k.startswith("case/")] + said)

    def length(self, phase: Mapping[str, Any]) -> Said:
        if phase.get("days") is not None:
            return count("days", phase["days"])
        if phase.get("through") is not None:
            return say("through", n=plain(phase["through"]))
        until = phase.get("until")
        return say(f"until_{until}") if until in ("discharge", "release") else say("no_length")

    def tests(self, tests: Any) -> Said:
        if tests == "daily":
            return say("daily")
        if isinstance(tests, list):
            return say("tests_on" if len(tests) > 1 else "test_on", days=plain(tests)) if tests else say("no_tests")
        if isinstance(tests, dict) and "times" in tests and not tests.keys() - {"times", "in_days", "apart_hours"}:
            times, days = tests["times"], tests.get("in_days")
            word = "tests_in_phase" if days is None else "tests_in"
            values = {"times": plain(times), "tests": count("tests", times), "hours": plain(tests.get("apart_hours"))}
            return say(word, days=count("days", days), **values)
        return plain(tests)

    def phase(self, phase: Any) -> Said:
        """A whole phase: restriction, length, tests, choice, ways out."""
        if not isinstance(phase, dict):
            return plain(phase)
        word = "phase" if phase.get("id") == phase.get("restriction") else "phase_named"
        restriction = self.restriction(phase.get("restriction"))
        parts = [say(word, restriction=restriction, length=self.length(phase), id=phase.get("id"))]
        if phase.get("tests"):
            parts.append(self.tests(phase["tests"]))
        if phase.get("up_to"):
            parts.append(say("up_to", restriction=self.restriction(phase["up_to"])))
        if phase.get("release"):
            parts.append(say("way_out", ways=self.ways(phase["release"])))
        return join("pause", parts)

    def asks(self, phases: Any) -> Said:
        """What a measure with these phases asks, in one line."""
        if phases == []:
            return say("nothing")
        if not isinstance(phases, list):
            return say("unsaid") if phases is None else plain(phases)
        return join("plus", map(self.phase, phases))

    def ways(self, ways: Any) -> Said:
        return join("or", map(self.way, ways)) if isinstance(ways, list) else plain(ways)

    def way(self, way: Any) -> Said:
        """One way out of a phase."""
        if not isinstance(way, dict):
            return plain(way)
        if "event" in way:
            return say("way_event", event=self.kind(str(way["event"])))
        parts = [say("way_after", n=count("days", way["after"]))] if way.get("after") is not None else []
        results = way.get("result")
        counts = join("comma", map(word_of, results)) if isinstance(results, list) else plain(results)
        counts = join("pause", [counts, *map(plain, items_of(way.get("method")))])
        if way.get("ct_from") is not None:
            counts = join("pause", [counts, say("way_ct", n=plain(way["ct_from"]))])
        word = "way_tests" if way.get("tests") == 1 else "way_in_a_row"
        parts.append(
            say(word, tests=count("tests", way.get("tests")), counts=counts, hours=plain(way.get("apart_hours")))
        )
        if way.get("from_day") not in (None, 1):
            parts.append(say("way_from_day", n=plain(way["from_day"])))
        if way.get("within_hours") is not None:
            parts.append(say("way_within", n=plain(way["within_hours"])))
        return join("pause", parts)

    def test_match(self, test: Any) -> Said:
        """Which tests are meant: result, method, Ct."""
        if not isinstance(test, dict):
            return say("any_test") if test is None else plain(test)
        parts = [word_of(r) for r in items_of(test.get("result"))] + [plain(m) for m in items_of(test.get("method"))]
        ct = test.get("ct")
        if isinstance(ct, dict):
            parts += [say(f"ct_{end}", n=plain(ct[end])) for end in ("from", "below") if end in ct]
        elif ct is not None:
            parts.append(plain(ct))
        return join("pause", parts) if parts else say("any_test")

    def trigger(self, trigger: Any) -> Said:
        """A trigger that is no event or case: a test, or one that cannot be read."""
        if not isinstance(trigger, dict) or "test" not in trigger:
            return plain(trigger)
        parts = [say("kind_test", which=self.test_match(trigger["test"])), *self.conditions(trigger)]
        return say("starts_on", kind=join("pause", parts), day_1=word_of(trigger.get("day_1")))

    def conditions(self, trigger: Mapping[str, Any]) -> list[Said]:
        """What limits a trigger: an earlier event, dates."""
        parts = []
        earlier = trigger.get("following")
        if isinstance(earlier, dict):
            least, most = plain(earlier.get("at_least_days")), plain(earlier.get("within_days"))
            parts.append(say("following", event=self.kind(str(earlier.get("event"))), least=least, most=most))
        parts += [say("from_date", date=trigger["from"])] if trigger.get("from") else []
        return parts + ([say("before_date", date=trigger["before"])] if trigger.get("before") else [])

    def credit(self, credit: Any) -> Said:
        if not isinstance(credit, dict):
            return plain(credit)
        return say("credit", event=self.kind(str(credit.get("event"))), n=plain(credit.get("within_days")))

    def follow_up(self, follow_up: Any) -> Said:
        """What the next test decides."""
        if not isinstance(follow_up, dict) or not isinstance(follow_up.get("then"), list):
            return plain(follow_up)
        branches = join("pause", map(self._branch, follow_up["then"]))
        hours = plain(follow_up.get("apart_hours"))
        return say("decides", n=plain(follow_up.get("within_days")), hours=hours, branches=branches)

    def _branch(self, branch: Any) -> Said:
        if not isinstance(branch, dict):
            return plain(branch)
        starts = self.named("measures", branch.get("starts"))
        return say(
            "branch", which=self.test_match(branch.get("test")), starts=starts, day_1=word_of(branch.get("day_1"))
        )
