"""The stylesheet: colours that can be read by day and by night; words in both languages, none missing or idle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from greys import contrast
from sizao.web.say import all_words
from sizao.words import read_yaml

WEB = Path(__file__).parents[4] / "src/sizao/web"
STYLE = (WEB / "static/sizao/sizao.css").read_text("utf-8")
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))


def tokens(part: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", part))
    return {name: "#" + "".join(c * 2 for c in v[1:]) if len(v) == 4 else v for name, v in found.items()}


DAY = tokens(STYLE.split("@media (prefers-color-scheme: dark)")[0])
NIGHT = tokens(STYLE.split("@media (prefers-color-scheme: dark)")[1].split("* { box-sizing")[0])


@pytest.mark.parametrize("look", [DAY, NIGHT], ids=["day", "night"])
def test_text_can_be_read_on_its_ground(look: dict[str, str]) -> None:
    for ground in ("paper", "back", "band"):
        assert contrast(look["ink"], look[ground]) >= 7
        for text in ("soft", "mark", "bad", "warn"):
            assert contrast(look[text], look[ground]) >= 4.5, (text, ground)
    for word in ("good", "warn", "bad"):
        assert contrast(look["ink"], look[f"{word}-band"]) >= 7
    assert contrast(look["mark-ink"], look["mark"]) >= 4.5


def test_day_and_night_have_the_same_colours() -> None:
    assert set(DAY) == set(NIGHT)


def test_type_has_the_sizes_of_the_scale_and_no_others() -> None:
    scale = {"tiny", "small", "near", "text", "lead", "big", "title"}
    head = STYLE.split("}")[0]
    assert scale <= set(re.findall(r"--(\w+): [\d.]+rem", head))
    stated = re.findall(r"[{;]\s*(font(?:-size)?: [^;}]+)", STYLE)
    base = {"font: 16px/1.55", "font-size: 10.5pt", "font: .92em"}  # the page's, on paper; code, beside any
    others = [said for said in stated if "inherit" not in said and not any(said.startswith(part) for part in base)]
    assert len(others) > 30
    assert not [said for said in others if not re.search(rf"var\(--({'|'.join(scale)})\)", said)]


def test_every_word_is_in_both_languages() -> None:
    words = all_words()
    for name, said in words.items():
        for text in [said] if "zh" in said and isinstance(said["zh"], str) else said.values():
            assert set(text) == {"zh", "en"} and all(text.values()), name
    refusals = read_yaml("sizao.web", "refusals.yaml")
    assert all({"what", "why", "todo"} == set(said[lang]) for said in refusals["refusals"].values() for lang in said)
    assert all(set(said) == {"zh", "en"} for said in refusals["problems"].values())


def test_templates_and_screens_say_words_that_there_are() -> None:
    words = all_words()
    texts = [path.read_text("utf-8") for path in [*TEMPLATES, *WEB.glob("**/*.py")]]
    asked = {name for text in texts for name in re.findall(r"\{% say [\"'](\w+)[\"'](?!\|add)", text)}
    asked |= {name for text in texts for name in re.findall(r"(?<![\w.])say\(\"(\w+)\"", text)}
    assert asked <= set(words)
    starts = tuple({found for text in texts for found in re.findall(r"say(?:\(f| )\"(\w+_)(?:\"\|add|\{)", text)})
    ends = tuple({found for text in texts for found in re.findall(r"say\(f\"\{\w+\}(_\w+)\"", text)})
    plain = {name for name, said in words.items() if isinstance(said.get("zh"), str)}
    unsaid = {name for name in plain - asked if not name.startswith(starts) and not name.endswith(ends)}
    unsaid -= {name for text in texts for name in re.findall(r"\"(\w+)\"", text)}
    assert not sorted(unsaid), "words that nobody says"


def test_every_refusal_of_an_action_is_said_in_chinese() -> None:
    register = WEB.parent / "register"
    codes = set()
    for path in [*register.glob("actions/*.py"), register / "access.py", *WEB.glob("**/*.py")]:
        codes |= set(re.findall(r"SizaoError\(\s*\"([\w-]+)\"", path.read_text("utf-8")))
    ours = {"unscoped", "undeclared", "seal-broken", "sealed-lookup", "keys-missing", "keys-broken"}
    known = read_yaml("sizao.web", "refusals.yaml")["refusals"]
    assert codes - ours <= set(known)
    problems = set(re.findall(r"wrong\(\s*\"([\w-]+)\"", (register / "actions/check.py").read_text("utf-8")))
    assert problems and problems <= set(read_yaml("sizao.web", "refusals.yaml")["problems"])


def test_every_act_and_look_has_its_words() -> None:
    words = all_words()
    register = WEB.parent / "register"
    acts = set()
    for path in register.glob("actions/*.py"):
        acts |= set(re.findall(r"(?:acting|add_first|add_next)\(\s*\"(\w+)\"", path.read_text("utf-8")))
    assert acts <= set(words["acts_done"])
    looks = set()
    for path in WEB.glob("screens/*.py"):
        looks |= set(re.findall(r"what=\"(\w+)\"", path.read_text("utf-8")))
    assert looks | {"person"} <= set(words["looks"])
